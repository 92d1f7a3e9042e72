"""Whether every secret is the one that was written into its row: found are cells exchanged, copied, altered or moved.

A ciphertext opens only in its own column (fields.py), so a copy from another row of the same column does open. What
gives it away is the keyed digest (HMAC-SM3) beside it, and the seal of the row, which a digest that was copied along
does not fit. Who can write the database has neither key.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass

from django.db import models

from beneficiaries.identity import (
    account_digest,
    certificate_digest,
    id_digest,
    id_tail_digest,
    person_seal,
    phone_digest,
)
from beneficiaries.models import Certificate, FormerNumber, Guardian, Person, Transfer
from lianyungang_cdpf.encryption.columns import SecretTable, secret_tables
from lianyungang_cdpf.fields import SealField, UnreadableSecret, decrypt, row_seal
from lianyungang_cdpf.intake.bulk import fetched
from lianyungang_cdpf.intake.models import ImportTrace, KeptRows
from subsidies.bank.models import BankLine
from subsidies.comparison.models import ComparisonEntry
from subsidies.models import Payment

Digests = Mapping[str, Mapping[str, Callable[[str], str]]]
ROWS_AT_ONCE = 2_000
ID = {"id_digest": id_digest}
PHONE = {"phone_digest": phone_digest}
ACCOUNT = {"account_digest": account_digest}
# Of each encrypted column the columns beside it that hold a digest of it, and how that is made.
DIGESTS: dict[type[models.Model], Digests] = {
    Person: {"id_number": ID | {"id_tail_digest": id_tail_digest}, "phone": PHONE, "account_no": ACCOUNT},
    Certificate: {"number": {"number_digest": certificate_digest}},
    Guardian: {"id_number": ID, "phone": PHONE},
    FormerNumber: {"id_number": ID},
    Transfer: {"id_number": ID},
    Payment: {"account_no": ACCOUNT},
    BankLine: {"account_no": ACCOUNT},
    ComparisonEntry: {"id_number": ID},
}
# Tables of which one row holds hundreds of records.
LONG_ROWS = {KeptRows: 50, ImportTrace: 10}
# What a seal covers, in the office's words: of any row, and of a person.
SEALED = ("所属记录和加密内容", "姓名、号码、电话、账号")
PERSON = ("name_key", "id_digest", "phone_digest", "account_digest")


def rows_at_once(model: type[models.Model]) -> int:
    """How many rows of a model are held in the clear together."""
    return LONG_ROWS.get(model, ROWS_AT_ONCE)


def seal_of(model: type[models.Model]) -> tuple[Callable[..., str | None] | None, tuple[str, ...]]:
    """How the seal of a model's rows is made, and of which columns, secrets in the clear; (None, ()) without one."""
    if model is Person:
        return person_seal, PERSON
    field = next((one for one in model._meta.local_concrete_fields if isinstance(one, SealField)), None)
    if field is None:
        return None, ()
    table, own = model._meta.db_table, len(field.of)
    return lambda *values: row_seal(table, values[:own], values[own:]), field.covers


@dataclass
class Looked:
    """How many rows were looked at, and how many secrets in them."""

    rows: int = 0
    secrets: int = 0


def breaches(looked: Looked) -> Iterator[str]:
    """A Chinese sentence for every secret that does not open, or is not the one that its row was written with."""
    for table in secret_tables():
        digests = DIGESTS.get(table.model, {})
        make, sealed = seal_of(table.model)
        beside = [name for found in digests.values() for name in found]
        for row in _rows(table, [*dict.fromkeys((*beside, *sealed, *(["seal"] if make else [])))]):
            looked.rows += 1
            clear = yield from _of_row(table, digests, row, looked)
            if make and None not in clear.values():
                seen = row | clear
                if (make(*(seen[name] for name in sealed)) or "") != (row["seal"] or ""):
                    yield f"{_where(table, row)}：封签与{SEALED[table.model is Person]}不符，其中有被调换或改动的。"


def _rows(table: SecretTable, names: list[str]) -> Iterator[dict]:
    """Rows as stored, by key; in pieces, each read whole."""
    names, last = ["pk", *(field.attname for field in table.fields), *names], None
    most = rows_at_once(table.model)
    while True:
        rows = table.model._base_manager.order_by("pk").values_list(*names)
        found = list(fetched((rows if last is None else rows.filter(pk__gt=last))[:most]))
        yield from (dict(zip(names, row, strict=True)) for row in found)
        if len(found) < most:
            return
        last = found[-1][0]


def _where(table: SecretTable, row: dict) -> str:
    return f"{table.model._meta.verbose_name} {row['pk']}"


def _of_row(table: SecretTable, digests: Digests, row: dict, looked: Looked) -> Generator[str, None, dict]:
    """Sentences about digests; returns the secrets in the clear, None for what does not open."""
    where, clear = _where(table, row), {}
    for field in table.fields:
        looked.secrets += bool(row[field.attname])
        try:
            text = decrypt(row[field.attname], field.place)
        except UnreadableSecret:
            yield f"{where}：“{field.verbose_name}”打不开，被移动或改动过。"
            clear[field.attname] = None
            continue
        clear[field.attname] = text
        for name, digest_of in digests.get(field.attname, {}).items():
            if digest_of(text) != row[name]:
                yield f"{where}：“{field.verbose_name}”与“{table.model._meta.get_field(name).verbose_name}”不符。"
    return clear
