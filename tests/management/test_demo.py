"""The invented city is one that the board can be shown with: everything counted, somebody behind, nothing untrue."""

import io
import json
from datetime import date
from functools import partial

import pytest
from django.core.management import call_command
from django.test import override_settings

from lianyungang_cdpf.management import seals
from lianyungang_cdpf.management.demonstration.facilities import LAGGING
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Allocation, AllocationChange, Plan
from lianyungang_cdpf.targets.progress import progress
from services.fitness import served_facts, unfit
from services.models import FacilityStay, MonthlyAttendance, Service
from tests.fixtures_city import kept_for_a_module

PEOPLE, AS_OF = 2000, date(2019, 9, 30)
RATES = {"compulsory_enrolment_rate", "family_doctor_rate", "precision_rehab_rate"}
SERVICES = {
    "respite_care", "health_check", "child_rehab_training", "cataract_surgery", "psychiatric_aid", "assistive_devices",
    "home_accessibility", "real_name_training", "new_employment", "supported_employment",
}  # fmt: skip


@pytest.fixture(scope="module")
def invented(city_copy, django_db_blocker, tmp_path_factory):
    # The files that other tests leave behind belong to no record of this city.
    with override_settings(UPLOAD_ROOT=tmp_path_factory.mktemp("demo") / "uploads"):
        build = partial(call_command, "demo", people=PEOPLE, stdout=io.StringIO())
        yield from kept_for_a_module(city_copy, django_db_blocker, build)


@pytest.fixture
def demo(invented, city):
    """The invented city, built once for this module."""


def told(area=None) -> dict[str, dict]:
    """The board's rows on the day on which the demonstration stands."""
    out = io.StringIO()
    call_command("progress", year="2019", area=area, json=True, stdout=out)
    return {row["key"]: row for row in json.loads(out.getvalue())}


def share(row: dict) -> float:
    return row["numerator"] / row["denominator"]


def test_every_target_has_been_counted_and_one_rate_is_just_missed(demo):
    rows = told()
    assert len(rows) == 25
    assert [key for key, row in rows.items() if not row["connected"]] == []
    assert [key for key, row in rows.items() if not (row["numerator"] if key in RATES else row["value"])] == []
    assert 0.97 < share(rows["family_doctor_rate"]) < 0.98
    assert share(rows["compulsory_enrolment_rate"]) >= 0.98
    assert share(rows["precision_rehab_rate"]) >= 0.98
    # Some are ahead of the others: the picture is no even one.
    done = {key: rows[key]["value"] / rows[key]["goal"] for key in SERVICES}
    assert max(done.values()) > 1.5 * min(done.values())


def test_one_county_lags_in_all_that_is_done_for_people(demo):
    city, county = told(), told(LAGGING)
    for key in SERVICES:
        assert float(county[key]["percent"]) < float(city[key]["percent"]), key
    for key in RATES:
        assert share(county[key]) < share(city[key]), key


def test_every_goal_is_allocated_whole_and_a_rate_to_everybody(demo):
    for target in Plan.objects.get(year=2019).targets.all():
        goals = list(Allocation.objects.filter(target=target).values_list("goal", flat=True))
        assert (set(goals) if target.is_rate else sum(goals)) == ({98} if target.is_rate else target.goal), target.key
        assert len(goals) == 10, target.key


def test_one_goal_was_changed_in_the_summer_by_a_document_and_the_board_knows_both(demo):
    changes = AllocationChange.objects.filter(old_goal__isnull=False)
    assert {(one.target.key, one.document_no, one.effective_on) for one in changes} == {
        ("health_check", "演残发〔2019〕31号", date(2019, 7, 1))
    }
    given, taken = (changes.get(area__code=code) for code in (LAGGING, "320707"))
    assert given.old_goal - given.new_goal == taken.new_goal - taken.old_goal > 0
    assert AllocationChange.objects.filter(old_goal=None).count() == Allocation.objects.count()
    scope = scopes.on_the_board(LAGGING)
    told = [progress(year=2019, scopes=[scope], as_of=day)[scope.place] for day in (date(2019, 6, 30), AS_OF)]
    goals = [next(row.goal for row in rows if row.target == given.target) for rows in told]
    assert goals == [given.old_goal, given.new_goal]


def test_nothing_that_must_never_be_false_is_false_of_it(demo):
    told()
    said = io.StringIO()
    call_command("check_invariants", stdout=said)
    assert said.getvalue().strip() == "全部相符。"
    assert list(seals.breaches(seals.Looked())) == []


def test_every_service_is_meant_for_whom_it_was_given_and_recorded_where_they_live(demo):
    services = list(Service.objects.select_related("kind", "person__area__parent", "recorded_by").order_by("pk"))
    facts = served_facts({one.person for one in services})
    found = {
        (one.kind.code, code) for one in services for code in unfit(one.kind, facts[one.person_id], one, AS_OF)
    }  # fmt: skip
    assert found == set()
    assert {one.kind.code for one in services} >= SERVICES | RATES | {"rehab_need"}
    assert all(one.area_id == one.person.area_id for one in services)
    assert all(one.recorded_by.role.code == "district_clerk" for one in services[::50])


def test_homes_that_have_opened_serve_people_of_their_own_unit_until_the_day(demo):
    stays = list(FacilityStay.objects.select_related("facility__area", "facility__kind", "area", "person"))
    assert len(stays) > 50 and {one.facility.kind.code for one in stays} == {"disabled_persons_home"}
    for one in stays:
        assert one.facility.operating_on <= one.admitted_on <= (one.left_on or AS_OF) <= AS_OF
        assert one.area.unit_key == one.facility.area.unit_key and one.area_id == one.person.area_id
    there = [one for one in stays if one.left_on is None]
    assert len({one.person_id for one in there}) == len(there) < len(stays)
    months = MonthlyAttendance.objects.standing()
    assert months.latest("month").month == date(2019, 9, 1)
    # Whoever was there in September has their days of it.
    september = set(months.filter(month=date(2019, 9, 1)).values_list("stay", flat=True))
    assert september == {one.pk for one in stays if one.left_on is None or one.left_on >= date(2019, 9, 1)}
    assert 10 < sum(months.values_list("days", flat=True)) / months.filter(days__gt=0).count() < 22
