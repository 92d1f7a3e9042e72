"""Claims about the money that the board tells: what is paid, in which month, where, and that it costs one statement."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.cockpit import money
from lianyungang_cdpf.targets.cockpit.models import MoneyPaid
from lianyungang_cdpf.targets.tallies import Reading
from subsidies.models import Payment, Roll
from tests.targets.conftest import touch

SEPTEMBER = date(2019, 9, 30)


@pytest.fixture
def paid():
    """paid(code="", as_of=, on_the_board=True) -> {programme: yuan of each month that has begun}."""

    def of(code="", as_of=SEPTEMBER):
        scope = scopes.on_the_board(code) if code else scopes.city()
        told = money.money_of(scope, year=as_of.year, as_of=as_of)
        return {one.name: [int(amount) for amount in one.months] for one in told.programmes}

    return of


def test_money_counts_in_the_month_of_payment_by_programme(make_person, pay, paid):
    person = make_person()
    for month in (2, 3):
        pay(person, month)
    pay(person, 3, programme="nursing_subsidy")
    assert paid(as_of=date(2019, 4, 1)) == {
        "困难残疾人生活补贴": [0, 100, 100, 0],
        "重度残疾人护理补贴": [0, 0, 100, 0],
    }


def test_december_paid_in_january_is_januarys_money(make_person, pay, paid):
    payment = pay(make_person(), 12, year=2018)
    assert paid() == {}
    Roll.objects.filter(pk=payment.roll_id).update(paid_on=date(2019, 1, 10))
    touch(payment.month, "hardship_subsidy")
    assert paid(as_of=date(2019, 1, 31)) == {"困难残疾人生活补贴": [100]}
    assert paid(as_of=date(2018, 12, 31)) == {}


def test_what_is_unpaid_undone_or_returned_is_no_money_paid(make_person, pay, void, paid):
    waiting, back, undone, good = (pay(make_person(), 1) for _ in range(4))
    Roll.objects.filter(pk=waiting.roll_id).update(state="approved", frozen_at="2019-01-02T00:00Z", round=1, digest="x",
                                                   next_step=2)  # fmt: skip
    Payment.objects.filter(pk=back.pk).update(returned_on=date(2019, 2, 1), return_reason="账户已销户")
    void(undone)
    touch(good.month, "hardship_subsidy")
    assert paid(as_of=date(2019, 1, 31)) == {"困难残疾人生活补贴": [100]}


def test_a_place_has_its_own_money_and_a_zone_that_of_its_towns(make_person, pay, paid):
    pay(make_person(area="320706006"), 1)
    pay(make_person(area="320703007"), 1)
    january = date(2019, 1, 31)
    assert paid(as_of=january) == {"困难残疾人生活补贴": [200]}
    assert paid("320706", january) == paid("320706006", january) == paid("xuwei", january)
    assert paid("xuwei", january) == {"困难残疾人生活补贴": [100]}
    assert paid("320703", january) == paid("320722", january) == {}


def test_nothing_changed_costs_one_statement_and_a_change_is_told_at_once(make_person, pay, paid):
    pay(make_person(), 1)
    paid()
    reading = Reading()
    city = scopes.city()
    with CaptureQueriesContext(connection) as caught:
        money.money_of(city, year=2019, as_of=SEPTEMBER, reading=reading)
    assert len(caught) == 1
    pay(make_person(), 1)
    assert paid(as_of=date(2019, 1, 31)) == {"困难残疾人生活补贴": [200]}


def test_a_town_given_to_a_zone_takes_its_money_along(make_person, pay, paid):
    pay(make_person(area="320706006"), 1)
    assert paid("320706", date(2019, 1, 31)) == {"困难残疾人生活补贴": [100]}
    zone = Area.objects.get(code="320703007").zone
    Area.objects.filter(path__contains="320706006").update(unit_key="xuwei", zone=zone)
    assert paid("320706", date(2019, 1, 31)) == {}
    assert paid("xuwei", date(2019, 1, 31)) == {"困难残疾人生活补贴": [100]}


def test_the_check_finds_a_sum_that_the_payments_do_not_add_up_to(make_person, pay, paid):
    pay(make_person(), 1)
    paid()
    assert money.breaches([2019]) == []
    MoneyPaid.objects.filter(place="320700/").update(amount=99)
    assert money.breaches([2019]) == ["2019年“困难残疾人生活补贴”按月发放金额的汇总与发放记录不符。"]


@pytest.mark.parametrize(("amount", "said"), [
    ("0", "0.00 元"), ("9999.99", "9,999.99 元"), ("10000", "1.00 万元"), ("75314910", "7,531.49 万元"),
    ("99999999.99", "9,999.99 万元"), ("123456789", "1.23 亿元"),
])  # fmt: skip
def test_sums_are_cut_and_never_rounded_up(amount, said):
    assert money.in_words(Decimal(amount)) == said
