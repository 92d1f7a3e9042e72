"""Deeds on services: recording one, correcting it, taking it back, and taking a whole posted roll back."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.models import ImportJob
from services.courses import take_courses_away
from services.models import Service
from services.stamping import span, stamp

CANCEL = "services.cancel_service"


@transaction.atomic
def record_service(*, by, service: Service) -> Service:
    """Write a new record of any kind; its place is where the person lives now."""
    service.area_id = service.person.area_id
    service.recorded_by, service.recorded_at = by, timezone.now()
    service.hold_still().settle().save()
    stamp([span(service)])
    record(by=by, deed=f"登记{service._meta.verbose_name}", on=service, summary=service.kind.name)
    return service


@transaction.atomic
def amend_service(*, by, service: Service) -> Service:
    """Write what was corrected of a record; person, place and who recorded it stay. One taken back stays as it is."""
    # What it follows first, as who corrects a course locks it before the people on it.
    service.hold_still()
    # The record itself, which every sort of service has in common: it is what a cancellation locks.
    lock_rows(Service, service.pk)
    before = type(service).objects.select_related("kind").get(pk=service.pk)
    if before.cancelled_at:
        raise ValidationError("这条记录已经撤销，不能再修改。", code="cancelled")
    service.person_id, service.area_id = before.person_id, before.area_id
    service.settle().save()
    stamp([span(before), span(service)])
    record(by=by, deed=f"修改{service._meta.verbose_name}", on=service, summary=service.kind.name)
    return service


@transaction.atomic
def cancel_service(*, by, service: Service, reason: str) -> Service:
    """撤销 one record, with a reason; it stays on file and counts no more. Raises ValidationError."""
    allow_cancelling(by, reason)
    locked = Service.objects.visible_to(by).select_for_update(of=("self",)).select_related("kind")
    service = locked.filter(pk=service.pk).first()
    if service is None or service.cancelled_at:
        raise ValidationError("这条记录已经撤销，或者不在您的辖区内。", code="cancelled")
    service.cancelled_at, service.cancelled_by, service.cancel_reason = timezone.now(), by, reason.strip()[:200]
    service.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    stamp([span(service)])
    record(by=by, deed="撤销服务记录", on=service, summary=service.kind.name)
    return service


@transaction.atomic
def undo_import(*, by, job: ImportJob, reason: str) -> int:
    """撤销 every standing record of a posted roll, whole; how many there were. Raises ValidationError."""
    allow_cancelling(by, reason)
    changed = ImportJob.objects.visible_to(by).filter(pk=job.pk, state=ImportJob.State.POSTED)
    if not changed.update(state=ImportJob.State.UNDONE, sentence=f"由{by}撤销。原因：{reason.strip()[:200]}"):
        raise ValidationError("只有本辖区“已入账”的批次可以撤销。", code="state")
    rows = Service.objects.standing().filter(job=job).order_by()
    spans = list(rows.values_list("kind__code", "served_on", "counted_on", "ended_on").distinct())
    count = rows.update(cancelled_at=timezone.now(), cancelled_by=by, cancel_reason=reason.strip()[:200])
    stamp(spans)
    courses = take_courses_away(job)
    told = f"{count} 条记录" + (f"，{courses} 个培训班" if courses else "")
    record(by=by, deed="撤销服务花名册", on=job, summary=told)
    return count


def allow_cancelling(by, reason: str) -> None:
    """Raise ValidationError for a role that takes nothing back, and without a reason."""
    if not by.has_perm(CANCEL):
        raise ValidationError("您的角色不能撤销服务记录。", code="forbidden")
    if not reason.strip():
        raise ValidationError("请填写撤销原因。", code="reason")
