"""就业 rolls as offices write them: known wrong rows are found and only they; what each row writes."""

from datetime import date

from beneficiaries.models import DisabilityPart
from services.models import CourseAttendance, NewEmployment, SupportedEmployment
from tests.beneficiaries.samples import gbk, workbook
from tests.fixtures_city import DONGHAI_TOWN, make_id

# -- 实名制培训 ------------------------------------------------------------------------------------------------------

COURSES = [
    ("", ["姓名", "性别", "身份证号", "残疾证号", "文化程度"]),
    ("培训情况", ["培训项目", "培训时间", "课时", "培训机构"]),
    ("", ["证书编号", "联系电话", "签名"]),
]  # fmt: skip


def course_row(person, certificate="PX2019001", period="2019.5.6-5.20", course="盲人按摩", hours="80"):
    return [
        person.name,
        "男",
        person.id_number,
        "",
        "初中",
        course,
        period,
        hours,
        "海州区某培训学校",
        certificate,
        "",
        "",
    ]


def test_a_course_roll_finds_its_wrong_rows_and_only_them(take_in, told, make_person, counted):
    first, second = (make_person(name, category=1, grade=1) for name in "甲乙")
    unproven, foreign = make_person("丙"), make_person("丁", area=DONGHAI_TOWN, category=1, grade=1)
    rows = [
        course_row(first),
        course_row(first, course="电商客服", period="2019年6月3日至2019年6月14日", certificate="PX2019002"),
        course_row(first),
        course_row(second, certificate=""),
        course_row(second, course="", certificate="PX2019003"),
        course_row(second, course="养殖", hours="八十"),
        course_row(unproven),
        course_row(foreign),
        course_row(second, course="种植", period="上半年"),
    ]
    content = workbook("海州区2019年残疾人实名制培训花名册", COURSES, rows)
    job = take_in("real_name_training", content, name="实名制培训.xlsx")
    assert told(job) == {
        7: "DUPLICATE_IN_FILE", 8: "W_NOT_FINISHED", 9: "MISSING_REQUIRED", 10: "NUMBER_FORMAT", 11: "SERVICE_PROOF",
        12: "WRONG_DISTRICT", 13: "DATE_FORMAT",
    }  # fmt: skip
    facts = CourseAttendance.objects.values_list("person__name", "content", "completed_on", "certificate_no")
    assert set(facts) == {
        ("甲", "盲人按摩", date(2019, 5, 20), "PX2019001"), ("甲", "电商客服", date(2019, 6, 14), "PX2019002"),
        ("乙", "盲人按摩", None, ""),
    }  # fmt: skip
    assert counted("services.persons", "real_name_training") == 1


def test_a_course_list_that_says_who_finished(take_in, told, make_person):
    people = [make_person(name, category=4, grade=3) for name in "甲乙丙丁戊"]
    headings = ["学员姓名", "公民身份号码", "课程类别", "培训等级", "承训单位", "开班日期", "培训结束日期", "结业情况"]
    ends = [("2019-04-12", "合格"), ("2019-04-12", "中途退出"), ("", "已结业"), ("2019-04-12", "优秀")]
    rows = [
        [one.name, one.id_number, "家政服务", "初级", "市职业学校", "2019-04-01", *end]
        for one, end in zip(people, ends, strict=False)
    ]
    # Of this course nobody says when it ended.
    rows.append(["戊", people[4].id_number, "电商", "初级", "市职业学校", "2019-04-01", "", "已结业"])
    job = take_in("real_name_training", gbk("残疾人职业技能培训名单", headings, rows), name="培训.csv")
    assert told(job) == {6: "CHOICE_FORMAT", 7: "COURSE_END"}
    assert list(CourseAttendance.objects.order_by("pk").values_list("completed_on", "level")) == [
        (date(2019, 4, 12), "初级"), (None, "初级"), (date(2019, 4, 12), "初级"),
    ]  # fmt: skip


# -- 新增就业 --------------------------------------------------------------------------------------------------------

JOBS = [
    ("", ["姓名", "性别", "残疾证号", "证件号", "残疾登记"]),
    ("就业情况", ["就业状况", "从事行业", "就业途径", "单位名称", "劳动合同编号", "启动时间", "截止时间"]),
    ("", ["是否参保", "上年末是否就业"]),
]


def job_row(person, way="按比例就业", employer="某电子公司", begun="2019-03-01", insured="是", before="否"):
    return [
        person.name, "女", "", person.id_number, "肢体三级", "就业", "制造业", way, employer, "HT001", begun,
        "2099-02-28", insured, before,
    ]  # fmt: skip


def test_an_employment_roll_finds_its_wrong_rows_and_only_them(take_in, told, make_person, counted):
    first, second, third = (make_person(name, category=4, grade=3) for name in "甲乙丙")
    young = make_person("丁", id_number=make_id(1, date(2003, 6, 1)), category=4, grade=3)
    old = make_person("戊", id_number=make_id(2, date(1959, 2, 1)), category=4, grade=3)
    unproven = make_person("己")
    rows = [
        job_row(first),
        job_row(first, employer="某服装厂", begun="2019-08-01", way="灵活就业"),
        job_row(second, before="已就业"),
        job_row(third, way="托关系"),
        job_row(third, employer=""),
        job_row(third, begun="2999-01-01"),
        job_row(young),
        job_row(old),
        job_row(unproven),
        job_row(first),
    ]
    content = workbook("海州区2019年残疾人新增实名制就业花名册", JOBS, rows)
    job = take_in("new_employment", content, name="新增就业.xlsx")
    assert told(job) == {
        7: "W_EMPLOYED_BEFORE", 8: "CHOICE_FORMAT", 9: "MISSING_REQUIRED", 10: "SERVICE_DATES", 11: "SERVICE_AGE",
        12: "SERVICE_AGE", 13: "SERVICE_PROOF", 14: "DUPLICATE_IN_FILE",
    }  # fmt: skip
    facts = NewEmployment.objects.values_list("person__name", "institution", "form", "is_insured", "was_employed")
    assert set(facts) == {
        ("甲", "某电子公司", "quota", True, False), ("甲", "某服装厂", "flexible", True, False),
        ("乙", "某电子公司", "quota", True, True),
    }  # fmt: skip
    kept = NewEmployment.objects.filter(person=first).first()
    assert (kept.contract_no, kept.contract_until, kept.ended_on) == ("HT001", date(2099, 2, 28), None)
    assert counted("services.newly_employed", "new_employment") == 1


def test_the_clerk_is_told_whom_the_register_has_as_employed(take_in, told, make_person, make_service, counted):
    at_work, left = (make_person(name, category=4, grade=3) for name in "甲乙")
    make_service(at_work, "new_employment", date(2017, 5, 1), institution="旧单位")
    make_service(left, "new_employment", date(2017, 5, 1), institution="旧单位", ended_on=date(2018, 12, 30))
    content = workbook("新增实名制就业花名册", JOBS, [job_row(at_work, before=""), job_row(left, before="")])
    job = take_in("new_employment", content, name="新增就业.xlsx")
    assert told(job) == {5: "W_EMPLOYED_BEFORE"}
    assert NewEmployment.objects.filter(job=job).count() == 2
    assert counted("services.newly_employed", "new_employment") == 1


def test_a_short_list_of_new_employment(take_in, told, make_person):
    one = make_person("甲", category=2, grade=2)
    headings = ["姓名", "身份证号码", "用人单位", "入职时间", "离职日期"]
    rows = [
        ["甲", one.id_number, "某超市", "2019.4.1", "2019.6.30"],
        ["甲", one.id_number, "某快递公司", "2019.7.15", ""],
        ["甲", one.id_number, "某工厂", "2019.9.15", "2019.9.1"],
    ]
    job = take_in("new_employment", gbk("新增就业名单", headings, rows), name="就业.csv")
    assert told(job) == {5: "SERVICE_DATES"}
    assert list(NewEmployment.objects.order_by("served_on").values_list("ended_on", "form", "is_insured")) == [
        (date(2019, 6, 30), "other", None), (None, "other", None),
    ]  # fmt: skip


# -- 辅助性就业 ------------------------------------------------------------------------------------------------------

SUPPORTED = [
    ("", ["姓名", "身份证号", "残疾类别", "残疾等级"]),
    ("劳动情况", ["辅助性就业机构", "劳动项目", "协议编号", "上岗日期", "离岗日期", "月劳动时数", "月劳动报酬（元）"]),
]


def supported_row(person, hours="80", pay="600.00", ended=""):
    return [person.name, person.id_number, "", "", "新东街道残疾人之家", "手工", "XY1", "2019-03-04", ended, hours, pay]


def test_supported_employment_is_for_intellectual_mental_and_severe_limb_disability(take_in, told, make_person):
    intellectual, mental = make_person("甲", category=5, grade=4), make_person("乙", category=6, grade=3)
    severe, light = make_person("丙", category=4, grade=2), make_person("丁", category=4, grade=3)
    blind = make_person("戊", category=1, grade=1)
    limb_light, open_parts = make_person("己", category=7, grade=1), make_person("庚", category=7, grade=1)
    for category, grade in ((1, 1), (4, 4)):
        DisabilityPart.objects.create(certificate=limb_light.certificates.get(), category=category, grade=grade)
    people = [intellectual, mental, severe, light, blind, limb_light, open_parts]
    content = workbook("海州区辅助性就业花名册", SUPPORTED, [supported_row(one) for one in people])
    job = take_in("supported_employment", content, name="辅助性就业.xlsx")
    assert told(job) == {8: "SERVICE_CATEGORY", 9: "SERVICE_CATEGORY", 10: "SERVICE_CATEGORY"}
    assert set(SupportedEmployment.objects.values_list("person__name", "monthly_hours", "monthly_pay")) == {
        (name, 80, 600) for name in "甲乙丙庚"
    }


def test_a_list_of_supported_workers_of_an_old_system(take_in, told, make_person):
    people = [make_person(name, category=5, grade=2) for name in "甲乙丙丁"]
    headings = ["姓名", "证件号", "机构名称", "起止时间", "月工资"]
    rows = [
        ["甲", people[0].id_number, "某之家", "2019.1-2019.6", "500元"],
        ["乙", people[1].id_number, "某之家", "2019.1-2019.6", "约五百"],
        ["丙", people[2].id_number, "某之家", "", "500"],
        ["丁", people[3].id_number, "某之家", "2019.3.1-至今", "12.345"],
    ]
    job = take_in("supported_employment", gbk("辅助性就业人员名单", headings, rows), name="辅助.csv")
    assert told(job) == {4: "AMOUNT_FORMAT", 5: "MISSING_REQUIRED", 6: "AMOUNT_FORMAT"}
    one = SupportedEmployment.objects.get()
    assert (one.served_on, one.ended_on, one.monthly_pay) == (date(2019, 1, 1), date(2019, 6, 30), 500)
