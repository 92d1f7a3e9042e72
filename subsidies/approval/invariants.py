"""I4: nobody approved what they prepared, every approved roll went through its steps and is as it was approved."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q

from beneficiaries.models import Merge
from lianyungang_cdpf.fields import UnreadableSecret
from lianyungang_cdpf.intake.decisions import has_corrected
from subsidies.approval.models import Approval, Deed
from subsidies.approval.sealing import roll_digest
from subsidies.models import Payment, Roll

ROLLS_AT_ONCE = 500


def breaches() -> Iterator[str]:
    """A Chinese sentence for every roll that breaks I4."""
    passed = Approval.objects.filter(outcome=Approval.Outcome.PASSED, deed__in=[Deed.APPROVE, Deed.PAY])
    own = Q(taken_by=F("roll__posted_by")) | Q(taken_by=F("roll__job__staff"))
    own |= has_corrected(OuterRef("taken_by"), OuterRef("roll__job"))
    for reference, step in passed.filter(own).order_by("pk").values_list("roll__reference", "step__name"):
        yield f"I4：花名册 {reference} 的“{step}”由编制它的人自己办理。"
    copied = Q(prepared_by=F("roll__posted_by")) & (Q(roll__job=None) | Q(uploaded_by=F("roll__job__staff")))
    for reference in Approval.objects.exclude(copied).order_by("roll").values_list("roll__reference", flat=True):
        yield f"I4：花名册 {reference} 的审批记录与它的编制人不符。"
    for reference in _without_an_approval():
        yield f"I4：花名册 {reference} 没有审批通过的记录，却已是待发放或已发放。"
    for roll in Roll.objects.exclude(digest="").order_by("pk").iterator(ROLLS_AT_ONCE):
        if _digest(roll) != roll.digest:
            yield f"I4：花名册 {roll.reference} 的发放数据与审批通过时的摘要不符。"
    for reference, payment in _payees_that_changed():
        yield f"I4：花名册 {reference} 的发放 {payment} 换了残疾人档案，却没有合并记录。"


def _digest(roll: Roll) -> str:
    """As of now; empty where an account does not open, which verify_seals names."""
    try:
        return roll_digest(roll)
    except UnreadableSecret:
        return ""


def _without_an_approval():
    """Rolls that went through a round and are approved or further, without a passing approval of the round."""
    passed = Approval.objects.filter(
        roll=OuterRef("pk"), round=OuterRef("round"), deed=Deed.APPROVE, outcome=Approval.Outcome.PASSED
    )
    beyond = (Roll.State.APPROVED, Roll.State.PAID, Roll.State.ARCHIVED)
    rolls = Roll.objects.filter(state__in=beyond, round__gt=0).exclude(Exists(passed))
    return rolls.order_by("pk").values_list("reference", flat=True)


def _payees_that_changed() -> Iterator[tuple[str, int]]:
    """(roll, payment) where another person stands than the roll named, and no merge says that both are one."""
    became = dict(Merge.objects.values_list("gone_id", "kept_id"))
    moved = Payment.objects.filter(payee__isnull=False, roll__frozen_at__isnull=False).exclude(payee=F("person_id"))
    for reference, pk, payee, person in moved.values_list("roll__reference", "pk", "payee", "person_id").iterator():
        while payee in became and payee != person:
            payee = became[payee]
        if payee != person:
            yield reference, pk
