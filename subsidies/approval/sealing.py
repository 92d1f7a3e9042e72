"""发放数据摘要: one keyed SM3 digest over all live payments of a roll, as the last approving step left them.

Keyed (HMAC-SM3, GB/T 32905), so that nobody who can write the database can also write a digest that fits. It covers the
roll's own facts and of every payment, in the order of their numbers, what the triggers hold: the payee, the month, the
amount, the place and the account in the clear. What stays free after approval (subsidies/approval/triggers.py) is not
part of it.
"""

from collections.abc import Iterator

from cryptography.hazmat.primitives import hmac

from beneficiaries.identity import account_digest
from lianyungang_cdpf import fields
from subsidies.models import Payment, Roll

PURPOSE = "roll"
ROWS_AT_ONCE = 2_000
COLUMNS = (
    "pk", "sheet", "row", "payee", "programme_id", "month", "amount", "area_id", "standard_amount", "account_no",
    "account_digest", "account_holder", "policy_id",
)  # fmt: skip


def roll_digest(roll: Roll, *, anew: bool = False) -> str:
    """The digest of the roll's payments as they stand now, 64 hex digits; read in pieces, whatever the size.

    `anew`: with the digests of the accounts as the key that is used now makes them (management/digests.py).
    """
    mac: hmac.HMAC = fields.digest_begun(PURPOSE)
    for line in _lines(roll, anew):
        mac.update(line.encode() + b"\n")
    return mac.finalize().hex()


def _lines(roll: Roll, anew: bool) -> Iterator[str]:
    """A line for the roll and one for each payment: fields between unit separators, so that none runs into the next."""
    yield _joined(roll.pk, roll.programme_id, roll.month, roll.payment_count, f"{roll.total:.2f}")
    rows = Payment.objects.live().filter(roll=roll).order_by("pk").values_list(*COLUMNS)
    for row in rows.iterator(ROWS_AT_ONCE):
        yield _joined(*(_with_new_digest(row) if anew else row))


def _with_new_digest(row: tuple) -> tuple:
    at, digest = COLUMNS.index("account_no"), COLUMNS.index("account_digest")
    return (*row[:digest], account_digest(row[at]), *row[digest + 1 :])


def _joined(*values) -> str:
    return "\x1f".join("" if value is None else str(value) for value in values)
