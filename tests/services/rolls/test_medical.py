"""康复医疗 and homes, needs and precision services: rolls as offices write them, wrong rows found and only they."""

from datetime import date

import pytest

from beneficiaries.models import Household, HouseholdMember
from services.models import (
    FamilyDoctorContract,
    HealthCheck,
    HomeModification,
    PrecisionService,
    PsychiatricAid,
    RehabilitationNeed,
)
from tests.beneficiaries.samples import gbk, workbook
from tests.fixtures_city import DONGHAI_TOWN

WHO = ["姓名", "身份证号", "乡镇（街道）"]


@pytest.fixture
def people(make_person):
    """Four holders in hardship, by name."""
    return {name: make_person(name, category=6, grade=2, hardship="低保") for name in "甲乙丙丁"}


# -- 精神病人救助 ----------------------------------------------------------------------------------------------------


def test_a_psychiatric_roll(take_in, told, make_person, people):
    foreign = make_person("赵六", area=DONGHAI_TOWN)
    groups = [
        ("", WHO),
        ("救助情况", ["救助方式", "起始时间", "终止时间", "月数", "定点医院"]),
        ("", ["救助金额（元）"]),
    ]

    def row(name, mode="服药", begun="2019-01-01", ended="2019-12-31", number=None, months=12):
        return [name, number or people[name].id_number, "", mode, begun, ended, months, "市第四人民医院", 600]

    rows = [
        row("甲"), row("甲", "住院", "2019-05-01", "2019-05-31", months=1), row("乙", "偏方"), row("丙", months="半年"),
        row("丁", ended="2018-12-31"), row("甲"), row("赵六", number=foreign.id_number),
    ]  # fmt: skip
    job = take_in("psychiatric_aid", workbook("海州区贫困精神病人免费救助花名册", groups, rows), name="精神.xlsx")
    assert told(job) == {
        7: "CHOICE_FORMAT", 8: "NUMBER_FORMAT", 9: "SERVICE_DATES", 10: "DUPLICATE_IN_FILE", 11: "WRONG_DISTRICT",
    }  # fmt: skip
    aid = PsychiatricAid.objects.order_by("pk").values_list("person__name", "mode", "months", "amount")
    assert list(aid) == [("甲", "medication", 12, 600), ("甲", "inpatient", 1, 600)]


def test_a_list_of_patients_from_a_hospital(take_in, told, people):
    headings = ["患者姓名", "身份证号码", "救助类别", "入院日期", "出院日期", "医院名称"]
    number = people["甲"].id_number
    rows = [["甲", number, "住院治疗", "2019.3.1", "2019.3.28", "市四院"], ["甲", number, "住院治疗", "", "", "市四院"]]
    job = take_in("psychiatric_aid", gbk("免费救助病人名单", headings, rows), name="病人.csv")
    assert told(job) == {4: "MISSING_REQUIRED"}
    assert PsychiatricAid.objects.get().ended_on == date(2019, 3, 28)


# -- 体检 ------------------------------------------------------------------------------------------------------------


def test_a_health_check_roll(take_in, told, people):
    groups = [("", WHO), ("体检情况", ["体检机构", "体检日期", "体检报告编号", "体检结论"])]

    def row(name, day="2019-05-06", place="浦西街道卫生院", called=None):
        return [called or name, people[name].id_number, "", place, day, "TJ2019", "血压偏高"]

    rows = [row("甲"), row("乙", "2019-13-01"), row("丙", place=""), row("丁", called="别名"), row("甲")]
    job = take_in("health_check", workbook("2019年残疾人免费健康体检花名册", groups, rows), name="体检.xlsx")
    assert told(job) == {6: "DATE_FORMAT", 7: "MISSING_REQUIRED", 8: "NAME_MISMATCH", 9: "DUPLICATE_IN_FILE"}
    check = HealthCheck.objects.get()
    assert (check.person, check.institution, check.report_no) == (people["甲"], "浦西街道卫生院", "TJ2019")


def test_an_export_of_a_check_up_system(take_in, told, people):
    headings = ["姓名", "证件号", "体检医院", "检查日期"]
    rows = [[name, people[name].id_number, "县医院", day] for name, day in (("甲", "43591"), ("乙", "2999-01-01"))]
    job = take_in("health_check", gbk("体检人员名单", headings, rows), name="体检.csv")
    assert told(job) == {4: "SERVICE_DATES"}
    assert HealthCheck.objects.get().served_on == date(2019, 5, 6)


# -- 家庭医生 --------------------------------------------------------------------------------------------------------


def test_a_contract_roll(take_in, told, people):
    groups = [("", WHO), ("签约情况", ["签约机构", "家庭医生", "协议编号", "签约日期", "到期日期"])]

    def row(name, begun="2019-01-10", ends="2020-01-09"):
        return [name, people[name].id_number, "", "浦西街道社区卫生服务中心", "王医生", "QY-1", begun, ends]

    rows = [row("甲"), row("乙", ends=""), row("丙", ends="2019-01-01"), row("丁", begun="明年")]
    job = take_in("family_doctor_rate", workbook("残疾人家庭医生签约转介汇总表", groups, rows), name="签约.xlsx")
    assert told(job) == {7: "SERVICE_DATES", 8: "DATE_FORMAT"}
    ends = FamilyDoctorContract.objects.order_by("pk").values_list("person__name", "ended_on", "doctor")
    assert list(ends) == [("甲", date(2020, 1, 9), "王医生"), ("乙", date(2020, 1, 9), "王医生")]


def test_a_contract_on_record_is_not_recorded_again(take_in, told, people, make_service):
    make_service(people["甲"], "family_doctor_rate", date(2019, 1, 10))
    headings = ["姓名", "身份证号", "签约机构", "签约时间"]
    rows = [
        ["甲", people["甲"].id_number, "县医院", "2019-01-10"],
        ["乙", people["乙"].id_number, "县医院", "2019/1/10"],
    ]
    job = take_in("family_doctor_rate", gbk("家庭医生签约名册", headings, rows), name="签约.csv")
    assert told(job) == {3: "ALREADY_SERVED"}
    assert FamilyDoctorContract.objects.count() == 2


# -- 无障碍改造 ------------------------------------------------------------------------------------------------------


@pytest.fixture
def at_home(people):
    """甲 and 乙 live in one household, 丙 in another, 丁 in none that is known."""
    for names in ("甲乙", "丙"):
        household = Household.objects.create(area=people["甲"].area)
        for name in names:
            relation = "head" if name == names[0] else "child"
            HouseholdMember.objects.create(household=household, person=people[name], relation=relation)
    return people


def test_a_home_modification_summary(take_in, told, at_home):
    groups = [
        ("", ["县区", "乡镇", "户主/残疾人姓名", "身份证号"]),
        ("改造情况", ["改造内容", "金额", "施工单位", "开工日期", "完工日期"]), ("验收", ["验收情况", "验收日期"]),
    ]  # fmt: skip

    def row(name, works="坡道、卫生间扶手", verdict="合格", accepted="2019-06-20", done="2019-06-10"):
        number = at_home[name].id_number
        return ["海州区", "", name, number, works, 5000, "某建筑公司", "2019-06-01", done, verdict, accepted]

    rows = [
        row("甲"), row("乙", accepted=""), row("丙", "轮椅、盲杖"), row("丙", verdict="待验收", accepted=""), row("丁"),
        row("甲", "低位灶台", accepted="2019-05-01"), row("甲", "门改造", verdict="不错"),
    ]  # fmt: skip
    job = take_in("home_accessibility", workbook("残疾人家庭无障碍改造汇总表", groups, rows), name="无障碍.xlsx")
    assert told(job) == {
        6: "W_ACCEPTANCE_DAY", 7: "W_DEVICES_ONLY", 9: "HOUSEHOLD_MISSING", 10: "SERVICE_DATES", 11: "CHOICE_FORMAT",
    }  # fmt: skip
    done = HomeModification.objects.order_by("pk").values_list("person__name", "counted_on", "amount")
    assert list(done) == [
        ("甲", date(2019, 6, 20), 5000), ("乙", date(2019, 6, 10), 5000), ("丙", None, 5000), ("丙", None, 5000),
    ]  # fmt: skip
    homes = HomeModification.objects.filter(person__name__in="甲乙").values("household").distinct()
    assert homes.count() == 1


def test_a_list_of_a_building_firm(take_in, told, at_home):
    headings = ["残疾人姓名", "身份证号", "改造项目", "改造金额", "改造单位", "竣工日期", "验收结果"]
    rows = [
        ["丙", at_home["丙"].id_number, "坡道", "4800.5", "某公司", "2019-07-01", "通过"],
        ["丙", at_home["丙"].id_number, "坡道", "4800.567", "某公司", "2019-07-02", "通过"],
    ]
    job = take_in("home_accessibility", gbk("家庭改造台账", headings, rows), name="改造.csv")
    assert told(job) == {3: "W_ACCEPTANCE_DAY", 4: "AMOUNT_FORMAT,W_ACCEPTANCE_DAY"}
    works = HomeModification.objects.get()
    assert works.served_on == works.counted_on == date(2019, 7, 1)
    assert f"{works.cost:.2f}" == "4800.50"


# -- 康复需求, 精准康复服务 ------------------------------------------------------------------------------------------


def test_a_survey_of_needs(take_in, told, people):
    groups = [("", WHO), ("需求情况", ["康复需求", "填表日期"])]
    needs = [("甲", "功能训练、辅具"), ("乙", "无"), ("丙", "气功"), ("丁", ""), ("甲", "辅具")]
    rows = [[name, people[name].id_number, "", need, "2019-02-18"] for name, need in needs]
    job = take_in("rehab_need", workbook("残疾人基本服务状况和需求调查表", groups, rows), name="需求.xlsx")
    assert told(job) == {7: "CHOICE_FORMAT", 8: "MISSING_REQUIRED", 9: "DUPLICATE_IN_FILE"}
    assert sorted(RehabilitationNeed.objects.values_list("person__name", "need")) == [
        ("甲", "device"),
        ("甲", "training"),
    ]


def test_the_survey_is_asked_once_a_year(take_in, told, people, make_service):
    make_service(people["甲"], "rehab_need", date(2019, 2, 1), need="device")
    headings = ["姓名", "身份证号", "需求类别", "采集日期"]
    rows = [["甲", people["甲"].id_number, "辅具适配", day] for day in ("2019-11-01", "2020-02-01")]
    job = take_in("rehab_need", gbk("需求动态更新", headings, rows), name="需求.csv")
    assert told(job) == {3: "ALREADY_SERVED"}
    assert RehabilitationNeed.objects.count() == 2


def test_a_handbook_of_precision_services(take_in, told, make_person, people):
    bare = make_person("无证")
    groups = [("", WHO), ("服务情况", ["服务类别", "服务内容", "服务日期", "服务机构"])]

    def row(name, sort, number=None):
        return [name, number or people[name].id_number, "", sort, "下肢训练", "2019-04-01", "市康复中心"]

    rows = [row("甲", "训练，支持性服务"), row("乙", "看病"), row("无证", "训练", bare.id_number), row("甲", "训练")]
    job = take_in("precision_rehab_rate", workbook("残疾人精准康复服务记录", groups, rows), name="精准.xlsx")
    assert told(job) == {6: "CHOICE_FORMAT", 7: "SERVICE_DIAGNOSIS", 8: "DUPLICATE_IN_FILE"}
    assert sorted(PrecisionService.objects.values_list("need", flat=True)) == ["support", "training"]


def test_a_monthly_export_of_services(take_in, told, people):
    headings = ["姓名", "身份证号", "服务项目", "服务时间", "康复机构"]
    rows = [
        ["甲", people["甲"].id_number, "护理", "2019-04-01", "村卫生室"],
        ["乙", people["乙"].id_number, "护理", "", ""],
    ]
    job = take_in("precision_rehab_rate", gbk("精准康复服务月报", headings, rows), name="精准.csv")
    assert told(job) == {4: "MISSING_REQUIRED"}
    assert PrecisionService.objects.get().institution == "村卫生室"
