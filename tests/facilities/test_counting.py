"""Targets 19 to 25: 当年通过验收的，一处计一个; each trap of the rule, on the board's own figures."""

from datetime import date

import pytest

from facilities.actions import advance_stage, save_facility, take_back_stage
from facilities.models import Facility
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.targets.loading import load_plan
from lianyungang_cdpf.targets.models import Plan, Target
from lianyungang_cdpf.targets.recount import breaches
from tests.fixtures_city import DONGHAI_TOWN

KINDS = {
    19: "disabled_persons_home", 20: "rehab_station", 21: "home_rehab_point", 22: "device_station",
    23: "spinal_hope_home", 24: "rehab_education_pilot", 25: "training_base",
}  # fmt: skip
HAIZHOU, DONGHAI = "unit:320706", "unit:320722"


@pytest.mark.parametrize(("number", "kind"), KINDS.items())
def test_an_accepted_facility_counts_once_for_its_own_target(number, kind, accepted, make_facility, done):
    accepted(kind=kind)
    make_facility("在建中", kind=kind, approved_on=date(2019, 1, 5), started_on=date(2019, 2, 1))
    assert Target.objects.get(number=number).kind == kind
    assert (done(kind=kind), done(HAIZHOU, kind=kind), done(DONGHAI, kind=kind)) == (1, 1, 0)
    others = [other for other in KINDS.values() if other != kind]
    assert [done(kind=other) for other in others] == [0] * 6
    assert breaches() == []


def test_it_counts_in_the_month_of_its_acceptance(accepted, done):
    from lianyungang_cdpf.targets.models import Tally

    accepted(date(2019, 5, 31))
    assert done() == 1
    assert Tally.objects.get(place=HAIZHOU, value=1).month == 5


@pytest.mark.parametrize("day", [date(2018, 12, 31), date(2020, 1, 1)])
def test_a_facility_accepted_in_another_year_does_not_count(accepted, done, day):
    accepted(day)
    assert done() == 0


def test_a_facility_accepted_last_year_does_not_count_again_after_rectifying(city_clerk, accepted, done):
    facility = accepted(date(2018, 9, 1), area_m2=300, capacity=20)
    advance_stage(by=city_clerk, facility=facility, to="rectifying", on=date(2019, 3, 1))
    advance_stage(by=city_clerk, facility=facility, to="accepted", on=date(2019, 6, 1), document_no="复验1号")
    facility.refresh_from_db()
    assert (facility.accepted_on, facility.stage, done()) == (date(2018, 9, 1), "accepted", 0)


def test_it_counts_once_though_accepted_twice_in_the_year(city_clerk, accepted, done):
    facility = accepted(date(2019, 4, 1), area_m2=300, capacity=20)
    advance_stage(by=city_clerk, facility=facility, to="rectifying", on=date(2019, 5, 1))
    assert done() == 1
    advance_stage(by=city_clerk, facility=facility, to="accepted", on=date(2019, 6, 1), document_no="复验1号")
    assert done() == 1


def test_a_facility_revoked_this_year_no_longer_counts(city_clerk, accepted, done):
    facility = accepted()
    assert done() == 1
    advance_stage(by=city_clerk, facility=facility, to="revoked", on=date(2019, 8, 1), document_no="撤1号")
    assert done() == 0
    take_back_stage(by=city_clerk, facility=facility, why="撤错了")
    assert done() == 1


def test_an_acceptance_taken_back_no_longer_counts(city_clerk, accepted, done):
    facility = accepted()
    assert done() == 1
    take_back_stage(by=city_clerk, facility=facility, why="日期录错")
    assert done() == 0
    facility.refresh_from_db()
    assert (facility.stage, facility.accepted_on) == ("approved", None)


def test_a_facility_entered_in_the_wrong_district_counts_where_it_is_moved_to(city_clerk, accepted, done):
    facility = accepted()
    assert (done(HAIZHOU), done(DONGHAI)) == (1, 0)
    facility.area = Area.objects.get(code=DONGHAI_TOWN)
    save_facility(by=city_clerk, facility=facility)
    assert (done(HAIZHOU), done(DONGHAI), done()) == (0, 1, 1)


def test_a_facility_of_a_zones_town_counts_for_the_zone_and_not_for_the_county(accepted, done):
    town = Area.objects.filter(level="town", zone__isnull=False).first()
    accepted(area=town.code)
    assert (done(f"unit:{town.unit_key}"), done(f"unit:{town.county_code}")) == (1, 0)


def test_the_methods_name_what_they_count(accepted, make_facility):
    one = accepted()
    revoked = accepted(name="已撤", revoked_on=date(2019, 9, 1))
    assert list(Facility.objects.accepted_in(2019)) == [one]
    assert list(Facility.objects.accepted_of("rehab_station", 2019)) == []
    assert revoked not in Facility.objects.not_revoked()


def test_a_database_that_holds_the_plan_already_is_connected_too(city):
    plan = Plan.objects.get(year=2019)
    plan.targets.filter(kind__in=KINDS.values()).update(metric="", goal=7)
    assert load_plan() == 0
    connected = plan.targets.filter(kind__in=KINDS.values())
    assert set(connected.values_list("metric", "goal")) == {("facilities.accepted", 7)}
    assert connected.count() == 7
