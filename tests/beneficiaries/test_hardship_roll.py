"""低保名单 and 特困名单: what a monthly list of everybody in need says of the people on file."""

from datetime import date

import pytest

from beneficiaries.models import HardshipStatus
from tests.fixtures_city import DONGHAI_TOWN, make_id

pytestmark = pytest.mark.django_db
MARCH = date(2019, 3, 1)


def line(person, **cells) -> dict:
    return {"姓名": person.name, "身份证号": person.id_number, "纳入日期": "", "退出日期": ""} | cells


def statuses(person) -> list[tuple]:
    return list(person.hardships.order_by("pk").values_list("status", "valid_from", "valid_to"))


def test_a_list_says_since_when_and_until_when(take_in, make_person):
    dated, undated, left = make_person("甲"), make_person("乙"), make_person("丙")
    job = take_in(
        "hardship_dibao", line(dated, 纳入日期="2018-07-01"), line(undated),
        line(left, 纳入日期="2018-01-01", 退出日期="2019-02-28"),
    )  # fmt: skip
    assert job.applied_rows == 3
    assert statuses(dated) == [("低保", date(2018, 7, 1), None)]
    assert statuses(undated) == [("低保", MARCH, None)]
    assert statuses(left) == [("低保", date(2018, 1, 1), date(2019, 2, 28))]


def test_the_next_months_list_changes_nothing_but_whoever_left(take_in, make_person):
    stays, leaves = make_person("甲"), make_person("乙", hardship="低保")
    take_in("hardship_dibao", line(stays))
    job = take_in("hardship_dibao", line(stays), line(leaves, 退出日期="2019-04-30"), name="再一份.csv")
    assert (job.summary["unchanged"], job.summary["changed"]) == (1, 1)
    assert statuses(stays) == [("低保", MARCH, None)]
    assert statuses(leaves) == [("低保", None, date(2019, 4, 30))]


def test_who_was_in_no_need_is_so_no_longer_from_the_day_before(take_in, make_person):
    person = make_person("甲", hardship="普通")
    take_in("hardship_tekun", line(person, 纳入日期="2019-03-05"))
    assert statuses(person) == [("普通", None, date(2019, 3, 4)), ("特困", date(2019, 3, 5), None)]


def test_who_is_not_on_file_is_left_out_and_told_and_another_countys_is_refused(take_in, told, make_person):
    foreign, known = make_person("赵六", area=DONGHAI_TOWN), make_person("甲")
    stranger = {"姓名": "外人", "身份证号": make_id(77), "纳入日期": "", "退出日期": ""}
    job = take_in("hardship_dibao", stranger, line(foreign), line(known))
    assert told(job) == {2: "W_NOT_ON_FILE", 3: "WRONG_DISTRICT"}
    assert HardshipStatus.objects.get().person == known


@pytest.mark.parametrize("days", [{"纳入日期": "2019-03-05", "退出日期": "2019-03-04"}, {"纳入日期": "1979-12-31"}])
def test_days_out_of_order_are_refused(take_in, told, make_person, days):
    assert told(take_in("hardship_dibao", line(make_person("甲"), **days))) == {2: "DATE_ORDER"}
    assert not HardshipStatus.objects.exists()


def test_a_list_is_undone_to_the_letter(take_in, take_back, make_person):
    plain, leaves = make_person("甲", hardship="普通"), make_person("乙", hardship="低保")
    job = take_in("hardship_dibao", line(plain, 纳入日期="2019-03-05"), line(leaves, 退出日期="2019-04-30"))
    take_back(job)
    assert statuses(plain) == [("普通", None, None)] and statuses(leaves) == [("低保", None, None)]
