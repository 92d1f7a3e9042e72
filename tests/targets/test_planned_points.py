"""Claims about planned points and thresholds: what the city may enter, and what follows on the pages."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.actions import copy_plan
from lianyungang_cdpf.targets.board import board_of
from lianyungang_cdpf.targets.models import Allocation, Plan, PlannedPoint, ProgressMode, Target
from lianyungang_cdpf.targets.planned_points import breaches, faults, same_day

pytestmark = pytest.mark.django_db
HOMES = "disabled_persons_home"


@pytest.fixture
def homes(city):
    return Target.objects.get(key=HOMES)


@pytest.fixture
def plan_points():
    """plan_points(target, (month, day, per cent), ...): what the target's pace is told by."""

    def make(target, *points):
        PlannedPoint.objects.bulk_create(
            PlannedPoint(target=target, day=date(2019, month, day), share=Decimal(share))
            for month, day, share in points
        )
        return target

    return make


def page_of(target):
    return f"/admin/targets/target/{target.pk}/change/"


def typed(client, target, *rows, **changes):
    """Send the target's form with these new points (day, share, count) and return the answer."""
    form = client.get(page_of(target)).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() is not None} | changes
    old = list(target.planned_points.all())
    data |= {"planned_points-TOTAL_FORMS": len(old) + len(rows), "planned_points-INITIAL_FORMS": len(old)}
    data |= {"allocations-TOTAL_FORMS": 0, "allocations-INITIAL_FORMS": 0}
    for at, point in enumerate(old):
        told = {"id": point.pk, "target": target.pk, "day": f"{point.day}", "share": f"{point.share}"}
        data |= {f"planned_points-{at}-{name}": value for name, value in told.items()}
    for at, (day, share, count) in enumerate(rows, start=len(old)):
        told = {"target": target.pk, "day": day, "share": share, "count": count}
        data |= {f"planned_points-{at}-{name}": value for name, value in told.items()}
    return client.post(page_of(target), data)


def kept(target):
    return [(f"{point.day:%m-%d}", point.share) for point in target.planned_points.all()]


def test_the_city_types_milestones_as_numbers_or_shares(homes, city_clerk, sign_in):
    answer = typed(sign_in(city_clerk), homes, ("2019-11-30", "100", ""), ("2019-06-30", "", "20"))
    assert answer.status_code == 302
    assert kept(homes) == [("06-30", 40), ("11-30", 100)]
    fresh = Target.objects.get(pk=homes.pk)
    assert fresh.schedule == ((date(2019, 6, 30), Fraction(2, 5)), (date(2019, 11, 30), Fraction(1)))


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("2019-06-30", "90", "")], "最后一个计划节点应是全年目标，即 100%，现在是 90%。"),
        ([("2019-06-30", "60", ""), ("2019-09-30", "50", ""), ("2019-12-31", "100", "")],
         "累计数不能比前一个节点（6 月 30 日，60%）少。"),
        ([("2020-06-30", "100", "")], "截止日期应在 2019 年之内。"),
        ([("2019-06-30", "40", ""), ("2019-06-30", "100", "")], "同一天只能有一个计划节点。"),
        ([("2019-06-30", "40", "20"), ("2019-12-31", "100", "")], "百分比和数量只填一个。"),
        ([("2019-06-30", "", ""), ("2019-12-31", "100", "")], "请填累计应完成的百分比或数量。"),
        ([("2019-12-31", "", "51")], "累计数量不能超过全年目标 50。"),
    ],
)  # fmt: skip
def test_points_that_do_not_fit_together_are_refused_in_words(rows, sentence, homes, city_clerk, sign_in):
    answer = typed(sign_in(city_clerk), homes, *rows)
    assert answer.status_code == 200 and sentence in answer.content.decode()
    assert kept(homes) == []


def test_what_is_not_measured_by_months_takes_no_points(city_clerk, sign_in, homes, plan_points):
    coverage = Target.objects.get(key="hardship_subsidy")
    answer = typed(sign_in(city_clerk), coverage, ("2019-12-31", "100", ""))
    assert "“在册覆盖”不按月份衡量，没有计划节点" in answer.content.decode() and kept(coverage) == []
    plan_points(homes, (12, 31, 100))
    answer = typed(sign_in(city_clerk), homes, progress_mode=ProgressMode.COVERAGE_STOCK, due_month="")
    assert "请删去全部节点，或改选序时方式" in answer.content.decode()


def test_a_goal_of_0_takes_shares_only(homes, city_clerk, sign_in):
    client = sign_in(city_clerk)
    answer = typed(client, homes, ("2019-12-31", "", "0"), goal=0)
    assert "全年目标为 0，不能按数量折算，请填百分比。" in answer.content.decode()
    assert typed(client, homes, ("2019-12-31", "100", ""), goal=0).status_code == 302


def test_the_database_keeps_one_point_a_day_and_shares_within_the_goal(homes, plan_points):
    plan_points(homes, (6, 30, 40))
    for month, day, share in [(6, 30, 50), (7, 31, Decimal("100.0001")), (8, 31, -1)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            plan_points(homes, (month, day, share))


def test_the_thresholds_must_be_in_order(city, city_clerk, sign_in):
    plan = Plan.objects.get(year=2019)
    for on_track, behind in [(80, 90), (101, 80), (95, 0)]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Plan.objects.filter(pk=plan.pk).update(on_track_from=on_track, behind_from=behind)
    told = {"year": 2019, "title": plan.title, "source": plan.source, "on_track_from": 80, "behind_from": 90}
    answer = sign_in(city_clerk).post(f"/admin/targets/plan/{plan.pk}/change/", told)
    assert "“略低”的界限应大于 0、不高于“达到序时”的界限" in answer.content.decode()


def line_of(key, day, scope=None):
    board = board_of(scope or scopes.city(), year=2019, as_of=day)
    return next(line for line in board.lines if line.target.key == key)


def test_the_citys_thresholds_move_the_lights_and_the_words_of_the_board(city_clerk, sign_in, make_person, pay):
    Target.objects.filter(key="hardship_subsidy").update(goal=20)
    for at in range(19):
        pay(make_person(f"人{at}"))
    day = date(2019, 9, 30)
    assert line_of("hardship_subsidy", day).word == "略低"
    client = sign_in(city_clerk)
    assert "80% 至不足 100%" in client.get("/admin/board/?year=2019").content.decode()
    Plan.objects.filter(year=2019).update(on_track_from=95, behind_from=70)
    assert line_of("hardship_subsidy", day).word == "达到序时"
    said = client.get("/admin/board/?year=2019").content.decode()
    assert "70% 至不足 95%" in said and "不足 70%" in said and "80%" not in said


def test_a_district_is_measured_by_the_shares_of_the_plan(homes, plan_points):
    plan_points(homes, (6, 30, 40), (11, 30, 100))
    Allocation.objects.create(target=homes, area=Area.objects.get(code="320706"), goal=6)
    district = next(unit for unit in scopes.units() if unit.code == "320706")
    before, after = (line_of(HOMES, day, district) for day in (date(2019, 6, 29), date(2019, 6, 30)))
    assert (before.word, before.row.due, after.word, after.row.due) == ("未到期", 0, "滞后", 3)
    assert after.schedule == ["6 月 30 日 40%（3 个）", "11 月 30 日 100%（6 个）"]


def test_the_page_of_a_target_tells_forecast_and_points(homes, plan_points, city_clerk, sign_in):
    plan_points(homes, (6, 30, 40), (11, 30, 100))
    said = sign_in(city_clerk).get(f"/admin/board/{HOMES}/?as_of=2019-05-31").content.decode()
    assert "下一个计划节点是 6 月 30 日，累计应完成 20 个，还差 20 个。" in said
    assert "要完成全年目标，以后每月需 8 个。" in said
    assert "6 月 30 日 40%（20 个），11 月 30 日 100%（50 个）" in said


def test_the_board_asks_no_more_when_every_target_has_points(city, plan_points, django_assert_num_queries):
    day = date(2019, 9, 30)

    def tell():
        board = board_of(scopes.city(), year=2019, as_of=day)
        return [
            (line.word, line.due, line.year_end, line.bar_at_year_end, line.trend, line.row.forecast.sentence)
            for line in board.lines
        ]

    tell()
    with CaptureQueriesContext(connection) as asked:
        tell()
    for target in Target.objects.all():
        plan_points(target, (3, 31, 10), (12, 31, 100))
    with django_assert_num_queries(len(asked.captured_queries)):
        tell()


def test_next_years_plan_has_the_same_thresholds_and_points(homes, plan_points, city_clerk):
    plan_points(homes, (2, 28, 10), (12, 31, 100))
    Plan.objects.filter(year=2019).update(on_track_from=95, behind_from=70)
    made = copy_plan(plan=Plan.objects.get(year=2019), year=2020, by=city_clerk)
    assert (made.on_track_from, made.behind_from) == (95, 70)
    points = PlannedPoint.objects.filter(target__plan=made)
    assert [(point.target.key, f"{point.day}", point.share) for point in points] == [
        (HOMES, "2020-02-29", 10), (HOMES, "2020-12-31", 100),
    ]  # fmt: skip
    assert same_day(date(2020, 2, 29), 2021) == date(2021, 2, 28)


def test_the_invariants_find_points_that_the_form_would_refuse(homes, plan_points):
    plan_points(homes, (6, 30, 40), (11, 30, 100))
    assert list(breaches()) == []
    PlannedPoint.objects.filter(target=homes, share=100).update(share=Decimal("33.3333"))
    assert list(breaches()) == [
        "2019年“残疾人之家”的计划节点：2019-11-30：累计数不能比前一个节点（6 月 30 日，40%）少。",
        "2019年“残疾人之家”的计划节点：最后一个计划节点应是全年目标，即 100%，现在是 33.3333%。",
    ]


def test_points_are_judged_in_the_order_of_their_days():
    points = [(date(2019, 12, 31), Decimal(100)), (date(2019, 3, 31), Decimal(10))]
    assert list(faults(points, year=2019, mode=ProgressMode.MILESTONE)) == []


def test_the_board_draws_and_tells_the_year_end(city_clerk, sign_in, make_person, pay):
    """One a month until September: by the days of April to September 9 + 6 × 92 / 183 by December."""
    Target.objects.filter(key="hardship_subsidy").update(goal=24, progress_mode=ProgressMode.CUMULATIVE_FLOW)
    for month in range(1, 10):
        pay(make_person(f"人{month}"), month)
    line = line_of("hardship_subsidy", date(2019, 9, 30))
    told = line.row.forecast
    assert (told.low, told.expected, told.high, told.needed_per_month) == (11, 12, 12, 5)
    assert line.outlook == "年底预计 50.00%，以后每月需 5 人"
    said = sign_in(city_clerk).get("/admin/board/?as_of=2019-09-30").content.decode()
    assert "，年底预计 50.00%</span>" in said and '<rect class="c" width="45.5%" />' in said
