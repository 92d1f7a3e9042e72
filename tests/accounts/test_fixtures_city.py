"""The ground of other tests: the copy of the city equals what prepare loads."""

import pytest
from django.core.management import call_command
from django.db import connection

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.models import Area, Role
from tests.fixtures_city import make_id


def _contents():
    areas = list(Area.objects.values_list("code", "path", "unit_key", "zone__key", "statutory_county__code"))
    rights = set(Role.objects.values_list("code", "permissions__content_type__app_label", "permissions__codename"))
    return areas, rights


def test_the_city_of_the_tests_is_what_prepare_loads(city):
    before = _contents()
    call_command("prepare", empty=True, verbosity=0)
    assert _contents() == before
    assert Area.objects.count() == 1864


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "after the database was emptied"])
def test_the_city_is_there_again_after_a_test_with_transactions(city, haizhou_clerk, time):
    assert haizhou_clerk.has_perm("subsidies.post_roll")
    assert Area.objects.create(code="999", path="999/", level="county", parent_id=Area.objects.first().pk).pk > 1864


def test_a_made_up_person_has_encrypted_numbers(make_person):
    person = make_person("单小云", phone="19000001234", category=4, grade=2, hardship="低保")
    assert person.id_number == make_id(1) and len(person.id_number) == 18
    assert (person.pinyin, person.sex) == ("shanxiaoyun", "M")
    assert Person.objects.matching(f"{person.id_number}42").get() == person
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, phone FROM beneficiaries_person")
        assert all(b"1900000" not in bytes(value) and b"320701" not in bytes(value) for value in cursor.fetchone())
