"""Targets 4, 5 and 6 in the words of their counting rules, with the traps of each."""

from datetime import date

import pytest

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.progress import progress
from lianyungang_cdpf.targets.recount import breaches
from subsidies.actions import undo_roll
from subsidies.models import EducationGrant, InsurancePolicy, Payment, PensionPremium, Roll

DONGHAI_TOWN = "320722101"


@pytest.fixture
def premium(make_roll, touched):
    """premium(person, year=2019, confirmed=day or None, paid=day or None) -> the premium."""

    def make(person, year=2019, confirmed=None, paid=None, area=None):
        roll = make_roll(date(year, 1, 1), "pension_premium")
        payment = _payment(roll, person, paid or (confirmed and roll.paid_on), area)
        made = PensionPremium.objects.create(payment=payment, year=year, confirmed_on=confirmed)
        touched("pension_premium")
        return made

    return make


@pytest.fixture
def insure(make_roll, touched):
    """insure(person, first, last, paid=day or None) -> the payment on a policy of its own, or on `policy`."""

    def make(person, first=date(2019, 5, 1), last=date(2020, 4, 30), policy=None, area=None, paid=date(2019, 1, 5)):
        policy = policy or InsurancePolicy.objects.create(
            number=f"P{InsurancePolicy.objects.count()}", starts_on=first, ends_on=last, premium=60, area=person.area
        )
        roll = make_roll(policy.starts_on.replace(day=1), "commercial_insurance")
        payment = _payment(roll, person, paid, area, policy=policy)
        touched("commercial_insurance")
        return payment

    return make


@pytest.fixture
def grant(make_roll, touched):
    """grant(student, school_year=2019, paid=day or None, parent=None) -> the grant."""

    def make(student, school_year=2019, paid=None, parent=None, area=None):
        payment = _payment(make_roll(date(school_year, 9, 1), "education_grant"), student, paid, area)
        made = EducationGrant.objects.create(
            payment=payment, school_year=school_year, stage="高中", parent=parent,
            kind="child_of_disabled" if parent else "disabled_student",
        )  # fmt: skip
        touched("education_grant")
        return made

    return make


@pytest.fixture
def touched(db):
    from lianyungang_cdpf.metrics.models import ChangeStamp

    def touch(kind):
        for year in (2018, 2019, 2020):
            ChangeStamp.objects.touch(source="subsidies.payment", kind=kind, year=year)

    return touch


def _payment(roll, person, paid, area, **fields):
    Roll.objects.filter(pk=roll.pk).update(state="paid" if paid else "posted", paid_on=paid)
    roll.refresh_from_db()
    area = Area.objects.get(code=area) if area else person.area
    return Payment.objects.create(
        roll=roll, person=person, programme=roll.programme, month=roll.month, amount=100, area=area, **fields
    )


def row_of(key, scope=None, as_of=date(2019, 12, 31)):
    scope = scope or scopes.city()
    rows = progress(year=2019, scopes=[scope], as_of=as_of)[scope.place]
    return next(row for row in rows if row.target.key == key)


def value(key, scope=None, as_of=date(2019, 12, 31)):
    return row_of(key, scope, as_of).value


def of(code):
    return scopes.of_area(Area.objects.get(code=code))


def test_the_three_targets_are_connected(city):
    for key in ("pension_premium", "commercial_insurance", "education_grant"):
        assert row_of(key).connected and row_of(key).value == 0


# -- 4: persons whose premium of the year was paid; not the submission of the list ------------------------------------


def test_a_listed_premium_counts_only_when_its_payment_is_confirmed(premium, make_person, walk):
    made = premium(make_person(area="320707100"))
    assert value("pension_premium") == 0
    Roll.objects.update(area=Area.objects.get(code="320707"), payment_count=1)
    walk(Roll.objects.get(pk=made.payment.roll_id), paid_on=date(2019, 9, 12))
    assert value("pension_premium") == 1
    assert list(row_of("pension_premium").months) == [*[0] * 8, *[1] * 4]


def test_the_receipts_day_goes_before_the_day_on_which_finance_paid(premium, make_person):
    premium(make_person(), confirmed=date(2019, 3, 4), paid=date(2019, 1, 28))
    assert value("pension_premium") == 1
    assert value("pension_premium", as_of=date(2019, 2, 28)) == 0


def test_the_premium_of_a_year_counts_for_that_year_whenever_it_was_paid(premium, make_person):
    premium(make_person(), year=2019, confirmed=date(2020, 1, 8))
    premium(make_person(), year=2018, confirmed=date(2019, 2, 1))
    premium(make_person(), year=2019, confirmed=date(2018, 12, 20))
    assert value("pension_premium") == 2
    assert value("pension_premium", as_of=date(2019, 11, 30)) == 1


def test_an_undone_premium_does_not_count(premium, make_person, city_clerk):
    made = premium(make_person())
    PensionPremium.objects.update(confirmed_on=date(2019, 3, 4))
    assert value("pension_premium") == 0
    undo_roll(roll=made.payment.roll, by=city_clerk)
    Roll.objects.update(state="paid", paid_on=date(2019, 3, 4))
    assert value("pension_premium") == 0
    assert PensionPremium.objects.live().count() == 0


# -- 5: insured persons of policies in effect in the year -------------------------------------------------------------


def test_a_person_on_two_policies_counts_once(insure, make_person):
    person = make_person()
    insure(person)
    insure(person, date(2019, 5, 1), date(2019, 12, 31))
    assert value("commercial_insurance") == 1


def test_a_policy_counts_in_every_year_in_which_it_is_in_effect(insure, make_person):
    insure(make_person(), date(2018, 10, 1), date(2019, 9, 30))
    insure(make_person(), date(2018, 1, 1), date(2018, 12, 31))
    insure(make_person(), date(2020, 1, 1), date(2020, 12, 31))
    insure(make_person(), date(2019, 12, 31), date(2020, 12, 30))
    assert value("commercial_insurance") == 2
    assert value("commercial_insurance", as_of=date(2019, 1, 31)) == 1


def test_paying_a_list_counts_its_insured_in_every_year_of_the_policy(insure, make_person, walk):
    payment = insure(make_person(), date(2018, 10, 1), date(2019, 9, 30), paid=None)
    assert value("commercial_insurance") == 0
    Roll.objects.update(payment_count=1)
    walk(Roll.objects.get(pk=payment.roll_id), paid_on=date(2018, 10, 20))
    assert value("commercial_insurance") == 1
    assert value("commercial_insurance", as_of=date(2019, 1, 31)) == 1


def test_who_moved_counts_once_in_the_city_and_once_in_each_district(insure, make_person):
    person = make_person(area="320706006")
    insure(person)
    insure(person, date(2019, 7, 1), date(2019, 12, 31), area=DONGHAI_TOWN)
    assert (value("commercial_insurance"), value("commercial_insurance", of("320706"))) == (1, 1)
    assert value("commercial_insurance", of("320722")) == 1


# -- 6: students, once; a child of a disabled parent need not be disabled ---------------------------------------------


def test_a_grant_of_the_last_school_year_paid_in_the_year_counts_in_the_year(grant, make_person):
    grant(make_person(), school_year=2018, paid=date(2019, 3, 1))
    grant(make_person(), school_year=2019, paid=date(2020, 3, 1))
    grant(make_person(), school_year=2018, paid=date(2018, 11, 1))
    assert value("education_grant") == 1
    assert value("education_grant", as_of=date(2019, 2, 28)) == 0


def test_a_student_with_grants_of_two_school_years_is_one_person(grant, make_person):
    student = make_person()
    grant(student, school_year=2018, paid=date(2019, 3, 1))
    grant(student, school_year=2019, paid=date(2019, 10, 20))
    assert value("education_grant") == 1


def test_a_grant_that_was_not_paid_out_does_not_count_yet(grant, make_person):
    grant(make_person())
    assert value("education_grant") == 0


def test_children_of_one_parent_count_each_and_the_parent_does_not(grant, make_person):
    parent = make_person(category=4, grade=1)
    for _ in range(2):
        grant(make_person(basis="family_member"), parent=parent, paid=date(2019, 10, 20))
    assert value("education_grant") == 2
    assert breaches() == []
