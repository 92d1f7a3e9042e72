"""The triggers of the audit log, switched off for what production never does: emptying tables, and tampering."""

from contextlib import contextmanager
from types import SimpleNamespace

from django.db import connection

from lianyungang_cdpf.audit import triggers


def switched_off(vendor: str) -> list[str]:
    """The statements after which the tables may be changed."""
    if vendor == "postgresql":
        tables = "".join(f"ALTER TABLE {table} DISABLE TRIGGER USER;" for table in triggers.TRUNCATED)
        return [f"SET CONSTRAINTS ALL IMMEDIATE; {tables}"]
    return _statements(triggers.drop)


def switched_on(vendor: str) -> list[str]:
    """The statements after which they may not."""
    if vendor == "postgresql":
        return [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in triggers.TRUNCATED]
    return _statements(triggers.create)


def _statements(deed) -> list[str]:
    said = []
    on_sqlite = SimpleNamespace(vendor="sqlite")
    deed(None, SimpleNamespace(connection=on_sqlite, execute=lambda statement, params=None: said.append(statement)))
    return said


@contextmanager
def without_triggers():
    """Within it the log is at anybody's mercy."""
    with connection.cursor() as cursor:
        for statement in switched_off(connection.vendor):
            cursor.execute(statement)
        yield cursor
        for statement in switched_on(connection.vendor):
            cursor.execute(statement)
