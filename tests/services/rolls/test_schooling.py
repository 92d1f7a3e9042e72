"""Rosters of children of school age as offices write them: known wrong rows are found and only they."""

from datetime import date

import pytest

from services.models import SchoolEnrolment
from services.rolls.schooling import SchoolYear
from tests.beneficiaries.samples import gbk, workbook
from tests.fixtures_city import DONGHAI_TOWN, make_id

ROSTER = [
    ("", ["学生姓名", "身份证号", "学年"]),
    ("就读情况", ["就读方式", "就读学校", "年级", "学籍号"]), ("", ["未入学原因"]),
]  # fmt: skip


@pytest.fixture
def children(make_person):
    born = date(2010, 5, 1)
    return [
        make_person(name, id_number=make_id(n, born), category=5, grade=2) for n, name in enumerate("甲乙丙丁戊己庚")
    ]


def roster_row(child, way, school="海州区实验小学", reason="", year="2019-2020学年"):
    return [child.name, child.id_number, year, way, school, "三年级", "G3207012010", reason]


def test_a_roster_finds_its_wrong_rows_and_only_them(take_in, told, make_person, children):
    foreign = make_person("辛", id_number=make_id(9, date(2010, 5, 1)), area=DONGHAI_TOWN, category=5, grade=2)
    unproven = make_person("壬", id_number=make_id(10, date(2010, 5, 1)))
    rows = [
        roster_row(children[0], "随班就读"),
        roster_row(children[1], "特殊教育学校", school="市特殊教育学校"),
        roster_row(children[5], "送教", school=""),
        roster_row(children[6], "未入学", school=""),
        roster_row(children[2], "未入学", school="", reason="重病住院"),
        roster_row(children[3], "缓学", school="", reason="海教〔2019〕12号"),
        roster_row(children[0], "送教上门"),
        roster_row(children[4], "自学"),
        roster_row(children[4], "随班就读", year="2019-2021"),
        roster_row(foreign, "随班就读"),
        roster_row(unproven, "随班就读"),
    ]
    content = workbook("海州区适龄残疾儿童少年入学花名册", ROSTER, rows)
    job = take_in("compulsory_enrolment_rate", content, name="入学花名册.xlsx")
    assert told(job) == {
        7: "SCHOOL_MISSING", 8: "REASON_MISSING", 11: "DUPLICATE_IN_FILE", 12: "CHOICE_FORMAT", 13: "DATE_FORMAT",
        14: "WRONG_DISTRICT", 15: "SERVICE_DIAGNOSIS",
    }  # fmt: skip
    facts = SchoolEnrolment.objects.values_list("person__name", "schooling", "school_year", "served_on", "counted_on")
    first = date(2019, 9, 1)
    assert set(facts) == {
        ("甲", "inclusive_class", 2019, first, first), ("乙", "special_school", 2019, first, first),
        ("丙", "not_enrolled", 2019, first, None), ("丁", "deferred", 2019, first, None),
    }  # fmt: skip


def test_a_roster_with_days_belongs_to_the_school_year_of_the_day(take_in, told, children):
    headings = ["姓名", "证件号", "学校", "入学情况", "统计日期"]
    rows = [
        ["甲", children[0].id_number, "市特校", "特校", "2019.10.8"],
        ["乙", children[1].id_number, "某小学", "普校", "2019-05-20"],
        ["丙", children[2].id_number, "某小学", "普校", "十月"],
        ["丁", children[3].id_number, "某小学", "", "2019.10.8"],
    ]
    job = take_in("compulsory_enrolment_rate", gbk("残疾学生义务教育就读名单", headings, rows), name="就读.csv")
    assert told(job) == {5: "DATE_FORMAT", 6: "MISSING_REQUIRED"}
    assert set(SchoolEnrolment.objects.values_list("person__name", "school_year")) == {("甲", 2019), ("乙", 2018)}


@pytest.mark.parametrize(
    ("text", "year"), [("2019", 2019), ("2019—2020学年", 2019), ("2019-20", 2019), ("2019学年", 2019), (2019.0, 2019)]
)
def test_a_school_year_is_read_as_schools_write_it(text, year):
    assert SchoolYear().clean(text) == (year, None)


@pytest.mark.parametrize("text", ["2019-2021", "19-20", "秋季"])
def test_what_is_no_school_year_is_not_guessed(text):
    assert SchoolYear().clean(text) == (None, "DATE_FORMAT")
