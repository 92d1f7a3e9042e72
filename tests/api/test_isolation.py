"""What a program is told of another county: nothing, by list, detail, filter, ordering, count or deed."""

import json

import pytest

from beneficiaries.models import Person
from facilities.models import Facility
from lianyungang_cdpf.intake.models import ImportJob
from services.models import FacilityStay, Service, TrainingCourse
from subsidies.models import Payment, Roll
from tests.isolation.conftest import two_counties  # noqa: F401 - one for this module
from tests.isolation.pages import seen_marks
from tests.isolation.world import contents

# The lists of records by place: their model, and the roles that may not see them at all.
LISTS = {
    "people": (Person, ()),
    "rolls": (Roll, ("town_clerk",)),
    "payments": (Payment, ("town_clerk",)),
    "services": (Service, ()),
    "courses": (TrainingCourse, ()),
    "facility-stays": (FacilityStay, ()),
    "facilities": (Facility, ("civil_affairs_approver",)),
    "imports": (ImportJob, ("civil_affairs_approver", "finance")),
}
every_list = pytest.mark.parametrize("route", LISTS)


def _held(route, *counties) -> int:
    """How many records of the list's model the counties have; a typed service is a service."""
    return sum(isinstance(one, LISTS[route][0]) for county in counties for one in county.records.values())


def _open_to(route, outsiders):
    """The clients whose role sees the list; that the others are refused is claimed here too."""
    for staff, client in outsiders:
        answer = client.get(f"/api/v1/{route}")
        assert answer.status_code == (403 if staff.role.code in LISTS[route][1] else 200), staff
        if answer.status_code == 200:
            yield staff, client


@every_list
def test_a_list_and_its_count_hold_the_own_county_alone(route, outsiders, haizhou, donghai):
    model = LISTS[route][0]
    for staff, client in _open_to(route, outsiders):
        answer = client.get(f"/api/v1/{route}")
        visible = model.objects.visible_to(staff).count()
        assert answer.json()["count"] == visible == len(answer.json()["results"]), staff
        assert not seen_marks(answer, donghai)
    assert model.objects.count() == _held(route, haizhou, donghai) > 1


@every_list
def test_the_city_sees_both_counties(route, ask, city_clerk, haizhou, donghai):
    assert ask(city_clerk)(route)["count"] == _held(route, haizhou, donghai)


@every_list
def test_a_zone_without_records_sees_none(route, ask, make_staff, haizhou, donghai):
    assert ask(make_staff("zone", area="xuwei"))(route)["count"] == 0


FOREIGN = {
    "people": lambda county: [("place", county.code), ("place", county.town)],
    "rolls": lambda county: [("place", county.code)],
    "payments": lambda county: [
        ("place", county.code), ("place", county.town), ("roll", county.pk_of("subsidies.Roll")),
        ("person", county.pk_of("beneficiaries.Person")),
    ],
    "services": lambda county: [
        ("place", county.code), ("place", county.town), ("person", county.pk_of("beneficiaries.Person")),
    ],
    "courses": lambda county: [("place", county.code)],
    "facility-stays": lambda county: [
        ("place", county.code), ("place", county.town), ("person", county.pk_of("beneficiaries.Person")),
        ("facility", county.pk_of("facilities.Facility")),
    ],
    "facilities": lambda county: [("place", county.code), ("place", county.town)],
    "imports": lambda county: [],
}  # fmt: skip
UNKNOWN = {"place": "999999", "roll": 987654321, "person": 987654321, "facility": 987654321}


@every_list
def test_a_filter_by_what_is_foreign_finds_as_little_as_by_what_does_not_exist(route, outsiders, haizhou, donghai):
    for staff, client in _open_to(route, outsiders):
        for name, value in FOREIGN[route](donghai):
            foreign = client.get(f"/api/v1/{route}", {name: value})
            unknown = client.get(f"/api/v1/{route}", {name: UNKNOWN[name]})
            assert foreign.content == unknown.content, (staff, name)
            assert foreign.json()["count"] == 0


@pytest.mark.parametrize("route", ["people", "payments", "services", "courses", "facility-stays", "facilities"])
def test_the_same_filters_find_the_own_records(route, ask, haizhou_clerk, haizhou):
    for name, value in FOREIGN[route](haizhou):
        assert ask(haizhou_clerk)(route, **{name: value})["count"] == _held(route, haizhou), name


@every_list
def test_no_filter_or_ordering_reaches_beyond_what_is_declared(route, outsiders, haizhou, donghai):
    """Lookups into secrets, digests or other places would be an oracle."""
    for _, client in _open_to(route, outsiders):
        for name in ("id_digest", "area__path__startswith", "staff__password__startswith", "name_key__contains"):
            assert client.get(f"/api/v1/{route}", {name: "3"}).status_code == 400
        for field in ("id_digest", "staff__password", "area__path", "id_number"):
            assert client.get(f"/api/v1/{route}", {"ordering": field}).status_code == 400


@every_list
def test_every_ordering_keeps_to_the_own_county(route, outsiders, haizhou, donghai):
    from django.urls import resolve

    orderings = resolve(f"/api/v1/{route}").func.cls.ordering_fields
    for staff, client in _open_to(route, outsiders):
        for field in orderings:
            for sign in ("", "-"):
                answer = client.get(f"/api/v1/{route}", {"ordering": f"{sign}{field}"})
                assert answer.json()["count"] == LISTS[route][0].objects.visible_to(staff).count()
                assert not seen_marks(answer, donghai)


def _numbers(county):
    return {
        "people": county.pk_of("beneficiaries.Person"), "rolls": county.pk_of("subsidies.Roll"),
        "payments": county.pk_of("subsidies.Payment"), "imports": county.records["intake.ImportJob"].uid,
        "courses": county.pk_of("services.TrainingCourse"),
        "services": county.pk_of("services.Service"), "facilities": county.pk_of("facilities.Facility"),
        "facility-stays": county.pk_of("services.FacilityStay"),
    }  # fmt: skip


@every_list
def test_a_foreign_record_is_answered_like_one_that_does_not_exist(route, outsiders, haizhou, donghai):
    nothing = "00000000-0000-4000-8000-000000000000" if route == "imports" else 987654321
    for staff, client in _open_to(route, outsiders):
        foreign = client.get(f"/api/v1/{route}/{_numbers(donghai)[route]}")
        unknown = client.get(f"/api/v1/{route}/{nothing}")
        assert (foreign.status_code, foreign.content) == (unknown.status_code, unknown.content) and (
            foreign.status_code == 404
        ), staff


@every_list
def test_the_own_record_opens_for_somebody(route, outsiders, haizhou, donghai):
    answers = [client.get(f"/api/v1/{route}/{_numbers(haizhou)[route]}") for _, client in outsiders]
    assert 200 in {answer.status_code for answer in answers}
    assert not [answer for answer in answers if seen_marks(answer, donghai)]


def test_a_search_finds_nobody_of_another_county(outsiders, haizhou, donghai):
    for staff, client in outsiders:
        found = {}
        for county in (haizhou, donghai):
            for words in (county.name, county.id_number, county.id_number[-4:]):
                sent = json.dumps({"words": words})
                answer = client.post("/api/v1/people/search", sent, content_type="application/json")
                found.setdefault(county.code, set()).update(one["name"] for one in answer.json()["results"])
                assert not seen_marks(answer, donghai) or county is haizhou
        assert found[haizhou.code] == {haizhou.name}, staff
        assert found[donghai.code] <= {haizhou.name}, staff


DEEDS = {"confirm": {"confirmed": []}, "post": {"mode": "valid"}, "discard": {}, "retry": {}}


@pytest.mark.parametrize("deed", DEEDS)
def test_a_deed_on_a_foreign_import_is_a_404_and_changes_nothing(deed, outsiders, haizhou, donghai):
    ImportJob.objects.filter(pk=donghai.records["intake.ImportJob"].pk).update(state="ready")
    before = contents(donghai)
    for staff, client in outsiders:
        path = f"/api/v1/imports/{_numbers(donghai)['imports']}/{deed}"
        answer = client.post(path, json.dumps(DEEDS[deed]), content_type="application/json")
        assert answer.status_code in {403, 404}, staff
        assert not seen_marks(answer, donghai)
    assert contents(donghai) == before


def test_progress_of_a_foreign_place_is_answered_like_that_of_none(outsiders, donghai):
    for staff, client in outsiders:
        answers = [client.get("/api/v1/progress", {"place": place}) for place in (donghai.code, donghai.town, "320700")]
        unknown = client.get("/api/v1/progress", {"place": "999999"})
        assert {(one.status_code, one.content) for one in answers} == {(404, unknown.content)}, staff


def test_nobody_outside_gets_a_word(client, haizhou, donghai):
    for route in (*LISTS, "areas", "zones", "progress", "import-kinds", "nowhere"):
        answer = client.get(f"/api/v1/{route}")
        assert answer.status_code == 401, route
        assert answer.json()["code"] == "not_signed_in"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
