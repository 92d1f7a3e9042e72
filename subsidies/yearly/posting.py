"""Rows of a yearly list become payments with what stands beside them: a few statements whatever the rows."""

from collections.abc import Iterable
from decimal import Decimal

from django.db import models

from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.engine import kept_sheet
from lianyungang_cdpf.intake.kinds import Outcome
from subsidies.models import Payment, Roll
from subsidies.posting import COLUMNS

WITH_POLICY = (*COLUMNS, "policy_id")
AMOUNT = COLUMNS.index("amount")


def payment_row(
    roll: Roll, outcome: Outcome, person: int, area: int, account: tuple, seal: str | None = None
) -> tuple:  # fmt: skip
    """A payment as COLUMNS hold it; `account` is the stored secret, its digest and the holder. A premium has none,
    and so no seal."""
    facts = outcome.data
    standard = facts.standards[0]
    return (
        roll.pk, kept_sheet(outcome.sheet), outcome.row, person, roll.programme_id, facts.months[0],
        facts.values["amount"], area, standard.pk if standard else None, standard.amount if standard else None,
        *account, True, seal,
    )  # fmt: skip


NO_ACCOUNT = (b"", "", "")


def write_rows(roll: Roll, columns: tuple, rows: list[tuple]) -> None:
    """Insert the payments of a roll, one to each row of its list, and give it their number and sum."""
    insert_rows(Payment, columns, rows)
    roll.row_count = roll.payment_count = len(rows)
    roll.total = sum((row[AMOUNT] for row in rows), Decimal(0))


def write_details(model: type[models.Model], columns: tuple, roll: Roll, details: Iterable[tuple[int, tuple]]) -> None:
    """Insert what stands beside the payments of a roll: (person, values) with the values in the order of `columns`."""
    insert_rows(model, ("payment_id", *columns), beside_payments(roll, details), matched=False)


def beside_payments(roll: Roll, details: Iterable[tuple[int, tuple]]) -> list[tuple]:
    """Of (person, values) the key of the person's payment on the roll, and the values."""
    keys = dict(Payment.objects.filter(roll=roll).order_by().values_list("person_id", "pk"))
    return [(keys[person], *values) for person, values in details]
