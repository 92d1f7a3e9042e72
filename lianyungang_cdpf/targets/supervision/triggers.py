"""What was said about a supervision order stays: the database refuses to change or delete a line of it."""

from lianyungang_cdpf import refusals
from lianyungang_cdpf.refusals import Refusal

KEPT = "督办往来只能追加，不能修改或删除。"
TABLE = "targets_supervisionmessage"
# On SQLite a line goes with its order only.
STANDING = 'EXISTS (SELECT 1 FROM "targets_supervisionorder" WHERE "id" = OLD."order_id")'
RULES = (
    Refusal("supervision_message_changed", "UPDATE", TABLE, "1 = 1", KEPT),
    Refusal("supervision_message_deleted", "DELETE", TABLE, "1 = 1", KEPT, unless_emptied=STANDING),
)


def create(apps, schema_editor):
    """Make the triggers (RunPython)."""
    refusals.create(schema_editor, RULES)


def drop(apps, schema_editor):
    """Remove the triggers (RunPython)."""
    refusals.drop(schema_editor, RULES)
