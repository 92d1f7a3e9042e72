"""What each check finds of a month, and what it leaves alone."""

from datetime import date
from decimal import Decimal
from itertools import count

import pytest

from beneficiaries.identity import account_digest, certificate_digest
from beneficiaries.models import Certificate, Guardian, Household, HouseholdMember
from lianyungang_cdpf.accounts.models import Area
from subsidies.comparison.actions import run_comparison
from subsidies.models import ComparisonCase, Payment, Standard
from tests.fixtures_city import make_id

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY, MARCH = (date(2019, month, 1) for month in (1, 2, 3))
DONGHAI, DONGHAI_TOWN = "320722", "320722101"
ACCOUNT = "6228480402564890018"


@pytest.fixture
def holder(standards, make_person):
    """A certificate holder of grade 1 in 低保, for whom 370 yuan a month are right."""

    numbers = count(1)

    def make(name="王一", category=4, grade=1, hardship="低保", **fields):
        # An account of their own: what people share is for a test to say.
        fields.setdefault("account_no", f"6299999630{next(numbers):09}")
        return make_person(name, category=category, grade=grade, hardship=hardship, **fields)

    return make


def found(staff, month=MARCH, **more) -> dict:
    """By person and kind what a run says: months and sum."""
    run_comparison(by=staff, month=month, **more)
    cases = ComparisonCase.objects.visible_to(staff).open()
    return {(one.person_id, one.kind): (one.months, one.wrong_amount) for one in cases}


def pay_to(roll, account: str, holder: str = "") -> None:
    roll.payments.update(account_no=b"", account_digest=account_digest(account), account_holder=holder)


def test_who_is_paid_rightly_is_not_found(haizhou_clerk, holder, make_roll):
    make_roll(holder())
    assert found(haizhou_clerk) == {}


def test_the_dead_are_found_from_the_month_after_with_months_and_sum(haizhou_clerk, holder, make_roll):
    dead = holder(died_on=date(2019, 1, 15))
    for at, month in enumerate((JANUARY, FEBRUARY, MARCH)):
        make_roll(dead, month=month, reference=f"R-{at}")
    assert found(haizhou_clerk) == {(dead.pk, "dead"): (2, Decimal("740.00"))}
    case = ComparisonCase.objects.get()
    assert (case.since, case.first_month, case.last_month) == (date(2019, 1, 15), FEBRUARY, MARCH)


def test_a_death_that_became_known_late_is_found_though_the_month_has_no_payment(haizhou_clerk, holder, make_roll):
    dead = holder(died_on=date(2019, 1, 31))
    make_roll(dead, month=FEBRUARY)
    assert found(haizhou_clerk) == {(dead.pk, "dead"): (1, Decimal("370.00"))}
    assert found(haizhou_clerk, JANUARY) == {(dead.pk, "dead"): (1, Decimal("370.00"))}


def test_who_moved_out_of_the_city_is_found_and_the_month_of_leaving_is_due(haizhou_clerk, holder, make_roll):
    gone, leaving = holder("甲", moved_out_on=date(2019, 2, 28)), holder("乙", moved_out_on=MARCH)
    make_roll(gone, leaving)
    assert found(haizhou_clerk) == {(gone.pk, "moved_out"): (1, Decimal("370.00"))}


def test_what_the_bank_returned_and_what_was_undone_was_not_paid_wrongly(haizhou_clerk, holder, make_roll):
    returned, undone = holder("甲", died_on=JANUARY), holder("乙", died_on=JANUARY)
    make_roll(returned, undone)
    Payment.objects.filter(person=returned).update(returned_on=date(2019, 3, 9), return_reason="账户不存在")
    Payment.objects.filter(person=undone).update(live=False)
    assert found(haizhou_clerk) == {}


def test_an_expired_certificate_is_found_and_one_about_to_expire_is_a_warning(haizhou_clerk, holder, make_roll):
    expired, soon, later = holder("甲"), holder("乙"), holder("丙")
    for person, day in ((expired, date(2019, 2, 10)), (soon, date(2019, 5, 30)), (later, date(2019, 5, 31))):
        person.certificates.update(valid_to=day)
    make_roll(expired, soon, later)
    make_roll(expired, month=FEBRUARY, reference="R-2")
    assert found(haizhou_clerk) == {
        (expired.pk, "cert_expired"): (1, Decimal("370.00")), (soon.pk, "cert_expiring"): (0, Decimal(0)),
    }  # fmt: skip


def test_a_cancelled_certificate_without_a_day_counts_from_the_month_of_the_run(haizhou_clerk, holder, make_roll):
    person = holder()
    person.certificates.update(status="cancelled")
    make_roll(person, month=FEBRUARY)
    make_roll(person, month=MARCH, reference="R-2")
    assert found(haizhou_clerk) == {(person.pk, "cert_expired"): (1, Decimal("370.00"))}


def regrade(person, category: int, grade: int, day: date) -> None:
    """Another certificate from the day on."""
    person.certificates.update(valid_to=day)
    number = f"{person.id_number}{category}{grade}"
    Certificate.objects.create(
        person=person, number=number, number_digest=certificate_digest(number), category=category, grade=grade,
        valid_from=day,
    )  # fmt: skip


def test_who_was_regraded_is_paid_too_much_by_the_difference(haizhou_clerk, holder, make_roll):
    person = holder()
    regrade(person, 4, 2, date(2019, 2, 10))
    standard = Standard.objects.get(programme__code="hardship_subsidy", grade=1, amount=370)
    for month in (FEBRUARY, MARCH):
        make_roll(person, month=month, reference=f"R-{month}").payments.update(standard=standard)
    assert found(haizhou_clerk) == {(person.pk, "regraded"): (1, Decimal("70.00"))}


def test_who_was_regraded_out_was_due_nothing(haizhou_clerk, holder, make_roll):
    person = holder()
    regrade(person, 4, 3, date(2019, 2, 10))
    make_roll(person, programme="nursing_subsidy", amount="120.00")
    assert found(haizhou_clerk) == {(person.pk, "regraded"): (1, Decimal("120.00"))}


def test_birthdays_of_18_60_and_80_are_told_in_their_month_only(haizhou_clerk, holder, make_roll):
    born = {age: date(2019 - age, 3, 15) for age in (18, 60, 80, 59)}
    people = {age: holder(f"甲{age}", id_number=make_id(400, day)) for age, day in born.items()}
    make_roll(*people.values())
    make_roll(*people.values(), month=FEBRUARY, reference="R-2")
    assert found(haizhou_clerk, FEBRUARY) == {}
    expected = {(people[age].pk, "age_reached"): (0, Decimal(0)) for age in (18, 60, 80)}
    assert found(haizhou_clerk) == expected


def test_who_is_paid_at_110_is_to_be_looked_for_unless_dead(haizhou_clerk, holder, make_roll):
    oldest = holder("甲", id_number=make_id(401, date(1909, 3, 31)))
    younger = holder("乙", id_number=make_id(402, date(1909, 4, 1)))
    make_roll(oldest, younger)
    assert found(haizhou_clerk) == {(oldest.pk, "aged_110"): (0, Decimal(0))}


def test_three_households_on_one_account_are_found_and_one_household_is_not(haizhou_clerk, holder, make_roll):
    strangers = [holder(name) for name in ("甲一", "甲二", "甲三")]
    family = [holder(name) for name in ("乙一", "乙二", "乙三")]
    pair = [holder(name) for name in ("丙一", "丙二")]
    home = Household.objects.create(area=family[0].area)
    for person, relation in zip(family, ("head", "spouse", "child"), strict=True):
        HouseholdMember.objects.create(household=home, person=person, relation=relation)
    for at, (people, account) in enumerate(((strangers, ACCOUNT), (family, ACCOUNT + "1"), (pair, ACCOUNT + "2"))):
        pay_to(make_roll(*people, reference=f"R-{at}"), account)
    assert found(haizhou_clerk).keys() == {(one.pk, "shared_account") for one in strangers}


def test_a_holder_who_is_neither_the_person_nor_kin_is_found(haizhou_clerk, holder, make_roll):
    odd, own, ward, member = holder("甲"), holder("乙 "), holder("丙"), holder("丁")
    Guardian.objects.create(person=ward, name="李监护", relation="parent")
    home, other = Household.objects.create(area=odd.area), holder("户主甲")
    for person, relation in ((member, "child"), (other, "head")):
        HouseholdMember.objects.create(household=home, person=person, relation=relation)
    for at, (person, name) in enumerate(((odd, "外人"), (own, "乙"), (ward, "李监护"), (member, "户主甲"))):
        pay_to(make_roll(person, reference=f"R-{at}"), ACCOUNT + str(at), name)
    assert found(haizhou_clerk).keys() == {(odd.pk, "other_holder")}


def test_who_is_paid_by_two_counties_is_found_where_they_do_not_live(city_clerk, donghai_clerk, holder, make_roll):
    person = holder()
    make_roll(person)
    away = make_roll(person, area=DONGHAI, programme="nursing_subsidy", amount="120.00", reference="R-2")
    away.payments.update(area=Area.objects.get(code=DONGHAI_TOWN))
    assert found(city_clerk) == {(person.pk, "two_counties"): (1, Decimal("120.00"))}
    assert list(ComparisonCase.objects.visible_to(donghai_clerk).values_list("programme__code")) == [
        ("nursing_subsidy",)
    ]


def test_two_records_of_one_name_and_birthday_in_two_counties_are_to_be_looked_at(city_clerk, holder, make_roll):
    here, there = holder("王一"), holder("王一", area=DONGHAI_TOWN)
    make_roll(here, there)
    make_roll(holder("王二"), holder("王三", area=DONGHAI_TOWN), reference="R-2")
    assert found(city_clerk).keys() == {(here.pk, "two_counties"), (there.pk, "two_counties")}
    assert set(ComparisonCase.objects.values_list("wrong_amount", flat=True)) == {Decimal(0)}


def test_a_run_finds_of_its_own_place_only(haizhou_clerk, donghai_clerk, city_clerk, holder, make_roll):
    here, there = holder("甲", died_on=JANUARY), holder("乙", died_on=JANUARY, area=DONGHAI_TOWN)
    make_roll(here, there)
    assert found(haizhou_clerk).keys() == {(here.pk, "dead")}
    run_comparison(by=city_clerk, month=MARCH, place=Area.objects.get(code="320706"))
    assert not ComparisonCase.objects.visible_to(donghai_clerk).exists()
    assert found(city_clerk).keys() == {(here.pk, "dead"), (there.pk, "dead")}


@pytest.mark.parametrize("number", [3, 30])
def test_the_statements_do_not_grow_with_the_people(
    haizhou_clerk, holder, make_roll, django_assert_max_num_queries, number
):
    people = [holder(f"人{at}", died_on=JANUARY if at % 2 else None) for at in range(number)]
    pay_to(make_roll(*people), ACCOUNT, "外人")
    with django_assert_max_num_queries(45):
        run_comparison(by=haizhou_clerk, month=MARCH)
    assert ComparisonCase.objects.filter(kind="shared_account").count() == number
