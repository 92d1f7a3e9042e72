"""What must never be false of money, on both databases."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from subsidies.models import Payment, Programme, ProgrammeCheck, Roll, Standard


@pytest.fixture
def payment(make_roll, make_person):
    return make_roll(make_person("甲")).payments.get()


def refused(constraint, change):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        change()
    assert constraint in str(error.value)


def refused_as_double(constraint, columns, change):
    """SQLite names the columns of a broken unique constraint, PostgreSQL the constraint."""
    refused(constraint if connection.vendor == "postgresql" else columns, change)


def changing(record, **values):
    return lambda: type(record).objects.filter(pk=record.pk).update(**values)


@pytest.mark.parametrize("amount", [0, -1])
def test_a_payment_is_more_than_nothing(payment, amount):
    refused("payment_amount_positive", changing(payment, amount=amount))


def test_a_payment_has_an_area_and_a_roll(payment):
    for name in ("area", "roll"):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**{name: None})
        assert name in str(error.value)


def test_nobody_is_paid_twice_for_a_month(payment, make_roll):
    name = "one_live_payment_per_person_programme_month"
    refused_as_double(name, "subsidies_payment.programme_id", lambda: make_roll(payment.person, reference="R-2"))


def test_an_undone_payment_makes_way(payment, make_roll):
    Payment.objects.filter(pk=payment.pk).update(live=False)
    again = make_roll(payment.person, reference="R-2").payments.get()
    Payment.objects.filter(pk=again.pk).update(live=False)
    assert Payment.objects.live().count() == 0 and Payment.objects.count() == 2


def test_the_same_month_of_another_programme_is_paid_too(payment, make_roll):
    make_roll(payment.person, reference="R-2", programme="nursing_subsidy")
    assert Payment.objects.live().count() == 2


def test_a_paid_roll_has_its_date(payment):
    refused("roll_paid_has_its_date", changing(payment.roll, state=Roll.State.PAID))


def test_a_reference_names_one_roll(payment, make_roll, make_person):
    refused_as_double("subsidies_roll_reference", "subsidies_roll.reference", lambda: make_roll(make_person("乙")))


def test_standards_are_positive_and_in_order(city):
    programme = Programme.objects.get(code="nursing_subsidy")
    standard = Standard.objects.create(programme=programme, effective_from=date(2019, 1, 1), amount=80)
    refused("standard_amount_positive", changing(standard, amount=0))
    refused("standard_dates_in_order", changing(standard, effective_to=date(2018, 12, 1)))


def test_a_check_has_one_severity_per_programme(city):
    check = ProgrammeCheck.objects.first()
    twin = ProgrammeCheck(programme=check.programme, code=check.code)
    refused_as_double("one_severity_per_programme_and_check", "subsidies_programmecheck.code", twin.save)


def test_the_account_on_a_payment_is_unreadable_in_the_database(payment):
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_no FROM subsidies_payment")
        assert payment.account_no.encode() not in bytes(cursor.fetchone()[0])
