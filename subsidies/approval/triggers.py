"""What keeps a submitted roll as it was approved, also from programs and from the database's own console.

frozen      a roll whose frozen_at is set: no payment is added to it, taken from it or changed. What stays free is what
            happens to a payment later: which record stands for the person after a merge (payee keeps the one of then),
            which row of the standards its amount came from (standard_amount keeps the amount), and the bank's return.
            The row's seal changes with that record, and else only with the digest key (`letting_digests_change`).
            A change of keys (rotate_keys) is let through: the account's ciphertext may become one of another key and
            the same length, beside the digest that stays. That it is the same account the roll's keyed digest says.
paid        a frozen roll that is paid or archived is never opened again
approvals   rows are added, never changed or deleted; whom a row copies as preparer is who posted the roll (and who
            uploaded it, where there was no file), so that the constraint that keeps preparer and approver apart
            compares with the truth. No table of the intake is named here: SQLite refuses to make a table anew while a
            trigger of another asks for it.

SQLite makes a table anew when a later migration changes it, and its triggers are lost with it: a migration that
alters rolls, payments or approvals begins with RunPython(drop, create) and ends with RunPython(create, drop).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from lianyungang_cdpf.refusals import refusing

SENTENCE = "花名册已提交审批，发放数据已锁定。"
PAID = "花名册已发放，不能再改回或解锁。"
KEPT = "审批记录不能修改或删除。"
PREPARER = "审批记录与花名册的编制人不符。"

HELD = (
    "id", "roll_id", "sheet", "row", "payee", "programme_id", "month", "amount", "area_id", "standard_amount",
    "account_digest", "account_holder", "live", "policy_id",
)  # fmt: skip
# Another ciphertext than the same length under another key: its second byte is the key's id (fields.py).
RESEALED = """(length(OLD."account_no") = length(NEW."account_no")
    AND substr(OLD."account_no", 1, 1) = substr(NEW."account_no", 1, 1)
    AND substr(OLD."account_no", 2, 1) <> substr(NEW."account_no", 2, 1))"""
# Not the record that stands for the person, with which the seal changes.
RESEALED_ALONE = """(OLD."seal" {differs} NEW."seal" AND NOT (OLD."person_id" {differs} NEW."person_id"))"""
HELD_OF_ROLL = (
    "programme_id", "month", "area_id", "zone_id", "reference", "row_count", "payment_count", "total", "job_id",
    "posted_by_id",
)  # fmt: skip
NAMES = {
    "subsidies_payment": ("frozen_payment_added", "frozen_payment_changed", "frozen_payment_deleted"),
    "subsidies_roll": ("frozen_roll_changed", "paid_roll_opened"),
    "subsidies_approval": ("approval_of_another_preparer", "approval_changed", "approval_deleted"),
}


def create(apps, schema_editor):
    """Make the triggers (RunPython). Before a migration has brought the seal of a payment, they don't ask for it."""
    of_vendor = _of_postgresql if schema_editor.connection.vendor == "postgresql" else _of_sqlite
    for statement in of_vendor(_has_seal(schema_editor.connection)):
        schema_editor.execute(statement, params=None)


def drop(apps, schema_editor):
    """Remove the triggers (RunPython)."""
    on_postgresql = schema_editor.connection.vendor == "postgresql"
    for table, names in NAMES.items():
        for name in names:
            schema_editor.execute(
                f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if on_postgresql else ""), params=None
            )
            if on_postgresql:
                schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()", params=None)


@contextmanager
def letting_digests_change(connection) -> Iterator[None]:
    """For the switch to another digest key, inside its transaction: every frozen payment takes the digest of the same
    account and the seal of the row under the new key. Nobody else sees the table without its trigger; the rolls' own
    digests change with it.
    """
    name = "frozen_payment_changed"
    if connection.vendor == "postgresql":
        # A table with deferred checks waiting is not altered.
        connection.check_constraints()
        off, on = (f"ALTER TABLE subsidies_payment {does} TRIGGER {name}" for does in ("DISABLE", "ENABLE"))
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [name])
            (on,) = cursor.fetchone()
        off = f"DROP TRIGGER {name}"
    with connection.cursor() as cursor:
        cursor.execute(off)
        yield
        if connection.vendor == "postgresql":
            connection.check_constraints()
        cursor.execute(on)


def _has_seal(connection) -> bool:
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, "subsidies_payment")
    return any(column.name == "seal" for column in columns)


def _changed(columns, differs: str) -> str:
    return " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in columns)


def _changed_payment(differs: str, with_seal: bool) -> str:
    changed = f"{_changed(HELD, differs)} OR ({_changed(['account_no'], differs)} AND NOT {RESEALED})"
    return f"{changed} OR {RESEALED_ALONE.format(differs=differs)}" if with_seal else changed


# True of an approval to be added whose copies are not those of its roll.
_MISCOPIED = """NOT EXISTS (SELECT 1 FROM subsidies_roll WHERE id = NEW.roll_id AND posted_by_id = NEW.prepared_by_id
    AND (job_id IS NOT NULL OR posted_by_id = NEW.uploaded_by_id))"""


def _of_sqlite(with_seal: bool) -> list[str]:
    """The statements of SQLite."""
    frozen = 'EXISTS (SELECT 1 FROM "subsidies_roll" WHERE "id" = {}."roll_id" AND "frozen_at" IS NOT NULL)'
    changed, moved = _changed_payment("IS NOT", with_seal), _changed(HELD_OF_ROLL, "IS NOT")
    opened = """OLD."frozen_at" IS NOT NULL AND OLD."state" IN ('paid', 'archived')
        AND (NEW."frozen_at" IS NULL OR NEW."state" NOT IN ('paid', 'archived'))"""
    standing = 'EXISTS (SELECT 1 FROM "subsidies_roll" WHERE "id" = OLD."roll_id")'
    rules = (
        ("frozen_payment_added", 'INSERT ON "subsidies_payment"', frozen.format("NEW"), SENTENCE),
        (
            "frozen_payment_changed",
            'UPDATE ON "subsidies_payment"',
            f"({changed}) AND ({frozen.format('OLD')} OR {frozen.format('NEW')})",
            SENTENCE,
        ),
        ("frozen_payment_deleted", 'DELETE ON "subsidies_payment"', frozen.format("OLD"), SENTENCE),
        (
            "frozen_roll_changed",
            'UPDATE ON "subsidies_roll"',
            f'OLD."frozen_at" IS NOT NULL AND NEW."frozen_at" IS NOT NULL AND ({moved})',
            SENTENCE,
        ),
        ("paid_roll_opened", 'UPDATE ON "subsidies_roll"', opened, PAID),
        ("approval_of_another_preparer", 'INSERT ON "subsidies_approval"', _MISCOPIED, PREPARER),
        ("approval_changed", 'UPDATE ON "subsidies_approval"', "1", KEPT),
        ("approval_deleted", 'DELETE ON "subsidies_approval"', standing, KEPT),
    )
    return [
        f"CREATE TRIGGER {name} BEFORE {when} FOR EACH ROW WHEN {condition} "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        for name, when, condition, sentence in rules
    ]


def _of_postgresql(with_seal: bool) -> list[str]:
    """The statements of PostgreSQL. Added payments are looked at once a statement: a roll is one COPY of its rows."""
    frozen = "EXISTS (SELECT 1 FROM subsidies_roll WHERE id = {}.roll_id AND frozen_at IS NOT NULL)"
    among = "EXISTS (SELECT 1 FROM subsidies_roll WHERE frozen_at IS NOT NULL AND id IN (SELECT roll_id FROM added))"
    changed, moved = _changed_payment("IS DISTINCT FROM", with_seal), _changed(HELD_OF_ROLL, "IS DISTINCT FROM")
    opened = """OLD.frozen_at IS NOT NULL AND OLD.state IN ('paid', 'archived')
        AND (NEW.frozen_at IS NULL OR NEW.state NOT IN ('paid', 'archived'))"""
    either = f"{frozen.format('OLD')} OR {frozen.format('NEW')}"
    both = f"OLD.frozen_at IS NOT NULL AND NEW.frozen_at IS NOT NULL AND ({moved})"
    rules = (
        (
            "frozen_payment_added",
            "AFTER INSERT ON subsidies_payment REFERENCING NEW TABLE AS added FOR EACH STATEMENT",
            among,
            SENTENCE,
        ),
        (
            "frozen_payment_changed",
            f"BEFORE UPDATE ON subsidies_payment FOR EACH ROW WHEN ({changed})",
            either,
            SENTENCE,
        ),
        ("frozen_payment_deleted", "BEFORE DELETE ON subsidies_payment FOR EACH ROW", frozen.format("OLD"), SENTENCE),
        ("frozen_roll_changed", f"BEFORE UPDATE ON subsidies_roll FOR EACH ROW WHEN ({both})", "TRUE", SENTENCE),
        ("paid_roll_opened", f"BEFORE UPDATE ON subsidies_roll FOR EACH ROW WHEN ({opened})", "TRUE", PAID),
        ("approval_of_another_preparer", "BEFORE INSERT ON subsidies_approval FOR EACH ROW", _MISCOPIED, PREPARER),
        ("approval_changed", "BEFORE UPDATE ON subsidies_approval FOR EACH ROW", "TRUE", KEPT),
        ("approval_deleted", "BEFORE DELETE ON subsidies_approval FOR EACH ROW", "TRUE", KEPT),
    )
    return [statement for rule in rules for statement in refusing(*rule)]
