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
# Tables whose rows carry no seal, and what stands in its place. What one costs was measured with 36,000 rows:
# 0.035 s of processor time for the seals, and about as much again for writing the column.
UNSEALED = {
    "beneficiaries.Certificate": "one insert with a whole register; the number begins with the person's own ID number",
    "subsidies.Payment": "the import's speed bar; an approved roll's digest covers payee and account of each row",
    "subsidies.EducationGrant": "its payment is under the roll's digest; a student's number pays nobody",
    "services.SchoolEnrolment": "written by statements that know no type; a student's number pays nobody",
    "intake.ImportRow": "of one import and gone with it; posting judges the kept rows again, not these",
    "intake.KeptRows": "one ciphertext for hundreds of rows; judged as a file would be, and seen before posting",
    "intake.ImportTrace": "one ciphertext for a run of rows, with their keys inside; a fingerprint of each must fit",
    "intake.RowDecision": "applied only to the row of the same sheet and number, and then judged and seen again",
}
# What a seal covers, in the office's words: of any row, and of a person.
SEALED = ("所属记录和加密内容", "姓名、号码、电话、账号")
PERSON = ("name_key", "id_digest", "phone_digest", "account_digest")


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
    while True:
        rows = table.model._base_manager.order_by("pk").values_list(*names)
        found = list(fetched((rows if last is None else rows.filter(pk__gt=last))[:ROWS_AT_ONCE]))
        yield from (dict(zip(names, row, strict=True)) for row in found)
        if len(found) < ROWS_AT_ONCE:
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
