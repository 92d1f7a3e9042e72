"""Refunds, offsets, write-offs and reversals in any order, by any of the staff: the money adds up after each."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subsidies.models import Payment, RecoveryCase, RecoveryEntry, WriteOffProposal
from subsidies.recovery import actions
from subsidies.recovery.invariants import breaches
from subsidies.recovery.money import money_by, money_of

pytestmark = pytest.mark.django_db
calm = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
CENTS = st.integers(1, 90_000).map(lambda cents: Decimal(cents) / 100)
WHICH = st.integers(0, 9)
REASON = "家属确无能力退还"
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("refund"), WHICH, WHICH, CENTS),
        st.tuples(st.just("offset"), WHICH, WHICH, CENTS),
        st.tuples(st.just("propose"), WHICH, WHICH, CENTS),
        st.tuples(st.just("approve"), WHICH, WHICH, CENTS),
        st.tuples(st.just("reverse"), WHICH, WHICH, CENTS),
        st.tuples(st.just("cancel"), WHICH, WHICH, CENTS),
    ),
    max_size=20,
)


@pytest.fixture
def world(make_person, pay, claim, haizhou_clerk, city_clerk, reviewer, finance, make_staff):
    """Two cases of one person that share the later payments, and five of the staff."""
    person = make_person("甲")
    pay(person, 4, 5, 6, 7, 8)
    cases = [claim(person, 4, 5), claim(person, 6, by=city_clerk)]
    staff = [haizhou_clerk, city_clerk, reviewer, finance, make_staff("approver", role="civil_affairs_approver")]
    return cases, staff, Payment.objects.filter(person=person)


def pick(found, which: int):
    found = list(found)
    return found[which % len(found)] if found else None


def do(step, case, by, amount, which, payments) -> None:
    """One deed, or a ValidationError; a step that has nothing to work on does nothing."""
    if step == "refund":
        receipt = str(RecoveryEntry.objects.count())
        actions.enter_refund(case=case, by=by, amount=amount, day=date(2019, 9, 2), receipt_no=receipt)
    elif step == "offset":
        actions.enter_offset(case=case, by=by, amount=amount, payment=pick(payments.order_by("pk"), which))
    elif step == "propose":
        actions.propose_write_off(case=case, by=by, amount=amount, reason=REASON)
    elif step == "approve" and (pending := pick(WriteOffProposal.objects.order_by("pk"), which)):
        actions.approve_write_off(proposal=pending, by=by)
    elif step == "reverse" and (entry := pick(RecoveryEntry.objects.order_by("pk"), which)):
        actions.reverse_entry(entry=entry, by=by, reason=REASON)
    elif step == "cancel":
        actions.cancel_recovery(case=case, by=by, reason=REASON)


def expected(case) -> Decimal:
    """The balance, added up line by line."""
    if case.state == "cancelled":
        return Decimal(0)
    signs = {"refund": -1, "offset": -1, "write_off": -1, "reversal": 1}
    entries = case.entries.values_list("kind", "amount")
    return sum((line.amount for line in case.lines.all()), Decimal(0)) + sum(signs[k] * a for k, a in entries)


@calm
@given(STEPS)
def test_any_order_of_deeds_keeps_the_ledger_and_the_money(world, steps):
    cases, staff, payments = world
    with transaction.atomic():
        planned = money_of(payments).planned
        for step, who, which, amount in steps:
            try:
                with transaction.atomic():
                    do(step, cases[which % 2], staff[who % len(staff)], amount, which, payments)
            except ValidationError:
                pass
            for case in RecoveryCase.objects.all():
                assert case.balance == expected(case) >= 0
            assert list(breaches()) == []
        money = money_of(payments)
        assert money.adds_up and money.planned == planned
        by_month = money_by(payments, "month").values()
        assert all(one.adds_up for one in by_month)
        assert sum(one.recovered for one in by_month) == sum(case.recovered for case in RecoveryCase.objects.all())
        transaction.set_rollback(True)
