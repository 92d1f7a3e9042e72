"""I8: what was written past the deeds is found, each breach by a sentence that names the case."""

from datetime import date
from decimal import Decimal

import pytest

from subsidies.models import Payment, RecoveryCase, RecoveryEntry, RecoveryLine, WriteOffProposal
from subsidies.recovery import actions
from subsidies.recovery.invariants import breaches


@pytest.fixture
def case(make_person, pay, claim, haizhou_clerk, reviewer):
    """June and July claimed; a refund, a reversed one, an offset against August, a write-off."""
    person = make_person("甲")
    pay(person, 6, 7, 8)
    case = claim(person, 6, 7)
    for number, amount in ((1, "300.10"), (2, "1")):
        entry = actions.enter_refund(
            case=case, by=haizhou_clerk, amount=Decimal(amount), day=date(2019, 9, 2), receipt_no=str(number)
        )
    actions.reverse_entry(entry=entry, by=haizhou_clerk, reason="收据号写错了")
    actions.enter_offset(case=case, by=haizhou_clerk, amount=Decimal(100), payment=august(person))
    proposal = actions.propose_write_off(case=case, by=haizhou_clerk, amount=Decimal("9.90"), reason="确无能力退还")
    actions.approve_write_off(proposal=proposal, by=reviewer)
    return RecoveryCase.objects.get(pk=case.pk)


def august(person):
    return Payment.objects.get(person=person, month=date(2019, 8, 1))


def found() -> list[str]:
    return [sentence.removeprefix("I8：") for sentence in breaches()]


def test_what_the_deeds_leave_has_no_breach(case, django_assert_num_queries):
    with django_assert_num_queries(8):
        assert found() == []


def test_sums_that_are_not_the_ledgers_are_found(case):
    RecoveryCase.objects.filter(pk=case.pk).update(refunded=Decimal("300.11"))
    (sentence,) = found()
    assert f"追缴 {case.pk} 登记应追缴 740.00 元、未追回 330.00 元，按明细和台账应为 740.00 元、330.00 元" in sentence


def test_a_balance_that_is_not_the_difference_is_found(case):
    RecoveryCase.objects.filter(pk=case.pk).update(balance=Decimal("330.01"))
    assert "未追回 330.01 元，按明细和台账应为 740.00 元、330.00 元" in found()[0]


def test_months_that_are_not_the_ledgers_are_found(case):
    RecoveryLine.objects.filter(case=case, month=date(2019, 7, 1)).update(recovered=Decimal("31"))
    assert found() == [f"追缴 {case.pk} 各月已追回合计 401.00 元，与台账的退缴和抵扣不符。"]


def test_an_entry_beyond_the_claim_is_found(case):
    RecoveryEntry.objects.create(
        case=case, kind="refund", amount=331, day=date(2019, 9, 3), receipt_no="9", entered_by=case.opened_by
    )
    assert "应为 740.00 元、-1.00 元" in found()[0]


def test_a_claim_of_somebody_elses_payment_or_of_another_amount_is_found(case, make_person):
    line = case.lines.first()
    RecoveryLine.objects.filter(pk=line.pk).update(paid=Decimal("370.01"))
    assert found() == [f"追缴 {case.pk} 的明细与发放 {line.payment_id} 的人员、项目、月份或金额不符。"]
    RecoveryLine.objects.filter(pk=line.pk).update(paid=line.paid)
    RecoveryCase.objects.filter(pk=case.pk).update(person=make_person("乙"))
    assert len([one for one in found() if "的明细与发放" in one]) == 2


def test_a_claim_and_an_offset_of_what_the_bank_sent_back_are_found(case):
    for payment in (case.lines.first().payment, august(case.person)):
        Payment.objects.filter(pk=payment.pk).update(returned_on=date(2019, 9, 9), return_reason="账号错误")
    claimed, offset = found()
    assert "没有发放或已被银行退回，请冲销后撤销案件" in claimed
    assert "请冲销这笔抵扣" in offset


def test_more_offset_than_the_payment_had_is_found(case):
    later = august(case.person)
    RecoveryEntry.objects.create(
        case=case, kind="offset", amount=300, day=date(2019, 9, 3), payment=later, entered_by=case.opened_by
    )
    assert f"发放 {later.pk} 共 370.00 元，却抵扣了 400.00 元。" in found()


def test_a_reversal_of_another_amount_and_a_write_off_that_nobody_approved_are_found(case, reviewer):
    told = {"case": case, "day": date(2019, 9, 3), "entered_by": reviewer}
    refund = case.entries.standing().get(kind="refund")
    wrong = RecoveryEntry.objects.create(kind="reversal", amount=1, reverses=refund, reason="收据号写错了", **told)
    proposal = WriteOffProposal.objects.create(case=case, amount=5, reason="确无能力退还", proposed_by=case.opened_by)
    slipped = RecoveryEntry.objects.create(
        kind="write_off", amount=5, proposal=proposal, reason="确无能力退还", proposed_by=case.opened_by, **told
    )
    sentences = found()
    for entry in (wrong, slipped):
        assert f"追缴 {case.pk} 的台账记录 {entry.pk} 与它冲销的记录或核销申请不符。" in sentences
