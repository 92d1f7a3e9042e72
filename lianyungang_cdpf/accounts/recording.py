"""The audit log, reached by name: it lies above the accounts whose deeds it records."""

from django.utils.module_loading import import_string

RECORD = "lianyungang_cdpf.audit.actions.record"
DEEDS_ON = "lianyungang_cdpf.audit.actions.deeds_on"


def record(*, by, deed: str, on=None, summary: str = "", result: str = "done"):
    """Write one audit line; see audit.actions.record. No personal data in summary; result: done, refused or failed."""
    return import_string(RECORD)(by=by, deed=deed, on=on, summary=summary, result=result)


def deeds_on(record, *, since) -> list:
    """The last audit lines about a record since a moment; see audit.actions.deeds_on."""
    return import_string(DEEDS_ON)(record, since=since)
