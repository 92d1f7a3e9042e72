"""Claims about rates: so many of so many on a day, added up and never averaged, and a person short is short.

The rate of these tests: of the people on file (born by the day, not moved out by it) those paid in the year by the day.
"""

import json
import re
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import scopes, snapshots
from lianyungang_cdpf.targets.lines import Line
from lianyungang_cdpf.targets.models import Allocation, Demonstration, Plan, Snapshot, SnapshotPart, Target
from lianyungang_cdpf.targets.pace import Light
from lianyungang_cdpf.targets.place import place_of
from lianyungang_cdpf.targets.progress import progress
from lianyungang_cdpf.targets.recount import breaches
from services.models import ServiceKind
from subsidies.models import Payment

KEY = "family_doctor_rate"
HAIZHOU_TOWN, DONGHAI_TOWN, XUWEI_TOWN = "320706006", "320722101", "320703007"
SEPTEMBER = date(2019, 9, 30)
BOARD = "/admin/board/"


def paid_by(kind, day):
    return Payment.objects.live().filter(month__year=day.year, month__lte=day)


def on_file(kind, day):
    return Person.objects.filter(birth_date__lte=day).exclude(moved_out_on__lte=day)


@pytest.fixture(autouse=True)
def rate(city, offer):
    """Target 8 is counted by the test's rate, which asks 98 % of Haizhou and of Donghai too."""
    offer(
        Metric(
            code="test.rate", label="签约率", unit="人", source="subsidies.payment", counts=paid_by, subject="person",
            kinds=ServiceKind, out_of=on_file, other_sources=("test.people",),
        )
    )  # fmt: skip
    Target.objects.filter(key=KEY).update(metric="test.rate")
    Demonstration.objects.create(as_of=SEPTEMBER, people=1, seed=1)
    target = Target.objects.get(key=KEY)
    for code in ("320706", "320722"):
        Allocation.objects.create(target=target, area=Area.objects.get(code=code), goal=98)
    return target


@pytest.fixture
def people(make_person, pay):
    """people(town, n, of=m, month=1): m more people on file there, n of them paid in the month."""

    def make(town, paid, of, month=1):
        made = [make_person(area=town) for _ in range(of)]
        for person in made[:paid]:
            pay(person, month)
        ChangeStamp.objects.touch(source="test.people", kind="", year=2019)
        return made

    return make


def row(code="", as_of=SEPTEMBER):
    scope = scopes.on_the_board(code) if code else scopes.city()
    rows = progress(year=2019, scopes=[scope], as_of=as_of)[scope.place]
    return next(one for one in rows if one.target.key == KEY)


def test_48_of_49_is_not_98_per_cent(people):
    people(HAIZHOU_TOWN, 48, of=49)
    haizhou = row("320706")
    assert haizhou.rate == (48, 49)
    assert haizhou.percent == "97.95"  # 97.959…, cut
    assert haizhou.light is Light.BEHIND
    assert Line(haizhou).lacking == "1 人"
    assert Line(haizhou).done == "49 人中 48 人"


def test_98_per_cent_to_the_person_is_reached(people):
    people(HAIZHOU_TOWN, 49, of=50)
    assert (row("320706").percent, row("320706").light) == ("98.00", Light.ON_TRACK)
    people(HAIZHOU_TOWN, 0, of=1)
    assert (row("320706").rate, row("320706").light) == ((49, 51), Light.BEHIND)


def test_rates_are_added_up_and_not_averaged(people):
    people(HAIZHOU_TOWN, 1, of=1)
    people(DONGHAI_TOWN, 0, of=3)
    assert (row("320706").percent, row("320722").percent) == ("100.00", "0.00")
    assert row().rate == (1, 4)
    assert row().percent == "25.00"


def test_a_zone_town_counts_in_its_zone_and_not_in_its_county(people):
    people(XUWEI_TOWN, 1, of=2)
    assert row("xuwei").rate == (1, 2)
    assert row("320703").rate == (0, 0)
    assert row().rate == (1, 2)


def test_nobody_to_reach_is_told_as_such_and_divides_nothing(people):
    nobody = row("320706")
    assert (nobody.percent, nobody.light, nobody.ratio, nobody.gap) == (None, None, None, None)
    assert (Line(nobody).done, Line(nobody).word) == ("分母为 0", "无应统计对象")
    assert "分母为 0，不计算比率" in place_of_haizhou().finding


def place_of_haizhou(as_of=SEPTEMBER):
    scope = scopes.on_the_board("320706")
    return place_of(scope, own=scopes.city(), key=KEY, year=2019, as_of=as_of)


def test_who_is_not_in_the_whole_does_not_count_in_the_numerator(people):
    (gone,) = people(HAIZHOU_TOWN, 1, of=1)
    people(HAIZHOU_TOWN, 1, of=2)
    Person.objects.filter(pk=gone.pk).update(moved_out_on=date(2019, 2, 1))
    ChangeStamp.objects.touch(source="test.people", kind="", year=2019)
    assert row("320706").rate == (1, 2)
    assert row("320706", as_of=date(2019, 1, 31)).rate == (2, 3)


def test_a_person_paid_twice_is_one_of_the_rate(people, pay):
    (person,) = people(HAIZHOU_TOWN, 1, of=1)
    pay(person, 2)
    assert row("320706").rate == (1, 1)


def test_the_place_is_the_persons_own_not_that_of_the_record(people, pay):
    (person,) = people(HAIZHOU_TOWN, 0, of=1)
    pay(person, 2, area=DONGHAI_TOWN)
    assert (row("320706").rate, row("320722").rate) == ((1, 1), (0, 0))


def test_a_month_stands_for_its_last_day_and_the_current_one_for_the_day_asked(people, pay):
    (person,) = people(HAIZHOU_TOWN, 0, of=1)
    pay(person, 3)
    months = place_of_haizhou(as_of=date(2019, 4, 10)).months
    assert [(month.day, month.whole, month.done, month.percent) for month in months] == [
        (date(2019, 1, 31), "1", "0", "0.00%"),
        (date(2019, 2, 28), "1", "0", "0.00%"),
        (date(2019, 3, 31), "1", "1", "100.00%"),
        (date(2019, 4, 10), "1", "1", "100.00%"),
    ]


def kept():
    return list(Snapshot.objects.filter(target__key=KEY).order_by("day").values_list("day", flat=True))


def test_only_month_ends_and_today_are_kept(people, monkeypatch):
    people(HAIZHOU_TOWN, 1, of=1)
    row(as_of=date(2019, 2, 10))
    assert kept() == [date(2019, 1, 31)]
    monkeypatch.setattr(snapshots.timezone, "localdate", lambda: date(2019, 2, 10))
    row(as_of=date(2019, 2, 10))
    assert kept() == [date(2019, 1, 31), date(2019, 2, 10)]
    monkeypatch.setattr(snapshots.timezone, "localdate", lambda: date(2019, 2, 11))
    row(as_of=date(2019, 2, 11))
    assert kept() == [date(2019, 1, 31), date(2019, 2, 11)]


def stale(*days):
    return [day for _, day in snapshots.refresh(Target.objects.select_related("plan").filter(key=KEY), days)]


def test_a_change_of_either_source_makes_the_rates_stale(people, pay):
    people(HAIZHOU_TOWN, 0, of=1)
    assert stale(SEPTEMBER) == [SEPTEMBER]
    assert stale(SEPTEMBER) == []
    ChangeStamp.objects.touch(source="test.people", kind="anything", year=2017)
    assert stale(SEPTEMBER) == [SEPTEMBER]
    ChangeStamp.objects.touch(source="subsidies.payment", kind="nursing_subsidy", year=2018)
    assert stale(SEPTEMBER) == [SEPTEMBER]
    ChangeStamp.objects.touch(source="facilities.other", kind="", year=2019)
    assert stale(SEPTEMBER) == []


def test_another_tree_of_areas_makes_the_rates_stale(people):
    people(HAIZHOU_TOWN, 1, of=1)
    assert row("320706").rate == (1, 1)
    town, zone = Area.objects.get(code=HAIZHOU_TOWN), Area.objects.get(code=XUWEI_TOWN).zone
    Area.objects.filter(path__startswith=town.path).update(unit_key="xuwei", zone=zone)
    assert (row("320706").rate, row("xuwei").rate) == ((0, 0), (1, 1))


def test_the_recount_agrees_and_finds_what_was_changed_by_hand(people):
    people(HAIZHOU_TOWN, 2, of=3)
    people(XUWEI_TOWN, 1, of=1)
    row()
    assert breaches() == []
    SnapshotPart.objects.filter(place="unit:320706", snapshot__day=SEPTEMBER).update(numerator=3)
    assert breaches() == ["2019年“家庭医生签约覆盖率”在 unit:320706 截至 2019-09-30：汇总为 3/3，逐条核对为 2/3。"]


def test_the_recount_finds_records_that_changed_without_a_stamp(people):
    (person,) = people(HAIZHOU_TOWN, 0, of=1)
    row()
    Person.objects.filter(pk=person.pk).update(moved_out_on=date(2019, 1, 1))
    assert any("汇总为 0/1，逐条核对为 0/0" in sentence for sentence in breaches())


def test_the_database_refuses_a_numerator_beyond_its_denominator(rate):
    snapshot = Snapshot.objects.create(target=rate, day=SEPTEMBER)
    with pytest.raises(IntegrityError, match="a_numerator_is_part_of_its_denominator"), transaction.atomic():
        SnapshotPart.objects.create(snapshot=snapshot, place="320700/", numerator=2, denominator=1)


def test_the_command_tells_numerator_and_denominator(people):
    people(HAIZHOU_TOWN, 48, of=49)
    out = StringIO()
    call_command("progress", "--year", "2019", "--area", "320706", "--json", stdout=out)
    (told,) = [one for one in json.loads(out.getvalue()) if one["key"] == KEY]
    assert told | {"name": "", "unit": ""} == {
        "key": KEY, "name": "", "unit": "", "goal": 98, "value": 97.95, "numerator": 48, "denominator": 49,
        "percent": "97.95", "expected_percent": "98.00", "light": "behind", "connected": True,
    }  # fmt: skip


def test_without_a_goal_the_command_still_tells_the_numbers(people):
    people(XUWEI_TOWN, 1, of=2)
    told = row("xuwei").as_dict()
    assert (told["goal"], told["percent"], told["light"]) == (None, None, None)
    assert (told["value"], told["numerator"], told["denominator"]) == (50.0, 1, 2)


def test_a_year_without_a_plan_is_counted_on_the_spot(people, pay):
    (person,) = people(HAIZHOU_TOWN, 0, of=1)
    pay(person, 5, year=2020)
    scope = scopes.city()
    rows = progress(year=2020, scopes=[scope], as_of=date(2020, 12, 31))[scope.place]
    assert next(one.rate for one in rows if one.target.key == KEY) == (1, 1)
    assert not Snapshot.objects.exists() and not Plan.objects.filter(year=2020).exists()


def test_figures_cost_the_same_whatever_the_people(people):
    people(HAIZHOU_TOWN, 1, of=2)
    row()
    with CaptureQueriesContext(connection) as few:
        row()
    people(DONGHAI_TOWN, 5, of=9)
    row()
    with CaptureQueriesContext(connection) as many:
        row()
    assert len(few) == len(many) <= 12
    ChangeStamp.objects.touch(source="test.people", kind="", year=2019)
    with CaptureQueriesContext(connection) as anew:
        row()
    assert len(anew) - len(many) <= 14 * SEPTEMBER.month


def words(response) -> str:
    body = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def test_the_board_shows_the_rate_with_its_denominator(people, city_clerk, sign_in):
    people(HAIZHOU_TOWN, 48, of=49)
    body = sign_in(city_clerk).get(BOARD).content.decode()
    line = re.sub(r"<[^>]+>", " ", re.search(r'<tr id="t8".*?</tr>', body, re.S).group())
    assert "49 人中 48 人" in line and "97.95%" in line and "≥98%" in line and "−1 人" in line and "略低" in line


def test_the_page_of_a_rate_says_who_is_missing_how_much(people, city_clerk, sign_in):
    people(HAIZHOU_TOWN, 48, of=49)
    page = words(sign_in(city_clerk).get(f"{BOARD}{KEY}/320706/"))
    assert "应统计 49 人中 48 人，比率 97.95%，目标 ≥98%，还差 1 人。" in page
    assert "查看应统计、已达到和未达到的人员" in page


def listed(response):
    return [one.person.pk if one.person else None for one in response.context["listed"].object_list]


def test_the_whole_and_the_missing_are_listed(people, city_clerk, sign_in):
    paid, missing = people(HAIZHOU_TOWN, 1, of=2)
    people(DONGHAI_TOWN, 0, of=1)
    page, at = sign_in(city_clerk), f"{BOARD}{KEY}/320706/people/"
    assert listed(page.get(at)) == [missing.pk]
    assert listed(page.get(f"{at}?who=reached")) == [paid.pk]
    assert listed(page.get(f"{at}?who=whole")) == [paid.pk, missing.pk]
    assert "未达到的人员 1 人" in page.get(at).content.decode()


def test_a_district_lists_its_own_people_only(people, haizhou_clerk, sign_in):
    people(HAIZHOU_TOWN, 0, of=1)
    people(DONGHAI_TOWN, 0, of=2)
    page = sign_in(haizhou_clerk)
    assert len(listed(page.get(f"{BOARD}{KEY}/320706/people/?who=whole"))) == 1
    assert page.get(f"{BOARD}{KEY}/320722/people/?who=whole").status_code == 404


def test_a_long_list_costs_the_same_as_a_short_one(people, city_clerk, sign_in):
    people(HAIZHOU_TOWN, 1, of=3)
    page, at = sign_in(city_clerk), f"{BOARD}{KEY}/320706/people/?who=whole"
    page.get(at)
    with CaptureQueriesContext(connection) as few:
        page.get(at)
    people(HAIZHOU_TOWN, 2, of=30)
    page.get(at)
    with CaptureQueriesContext(connection) as many:
        page.get(at)
    assert len(many) <= len(few)


@pytest.mark.parametrize("path", ["", f"{KEY}/320706/", f"{KEY}/320706/people/", f"{KEY}/xuwei/people/?who=whole"])
def test_pages_of_a_rate_are_sound(path, people, city_clerk, see, sound):
    people(HAIZHOU_TOWN, 48, of=49)
    see(city_clerk)
    sound(BOARD + path)
