"""What every admin here does beyond Django's: scope, fixed sentences, and a log without names."""

import json

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.exceptions import ImproperlyConfigured
from django.test import RequestFactory

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.admin_log import changed_fields
from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin, choosable, visible
from lianyungang_cdpf.audit.models import AuditLine
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN


class People(ScopedAdmin):
    list_filter = [AreaFilter, "sex"]
    date_hierarchy = "birth_date"
    linked_lookups = ("hukou_type",)


@pytest.fixture
def people():
    return People(Person, admin.site)


@pytest.fixture
def asked_by(rf):
    """asked_by(staff, **parameters): a request of theirs."""

    def ask(staff, **parameters):
        request = RequestFactory().get("/", parameters)
        request.user = staff
        return request

    return ask


def test_a_model_that_does_not_say_who_sees_it_is_refused(haizhou_clerk):
    for offer in (visible, choosable):
        with pytest.raises(ImproperlyConfigured, match="Permission"):
            offer(Permission.objects.all(), haizhou_clerk)


@pytest.mark.parametrize(
    ("lookup", "allowed"),
    [
        ("place", True), ("sex__exact", True), ("sex__in", True), ("sex__isnull", True),
        ("birth_date__year", True), ("birth_date__gte", True), ("hukou_type", True), ("hukou_type__exact", True),
        ("sex__regex", False), ("sex__startswith", False), ("name", False), ("name__startswith", False),
        ("id_digest", False), ("id_digest__gt", False), ("account_digest__startswith", False), ("sexes", False),
        ("payments__roll__reference__startswith", False), ("area__people__name__startswith", False),
    ],
)  # fmt: skip
def test_only_filters_and_plain_comparisons_are_looked_up(people, asked_by, haizhou_clerk, lookup, allowed):
    assert people.lookup_allowed(lookup, "1", asked_by(haizhou_clerk)) is allowed


@pytest.mark.parametrize("value", ["9" * 19, "1," + "9" * 20, "-" + "9" * 30])
def test_a_key_that_no_database_can_hold_is_not_looked_up(people, asked_by, haizhou_clerk, value):
    assert not people.lookup_allowed("hukou_type", value, asked_by(haizhou_clerk))
    assert people.lookup_allowed("hukou_type", "9" * 18, asked_by(haizhou_clerk))


def test_nothing_is_deleted_unless_the_admin_says_so(people, asked_by, city_clerk):
    city_clerk.role.permissions.add(Permission.objects.get(codename="delete_person"))
    assert not people.has_delete_permission(asked_by(city_clerk))
    people.deletable = True
    assert people.has_delete_permission(asked_by(city_clerk))


def test_changes_are_logged_by_field_and_never_by_name(people, asked_by, haizhou_clerk, make_person):
    person = make_person("查无此人", area=HAIZHOU_TOWN)
    message = [{"changed": {"fields": ["联系电话"]}}, {"added": {"name": "残疾人证", "object": "…"}}]
    people.log_addition(asked_by(haizhou_clerk), person, [{"added": {}}])
    people.log_change(asked_by(haizhou_clerk), person, message)
    people.log_deletions(asked_by(haizhou_clerk), [person])
    stored = json.dumps(list(LogEntry.objects.values_list("object_repr", "change_message")), ensure_ascii=False)
    assert "查无此人" not in stored and f"残疾人档案 {person.pk}" in stored
    deeds = list(AuditLine.objects.order_by("id").values_list("deed", "summary"))
    assert deeds == [("新增残疾人档案", ""), ("修改残疾人档案", "联系电话；残疾人证"), ("删除残疾人档案", "")]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ([], ""),
        ([{"changed": {"fields": ["姓名", "地址"]}}], "姓名、地址"),
        ([{"changed": {"name": "残疾人证", "object": "…", "fields": ["状态"]}}], "残疾人证（状态）"),
        ("重设密码", "重设密码"),
    ],
)
def test_audit_line_names_the_changed_fields(message, text):
    assert changed_fields(message) == text


def _places(staff, people, request) -> AreaFilter:
    request.user = staff
    return AreaFilter(request, {key: [value] for key, value in request.GET.items()}, Person, people)


def test_city_filters_by_ten_units_and_the_towns_of_the_chosen_one(people, asked_by, city_clerk, make_person):
    here, there = make_person(area=HAIZHOU_TOWN), make_person(area=DONGHAI_TOWN)
    assert len(_places(city_clerk, people, asked_by(city_clerk)).lookup_choices) == 10
    chosen = _places(city_clerk, people, asked_by(city_clerk, place="320706"))
    assert ("320706006", "　新海街道") in chosen.lookup_choices
    # 18, not 19: one town of the district counts under its zone.
    assert len(chosen.lookup_choices) == 28
    assert list(chosen.queryset(None, Person.objects.all())) == [here]
    town = _places(city_clerk, people, asked_by(city_clerk, place=DONGHAI_TOWN))
    assert list(town.queryset(None, Person.objects.all())) == [there]


def test_county_and_zone_filter_by_their_towns(people, asked_by, haizhou_clerk, make_staff, make_person):
    here = make_person(area=HAIZHOU_TOWN)
    choices = dict(_places(haizhou_clerk, people, asked_by(haizhou_clerk)).lookup_choices)
    assert len(choices) == 19 and choices[HAIZHOU_TOWN] == "新海街道"
    zone_clerk = make_staff("zone", area="xuwei")
    assert set(dict(_places(zone_clerk, people, asked_by(zone_clerk)).lookup_choices)) == {"320703007", "320703401"}
    foreign = _places(haizhou_clerk, people, asked_by(haizhou_clerk, place=DONGHAI_TOWN))
    assert not foreign.queryset(None, Person.objects.all()).exists()
    assert here in Person.objects.visible_to(haizhou_clerk)


def test_area_of_a_form_is_looked_up_and_refused_in_chinese(people, asked_by, haizhou_clerk):
    field = people.formfield_for_foreignkey(Person._meta.get_field("area"), asked_by(haizhou_clerk))
    assert type(field.widget).__name__ == "AutocompleteSelect"
    town = Area.objects.get(code=HAIZHOU_TOWN)
    assert field.clean(town.pk) == town
    for foreign in (Area.objects.get(code=DONGHAI_TOWN).pk, 987654321, "x"):
        with pytest.raises(Exception, match="所选所属地区不存在或不在您的辖区内，请重新选择。"):
            field.clean(foreign)
