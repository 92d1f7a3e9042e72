"""The audit log, reached by name: it lies above the accounts whose deeds it records."""

from django.conf import settings
from django.utils.module_loading import import_string

RECORD = "lianyungang_cdpf.audit.actions.record"


def record(*, by, deed: str, on=None, summary: str = ""):
    """Write one audit line; see audit.actions.record. No personal data in summary."""
    return import_string(getattr(settings, "AUDIT_RECORD", RECORD))(by=by, deed=deed, on=on, summary=summary)
