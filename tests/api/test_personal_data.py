"""No secret leaves unmasked, whatever a later field is called, and what leaves by lists stands in the log."""

import json

import pytest
from django.core.exceptions import ImproperlyConfigured

from beneficiaries.models import PERSONAL_DATA as PEOPLE_DATA
from beneficiaries.models import Person
from facilities.personal_data import PERSONAL_DATA as FACILITY_DATA
from lianyungang_cdpf.api.records import Records
from lianyungang_cdpf.api.shown import Named
from lianyungang_cdpf.audit.api import PersonalRecords
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.urls import API
from services.api import own_fields_of
from services.models import PERSONAL_DATA as SERVICE_DATA
from services.models import CataractSurgery
from subsidies.models import PERSONAL_DATA as PAYMENT_DATA

CLASSES = PEOPLE_DATA | PAYMENT_DATA | SERVICE_DATA | FACILITY_DATA
# Lists by place that say nothing of people: sums of a roll, files that were sent in.
NOT_PERSONAL = {"rolls", "imports"}
ROLES = {
    "city_operator": "320700", "district_clerk": "320706", "town_clerk": "320706006", "auditor": "320700",
}  # fmt: skip


def resources() -> list[type[Records]]:
    offered = {one.callback.cls for one in API}
    return sorted((one for one in offered if issubclass(one, Records)), key=lambda cls: cls.route)


def columns_of(serializer, model=None):
    """(model, column) of every field of a resource that stands for a column as it is, nested ones too."""
    model = getattr(getattr(serializer, "Meta", None), "model", model)
    for name, field in serializer.fields.items():
        nested = getattr(field, "child", field)
        if hasattr(nested, "fields"):
            yield from columns_of(nested, model)
        elif field.source != "*":
            yield model, name


@pytest.mark.parametrize("resource", resources(), ids=lambda cls: cls.route)
def test_no_field_of_a_resource_is_a_secret_or_a_digest_as_it_is_stored(resource):
    for serializer in filter(None, (resource.serializer_class, resource.detail_class)):
        told = list(columns_of(serializer()))
        assert told
        open_secrets = {
            (model.__name__, name) for model, name in told if CLASSES.get(model, {}).get(name) in ("secret", "derived")
        }
        # Computed by a method that asks for the permission: tests/api/test_people_and_payments.py.
        assert open_secrets <= {("Person", "account_no"), ("Payment", "account_no")}


@pytest.fixture
def secrets(haizhou) -> set[str]:
    """What is kept secret of the county's people, in the clear; every column that is empty gets a number first."""
    found = set()
    for number, (label, one) in enumerate(sorted(haizhou.records.items())):
        for at, name in enumerate(name for name, kind in CLASSES.get(type(one), {}).items() if kind == "secret"):
            if not getattr(one, name) and (label, name) != ("beneficiaries.Merge", "values"):
                type(one)._base_manager.filter(pk=one.pk).update(**{name: f"19{number:03}{at:02}4321098"})
            one.refresh_from_db(fields=[name])
            found.add(str(getattr(one, name)))
    return {one for one in found if len(one) >= 8}


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_holds_a_secret_for_a_role_without_the_deed(role, secrets, haizhou, make_staff, sign_in):
    client, seen = sign_in(make_staff(f"asks_as_{role}", area=ROLES[role], role=role)), 0
    for resource in resources():
        own = [one.pk for one in haizhou.records.values() if isinstance(one, resource.queryset.model)]
        addresses = ["", *(f"/{pk}" for pk in own if resource.lookup_value_converter == "int")]
        for address in addresses:
            answer = client.get(f"/api/v1/{resource.route}{address}")
            text = answer.content.decode()
            assert not [one for one in secrets if one in text], (resource.route, address)
            seen += answer.status_code == 200
    numbers = haizhou.records["beneficiaries.Person"].id_number, haizhou.records["services.SchoolEnrolment"].student_no
    assert secrets > set(numbers) and seen >= 20


def test_a_secret_that_nobody_thought_of_is_hidden_whole(monkeypatch):
    surgery = CataractSurgery(sight_before="320706200801011234", sight_after="0.6")
    told = own_fields_of(CataractSurgery)()
    assert told.fields["sight_before"].to_representation(surgery.sight_before) == surgery.sight_before
    monkeypatch.setitem(SERVICE_DATA[CataractSurgery], "sight_before", "secret")
    monkeypatch.delitem(SERVICE_DATA[CataractSurgery], "sight_after")
    told = own_fields_of(CataractSurgery)()
    assert [told.fields[name].to_representation(surgery) for name in ("sight_before", "sight_after")] == ["****"] * 2


def test_a_secret_that_is_named_without_a_mask_is_refused():
    class Careless(Named):
        class Meta:
            model = Person
            fields = ("id", "phone")

    with pytest.raises(ImproperlyConfigured, match="phone is secret"):
        dict(Careless().fields)


def test_every_list_by_place_is_written_down_or_says_nothing_of_people():
    by_place = {one.route for one in resources() if not one.city_wide}
    personal = {one.route for one in resources() if issubclass(one, PersonalRecords)}
    assert by_place - personal == NOT_PERSONAL and personal == {"people", "payments", "services", "facilities"}


def test_a_page_that_leaves_has_a_line_with_its_conditions_and_without_their_values(ask, haizhou_clerk, make_person):
    for name in ("张三", "李四", "王五"):
        make_person(name)
    ask(haizhou_clerk)("people", place="320706", basis="holder", page=2, page_size=2)
    line = AuditLine.objects.get(deed="接口查询残疾人档案")
    assert (line.staff, line.summary) == (haizhou_clerk, "第 2 页，1 条，共 3 条；条件：地区代码、建档类别")
    ask(haizhou_clerk)("people", page=9)
    ask(haizhou_clerk)("areas")
    assert AuditLine.objects.filter(deed__startswith="接口查询").count() == 1


def test_a_search_leaves_a_line_without_the_words(haizhou_clerk, make_person, sign_in):
    make_person("张三")
    sent = json.dumps({"words": "张三"})
    sign_in(haizhou_clerk).post("/api/v1/people/search", sent, content_type="application/json")
    assert AuditLine.objects.get(deed="接口查询残疾人档案").summary == "第 1 页，1 条，共 1 条；条件：姓名或号码"


@pytest.mark.parametrize("route", ["payments", "services", "facilities"])
def test_the_other_lists_of_personal_data_leave_their_line_too(route, haizhou, ask, city_clerk):
    told = ask(city_clerk)(route)
    line = AuditLine.objects.get(deed__startswith="接口查询")
    assert line.summary == f"第 1 页，{len(told['results'])} 条，共 {told['count']} 条"
