"""托养 rolls as offices write them: known wrong rows are found and only they."""

from datetime import date

import pytest

from services.models import RespitePlacement
from services.rolls.terms import term_of
from tests.beneficiaries.samples import gbk, workbook
from tests.fixtures_city import DONGHAI_TOWN, make_id

PLACEMENTS = [
    ("", ["姓名", "身份证号", "残疾人证号"]), ("残疾情况", ["类别", "等级"]),
    ("托养情况", ["托养方式", "托养机构", "起止时间", "月数"]), ("补助", ["补助标准", "金额"]), ("", ["监护人"]),
]  # fmt: skip


def placement_row(person, mode, period="2019.1-2019.6", months="6", place="海州区阳光托养中心"):
    return [person.name, person.id_number, "", "智力", "一级", mode, place, period, months, "500", 3000, "张父"]


def test_a_placement_roll_finds_its_wrong_rows_and_only_them(take_in, told, make_person):
    poor = {"category": 5, "grade": 1, "hardship": "低保"}
    first, second = make_person("甲", **poor), make_person("乙", **poor)
    light = make_person("丙", category=4, grade=3, hardship="低保")
    young = make_person("丁", id_number=make_id(1, date(2003, 6, 1)), **poor)
    old = make_person("戊", id_number=make_id(2, date(1958, 6, 1)), **poor)
    richer = make_person("己", category=6, grade=2)
    unproven, foreign = make_person("庚", hardship="低保"), make_person("辛", area=DONGHAI_TOWN, **poor)
    rows = [
        placement_row(first, "寄宿制"),
        placement_row(first, "日间照料", "2019年7月1日至2019年12月31日"),
        placement_row(first, "寄宿", "2019.1-2019.6"),
        placement_row(second, "居家", "2019.1-2019.13"),
        placement_row(second, "远程"),
        placement_row(second, "居家", place=""),
        placement_row(light, "居家"),
        placement_row(young, "日间照料"),
        placement_row(young, "日间照料", "2019-06-01～2019-12-31"),
        placement_row(old, "居家"),
        placement_row(richer, "居家"),
        placement_row(unproven, "居家"),
        placement_row(foreign, "居家"),
        placement_row(second, "居家", "2019.6-2019.1"),
        placement_row(second, "居家", "2019.1-至今", "0"),
    ]
    job = take_in("respite_care", workbook("海州区2019年残疾人托养服务花名册", PLACEMENTS, rows), name="托养.xlsx")
    assert told(job) == {
        7: "DUPLICATE_IN_FILE", 8: "DATE_FORMAT", 9: "CHOICE_FORMAT", 10: "MISSING_REQUIRED", 11: "SERVICE_CATEGORY",
        12: "SERVICE_AGE", 14: "SERVICE_AGE", 15: "W_NO_HARDSHIP", 16: "SERVICE_PROOF", 17: "WRONG_DISTRICT",
        18: "SERVICE_DATES", 19: "NUMBER_FORMAT",
    }  # fmt: skip
    assert set(RespitePlacement.objects.values_list("person__name", "mode", "served_on", "ended_on")) == {
        ("甲", "residential", date(2019, 1, 1), date(2019, 6, 30)),
        ("甲", "day", date(2019, 7, 1), date(2019, 12, 31)),
        ("丁", "day", date(2019, 6, 1), date(2019, 12, 31)),
        ("己", "home", date(2019, 1, 1), date(2019, 6, 30)),
    }
    placement = RespitePlacement.objects.get(person=first, mode="day")
    assert (placement.institution, placement.months, placement.amount) == ("海州区阳光托养中心", 6, 3000)


def test_a_list_of_institutional_care_of_an_old_system(take_in, told, make_person):
    one = make_person("甲", category=6, grade=1, hardship="特困")
    headings = ["姓名", "证件号", "户籍区县", "护理机构", "人住审核日期", "退出审核日期", "退出原因", "补贴金额"]
    rows = [
        ["甲", one.id_number, "海州区", "市福利院", "2019/3/1", "", "", "1200"],
        ["甲", one.id_number, "海州区", "市福利院", "2019/8/1", "2019/7/1", "回家", "1200"],
        ["甲", one.id_number, "海州区", "市福利院", "", "", "", "1200"],
        ["乙", one.id_number, "海州区", "市福利院", "2019/9/1", "", "", "1200"],
    ]
    job = take_in("respite_care", gbk("机构养护名单", headings, rows), name="养护.csv")
    assert told(job) == {4: "SERVICE_DATES", 5: "MISSING_REQUIRED", 6: "NAME_MISMATCH"}
    placement = RespitePlacement.objects.get()
    assert (placement.mode, placement.served_on, placement.ended_on) == ("residential", date(2019, 3, 1), None)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2019.1-2019.12", date(2019, 1, 1), date(2019, 12, 31)),
        ("2019.1-2", date(2019, 1, 1), date(2019, 2, 28)),
        ("2019年5月6日至5月20日", date(2019, 5, 6), date(2019, 5, 20)),
        ("2019.5.6-20", date(2019, 5, 6), date(2019, 5, 20)),
        ("2019-03-01-2019-06-30", date(2019, 3, 1), date(2019, 6, 30)),
        ("2019-03-01", date(2019, 3, 1), date(2019, 3, 1)),
        ("2019年11月至2020年2月", date(2019, 11, 1), date(2020, 2, 29)), ("2019.3～至今", date(2019, 3, 1), None),
    ],
)  # fmt: skip
def test_a_term_is_read_as_offices_write_it(text, first, last):
    assert term_of(text) == (first, last)


@pytest.mark.parametrize("text", ["2019", "长期", "2019.2.30-2019.3.1", "2019.1-2019.13", "半年"])
def test_what_is_no_term_is_not_guessed(text):
    assert term_of(text) is None
