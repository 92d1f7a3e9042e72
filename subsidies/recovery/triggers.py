"""The ledger of recoveries is only added to: the database refuses to change or delete a line of it.

As those of the approvals (subsidies/approval/triggers.py): a migration that alters the table on SQLite drops them
first and makes them again after.
"""

from subsidies.approval.triggers import refusing

KEPT = "追缴台账只能追加，不能修改或删除。"
TABLE = "subsidies_recoveryentry"
NAMES = {"recovery_entry_changed": "UPDATE", "recovery_entry_deleted": "DELETE"}


def create(apps, schema_editor):
    """Make the triggers (RunPython)."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for name, deed in NAMES.items():
        for statement in _of_postgresql(name, deed) if on_postgresql else _of_sqlite(name, deed):
            schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    """Remove the triggers (RunPython)."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for name in NAMES:
        schema_editor.execute(f"DROP TRIGGER {name}" + (f" ON {TABLE}" if on_postgresql else ""), params=None)
        if on_postgresql:
            schema_editor.execute(f"DROP FUNCTION {name}()", params=None)


def _of_sqlite(name: str, deed: str) -> list[str]:
    # A line goes with its case only: so a test database can be emptied, cases first.
    standing = 'EXISTS (SELECT 1 FROM "subsidies_recoverycase" WHERE "id" = OLD."case_id")'
    condition = "1" if deed == "UPDATE" else standing
    return [
        f'CREATE TRIGGER {name} BEFORE {deed} ON "{TABLE}" FOR EACH ROW WHEN {condition} '
        f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    ]


def _of_postgresql(name: str, deed: str) -> tuple[str, str]:
    return refusing(name, f"BEFORE {deed} ON {TABLE} FOR EACH ROW", "TRUE", KEPT)
