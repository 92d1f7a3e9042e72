"""An issued bulletin stays as it was issued, also for programs and on the database's own console.

bulletin    issued: no column of it changes, and it is not deleted. That it was replaced, its successor says
the rest    of an issued bulletin nothing is added, changed or deleted
"""

from lianyungang_cdpf import refusals
from lianyungang_cdpf.refusals import Refusal

KEPT = "通报已签发，不能修改或删除；有错请另发更正。"
BULLETIN = "targets_bulletin"
PARTS = ("targets_bulletinsection", "targets_bulletinfigure", "targets_bulletinstanding")
_ISSUED = "OLD.issued_at IS NOT NULL"
# SQLite empties a test database table by table: what was issued goes after the account that issued it.
_STANDING = "EXISTS (SELECT 1 FROM accounts_staff WHERE id = OLD.issued_by_id)"
_OF_ISSUED = f"EXISTS (SELECT 1 FROM {BULLETIN} WHERE id = {{}}.bulletin_id AND issued_at IS NOT NULL)"


def _of_part(table: str) -> tuple[Refusal, ...]:
    what, old, new = table.removeprefix("targets_"), _OF_ISSUED.format("OLD"), _OF_ISSUED.format("NEW")
    return (
        Refusal(f"issued_{what}_added", "INSERT", table, new, KEPT),
        Refusal(f"issued_{what}_changed", "UPDATE", table, f"{old} OR {new}", KEPT),
        Refusal(f"issued_{what}_deleted", "DELETE", table, old, KEPT),
    )


RULES = (
    Refusal("issued_bulletin_changed", "UPDATE", BULLETIN, _ISSUED, KEPT),
    Refusal("issued_bulletin_deleted", "DELETE", BULLETIN, _ISSUED, KEPT, unless_emptied=_STANDING),
    *(refusal for table in PARTS for refusal in _of_part(table)),
)


def create(apps, schema_editor):
    """Make the triggers (RunPython)."""
    refusals.create(schema_editor, RULES)


def drop(apps, schema_editor):
    """Remove the triggers (RunPython)."""
    refusals.drop(schema_editor, RULES)
