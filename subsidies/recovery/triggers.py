"""The ledger of recoveries is only added to: the database refuses to change or delete a line of it."""

from lianyungang_cdpf import refusals
from lianyungang_cdpf.refusals import Refusal

KEPT = "追缴台账只能追加，不能修改或删除。"
TABLE = "subsidies_recoveryentry"
# On SQLite a line goes with its case only.
STANDING = 'EXISTS (SELECT 1 FROM "subsidies_recoverycase" WHERE "id" = OLD."case_id")'
RULES = (
    Refusal("recovery_entry_changed", "UPDATE", TABLE, "1 = 1", KEPT),
    Refusal("recovery_entry_deleted", "DELETE", TABLE, "1 = 1", KEPT, unless_emptied=STANDING),
)


def create(apps, schema_editor):
    """Make the triggers (RunPython)."""
    refusals.create(schema_editor, RULES)


def drop(apps, schema_editor):
    """Remove the triggers (RunPython)."""
    refusals.drop(schema_editor, RULES)
