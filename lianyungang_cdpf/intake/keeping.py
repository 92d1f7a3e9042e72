"""How long uploads are kept, and what removes them then. The periods are settings.INTAKE_ARCHIVE_DAYS (days)."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.kinds import all_kinds
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.uploads import stored_path

log = logging.getLogger(__name__)

State = ImportJob.State
POSTED = (State.POSTED, State.UNDONE)
GIVEN_UP = "上传后 {days} 天没有入账，系统已放弃这次导入并删除原文件。仍需导入的，请重新上传。"


def _days(period: str) -> timedelta:
    return timedelta(days=settings.INTAKE_ARCHIVE_DAYS[period])


def _codes_that_keep_rows() -> list[str]:
    return [kind.code for kind in all_kinds() if kind.keeps_rows]


def needs_file(job: ImportJob, kind) -> bool:
    """Whether the import can't be posted without its file: it is open, and its rows are not kept."""
    return job.state == State.MAPPING or (job.state == State.READY and not (kind and kind.keeps_rows))


def expires_at(job: ImportJob, kind) -> datetime | None:
    """When the import's file is removed; None where there is none, or while a worker is at it."""
    if not job.stored_name:
        return None
    if job.state in POSTED:
        return (job.finished_at or job.created_at) + _days("posted")
    if needs_file(job, kind):
        return job.created_at + _days("open")
    if job.state in (State.READY, State.FAILED):
        return job.created_at + _days("unposted")
    return None


def expired(moment: datetime):
    """The imports whose file is to be removed at this moment: those for which `expires_at` has come."""
    posted, unposted, opened = (moment - _days(period) for period in ("posted", "unposted", "open"))
    keeps = Q(kind__in=_codes_that_keep_rows())
    return ImportJob.objects.exclude(stored_name="").filter(
        Q(state__in=POSTED, finished_at__lte=posted)
        | Q(state__in=POSTED, finished_at=None, created_at__lte=posted)
        | Q(state=State.FAILED, created_at__lte=unposted)
        | Q(keeps, state=State.READY, created_at__lte=unposted)
        | Q(~keeps, state=State.READY, created_at__lte=opened)
        | Q(state=State.MAPPING, created_at__lte=opened)
    )


def purge_expired(*, moment: datetime | None = None, by=None) -> int:
    """Remove the files whose time has come; how many. Safe to run at any time, by any number of workers."""
    keeps = set(_codes_that_keep_rows())
    jobs = list(expired(moment or timezone.now()).order_by("id"))
    return sum(_give_up(job, by=by) if _is_open(job, keeps) else _purge(job, by=by) for job in jobs)


def _is_open(job: ImportJob, keeps: set[str]) -> bool:
    return job.state == State.MAPPING or (job.state == State.READY and job.kind not in keeps)


def _purge(job: ImportJob, *, by) -> bool:
    return _remove(job, "到期删除原文件", by=by, purged_at=timezone.now())


def _give_up(job: ImportJob, *, by) -> bool:
    sentence = GIVEN_UP.format(days=settings.INTAKE_ARCHIVE_DAYS["open"])
    now = timezone.now()
    closed = {"state": State.DISCARDED, "sentence": sentence, "finished_at": now, "purged_at": now}
    removed = _remove(job, "到期放弃导入", by=by, **closed)
    if removed:
        job.rows.all().delete()
        job.kept_rows.all().delete()
    return removed


def _remove(job: ImportJob, deed: str, *, by, **values) -> bool:
    """The file goes once the line stands; an import that went on meanwhile keeps its file."""
    with transaction.atomic():
        same = ImportJob.objects.filter(pk=job.pk, state=job.state, stored_name=job.stored_name)
        if not same.update(stored_name="", **values):
            return False
        record(by=by, deed=deed, on=job, summary=job.sha256[:16])
    stored_path(job.stored_name).unlink(missing_ok=True)
    log.info("the upload of import %s was removed by its age", job.pk)
    return True
