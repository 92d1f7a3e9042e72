"""What must never be false of rolls and payments (test-cases.md I1, I2, I4; of the bank I9), found in the records."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Sum
from django.db.models.functions import Cast

from lianyungang_cdpf.audit.models import AuditArchive, AuditLine
from lianyungang_cdpf.intake.models import A_REASON, ImportJob
from subsidies.approval import invariants as approval
from subsidies.bank import invariants as bank
from subsidies.models import Payment, PaymentAcceptance, Roll
from subsidies.notices import invariants as notices
from subsidies.recovery import invariants as recovery


def breaches() -> Iterator[str]:
    """A Chinese sentence for every roll, payment or public notice that breaks what must hold."""
    yield from _rolls_that_do_not_add_up()
    for row in _on_a_roll_of_another_programme():
        yield f"I1：花名册 {row['roll__reference']} 有 {row['n']} 笔发放属于别的补贴项目。"
    for row in _paid_twice():
        yield f"I2：人员 {row['person']} 的项目 {row['programme']} 在 {row['month']:%Y-%m} 有 {row['n']} 笔有效发放。"
    yield from _acceptances_that_do_not_hold()
    for reference in _rolls_without_a_line():
        yield f"I5：花名册 {reference} 的入账在操作日志中没有记录。"
    yield from approval.breaches()
    yield from bank.breaches()
    yield from recovery.breaches()
    yield from notices.breaches()


def _rolls_without_a_line():
    """Rolls that came by an import of which the log, as far as it is not archived, says nothing."""
    of_roll = _lines_about(Roll, "pk")
    archived = AuditArchive.objects.order_by("-month").values_list("month", flat=True).first()
    rolls = Roll.objects.filter(job__isnull=False).filter(~Exists(of_roll), ~Exists(_lines_about(ImportJob, "job_id")))
    if archived:
        rolls = rolls.filter(posted_at__date__gt=archived + timedelta(days=31))
    return rolls.order_by("pk").values_list("reference", flat=True)


def _lines_about(model, key: str):
    number = Cast(OuterRef(key), CharField())
    return AuditLine.objects.filter(object_type=model._meta.verbose_name, object_id=number).order_by()


def _acceptances_that_do_not_hold() -> Iterator[str]:
    """An exception has a reason and somebody who wrote it, who is none of those that prepared the row."""
    short = ~Q(reason__regex=A_REASON) | Q(codes="")
    prepared = Q(accepted_by=F("uploaded_by")) | Q(accepted_by=F("corrected_by"))
    prepared |= Q(accepted_by=F("payment__roll__job__staff"))
    kept = PaymentAcceptance.objects.order_by("pk").values_list("payment_id", flat=True)
    for payment in kept.filter(short):
        yield f"I1：发放 {payment} 有审核例外，却没有写明理由。"
    for payment in kept.filter(prepared):
        yield f"I1：发放 {payment} 的审核例外由上传或改正这一行的人自己接受。"
    for roll in _rolls_without_the_reasons():
        yield f"I1：花名册 {roll} 入账时有审核接受的行，发放中却没有留下理由。"


def _rolls_without_the_reasons():
    """Rolls of whose import a row is marked as entered by acceptance, and none of whose payments says why."""
    entered = Roll.objects.filter(job__state="posted", job__rows__codes__startswith="W_ACCEPTED")
    return (
        entered.exclude(payments__acceptance__isnull=False)
        .order_by("pk")
        .distinct()
        .values_list("reference", flat=True)
    )


def _rolls_that_do_not_add_up() -> Iterator[str]:
    live = Payment.objects.live().order_by().values("roll").annotate(n=Count("pk"), total=Sum("amount"))
    found = {row["roll"]: (row["n"], row["total"]) for row in live}
    for roll in Roll.objects.order_by("pk").iterator(2000):
        count, total = found.pop(roll.pk, (0, 0))
        if (count, total) != (roll.payment_count, roll.total):
            yield (
                f"I1：花名册 {roll.reference} 登记 {roll.payment_count} 笔 {roll.total:.2f} 元，"
                f"实有 {count} 笔 {total:.2f} 元。"
            )
        if roll.state == Roll.State.UNDONE and count:
            yield f"I1：花名册 {roll.reference} 已撤销，却还有 {count} 笔有效发放。"
    for roll_pk, (count, _) in found.items():
        yield f"I1：{count} 笔发放指向不存在的花名册 {roll_pk}。"


def _on_a_roll_of_another_programme():
    strays = Payment.objects.live().exclude(programme=F("roll__programme")).order_by()
    return strays.values("roll__reference").annotate(n=Count("pk"))


def _paid_twice():
    # Two policies of one person may begin in the same month.
    keys = ("person", "programme", "month", "policy")
    return Payment.objects.live().order_by().values(*keys).annotate(n=Count("pk")).filter(n__gt=1)
