"""Writing audit lines; called inside the transaction of the deed."""

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf import arrival
from lianyungang_cdpf.arrival import on_one_line
from lianyungang_cdpf.audit import chain
from lianyungang_cdpf.audit.models import AuditLine

Result = AuditLine.Result


def record(*, by, deed: str, on=None, summary: str = "", result: str = Result.DONE) -> AuditLine:
    """Write one line. `by` is a Staff or None (the system); `on` the model instance; no personal data in summary.

    One INSERT that waits for no other line: the worker puts lines in a chain afterwards (sealing.py).
    """
    from_where = arrival.current()
    line = AuditLine(
        at=timezone.now(),
        staff=by if by and by.pk else None,
        username=by.username if by else "system",
        place=(by.area.path if by.area_id else by.zone.key if by.zone_id else "") if by else "",
        role=by.role.name if by and by.role_id else "",
        deed=on_one_line(deed),
        object_type=on._meta.verbose_name if on is not None else "",
        object_id=str(on.pk) if on is not None else "",
        summary=on_one_line(summary)[:300],
        result=result,
        address=from_where.address,
        request_id=from_where.request_id,
    )
    line.mac = chain.mac_of_line(chain.said_by(line))
    line.save(force_insert=True)
    return line


ONE_DAY = 24 * 3600


def record_view(*, by, on) -> None:
    """Write that somebody looked at a record: its first page of the day; once more after a restart does no harm."""
    key = f"seen:{on._meta.label_lower}:{on.pk}:{by.pk}:{timezone.localdate()}"
    if cache.get(key):
        return
    record(by=by, deed=f"查看{on._meta.verbose_name}", on=on)
    # Only what is sure to stand lets the next look pass.
    transaction.on_commit(lambda: cache.set(key, True, ONE_DAY))


MOST_DEEDS = 3


def deeds_on(record, *, since) -> list[AuditLine]:
    """The last lines about a record since a moment, the latest first, with who did it; not those of only looking."""
    lines = AuditLine.objects.filter(object_type=record._meta.verbose_name, object_id=str(record.pk), at__gte=since)
    return list(lines.exclude(deed__startswith="查看").select_related("staff__area", "staff__zone")[:MOST_DEEDS])
