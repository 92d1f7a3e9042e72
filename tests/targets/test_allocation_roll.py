"""Claims about 任务分解表 from offices: the wide table, the long list, what is wrong in them, taking one back."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.targets.actions import split_goals, undo_split
from lianyungang_cdpf.targets.models import Allocation, AllocationChange, Demonstration, Target
from lianyungang_cdpf.targets.splits import Wanted
from tests.beneficiaries.samples import gbk, workbook

YEAR = date(2019, 1, 1)
UNITS = ["连云区", "海州区", "赣榆区", "东海县", "灌云县", "灌南县", "市开发区", "市高新区", "徐圩新区", "云台山景区"]
TITLE = "连云港市2019年残疾人工作目标任务分解表"
# A table of ten units, as the city's office sends it out with its document.
WIDE = [
    ["困难残疾人生活补贴", "人", 36000, 3000, 6000, 7000, 7500, 6000, 5000, 300, 200, 100, 50],
    ["重度残疾人护理补贴", "人", 17000, 1500, 3000, 3500, 3600, 3000, 2300, 100, None, None, None],
    ["家庭医生签约覆盖率", "%", 98, 98, 98, 98, 98, 98, 98, 98, 98, 98, 98],
    ["残疾人之家", "个", 50, 5, 8, 10, "十个", 9, 8, None, None, None, None],  # a number in words
    ["残疾人运动会", "次", 1, 1, None, None, None, None, None, None, None, None, None],  # not in the plan
    ["精准康复服务率", "%", 98, 98, 120, 98, 98, 98, 98, None, None, None, None],  # 120 %
    [
        "贫困重度残疾人托养服务",
        "人",
        1000,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    ],  # kept by the city: no row for anybody
]
# A list by town, as a county's old system writes it.
LONG_HEAD = ["序号", "目标名称", "县区", "乡镇街道", "分解目标", "文号", "生效日期"]


def wide(rows=WIDE, title=TITLE):
    return workbook(
        title, [("", ["目标名称", "计量单位", "全市目标"]), ("各县区、功能板块", UNITS)], rows, total="合计"
    )


@pytest.fixture(autouse=True)
def september(city):
    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)


@pytest.fixture
def take_in(send, run_import):
    def make(staff, content, name="任务分解表.xlsx"):
        return run_import(send(staff, "allocation", content, month=YEAR, name=name))

    return make


def codes(job):
    return {(row.row, row.codes) for row in job.rows.exclude(codes="")}


def goals(key):
    rows = Allocation.objects.filter(target__key=key).select_related("area", "zone")
    return {str(one.area or one.zone): one.goal for one in rows}


def test_the_citys_wide_table_gives_ten_units_their_goals(city_clerk, take_in, post):
    job = take_in(city_clerk, wide())
    assert (job.state, job.sentence) == (ImportJob.State.READY, "")
    assert (job.summary["data_rows"], job.summary["valid_rows"], job.summary["bad_rows"]) == (6, 3, 3)
    assert codes(job) == {
        (8, "NUMBER_FORMAT"), (9, "TARGET_UNKNOWN"), (10, "GOAL_RATE"),
    }  # fmt: skip
    assert not Allocation.objects.exists()
    assert post(job).state == ImportJob.State.POSTED
    assert goals("hardship_subsidy") == dict(
        zip(UNITS, [3000, 6000, 7000, 7500, 6000, 5000, 300, 200, 100, 50], strict=True)
    )
    assert "市高新区" not in goals("nursing_subsidy") and len(goals("nursing_subsidy")) == 7
    assert set(goals("family_doctor_rate").values()) == {98} and len(goals("family_doctor_rate")) == 10
    assert set(AllocationChange.objects.values_list("job", "by")) == {(job.pk, city_clerk.pk)}


def test_the_same_table_again_changes_nothing(city_clerk, take_in, post):
    post(take_in(city_clerk, wide()))
    again = take_in(city_clerk, wide())
    assert (again.summary["unchanged"], again.summary["new"], again.summary["changed"]) == (3, 0, 0)
    assert post(again).summary["result"]["changed_goals"] == 0
    assert AllocationChange.objects.count() == 27


def test_a_changed_table_needs_its_document(city_clerk, take_in, post):
    post(take_in(city_clerk, wide()))
    changed = [[*WIDE[0][:4], 6500, *WIDE[0][5:]]]
    job = take_in(city_clerk, wide(changed))
    assert codes(job) == {(5, "DOCUMENT_MISSING")}
    head = [("", ["目标名称", "海州区", "文号", "调整原因", "生效日期"])]
    row = ["困难残疾人生活补贴", 6500, "连残发〔2019〕31号", "追加任务", "2019-10-08"]
    empty = ["残疾人之家", None, "连残发〔2019〕31号", "", ""]
    job = take_in(city_clerk, workbook("2019年目标任务分解调整表", head, [row, empty], total="合计"))
    assert codes(job) == {(6, "GOAL_MISSING")}
    post(job)
    change = AllocationChange.objects.first()
    assert (change.old_goal, change.new_goal, change.document_no) == (6000, 6500, "连残发〔2019〕31号")
    assert (change.reason, change.effective_on) == ("追加任务", date(2019, 10, 8))


LONG = [
    [1, "困难残疾人生活补贴", "海州区", "浦西街道", "300", "", ""],
    [2, "困难残疾人生活补贴", "海州", "新海街道", "250", "", ""],
    [3, "困难残疾人生活补贴", "海州区", "浦西街道", "310", "", ""],  # twice
    [4, "困难残疾人生活补贴", "海州区", "不存在街道", "10", "", ""],
    [5, "困难残疾人生活补贴", "东海县", "牛山街道", "10", "", ""],  # another county's
    [6, "困难残疾人生活补贴", "海州区", "", "10", "", ""],  # the county's own goal is the city's to give
    [7, "重度残疾人护理补贴", "海州区", "浦西街道", "100", "海残发〔2019〕5号", "2018-12-01"],
]


def test_a_countys_list_gives_its_towns_their_goals(haizhou_clerk, take_in, post):
    content = gbk("海州区2019年度目标任务分解", LONG_HEAD, LONG)
    job = take_in(haizhou_clerk, content, name="分解.csv")
    assert (job.state, job.sentence) == (ImportJob.State.READY, "")
    assert codes(job) == {
        (5, "GOAL_TWICE"), (6, "PLACE_UNKNOWN"), (7, "PLACE_FOREIGN"), (8, "PLACE_FOREIGN"), (9, "EFFECTIVE_DAY"),
    }  # fmt: skip
    post(job)
    assert goals("hardship_subsidy") == {"浦西街道": 300, "新海街道": 250}


def test_a_zones_row_without_a_county_means_its_own_towns(make_staff, take_in, post):
    town = Area.objects.get(code="320703007")
    rows = [[1, "困难残疾人生活补贴", "", town.common_name, "30", "", ""]]
    clerk = make_staff("xuwei_clerk", area="xuwei")
    post(take_in(clerk, gbk("2019年度任务分解", LONG_HEAD, rows), name="分解.csv"))
    assert goals("hardship_subsidy") == {town.common_name: 30}


def test_the_citys_list_names_units_and_zones(city_clerk, take_in, post):
    rows = [
        [1, "残疾人之家", "东海县", "", "12", "", ""],
        [2, "残疾人之家", "经济技术开发区", "", "3", "", ""],
        [3, "残疾人之家", "徐圩新区", "", "1", "", ""],
        [4, "残疾人之家", "火星", "", "1", "", ""],
    ]
    job = take_in(city_clerk, gbk("2019年度任务分解", LONG_HEAD, rows), name="分解.csv")
    assert codes(job) == {(6, "PLACE_UNKNOWN")}
    post(job)
    assert goals("disabled_persons_home") == {"东海县": 12, "市开发区": 3, "徐圩新区": 1}


def test_a_year_without_a_plan_is_said_of_every_row(city_clerk, send, run_import):
    content = wide(WIDE[:1], title="2021年目标任务分解表")
    job = run_import(send(city_clerk, "allocation", content, month=date(2021, 1, 1), name="任务分解表.xlsx"))
    assert codes(job) == {(5, "PLAN_MISSING")}


def test_undoing_an_import_puts_the_goals_back_and_keeps_the_history(city_clerk, take_in, post):
    post(take_in(city_clerk, wide()))
    head = [("", ["目标名称", "海州区", "赣榆区", "文号"])]
    row = ["重度残疾人护理补贴", 3100, None, "连残发〔2019〕31号"]
    job = post(take_in(city_clerk, workbook("2019年任务分解调整表", head, [row], total="合计")))
    assert goals("nursing_subsidy")["海州区"] == 3100
    assert undo_split(job=job, by=city_clerk, reason="传错了") == 1
    assert goals("nursing_subsidy")["海州区"] == 3000
    assert AllocationChange.objects.get(job=job).undone_at
    job.refresh_from_db()
    assert job.state == ImportJob.State.UNDONE
    with pytest.raises(ValidationError, match="现在是“已撤销”，不能撤销"):
        undo_split(job=job, by=city_clerk, reason="传错了")


def test_undoing_the_first_issue_leaves_no_goal_and_it_can_be_issued_anew(city_clerk, take_in, post):
    job = post(take_in(city_clerk, wide()))
    assert undo_split(job=job, by=city_clerk, reason="传错了") == 27
    assert not Allocation.objects.exists()
    post(take_in(city_clerk, wide()))
    assert goals("hardship_subsidy")["海州区"] == 6000


def test_an_import_that_was_changed_since_is_not_undone(city_clerk, take_in, post):
    job = post(take_in(city_clerk, wide()))
    target = Target.objects.select_related("plan").get(key="hardship_subsidy")
    place = ("area", Area.objects.get(code="320706").pk)
    split_goals(wanted=[Wanted(target, place, 6100, "连残发〔2019〕31号", date(2019, 10, 1))], by=city_clerk)
    with pytest.raises(ValidationError, match="海州区的“困难残疾人生活补贴”在导入以后又调整过"):
        undo_split(job=job, by=city_clerk, reason="传错了")
    assert goals("hardship_subsidy")["海州区"] == 6100 and goals("hardship_subsidy")["东海县"] == 7500


def test_the_city_undoes_on_a_page_that_asks_first_and_a_district_not_the_citys(
    city_clerk, haizhou_clerk, make_staff, take_in, post, sign_in, see, sound
):  # fmt: skip
    job = post(take_in(city_clerk, wide()))
    at, page = reverse("split:undo", args=[job.uid]), sign_in(city_clerk)
    assert sign_in(haizhou_clerk).post(at).status_code == 404
    assert sign_in(make_staff("looks", area="320700", role="leader")).post(at).status_code == 403
    assert at in page.get(reverse("split:sheet", args=[2019, "320700"])).content.decode()
    assert at in page.get(reverse("intake:job", args=[job.uid])).content.decode()
    asked = page.get(at).content.decode()
    assert "27 处" in asked and Allocation.objects.count() == 27
    see(city_clerk)
    sound(at)
    answer = page.post(at, {"reason": "传错了"}, follow=True)
    assert "已撤销这次导入" in answer.content.decode() and not Allocation.objects.exists()
    again = page.post(at, {"reason": "再撤一次"})
    assert again.status_code == 422 and "不能撤销" in again.content.decode()


def test_the_page_says_what_stands_in_the_way_of_undoing(city_clerk, take_in, post, sign_in):
    job = post(take_in(city_clerk, wide()))
    target = Target.objects.select_related("plan").get(key="hardship_subsidy")
    place = ("area", Area.objects.get(code="320706").pk)
    split_goals(wanted=[Wanted(target, place, 6100, "连残发〔2019〕31号", date(2019, 10, 1))], by=city_clerk)
    answer = sign_in(city_clerk).post(reverse("split:undo", args=[job.uid]), {"reason": "传错了"})
    assert answer.status_code == 422 and "在导入以后又调整过" in answer.content.decode()


def test_who_may_not_split_may_not_import_a_split(make_staff):
    from lianyungang_cdpf.intake.kinds import kinds_for

    reviewer = make_staff("reviewer", area="320706", role="district_reviewer")
    assert "allocation" not in {kind.code for kind in kinds_for(reviewer)}


def test_every_unit_of_the_board_has_its_column(city):
    from lianyungang_cdpf.targets import scopes
    from lianyungang_cdpf.targets.allocation_roll import UNIT, UNITS

    assert {name.removeprefix(UNIT) for name in UNITS} == {unit.code for unit in scopes.units()}


def test_a_county_does_not_set_the_goals_of_a_zones_towns_that_lie_in_it(make_staff, take_in):
    lianyun = make_staff("lianyun", area="320703")
    town = Area.objects.get(code="320703007")
    row = [1, "困难残疾人生活补贴", "连云区", town.name, 12, "连政办〔2019〕8号", ""]
    job = take_in(lianyun, workbook("连云区2019年目标任务分解表", [("", LONG_HEAD)], [row], total="合计"))
    assert job.summary["valid_rows"] == 0
    assert {code for _, code in codes(job)} <= {"PLACE_FOREIGN", "PLACE_UNKNOWN"}
