"""What must never be false of the register, and what is secret in it."""

from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from beneficiaries.models import PERSONAL_DATA, Certificate, HardshipStatus, Person
from lianyungang_cdpf.fields import EncryptedTextField
from lianyungang_cdpf.intake.models import PERSONAL_DATA as ROW_DATA
from services.models import PERSONAL_DATA as SERVICE_DATA
from subsidies.models import PERSONAL_DATA as PAYMENT_DATA

EVERY = [*PERSONAL_DATA.items(), *PAYMENT_DATA.items(), *ROW_DATA.items(), *SERVICE_DATA.items()]
CLASSES = {"personal", "sensitive", "secret", "derived", "record"}


@pytest.mark.parametrize(("model", "classes"), EVERY)
def test_every_field_about_a_person_is_classed(model, classes):
    assert set(classes) == {field.name for field in model._meta.concrete_fields}
    assert set(classes.values()) <= CLASSES


@pytest.mark.parametrize(("model", "classes"), EVERY)
def test_what_is_classed_secret_is_encrypted_and_nothing_else(model, classes):
    encrypted = {field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)}
    assert encrypted == {name for name, kind in classes.items() if kind == "secret"}


def test_every_model_of_people_and_payments_is_classed():
    for app in ("beneficiaries", "subsidies", "services"):
        for model in apps.get_app_config(app).get_models():
            about_people = any(field.related_model is Person for field in model._meta.concrete_fields)
            assert not about_people or model in PERSONAL_DATA | PAYMENT_DATA | SERVICE_DATA


def raw(table, column, pk):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])
        return bytes(cursor.fetchone()[0])


def test_secrets_are_unreadable_in_the_database(make_person):
    account = "6299990000000000"
    person = make_person(phone="19000001234", account_no=account, category=4, grade=2)
    for column, secret in (("id_number", person.id_number), ("phone", "19000001234"), ("account_no", account)):
        stored = raw("beneficiaries_person", column, person.pk)
        assert stored[0] == 1 and secret.encode() not in stored
        assert not any(secret[start : start + 4].encode() in stored[14:] for start in range(0, len(secret) - 4, 4))
    certificate = person.certificates.get()
    assert certificate.number.encode() not in raw("beneficiaries_certificate", "number", certificate.pk)


def test_no_other_column_holds_a_number_in_the_clear(make_person):
    person = make_person(phone="19000001234", account_no="6299990000000000", category=4, grade=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM beneficiaries_person")
        texts = [value for value in cursor.fetchone() if isinstance(value, str)]
    secrets = (person.id_number, "19000001234", "6299990000000000")
    assert not any(secret in text for secret in secrets for text in texts)


def refused(constraint, change):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
    assert constraint in str(error.value)


def test_a_person_has_a_name_and_a_number(make_person):
    person = make_person()
    refused("person_has_a_name", lambda: Person.objects.filter(pk=person.pk).update(name=""))
    refused("person_has_an_id_number", lambda: Person.objects.filter(pk=person.pk).update(id_digest=""))


def test_nobody_dies_before_birth(make_person):
    person = make_person()
    change = Person.objects.filter(pk=person.pk).update
    refused("person_died_after_birth", lambda: change(died_on=date(1900, 1, 1)))


def test_one_id_number_one_record(make_person):
    person = make_person()
    refused("id_digest", lambda: make_person("李四", id_number=person.id_number))


def test_certificates_stay_within_the_standard(make_person):
    certificate = make_person(category=4, grade=2).certificates.get()
    change = Certificate.objects.filter(pk=certificate.pk).update
    refused("certificate_category_one_to_seven", lambda: change(category=8))
    refused("certificate_grade_one_to_four", lambda: change(grade=5))
    early, late = date(2019, 1, 1), date(2019, 2, 1)
    refused("certificate_dates_in_order", lambda: change(valid_from=late, valid_to=early))
    certificate.pk = None
    columns = ("one_record_per_certificate", "number_digest")
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        certificate.save()
    assert any(name in str(error.value) for name in columns)


def test_hardship_dates_are_in_order(make_person):
    person = make_person()
    dates = {"valid_from": date(2019, 2, 1), "valid_to": date(2019, 1, 1)}
    refused(
        "hardship_dates_in_order",
        lambda: HardshipStatus.objects.create(person=person, status="低保", **dates),
    )
