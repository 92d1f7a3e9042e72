"""What must never be false of a facility, held by the database itself, and what is secret in it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from facilities.models import Facility, FacilityDocument, Funding, Inspection, StageEntry
from facilities.personal_data import PERSONAL_DATA
from lianyungang_cdpf.fields import EncryptedTextField

DAYS = ["applied_on", "approved_on", "started_on", "completed_on", "accepted_on", "operating_on"]


def refused(name, write):
    """The database refuses to write, and names the constraint."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        write()
    assert name in str(error.value) or connection.vendor == "sqlite" and "UNIQUE" in str(error.value)


@pytest.fixture
def operating(make_facility):
    return make_facility(**{name: date(2019, month, 1) for month, name in enumerate(DAYS, start=1)})


@pytest.mark.parametrize("later", DAYS[1:])
def test_no_milestone_lies_before_an_earlier_one(operating, later):
    for earlier in DAYS[: DAYS.index(later)]:
        day = getattr(operating, earlier)
        only = dict.fromkeys(DAYS, None) | {"stage": "rectifying", earlier: day, later: day}
        Facility.objects.update(**only)
        refused(f"facility_{later}_in_order", lambda day=day: Facility.objects.update(**{later: date(2018, 12, 31)}))


@pytest.mark.parametrize(
    ("stage", "missing"),
    [
        ("approved", "approved_on"), ("building", "started_on"), ("building", "approved_on"),
        ("completed", "completed_on"), ("accepted", "accepted_on"), ("operating", "operating_on"),
        ("operating", "accepted_on"), ("suspended", "operating_on"), ("revoked", "revoked_on"),
    ],
)  # fmt: skip
def test_a_stage_has_the_days_that_it_requires(operating, stage, missing):
    early = {"approved", "building", "completed"}
    days = {"accepted_on": None, "operating_on": None} if stage in early else {}
    days |= {"revoked_on": date(2019, 9, 1)} if stage == "revoked" else {}
    Facility.objects.update(stage=stage, **days)
    # A day of revocation is at home in that stage alone, so both constraints speak of it.
    refused(f"facility_{stage}_has_its_days", lambda: Facility.objects.update(**{missing: None}))


@pytest.mark.parametrize("stage", ["applied", "approved", "building", "completed"])
def test_nothing_is_accepted_before_its_acceptance(operating, stage):
    refused("facility_is_not_accepted_before", lambda: Facility.objects.update(stage=stage))


def test_a_day_of_revocation_means_revoked(operating):
    refused(
        "facility_with_a_day_of_revocation", lambda: Facility.objects.update(revoked_on=date(2019, 9, 1))
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("facility_coordinates_lie_in_the_city", {"longitude": Decimal("119.2")}),
        ("facility_coordinates_lie_in_the_city", {"longitude": Decimal("34.6"), "latitude": Decimal("119.2")}),
        ("facility_area_is_positive", {"area_m2": 0}),
        ("facility_credit_code_has_its_form", {"credit_code": "52320700MJ51234I6X"}),
        ("facility_has_a_name", {"name": ""}),
    ],
)
def test_facts_that_cannot_be_are_refused(make_facility, name, values):
    make_facility()
    refused(name, lambda: Facility.objects.update(**values))


def test_a_place_has_one_facility_of_a_kind_and_name(make_facility):
    make_facility("同名之家")
    refused("one_facility_per_kind_place_and_name", lambda: make_facility("同名 之家"))
    make_facility("同名之家", kind="rehab_station")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("funding_is_not_negative", {"planned": -1}),
        ("funding_is_not_negative", {"granted": -1, "spent": -1}),
        ("no_more_is_spent_than_granted", {"planned": 100, "granted": 50, "spent": Decimal("50.01")}),
        ("funding_year_is_a_year", {"year": 19}),
    ],
)
def test_money_adds_up(make_facility, name, values):
    facility = make_facility()
    refused(name, lambda: Funding.objects.create(**{"facility": facility, "source": "city", "year": 2019, **values}))
    Funding.objects.create(facility=facility, source="city", year=2019, granted=50, spent=50)
    refused(
        "one_line_per_source_and_year", lambda: Funding.objects.create(facility=facility, source="city", year=2019)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("inspection_score_is_of_100", {"score": Decimal("100.1")}),
        ("follow_up_has_its_day", {"follow_up": "补扶手"}),
        ("follow_up_has_its_day", {"due_on": date(2019, 6, 1)}),
        ("follow_up_comes_after_the_inspection", {"follow_up": "补扶手", "due_on": date(2019, 4, 30)}),
        (
            "follow_up_comes_after_the_inspection",
            {"follow_up": "补扶手", "due_on": date(2019, 6, 1), "done_on": date(2019, 4, 30)},
        ),
    ],
)
def test_an_inspection_and_its_follow_up_hold_together(make_facility, name, values):
    told = {"facility": make_facility(), "inspected_on": date(2019, 5, 1), "inspector": "王五", **values}
    refused(name, lambda: Inspection.objects.create(**told))


def test_a_stage_entry_names_its_document_and_stands_once_a_day(make_facility):
    facility = make_facility()
    told = {"facility": facility, "stage": "accepted", "on": date(2019, 5, 1)}
    refused("stage_entry_names_its_document", lambda: StageEntry.objects.create(**told))
    StageEntry.objects.create(**told, document_no="1号")
    refused("a_stage_is_reached_once_a_day", lambda: StageEntry.objects.create(**told, document_no="2号"))
    refused("a_stage_is_taken_back", lambda: StageEntry.objects.update(taken_back_why="错"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("facility_document_has_a_title", {"title": ""}),
        ("a_photo_has_its_file", {"kind": "photo"}),
        ("facility_document_knows_its_file", {"stored_name": "a.upload"}),
        ("facility_document_knows_its_file", {"size": 5}),
        ("a_document_is_removed_with_a_reason", {"removed_why": "错"}),
    ],
)
def test_a_document_knows_its_file(make_facility, haizhou_clerk, name, values):
    told = {"facility": make_facility(), "kind": "other", "title": "协议", "dated": date(2019, 5, 1)}
    refused(name, lambda: FacilityDocument.objects.create(**{**told, "added_by": haizhou_clerk, **values}))


@pytest.mark.parametrize(("model", "classes"), PERSONAL_DATA.items())
def test_every_field_about_a_person_is_classed_and_the_secret_ones_encrypted(model, classes):
    assert set(classes) == {field.name for field in model._meta.concrete_fields}
    encrypted = {field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)}
    assert encrypted == {name for name, kind in classes.items() if kind == "secret"}


def test_the_phone_is_encrypted_at_rest(make_facility):
    facility = make_facility(phone="19000001234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM facilities_facility WHERE id = %s", [facility.pk])
        assert b"1234" not in bytes(cursor.fetchone()[0])
    assert Facility.objects.get().phone == "19000001234"
