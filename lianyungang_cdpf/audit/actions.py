"""Writing audit lines; called inside the transaction of the deed."""

from lianyungang_cdpf.audit.models import AuditLine


def record(*, by, deed: str, on=None, summary: str = "") -> AuditLine:
    """Write one line. `by` is a Staff or None (the system); `on` the model instance; no personal data in summary."""
    return AuditLine.objects.create(
        staff=by if by and by.pk else None,
        username=by.username if by else "system",
        place=(by.area.path if by.area_id else by.zone.key if by.zone_id else "") if by else "",
        deed=deed,
        object_type=on._meta.verbose_name if on is not None else "",
        object_id=str(on.pk) if on is not None else "",
        summary=summary[:300],
    )
