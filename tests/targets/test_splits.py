"""Claims about 任务分解: what is kept or asked beyond a goal, what a change needs, and who may look at and do what."""

import io
import re
from datetime import date

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.actions import SplitRefused, split_goals
from lianyungang_cdpf.targets.models import Allocation, AllocationChange, Demonstration, Target
from lianyungang_cdpf.targets.progress import progress
from lianyungang_cdpf.targets.splits import Standing, Wanted, place_key, reserve_in_words

SPLIT, KEY = "/admin/split/2019/", "hardship_subsidy"
MARCH, JULY = date(2019, 3, 7), date(2019, 7, 1)
UNITS = ("320703", "320706", "320707", "320722", "320723", "320724", "lyg_etdz", "lyg_htz", "xuwei", "yuntaishan")
TOWN, OTHER_TOWN = "320706006", "320706011"


@pytest.fixture(autouse=True)
def target(city):
    """Target 1 asks for 36,000 people; it is September."""
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    return Target.objects.select_related("plan").get(key=KEY)


@pytest.fixture
def give(target, city_clerk):
    """give(code, goal, document_no="", on=MARCH, by=the city's clerk, of=target)"""

    def make(code, goal, document_no="", on=MARCH, by=None, of=target):
        place = place_key(scopes.on_the_board(code))
        return split_goals(wanted=[Wanted(of, place, goal, document_no, on)], by=by or city_clerk)

    return make


def text_of(response) -> str:
    body = re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def boxes(response, **changes):
    """What a browser sends back, with these boxes typed anew (unit_320706="100")."""
    form = response.context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    typed = {f"goal-{name.removeprefix('unit_')}": value for name, value in changes.items() if name.startswith("unit_")}
    return data | typed | {name: value for name, value in changes.items() if not name.startswith("unit_")}


def history():
    names = ("area__code", "zone__key", "old_goal", "new_goal", "document_no")
    return list(AllocationChange.objects.order_by("id").values_list(*names))


def test_what_is_left_is_the_citys_reserve_and_what_is_too_much_is_said_so():
    assert reserve_in_words(36000, 35000, "人", level="市本级") == "市本级预留 1,000 人"
    assert reserve_in_words(36000, 36500, "人", level="市本级") == "加码 500 人"
    assert reserve_in_words(36000, 36000, "人", level="市本级") == "正好分完"
    assert reserve_in_words(None, 10, "人", level="海州区本级") == "本级目标尚未下达"


def test_the_first_issue_needs_no_document_and_a_change_does(give):
    assert give("320706", 5000) == 1
    with pytest.raises(SplitRefused, match="已经下达过 5,000，再调整请填写调整文件的文号"):
        give("320706", 5200, on=JULY)
    assert give("320706", 5200, "连残发〔2019〕31号", on=JULY) == 1
    assert history() == [("320706", None, None, 5000, ""), ("320706", None, 5000, 5200, "连残发〔2019〕31号")]
    assert Allocation.objects.get().goal == 5200


def test_the_database_refuses_a_change_without_a_document(target, city_clerk):
    change = AllocationChange(
        target=target, area=Area.objects.get(code="320706"), old_goal=1, new_goal=2, effective_on=MARCH, by=city_clerk
    )
    with pytest.raises(ValidationError, match="分解目标下达以后再调整，请填写调整文件的文号"):
        change.full_clean()
    with pytest.raises(IntegrityError, match="change_after_the_first_issue_names_its_document"), transaction.atomic():
        change.save()


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"old_goal": 3, "new_goal": 3, "document_no": "1"}, "change_of_goal_changes_it"),
        ({}, "change_of_goal_changes_it"),
        ({"new_goal": 3, "zone": True}, "change_of_goal_has_exactly_one_area_or_zone"),
    ],
)
def test_the_database_refuses_what_is_no_change(target, city_clerk, values, constraint):
    zone = Zone.objects.first() if values.pop("zone", False) else None
    area = Area.objects.get(code="320706")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AllocationChange.objects.create(
            target=target, area=area, zone=zone, effective_on=MARCH, by=city_clerk, **values
        )


def test_a_goal_can_be_withdrawn_by_a_document(give):
    give("xuwei", 50)
    with pytest.raises(SplitRefused):
        give("xuwei", None, on=JULY)
    give("xuwei", None, "连残发〔2019〕31号", on=JULY)
    assert not Allocation.objects.exists()
    assert history()[-1] == (None, "xuwei", 50, None, "连残发〔2019〕31号")


def test_all_problems_are_told_at_once_and_nothing_is_written(target, city_clerk, give):
    give("320706", 10)
    give("320722", 10, on=JULY)
    wanted = [
        Wanted(target, place_key(scopes.on_the_board("320706")), 11, "", JULY),
        Wanted(target, place_key(scopes.on_the_board("320722")), 11, "连残发〔2019〕31号", MARCH),
        Wanted(target, place_key(scopes.on_the_board("320707")), 11, "", date(2020, 1, 1)),
        Wanted(target, place_key(scopes.on_the_board("320723")), 11, "", MARCH),
    ]
    with pytest.raises(SplitRefused) as refused:
        split_goals(wanted=wanted, by=city_clerk)
    assert [(field, sentence) for _, field, sentence in refused.value.problems] == [
        ("document_no", "已经下达过 10，再调整请填写调整文件的文号。"),
        ("effective_on", "生效日期不能早于上一次下达或调整的 2019-07-01。"),
        ("effective_on", "生效日期应在 2019 年之内。"),
    ]
    assert len(history()) == 2


def test_the_board_tells_the_goal_that_was_in_force_on_the_day(give):
    give("320706", 5000)
    give("320706", 5200, "连残发〔2019〕31号", on=JULY)
    give("320706", 5500, "连残发〔2019〕40号", on=date(2019, 9, 1))

    def goal(day):
        scope = scopes.on_the_board("320706")
        return progress(year=2019, scopes=[scope], as_of=day)[scope.place][0].goal

    days = [date(2019, 1, 31), date(2019, 6, 30), JULY, date(2019, 8, 31), date(2019, 9, 1)]
    assert [goal(day) for day in days] == [5000, 5000, 5200, 5200, 5500]


def test_a_goal_that_was_withdrawn_and_issued_anew_is_none_on_the_days_between(give):
    give("320706", 5000)
    give("320706", None, "连残发〔2019〕31号", on=JULY)
    give("320706", 4000, on=date(2019, 9, 1))
    scope = scopes.on_the_board("320706")

    def goal(day):
        return progress(year=2019, scopes=[scope], as_of=day)[scope.place][0].goal

    days = [date(2019, 1, 31), date(2019, 6, 30), JULY, date(2019, 8, 31), date(2019, 9, 1)]
    assert [goal(day) for day in days] == [5000, 5000, None, None, 4000]


def test_a_goal_that_is_withdrawn_since_is_told_of_the_days_before(give):
    give("xuwei", 50)
    give("xuwei", None, "连残发〔2019〕31号", on=JULY)
    scope = scopes.on_the_board("xuwei")
    told = [progress(year=2019, scopes=[scope], as_of=day)[scope.place][0].goal for day in (date(2019, 6, 30), JULY)]
    assert told == [50, None]


def test_a_change_leaves_a_line_in_the_log(give, city_clerk):
    give("320706", 5000)
    line = AuditLine.objects.get(deed="下达分解目标")
    assert (line.staff, line.summary) == (city_clerk, "2019年，1项目标，1处")


def test_the_city_fills_the_grid_and_the_reserve_is_told(city_clerk, sign_in):
    page = sign_in(city_clerk)
    at = f"{SPLIT}320700/{KEY}/"
    typed = {f"unit_{code}": "3,500" for code in UNITS}
    answer = page.post(at, boxes(page.get(at), **typed))
    assert answer.status_code == 302
    assert Allocation.objects.filter(goal=3500).count() == 10
    shown = text_of(page.get(at))
    assert "本级目标 36,000 人；市本级预留 1,000 人。" in shown
    assert "首次下达" in shown
    assert "25 项目标中 1 项已分解，没有加码。" in text_of(page.get(f"{SPLIT}320700/"))


def test_over_allocation_is_said_in_words(city_clerk, sign_in, give):
    give("320706", 37000)
    page = sign_in(city_clerk)
    assert "加码 1,000 人" in text_of(page.get(f"{SPLIT}320700/{KEY}/"))
    assert "25 项目标中 1 项已分解，1 项加码。" in text_of(page.get(f"{SPLIT}320700/"))


def test_a_wrong_box_keeps_the_whole_grid_from_being_saved(city_clerk, sign_in):
    page = sign_in(city_clerk)
    at = f"{SPLIT}320700/{KEY}/"
    answer = page.post(at, boxes(page.get(at), unit_320706="100", unit_320722="约一百", unit_xuwei="-5"))
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert errors == {
        "goal-320722": ["请填 0 或更大的整数，只填数字。"], "goal-xuwei": ["请填 0 或更大的整数，只填数字。"],
    }  # fmt: skip
    assert not Allocation.objects.exists()
    assert 'value="约一百"' in answer.content.decode()


def test_every_fault_of_a_grid_is_told_at_once(city_clerk, sign_in, give):
    give("320706", 100)
    page = sign_in(city_clerk)
    at = f"{SPLIT}320700/{KEY}/"
    errors = page.post(at, boxes(page.get(at), unit_320706="120", unit_320722="约")).context["form"].errors
    assert set(errors) == {"document_no", "goal-320722"}


def test_a_change_in_the_grid_asks_for_its_document_by_place(city_clerk, sign_in, give):
    give("320706", 100)
    page = sign_in(city_clerk)
    at = f"{SPLIT}320700/{KEY}/"
    answer = page.post(at, boxes(page.get(at), unit_320706="120", unit_320722="5"))
    assert answer.context["form"].errors["document_no"] == ["海州区：已经下达过 100，再调整请填写调整文件的文号。"]
    assert not Allocation.objects.filter(area__code="320722").exists()
    told = {"document_no": "连残发〔2019〕31号", "reason": "追加任务"}
    page.post(at, boxes(page.get(at), unit_320706="120", unit_320722="5", **told))
    shown = text_of(page.get(at))
    assert re.search(r"海州区 100 120 \+20 连残发〔2019〕31号 追加任务 2019-09-30 市级业务员", shown)


def test_who_saves_an_older_page_is_told_of_the_change_meanwhile(city_clerk, sign_in, give):
    page = sign_in(city_clerk)
    at = f"{SPLIT}320700/{KEY}/"
    older = boxes(page.get(at), unit_320706="120")
    give("320706", 100)
    answer = page.post(at, older)
    assert "被别人调整过，没有保存" in text_of(answer)
    assert Allocation.objects.get().goal == 100


def test_a_rates_goals_are_per_cent_and_not_added(city_clerk, sign_in):
    page = sign_in(city_clerk)
    at = f"{SPLIT}320700/family_doctor_rate/"
    answer = page.post(at, boxes(page.get(at), unit_320706="101"))
    assert answer.context["form"].errors["goal-320706"] == ["比率的目标是百分数，不能超过 100。"]
    page.post(at, boxes(page.get(at), unit_320706="98", unit_320722="98%"))
    assert "2 地各自考核，比率不相加" in text_of(page.get(at))


def test_a_county_splits_its_goal_to_its_towns_and_no_further(haizhou_clerk, sign_in, give):
    give("320706", 100)
    page = sign_in(haizhou_clerk)
    at = f"{SPLIT}320706/{KEY}/"
    typed = {f"unit_{TOWN}": "60", f"unit_{OTHER_TOWN}": "30"}
    assert page.post(at, boxes(page.get(at), **typed)).status_code == 302
    assert "本级目标 100 人；海州区本级预留 10 人。" in text_of(page.get(at))
    assert page.get(f"{SPLIT}320722/{KEY}/").status_code == page.get(f"{SPLIT}320700/{KEY}/").status_code == 404
    assert page.post(f"{SPLIT}320700/{KEY}/", {}).status_code == 404


def test_a_county_does_not_set_its_own_goal(haizhou_clerk, sign_in):
    form = sign_in(haizhou_clerk).get(f"{SPLIT}320706/{KEY}/").context["form"]
    codes = {name.removeprefix("goal-") for name in form.fields if name.startswith("goal-")}
    assert TOWN in codes and "320706" not in codes and all(code.startswith("320706") for code in codes)


def test_a_district_sees_its_own_history_only(haizhou_clerk, donghai_clerk, sign_in, give):
    give("320706", 100)
    give(TOWN, 40)
    give("320722", 77)
    past = sign_in(haizhou_clerk).get(f"{SPLIT}320706/{KEY}/").context["past"]
    assert {one.place for one in past} == {"海州区", Area.objects.get(code=TOWN).common_name}
    assert [one.new for one in sign_in(donghai_clerk).get(f"{SPLIT}320722/{KEY}/").context["past"]] == ["77"]


@pytest.mark.parametrize("role", ["leader", "auditor", "district_reviewer", "town_clerk"])
def test_others_look_and_do_not_split(role, make_staff, sign_in):
    place = {"district_reviewer": "320706", "town_clerk": TOWN}.get(role, "320700")
    page, at = sign_in(make_staff(role, area=place, role=role)), f"{SPLIT}{place}/{KEY}/"
    answer = page.get(at)
    assert answer.status_code == 200
    assert page.post(at, {}).status_code == 403
    assert "全部保存" not in answer.content.decode()


def test_the_front_page_of_the_split_is_ones_own_place(haizhou_clerk, make_staff, sign_in):
    assert sign_in(haizhou_clerk).get("/admin/split/").url == f"{SPLIT}320706/"
    assert sign_in(make_staff("zone", area="lyg_etdz")).get("/admin/split/").url == f"{SPLIT}lyg_etdz/"


def test_a_table_costs_the_same_however_much_is_split(city_clerk, sign_in, give):
    page = sign_in(city_clerk)
    page.get(f"{SPLIT}320700/")
    with CaptureQueriesContext(connection) as few:
        page.get(f"{SPLIT}320700/")
    for target in Target.objects.select_related("plan")[:5]:
        for code in UNITS:
            give(code, 5, of=target)
    with CaptureQueriesContext(connection) as many:
        page.get(f"{SPLIT}320700/")
    assert len(few) == len(many) <= 20


def test_saving_a_grid_takes_a_bounded_number_of_statements(target, city_clerk):
    wanted = [Wanted(target, place_key(unit), 5, "", MARCH) for unit in scopes.units()]
    with CaptureQueriesContext(connection) as caught:
        split_goals(wanted=wanted, by=city_clerk)
    assert len(caught) <= 14
    assert len(Standing([target]).goals) == 10


@pytest.mark.parametrize("path", ["320700/", f"320700/{KEY}/", "320700/family_doctor_rate/", "320706/", "xuwei/"])
def test_pages_of_the_split_are_sound(path, city_clerk, give, see, sound):
    give("320706", 100)
    give(TOWN, 140)
    see(city_clerk)
    sound(SPLIT + path)


def test_a_wrong_grid_is_sound_and_used_by_keyboard(city_clerk, see, sound):
    page = see(city_clerk)
    page.goto(f"{SPLIT}320700/{KEY}/")
    page.locator("input.goal").first.fill("40000")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("约")
    assert page.locator("[data-sum]").text_content() == "40,000，加码 4,000"
    page.keyboard.press("Enter")
    page.get_by_text("没有保存：请按说明改正").wait_for()
    sound.here()
    assert not Allocation.objects.exists()


def test_the_table_leaves_as_a_workbook_with_a_line_in_the_log(city_clerk, donghai_clerk, give, sign_in):
    give("320706", 100)
    content = sign_in(city_clerk).get(f"{SPLIT}320700/split.xlsx").content
    heads, *rows = openpyxl.load_workbook(io.BytesIO(content)).active.values
    told = dict(zip(heads, rows[0], strict=True))
    assert (told["本级目标"], told["海州区"], told["东海县"]) == (36000, 100, "")
    assert told["预留或加码"] == "市本级预留 35,900 人" and len(rows) == 25
    assert AuditLine.objects.get(deed="导出任务分解表").summary == "连云港市，2019 年，25 行，xlsx"
    assert sign_in(donghai_clerk).get(f"{SPLIT}320706/split.xlsx").status_code == 404
