"""The log, its seals and its archives are only added to: the database refuses anything else, to its owner too.

Deleting has one door: lines and seals whose numbers stand in the record of an archive (AuditArchive).
"""

from lianyungang_cdpf import refusals
from lianyungang_cdpf.refusals import Refusal

KEPT = "操作日志只能追加，不能修改或删除。"
LINE, SEAL, ARCHIVE = "audit_auditline", "audit_auditseal", "audit_auditarchive"
# The record must be true of the chain as it stands: its last seal is there, with the mac that it names.
ARCHIVED_LINE = (
    f'EXISTS (SELECT 1 FROM "{SEAL}" s JOIN "{ARCHIVE}" a ON s.number BETWEEN a.first_number AND a.last_number '
    f'JOIN "{SEAL}" e ON e.number = a.last_number AND e.mac = a.last_mac WHERE s.line_id = OLD.id)'
)
# Lines go first.
ARCHIVED_SEAL = (
    f'(EXISTS (SELECT 1 FROM "{ARCHIVE}" a WHERE OLD.number BETWEEN a.first_number AND a.last_number) '
    f'AND NOT EXISTS (SELECT 1 FROM "{LINE}" l WHERE l.id = OLD.line_id))'
)
RULES = (
    Refusal("audit_line_changed", "UPDATE", LINE, "1 = 1", KEPT),
    Refusal("audit_line_deleted", "DELETE", LINE, f"NOT {ARCHIVED_LINE}", KEPT),
    Refusal("audit_seal_changed", "UPDATE", SEAL, "1 = 1", KEPT),
    Refusal("audit_seal_deleted", "DELETE", SEAL, f"NOT {ARCHIVED_SEAL}", KEPT),
    Refusal("audit_archive_changed", "UPDATE", ARCHIVE, "1 = 1", KEPT),
    Refusal("audit_archive_deleted", "DELETE", ARCHIVE, "1 = 1", KEPT),
)
TRUNCATED = {LINE: "audit_line_truncated", SEAL: "audit_seal_truncated", ARCHIVE: "audit_archive_truncated"}


def create(apps, schema_editor):
    """Make the triggers (RunPython)."""
    refusals.create(schema_editor, RULES)
    if schema_editor.connection.vendor == "postgresql":
        for table, name in TRUNCATED.items():
            when = f"BEFORE TRUNCATE ON {table} FOR EACH STATEMENT"
            for statement in refusals.refusing(name, when, "1 = 1", KEPT):
                schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    """Remove the triggers (RunPython)."""
    refusals.drop(schema_editor, RULES)
    if schema_editor.connection.vendor == "postgresql":
        for table, name in TRUNCATED.items():
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}", params=None)
            schema_editor.execute(f"DROP FUNCTION {name}()", params=None)
