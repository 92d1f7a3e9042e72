"""planned = paid + returned + outstanding + recovered, of rolls, months and places, to the cent."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import Sum

from subsidies.models import Payment
from subsidies.recovery import actions
from subsidies.recovery.money import Money, money_by, money_of
from tests.fixtures_city import DONGHAI_TOWN


def yuan(*texts) -> Money:
    return Money(*map(Decimal, texts))


@pytest.fixture
def world(make_person, pay, claim, haizhou_clerk, reviewer, finance):
    """Haizhou: five months of one person, of which two were wrong, one sent back and one is not paid yet."""
    person = make_person("甲")
    pay(person, 5, 6, 7, 8)
    (back,) = pay(person, 9)
    pay(person, 10, paid=False)
    pay(make_person("乙", area=DONGHAI_TOWN), 5, amount="80.10")
    case = claim(person, 5, 6)
    Payment.objects.filter(pk=back.pk).update(returned_on=date(2019, 10, 8), return_reason="账号错误")
    actions.enter_refund(case=case, by=finance, amount=Decimal("300.55"), day=date(2019, 9, 2), receipt_no="1")
    later = Payment.objects.get(person=person, month=date(2019, 8, 1))
    actions.enter_offset(case=case, by=haizhou_clerk, amount=Decimal("100"), payment=later)
    proposal = actions.propose_write_off(case=case, by=haizhou_clerk, amount=Decimal("9.45"), reason="家属确无能力退还")
    actions.approve_write_off(proposal=proposal, by=reviewer)
    return case


def test_every_yuan_is_somewhere(world):
    haizhou = Payment.objects.filter(area__unit_key="320706")
    assert money_of(haizhou) == yuan("2220.00", "1079.45", "370.00", "370.00", "400.55")
    assert money_of(Payment.objects.all()) == yuan("2300.10", "1159.55", "370.00", "370.00", "400.55")


def test_each_month_has_what_came_back_of_it_and_an_offset_leaves_the_later_one_whole(world):
    found = money_by(Payment.objects.filter(area__unit_key="320706"), "month")
    assert {month.month: money for (month,), money in found.items()} == {
        5: yuan("370", "0", "0", "0", "370"), 6: yuan("370", "339.45", "0", "0", "30.55"), 7: yuan("370", "370"),
        8: yuan("370", "370"), 9: yuan("370", "0", "370"), 10: yuan("370", "0", "0", "370"),
    }  # fmt: skip


def test_by_place_and_programme_it_adds_up_to_the_rolls(world, django_assert_num_queries):
    with django_assert_num_queries(3):
        found = money_by(Payment.objects.all(), "programme__code", "area__unit_key", "roll")
    assert all(money.adds_up for money in found.values())
    by_unit = {}
    for (_, unit, _), money in found.items():
        by_unit[unit] = by_unit.get(unit, 0) + money.planned
    assert by_unit == {"320706": Decimal("2220.00"), "320722": Decimal("80.10")}


def test_a_claim_that_the_bank_sends_back_is_not_counted_twice(world):
    line = world.lines.order_by("month").first()
    Payment.objects.filter(pk=line.payment_id).update(returned_on=date(2019, 10, 8), return_reason="账号错误")
    money = money_of(Payment.objects.filter(pk=line.payment_id))
    assert money == yuan("370", "0", "370", "0", "0") and money.adds_up


def test_undone_payments_are_no_money(world, make_person, pay):
    (gone,) = pay(make_person("丙"), 3, paid=False)
    Payment.objects.filter(pk=gone.pk).update(live=False)
    live = Payment.objects.live().aggregate(total=Sum("amount"))["total"]
    assert money_of(Payment.objects.all()).planned == live
    assert money_of(Payment.objects.none()) == Money()
    assert not Money(planned=Decimal(1)).adds_up
