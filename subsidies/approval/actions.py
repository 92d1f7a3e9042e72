"""The deeds of approval: a roll is submitted, approved, returned, called back, archived. (Paid: subsidies/paying.py.)

Each locks the roll, looks whether it still stands where `roll` (or `at`, what a page showed: Roll.stands_at) says, and
refuses with a ValidationError of one sentence; otherwise it keeps who took which step and writes an audit line.
"""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.models import A_REASON
from subsidies.approval.chain import CALL_BACK, chain, may_take, step_after, step_of
from subsidies.approval.models import Approval, ApprovalStep, Deed
from subsidies.approval.sealing import roll_digest
from subsidies.bank.money import at_the_bank
from subsidies.models import Payment, Roll
from subsidies.monthly.differences import open_in_words
from subsidies.notices.ending import withdraw_with

REASON_LENGTH = 300
Outcome, State = Approval.Outcome, Roll.State


@transaction.atomic
def submit_roll(*, roll: Roll, by, at: str = "") -> Roll:
    """Hand a posted roll in: its payments are frozen, a new round begins and the first approving step is next."""
    current = locked(roll, by, at)
    if current.state != State.POSTED:
        raise ValidationError(f"{_named(current)}，不能提交。", code="state")
    if not current.payment_count:
        raise ValidationError(f"批次 {current.reference} 没有发放，不能提交。", code="empty")
    steps = chain()
    step = step_of(Deed.SUBMIT, steps)
    following = step_after(step, steps)
    if following.deed != Deed.APPROVE:
        raise ValidationError("审批环节里没有启用的审批人，不能提交：请市级业务先维护审批环节。", code="chain")
    refuse(may_take(step, current, by))
    _refuse_open(current)
    current.round += 1
    Payment.objects.live().filter(roll=current).update(payee=F("person_id"))
    keep(current, step, by)
    current.state, current.frozen_at = State.SUBMITTED, timezone.now()
    return moved(current, following, by=by, deed="提交花名册")


@transaction.atomic
def approve_roll(*, roll: Roll, by, at: str = "") -> Roll:
    """Pass the roll's next approving step; the last one seals it with a digest, and then it can be paid."""
    current = locked(roll, by, at)
    step = current.next_step
    if current.state != State.SUBMITTED or step.deed != Deed.APPROVE:
        raise ValidationError(f"{_named(current)}，没有待审批的环节。", code="state")
    refuse(may_take(step, current, by))
    _refuse_open(current)
    keep(current, step, by)
    following = step_after(step, _left_of(current, chain()))
    if following.deed != Deed.APPROVE:
        current.state, current.digest = State.APPROVED, roll_digest(current)
    return moved(current, following, by=by, deed=f"花名册{step}通过")


@transaction.atomic
def return_roll(*, roll: Roll, by, reason: str, at: str = "") -> Roll:
    """Send the roll back to its preparer, as who may take the next step; the payments can be changed again."""
    current = locked(roll, by, at)
    step = current.next_step
    if current.state not in (State.SUBMITTED, State.APPROVED):
        raise ValidationError(f"{_named(current)}，不能退回。", code="state")
    refuse(may_take(step, current, by))
    refuse(_at_the_bank(current))
    keep(current, step, by, outcome=Outcome.RETURNED, reason=reason_of(reason, "退回"))
    return _opened(current, by=by, deed=f"花名册{step}退回")


@transaction.atomic
def call_back_roll(*, roll: Roll, by, reason: str, at: str = "") -> Roll:
    """市级撤回: the city takes a roll out of approval before it is paid, and gives the reason."""
    current = locked(roll, by, at)
    if not (by.has_perm(CALL_BACK) and by.is_city_wide):
        raise ValidationError("只有市级业务可以撤回审批中的花名册。", code="forbidden")
    if current.state not in (State.SUBMITTED, State.APPROVED):
        raise ValidationError(f"{_named(current)}，不能撤回：只有尚未发放的可以撤回。", code="state")
    refuse(_at_the_bank(current))
    keep(current, current.next_step, by, outcome=Outcome.CALLED_BACK, reason=reason_of(reason, "撤回"))
    return _opened(current, by=by, deed="撤回审批中的花名册")


@transaction.atomic
def archive_roll(*, roll: Roll, by, at: str = "") -> Roll:
    """Put a paid roll away."""
    current = locked(roll, by, at)
    if current.state != State.PAID:
        raise ValidationError(f"{_named(current)}，只有“已发放”的可以归档。", code="state")
    step = step_of(Deed.ARCHIVE, chain())
    refuse(may_take(step, current, by))
    keep(current, step, by)
    current.state = State.ARCHIVED
    return moved(current, None, by=by, deed="花名册归档")


# -- what the deeds share; paying uses it too --------------------------------------------------------------------


def locked(roll: Roll, by, at: str = "") -> Roll:
    """The roll as it stands, locked until the deed is done; refused when it no longer stands where `by` saw it."""
    lock_rows(Roll, roll.pk)
    rolls = Roll.objects.visible_to(by).select_related("programme", "next_step", "job", "area", "zone")
    current = rolls.filter(pk=roll.pk).first()
    if current is None:
        raise ValidationError("没有这个花名册，或者它不在您的辖区内。", code="forbidden")
    if current.stands_at != (at or roll.stands_at):
        raise ValidationError(f"{_named(current)}，与您打开页面时不同：请核对后重新办理。", code="moved")
    return current


def refuse(sentence: str) -> None:
    """Raise the sentence that says why somebody may not; nothing to do for an empty one."""
    if sentence:
        raise ValidationError(sentence, code="forbidden")


def keep(roll: Roll, step: ApprovalStep, by, *, outcome: str = Outcome.PASSED, reason: str = "") -> Approval:
    """Keep that `by` took a step of the roll, with the keys of who made it."""
    uploaded_by = roll.job.staff_id if roll.job else roll.posted_by_id
    return Approval.objects.create(
        roll=roll, step=step, deed=step.deed, round=roll.round, outcome=outcome, reason=reason, taken_by=by,
        prepared_by_id=roll.posted_by_id, uploaded_by_id=uploaded_by,
    )  # fmt: skip


def moved(roll: Roll, following: ApprovalStep | None, *, by, deed: str) -> Roll:
    """Save where the roll stands now and write the audit line."""
    roll.next_step = following
    roll.save(update_fields=["state", "next_step", "round", "frozen_at", "digest"])
    counts = f"第 {roll.round} 轮，{roll.payment_count:,} 笔，合计 {roll.total:,.2f} 元"
    record(by=by, deed=deed, on=roll, summary=f"{roll.reference}：{counts}，{roll.standing}")
    return roll


def reason_of(text: str, deed: str) -> str:
    """The reason without blanks around it. Raises ValidationError when it says too little or too much."""
    reason = text.strip()
    if not re.match(A_REASON, reason):
        raise ValidationError(f"请写明{deed}原因，至少五个字。", code="reason")
    if len(reason) > REASON_LENGTH:
        raise ValidationError(f"{deed}原因最多 {REASON_LENGTH} 个字。", code="reason")
    return reason


def _left_of(roll: Roll, steps: list[ApprovalStep]) -> list[ApprovalStep]:
    """The steps that nobody has passed in this round: one that was moved behind the next does not come again."""
    passed = set(roll.approvals.filter(round=roll.round, outcome=Outcome.PASSED).values_list("step_id", flat=True))
    return [step for step in steps if step.pk not in passed]


def _opened(roll: Roll, *, by, deed: str) -> Roll:
    withdraw_with(roll, by=by)
    roll.state, roll.frozen_at, roll.digest = State.POSTED, None, ""
    return moved(roll, None, by=by, deed=deed)


def _at_the_bank(roll: Roll) -> str:
    """Why a roll can't be opened again: its money is on its way."""
    if not at_the_bank(roll):
        return ""
    return f"批次 {roll.reference} 已向银行报盘，不能退回或撤回：银行尚未处理的，先作废报盘文件。"


def _refuse_open(roll: Roll) -> None:
    """A roll goes on only when each difference from the month before has its reason."""
    if sentence := open_in_words(roll):
        raise ValidationError(sentence, code="differences")


def _named(roll: Roll) -> str:
    return f"批次 {roll.reference} 现在是“{roll.standing}”"
