"""The deeds of recovery. Each locks the case (or the payments that a new one claims) until it is done, writes an audit
line, and refuses with a ValidationError of one sentence; the case's sums, state and months follow from its ledger.

No change stamp is touched: targets count people paid, and a month that was recovered was paid all the same.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.timezone import localdate

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.duties.persons import accounts_of
from lianyungang_cdpf.audit.actions import record
from subsidies.approval.actions import reason_of
from subsidies.models import Payment, Programme, RecoveryCase, RecoveryEntry, RecoveryLine, WriteOffProposal
from subsidies.recovery.ledger import claimable, left_of, offsettable, settle
from subsidies.recovery.models import NOTE_LENGTH
from subsidies.stop_reasons import StopReason

RECOVER, REFUND, APPROVE = (f"subsidies.{name}" for name in ("recover_payment", "enter_refund", "approve_write_off"))
# Who may enter a kind may reverse it.
RIGHT_OF = {"refund": REFUND, "offset": RECOVER, "write_off": APPROVE}
# Days to give the money back (city rule, unverified).
DAYS_TO_PAY = 30
CENT = Decimal("0.01")
Kind, State = RecoveryEntry.Kind, RecoveryCase.State


@transaction.atomic
def open_recovery(
    *, person: Person, programme: Programme, payments: Iterable[Payment], reason: str, by, note: str = "",
    due_on: date | None = None, amounts: Mapping[int, Decimal] | None = None,
) -> RecoveryCase:  # fmt: skip
    """Claim these payments from the person: each whole, or the part that `amounts` names by the payment's key.

    `reason` is a StopReason; without `due_on` the money is due in DAYS_TO_PAY days. Raises ValidationError when `by`
    may not, or when one of the payments is out of sight, of somebody else, not paid, claimed already, used to offset
    something, or of another county than the rest: each county gets back what it paid.
    """
    _need(by, RECOVER, "只有经办人员可以立案追缴。")
    wanted = {payment.pk for payment in payments}
    if not wanted:
        raise ValidationError("请至少选择一个月。", code="empty")
    if reason not in StopReason.values:
        raise ValidationError("请选择错发原因。", code="reason")
    seen = Payment.objects.visible_to(by).filter(pk__in=wanted, person=person, programme=programme)
    locked = list(seen.select_for_update(of=("self",)).select_related("area").order_by("month", "pk"))
    free = set(claimable(Payment.objects.filter(pk__in=wanted)).values_list("pk", flat=True))
    if {payment.pk for payment in locked} != wanted or free != wanted:
        sentence = "所选发放中有不能追缴的：尚未发放、银行已退回、已经立案，或不属于此人和此项目。请刷新后重新选择。"
        raise ValidationError(sentence, code="claimed")
    if len({payment.area.unit_key for payment in locked}) > 1:
        raise ValidationError("所选月份由不同县区发放：请按县区分别立案，各自追缴自己发放的。", code="units")
    due_on = due_on or localdate() + timedelta(days=DAYS_TO_PAY)
    if due_on < localdate():
        raise ValidationError("追缴期限不能早于今天。", code="due")
    lines = [_line(payment, (amounts or {}).get(payment.pk, payment.amount)) for payment in locked]
    claimed = sum(line.amount for line in lines)
    case = RecoveryCase.objects.create(
        person=person, programme=programme, area=locked[-1].area, reason=reason, note=note.strip()[:NOTE_LENGTH],
        opened_by=by, due_on=due_on, claimed=claimed, balance=claimed,
    )  # fmt: skip
    for line in lines:
        line.case = case
    RecoveryLine.objects.bulk_create(lines)
    record(by=by, deed="立案追缴", on=case, summary=f"{case}：{len(lines)} 笔，应追缴 {claimed:,.2f} 元")
    return case


def _line(payment: Payment, amount: Decimal) -> RecoveryLine:
    if not CENT <= amount <= payment.amount or amount != amount.quantize(CENT):
        period = payment.programme.period_shown(payment.month)
        sentence = f"{period} 发放 {payment.amount:,.2f} 元：追缴金额必须大于零、不超过发放金额，精确到分。"
        raise ValidationError(sentence, code="amount")
    return RecoveryLine(payment=payment, month=payment.month, paid=payment.amount, amount=amount)


@transaction.atomic
def enter_refund(*, case: RecoveryCase, by, amount: Decimal, day: date, receipt_no: str) -> RecoveryEntry:
    """退缴: money that was paid back to the treasury on a day, with the receipt's number."""
    _need(by, REFUND, "只有经办或财务人员可以登记退缴。")
    current, receipt_no = _open(case, by), receipt_no.strip()
    _check(current, amount, day)
    if not receipt_no:
        raise ValidationError("请填写收据号。", code="receipt")
    if current.entries.standing().filter(receipt_no=receipt_no).exists():
        raise ValidationError(f"收据号 {receipt_no} 在本案已经登记过，请核对。", code="receipt")
    return _enter(current, by, "登记退缴", kind=Kind.REFUND, amount=amount, day=day, receipt_no=receipt_no)


@transaction.atomic
def enter_offset(
    *, case: RecoveryCase, by, amount: Decimal, payment: Payment, day: date | None = None
) -> RecoveryEntry:
    """抵扣: what was held back from a later payment to the same person; see RecoveryEntry for what that means.

    `day` is that on which the payment was made, unless another is given.
    """
    _need(by, RECOVER, "只有经办人员可以登记抵扣。")
    current = _open(case, by)
    later = Payment.objects.select_for_update(of=("self",)).filter(pk=payment.pk).first()
    if later is None or not offsettable(current).filter(pk=payment.pk).exists():
        sentence = "只能抵扣此人本项目以后月份、已经发放且没有退回的补贴，请重新选择。"
        raise ValidationError(sentence, code="payment")
    _check(current, amount, day := day or later.roll.paid_on)
    if current.entries.standing().filter(payment=later, amount=amount).exists():
        sentence = (
            f"{later.month:%Y-%m} 的发放在本案已抵扣过 {amount:,.2f} 元：若还要抵扣，请先冲销，再按合计金额登记。"
        )
        raise ValidationError(sentence, code="twice")
    if amount > (left := left_of(later)):
        raise ValidationError(f"{later.month:%Y-%m} 的发放最多还能抵扣 {left:,.2f} 元。", code="amount")
    return _enter(current, by, "登记抵扣", kind=Kind.OFFSET, amount=amount, day=day, payment=later)


@transaction.atomic
def propose_write_off(*, case: RecoveryCase, by, amount: Decimal, reason: str) -> WriteOffProposal:
    """Ask that what can't be got back be written off; nothing is until somebody else approves."""
    _need(by, RECOVER, "只有经办人员可以提出核销。")
    current = _open(case, by)
    if current.proposals.filter(state=WriteOffProposal.State.PENDING).exists():
        raise ValidationError("已有一笔核销等待审批。", code="pending")
    _check(current, amount, localdate())
    proposal = WriteOffProposal.objects.create(
        case=current, amount=amount, reason=reason_of(reason, "核销"), proposed_by=by
    )
    record(by=by, deed="提出核销", on=current, summary=f"{current}：{amount:,.2f} 元")
    return proposal


@transaction.atomic
def approve_write_off(*, proposal: WriteOffProposal, by, answer: str = "") -> RecoveryEntry:
    """Write off what was proposed: somebody else than who proposed it, and not more than is still owed."""
    current, pending = _pending(proposal, by)
    _check(current, pending.amount, localdate())
    _decide(pending, by, WriteOffProposal.State.APPROVED, answer.strip())
    return _enter(
        current, by, "批准核销", kind=Kind.WRITE_OFF, amount=pending.amount, day=localdate(), proposal=pending,
        reason=pending.reason, proposed_by=pending.proposed_by,
    )  # fmt: skip


@transaction.atomic
def refuse_write_off(*, proposal: WriteOffProposal, by, answer: str) -> WriteOffProposal:
    """Leave the money to be got back, and say why."""
    current, pending = _pending(proposal, by)
    _decide(pending, by, WriteOffProposal.State.REFUSED, reason_of(answer, "不批准"))
    record(by=by, deed="不批准核销", on=current, summary=f"{current}：{pending.amount:,.2f} 元")
    return pending


@transaction.atomic
def reverse_entry(*, entry: RecoveryEntry, by, reason: str) -> RecoveryEntry:
    """冲销: an entry that was wrong counts no more; both stay in the ledger. The case may be open again."""
    right = RIGHT_OF.get(entry.kind)
    if right is None:
        raise ValidationError("冲销记录不能再冲销：请重新登记。", code="kind")
    _need(by, right, f"您没有冲销“{entry.get_kind_display()}”的权限。")
    current = _locked(entry.case, by)
    if not current.entries.standing().filter(pk=entry.pk).exists():
        raise ValidationError("这条记录已经冲销。", code="reversed")
    if entry.kind == Kind.WRITE_OFF and entry.proposed_by_id in accounts_of(by):
        raise ValidationError("这笔核销由您申请，不能由您冲销。", code="forbidden")
    return _enter(
        current, by, f"冲销{entry.get_kind_display()}", kind=Kind.REVERSAL, amount=entry.amount, day=localdate(),
        reverses=entry, reason=reason_of(reason, "冲销"),
    )  # fmt: skip


@transaction.atomic
def cancel_recovery(*, case: RecoveryCase, by, reason: str) -> RecoveryCase:
    """Take back a case that was opened by mistake: its months may be claimed anew. Not once anything came in."""
    _need(by, RECOVER, "只有经办人员可以撤销追缴案件。")
    current = _open(case, by)
    pending = current.proposals.filter(state=WriteOffProposal.State.PENDING).exists()
    if pending or current.entries.standing().exists():
        raise ValidationError(
            "本案已有退缴、抵扣、核销，或有核销待审批，不能撤销：请先冲销或等待审批。", code="entries"
        )
    told = reason_of(reason, "撤销")
    claimed, current.claimed, current.balance = current.claimed, Decimal(0), Decimal(0)
    current.state, current.cancel_reason = State.CANCELLED, told
    current.cancelled_by, current.cancelled_at = by, timezone.now()
    current.save(update_fields=["claimed", "balance", "state", "cancel_reason", "cancelled_by", "cancelled_at"])
    RecoveryLine.objects.live().filter(case=current).update(live=False)
    record(by=by, deed="撤销追缴案件", on=current, summary=f"{current}：应追缴 {claimed:,.2f} 元")
    return current


# -- what the deeds share ----------------------------------------------------------------------------------------


def _need(by, right: str, sentence: str) -> None:
    if not by.has_perm(right):
        raise ValidationError(sentence, code="forbidden")


def _locked(case: RecoveryCase, by) -> RecoveryCase:
    cases = RecoveryCase.objects.select_for_update(of=("self",)).visible_to(by).select_related("programme", "area")
    current = cases.filter(pk=case.pk).first()
    if current is None:
        raise ValidationError("没有这个追缴案件，或者它不在您的辖区内。", code="forbidden")
    return current


def _open(case: RecoveryCase, by) -> RecoveryCase:
    current = _locked(case, by)
    if not current.is_open:
        raise ValidationError(f"这个追缴案件{current.get_state_display()}，不能再办理。", code="state")
    return current


def _check(case: RecoveryCase, amount: Decimal, day: date) -> None:
    """That the amount is money that was paid and is still owed, and that the day has come."""
    if back := _not_paid_any_more(case):
        raise ValidationError(
            f"本案追缴的 {'、'.join(back)} 补贴已被银行退回，钱没有付出："
            "请冲销已登记的记录，撤销本案，再就其余月份重新立案。", code="returned",
        )  # fmt: skip
    if amount < CENT or amount != amount.quantize(CENT):
        raise ValidationError("金额必须大于零，精确到分。", code="amount")
    if amount > case.balance:
        raise ValidationError(f"金额超过未追回的 {case.balance:,.2f} 元，请核对。", code="balance")
    if day > localdate():
        raise ValidationError("日期不能晚于今天。", code="future")


def _not_paid_any_more(case: RecoveryCase) -> list[str]:
    """The months claimed whose money the bank sent back after the case was opened."""
    # Asked of each payment claimed: as a list, all payments ever made would be put together first.
    counted = Payment.objects.counted().filter(pk=OuterRef("payment"))
    lines = RecoveryLine.objects.live().filter(~Exists(counted), case=case)
    return [case.programme.period_shown(month) for month in lines.order_by("month").values_list("month", flat=True)]


def _pending(proposal: WriteOffProposal, by) -> tuple[RecoveryCase, WriteOffProposal]:
    _need(by, APPROVE, "只有审核或审定人员可以审批核销。")
    current = _open(proposal.case, by)
    pending = current.proposals.filter(pk=proposal.pk, state=WriteOffProposal.State.PENDING).first()
    if pending is None:
        raise ValidationError("这笔核销已经审批。", code="decided")
    if pending.proposed_by_id in accounts_of(by):
        raise ValidationError("这笔核销由您申请，不能由您审批，请由其他人员办理。", code="forbidden")
    return current, pending


def _decide(proposal: WriteOffProposal, by, state: str, answer: str) -> None:
    proposal.state, proposal.answer = state, answer[:NOTE_LENGTH]
    proposal.decided_by, proposal.decided_at = by, timezone.now()
    proposal.save(update_fields=["state", "answer", "decided_by", "decided_at"])


def _enter(case: RecoveryCase, by, deed: str, **fields) -> RecoveryEntry:
    entry = RecoveryEntry.objects.create(case=case, entered_by=by, **fields)
    settle(case)
    summary = f"{case}：{entry.amount:,.2f} 元，未追回 {case.balance:,.2f} 元，{case.get_state_display()}"
    record(by=by, deed=deed, on=case, summary=summary)
    return entry
