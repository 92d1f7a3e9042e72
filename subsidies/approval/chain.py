"""The chain as it stands, and who may take the next step of a roll."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from lianyungang_cdpf.accounts.duties.persons import accounts_of
from lianyungang_cdpf.intake.decisions import corrected_by_any
from subsidies.approval.models import Approval, ApprovalStep, Deed, Place
from subsidies.models import Roll

CALL_BACK = "subsidies.call_back_roll"
# Steps that leave the preparer free: to hand the roll in, and to put it away.
OF_ANYBODY = (Deed.SUBMIT, Deed.ARCHIVE)


def chain() -> list[ApprovalStep]:
    """The steps in force, in the order in which a roll meets them."""
    return sorted(ApprovalStep.objects.filter(active=True), key=lambda step: step.order)


def step_of(deed: Deed, steps: Iterable[ApprovalStep]) -> ApprovalStep:
    """The first step of the chain that does this deed."""
    return next(step for step in steps if step.deed == deed)


def step_after(step: ApprovalStep, steps: Iterable[ApprovalStep]) -> ApprovalStep | None:
    """The step that follows, also where this one has been dropped from the chain meanwhile."""
    return next((one for one in steps if one.order > step.order), None)


def in_place(step: ApprovalStep, roll: Roll, staff) -> bool:
    """Whether the staff member sits where the step is taken; that they see the roll at all is taken for granted."""
    if step.place == Place.ABOVE:
        return True
    if roll.zone_id or staff.zone_id:
        return roll.zone_id == staff.zone_id
    return roll.area_id == staff.area_id


def may_take(step: ApprovalStep, roll: Roll, staff) -> str:
    """Why the staff member may not take this step of the roll, as one sentence; "" when they may."""
    if not (staff.has_perm(step.permission) and in_place(step, roll, staff)):
        whose = "本单位" if step.place == Place.OWN else "本单位或上级"
        return f"“{step}”只能由{whose}有此权限的人员办理。"
    if step.deed not in OF_ANYBODY and prepared(roll, staff):
        return f"这个花名册由您上传、改正或入账，不能再由您办理“{step}”，请由其他人员办理。"
    taken = roll.approvals.filter(round=roll.round, taken_by__in=accounts_of(staff)).exclude(
        outcome=Approval.Outcome.CALLED_BACK
    )
    if step.deed != Deed.SUBMIT and (before := taken.select_related("step").first()):
        return f"您在本轮审批中已办理“{before.step}”，不能再办理“{step}”，请由其他人员办理。"
    return ""


def prepared(roll: Roll, staff) -> bool:
    """Whether the staff member, by any account of their person, uploaded, corrected or posted the roll."""
    mine = accounts_of(staff)
    if roll.posted_by_id in mine or (roll.job and roll.job.staff_id in mine):
        return True
    return Roll.objects.filter(corrected_by_any(mine, OuterRef("job")), pk=roll.pk).exists() if roll.job_id else False


def waiting_for(staff):
    """待我办理: the rolls whose next step the staff member may take, the longest posted first. Two statements."""
    steps = chain()
    condition, mine = Q(pk__in=[]), accounts_of(staff)
    for step in steps:
        if not staff.has_perm(step.permission):
            continue
        here = Q(state=Roll.State.POSTED, payment_count__gt=0) if step.deed == Deed.SUBMIT else Q(next_step=step)
        if step.place == Place.OWN:
            here &= Q(zone=staff.zone_id) if staff.zone_id else Q(area=staff.area_id, zone=None)
        if step.deed not in OF_ANYBODY:
            here &= ~Q(posted_by__in=mine) & (Q(job=None) | ~Q(job__staff__in=mine))
            here &= ~corrected_by_any(mine, OuterRef("job"))
        if step.deed != Deed.SUBMIT:
            here &= ~Exists(_steps_of(mine))
        condition |= here
    rolls = Roll.objects.visible_to(staff).filter(condition)
    return rolls.select_related("programme", "area", "zone", "next_step", "posted_by").order_by("pk")


def _steps_of(accounts: set[int]):
    taken = Approval.objects.filter(roll=OuterRef("pk"), round=OuterRef("round"), taken_by__in=accounts)
    return taken.exclude(outcome=Approval.Outcome.CALLED_BACK)


@dataclass(frozen=True)
class Standing:
    """One step of a roll's chain as the page shows it: passed, to be taken now, or still to come."""

    step: ApprovalStep
    taken: Approval | None
    is_next: bool


def next_of(roll: Roll, steps: list[ApprovalStep]) -> ApprovalStep | None:
    """The step that the roll waits for; before submission the first, of a paid roll the last."""
    if roll.state == Roll.State.POSTED:
        return step_of(Deed.SUBMIT, steps)
    return step_of(Deed.ARCHIVE, steps) if roll.state == Roll.State.PAID else roll.next_step


def standing_of(roll: Roll, steps: list[ApprovalStep], taken: list[Approval]) -> list[Standing]:
    """The chain of a roll: the steps in force, and those that were dropped after somebody took them this round."""
    passed = {}
    if roll.state != Roll.State.POSTED:
        passed = {one.step: one for one in taken if one.round == roll.round and one.outcome == Approval.Outcome.PASSED}
    following = next_of(roll, steps)
    shown = sorted({*steps, *passed, *filter(None, [following])}, key=lambda step: step.order)
    return [Standing(step, passed.get(step), step == following) for step in shown]
