"""What the database itself refuses of recoveries, by the names of its constraints and triggers, on both databases."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from subsidies.models import RecoveryCase, RecoveryEntry, RecoveryLine, WriteOffProposal

REASON = "家属确无能力退还"


def refused(name: str, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def unique(name: str, columns: str) -> str:
    """How the database names a unique constraint that was broken."""
    return columns if connection.vendor == "sqlite" else name


@pytest.fixture
def case(make_person, pay, claim):
    person = make_person("甲")
    pay(person, 5, 6)
    return claim(person, 5)


def entry(case, **fields):
    told = {"kind": "refund", "amount": 10, "day": date(2019, 7, 1), "entered_by": case.opened_by}
    return RecoveryEntry.objects.create(case=case, **(told | fields))


def test_a_balance_is_never_below_zero(case):
    cases = RecoveryCase.objects.filter(pk=case.pk)
    refused("recovery_balance_not_below_zero", lambda: cases.update(balance=Decimal("-0.01")))
    refused("recovery_sums_not_below_zero", lambda: cases.update(refunded=Decimal("-0.01")))


@pytest.mark.parametrize(
    "wrong",
    [
        {"balance": 0}, {"state": "settled"}, {"state": "written_off"},
        {"state": "settled", "balance": 0, "written_off": 1}, {"state": "written_off", "balance": 0},
        {"state": "whatever"},
    ],
)  # fmt: skip
def test_a_state_says_what_its_money_says(case, wrong):
    cases = RecoveryCase.objects.filter(pk=case.pk)
    refused("recovery_state_says_what_its_money_says", lambda: cases.update(**wrong))


def test_a_case_is_not_taken_back_without_a_reason(case):
    gone = {"state": "cancelled", "claimed": 0, "balance": 0, "cancelled_at": timezone.now()}
    by = {"cancelled_by": case.opened_by}
    for half in (gone, gone | by, gone | by | {"cancel_reason": "错了"}):
        refused(
            "recovery_cancelled_has_its_reason",
            lambda half=half: RecoveryCase.objects.filter(pk=case.pk).update(**half),
        )
    told = by | {"cancel_reason": "立错了人吧"}
    cases, with_money = RecoveryCase.objects.filter(pk=case.pk), gone | {"balance": 1, "claimed": 1}
    refused("recovery_state_says_what_its_money_says", lambda: cases.update(**with_money, **told))
    cases.update(**gone, **told)


def test_a_payment_is_claimed_once(case):
    line = case.lines.get()
    name = unique("one_live_claim_per_payment", "subsidies_recoveryline.payment_id")
    again = {"case": case, "payment": line.payment, "month": line.month, "paid": line.paid, "amount": 1}
    refused(name, lambda: RecoveryLine.objects.create(**again))
    RecoveryLine.objects.create(**again, live=False)


def test_no_more_is_claimed_than_was_paid_and_no_more_comes_back_than_is_claimed(case):
    lines = case.lines.all()
    for wrong in (Decimal("370.01"), 0):
        refused("recovery_claims_at_most_what_was_paid", lambda wrong=wrong: lines.update(amount=wrong))
    for wrong in (Decimal("370.01"), Decimal("-0.01")):
        refused("recovery_of_a_month_within_its_claim", lambda wrong=wrong: lines.update(recovered=wrong))


def test_a_write_off_is_decided_by_another_and_has_amount_and_reason(case, reviewer):
    def propose(**fields):
        told = {"amount": 10, "reason": REASON, "proposed_by": case.opened_by}
        return WriteOffProposal.objects.create(case=case, **(told | fields))

    for wrong in ({"amount": 0}, {"reason": "没钱"}):
        refused("write_off_has_amount_and_reason", lambda wrong=wrong: propose(**wrong))
    propose()
    refused(unique("one_pending_write_off_per_case", "subsidies_writeoffproposal.case_id"), propose)
    pending, now = WriteOffProposal.objects.filter(case=case), timezone.now()
    refused("write_off_decided_by_somebody", lambda: pending.update(state="approved"))
    refused("write_off_decided_by_somebody", lambda: pending.update(decided_by=reviewer, decided_at=now))
    decided = {"state": "approved", "decided_at": now}
    refused(
        "write_off_decided_by_another_than_proposed_it", lambda: pending.update(decided_by=case.opened_by, **decided)
    )
    refused(
        "write_off_has_amount_and_reason",
        lambda: pending.update(decided_by=reviewer, state="refused", decided_at=now),
    )
    pending.update(decided_by=reviewer, **decided)


def test_an_entry_has_what_its_kind_needs(case, reviewer):
    name, payment = "recovery_entry_has_what_its_kind_needs", case.lines.get().payment
    proposal = WriteOffProposal.objects.create(case=case, amount=10, reason=REASON, proposed_by=case.opened_by)
    refund = entry(case, receipt_no="1")
    for wrong in (
        {}, {"receipt_no": "2", "payment": payment}, {"kind": "offset"}, {"kind": "write_off", "reason": REASON},
        {"kind": "write_off", "proposal": proposal, "proposed_by": proposal.proposed_by, "entered_by": reviewer},
        {"kind": "reversal", "reason": REASON}, {"kind": "reversal", "reverses": refund, "reason": "错"},
        {"kind": "gift", "receipt_no": "2"},
    ):  # fmt: skip
        refused(name, lambda wrong=wrong: entry(case, **wrong))
    refused("recovery_entry_amount_positive", lambda: entry(case, receipt_no="2", amount=0))
    own = {"kind": "write_off", "proposal": proposal, "reason": REASON}
    for by in ({}, {"proposed_by": case.opened_by}):
        refused("written_off_by_another_than_proposed_it", lambda by=by: entry(case, **own, **by))
    entry(case, **own, proposed_by=case.opened_by, entered_by=reviewer)
    again = {"kind": "reversal", "reverses": refund, "reason": "收据号写错"}
    entry(case, **again)
    reversed_once = unique("subsidies_recoveryentry_reverses_id", "subsidies_recoveryentry.reverses_id")
    refused(reversed_once, lambda: entry(case, **again))


def test_the_ledger_is_only_added_to(case):
    line = entry(case, receipt_no="1")
    entries = RecoveryEntry.objects.filter(pk=line.pk)
    for change in (lambda: entries.update(amount=9), lambda: entries.update(reason="改"), entries.delete):
        refused("只能追加，不能修改或删除", change)
    line.refresh_from_db()
    assert line.amount == Decimal(10)
