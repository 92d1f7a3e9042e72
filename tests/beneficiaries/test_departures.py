"""Deaths and moving out: recorded with their source, corrected with a reason, and judged by."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from beneficiaries.departures import correct_departure, record_death, record_moving_out
from beneficiaries.models import Departure, Household, HouseholdMember, Person
from lianyungang_cdpf.audit.models import AuditLine
from tests.fixtures_city import DONGHAI_TOWN

DAY = date(2021, 3, 4)


@pytest.fixture
def person(make_person):
    return make_person("甲", category=4, grade=1, hardship="低保")


def test_a_death_is_recorded_with_its_source_and_ends_the_membership(haizhou_clerk, person):
    household = Household.objects.create(area=person.area)
    HouseholdMember.objects.create(household=household, person=person, relation="head")
    record_death(by=haizhou_clerk, person=person, died_on=DAY, source="村里上报")
    person.refresh_from_db()
    assert (person.died_on, household.members.get().valid_to) == (DAY, DAY)
    assert (Departure.objects.get().reason, Departure.objects.get().recorded_by) == ("村里上报", haizhou_clerk)
    line = AuditLine.objects.get(deed="登记死亡")
    assert line.object_id == str(person.pk) and "甲" not in line.summary


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(date(1979, 12, 31), "不能早于出生日期"), (timezone.localdate() + timedelta(days=1), "不能晚于今天")],
)
@pytest.mark.parametrize("deed", ["death", "moving_out"])
def test_an_impossible_day_is_refused(haizhou_clerk, person, day, sentence, deed):
    with pytest.raises(ValidationError, match=sentence):
        if deed == "death":
            record_death(by=haizhou_clerk, person=person, died_on=day, source="x")
        else:
            record_moving_out(by=haizhou_clerk, person=person, moved_out_on=day, reason="x")
    assert not Departure.objects.exists()


def test_a_second_death_is_refused_and_a_correction_says_why(haizhou_clerk, person):
    record_death(by=haizhou_clerk, person=person, died_on=DAY, source="村里上报")
    with pytest.raises(ValidationError, match="已登记死亡日期"):
        record_death(by=haizhou_clerk, person=person, died_on=DAY, source="再报")
    with pytest.raises(ValidationError, match="请填写更正原因"):
        correct_departure(by=haizhou_clerk, person=person, kind="death", reason=" ")
    correct_departure(by=haizhou_clerk, person=person, kind="death", reason="同名同姓，误报", day=None)
    person.refresh_from_db()
    assert person.died_on is None
    old = Departure.objects.get()
    assert (old.correction, old.corrected_by) == ("同名同姓，误报", haizhou_clerk)
    record_death(by=haizhou_clerk, person=person, died_on=DAY, source="殡葬信息")
    assert Departure.objects.filter(corrected_at=None).count() == 1


def test_a_death_that_came_with_a_register_can_be_moved_to_another_day(haizhou_clerk, make_person):
    person = make_person(died_on=date(2020, 1, 1))
    correct_departure(by=haizhou_clerk, person=person, kind="death", reason="日期抄错", day=DAY)
    person.refresh_from_db()
    assert person.died_on == DAY
    assert list(Departure.objects.order_by("id").values_list("day", "correction")) == [
        (date(2020, 1, 1), "日期抄错"), (DAY, "")
    ]  # fmt: skip


def test_nobody_records_the_death_of_somebody_elsewhere(haizhou_clerk, make_person):
    foreign = make_person(area=DONGHAI_TOWN)
    with pytest.raises(Person.DoesNotExist):
        record_death(by=haizhou_clerk, person=foreign, died_on=DAY, source="x")


def test_a_roll_after_the_death_is_refused(haizhou_clerk, person, send, run_import, standards):
    record_death(by=haizhou_clerk, person=person, died_on=date(2019, 2, 10), source="村里上报")
    rows = [["姓名", "身份证号", "金额", "银行账号"], ["甲", person.id_number, "370", "6299999630040357070"]]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    assert "PERSON_DEAD" in job.rows.get().codes
