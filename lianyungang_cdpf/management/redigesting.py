"""Every column that holds a digest of what stands in its row, and how it is made anew: from the secrets themselves."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator

from django.db import connection, models

from lianyungang_cdpf.encryption.columns import SecretTable, secret_tables
from lianyungang_cdpf.fields import UnreadableSecret, decrypt
from lianyungang_cdpf.intake.bulk import fetched
from lianyungang_cdpf.management.seals import DIGESTS, ROWS_AT_ONCE, rows_at_once, seal_of
from subsidies.approval.sealing import roll_digest
from subsidies.models import Roll


class Digested(ABC):
    """A table and the columns of it that change with the digest key."""

    model: type[models.Model]
    columns: tuple[str, ...]
    rows_at_once = ROWS_AT_ONCE

    @property
    def table(self) -> str:
        """The table's name as SQL has it."""
        return connection.ops.quote_name(self.model._meta.db_table)

    @property
    def label(self) -> str:
        """What the office calls it."""
        return str(self.model._meta.verbose_name)

    def quoted(self, column: str) -> str:
        """A column with its table, as SQL has it."""
        return f"{self.table}.{connection.ops.quote_name(column)}"

    def place(self, column: str) -> str:
        """By which staged digests know their column."""
        return f"{self.model._meta.db_table}.{column}"

    def said(self, row: dict, column: str) -> str:
        """A sentence for a row in which a digest is not that of its secret."""
        return f"{self.label} {row['pk']}：“{self.model._meta.get_field(column).verbose_name}”与内容不符。"

    @abstractmethod
    def rows(self, keys: list[int]) -> list[dict]:
        """What the digests are made from, and the digests as they stand; by key."""

    @abstractmethod
    def made(self, row: dict) -> dict[str, str]:
        """By column what the digests should be, with the digest key that is used now."""


class OfSecrets(Digested):
    """The digests beside encrypted columns, and the seal over them."""

    def __init__(self, table: SecretTable):
        self.secrets, self.model, self.digests = table, table.model, DIGESTS.get(table.model, {})
        self.seal, self.sealed = seal_of(table.model)
        self.rows_at_once = rows_at_once(table.model)
        beside = [name for found in self.digests.values() for name in found]
        self.columns = (*beside, "seal") if self.seal else tuple(beside)

    def said(self, row, column):
        """As of any table; of a secret that no key opens, that it does not open."""
        for field in self.secrets.fields:
            beside = column == "seal" or column in self.digests.get(field.attname, ())
            if beside and row[field.attname] is None:
                return f"{self.label} {row['pk']}：“{field.verbose_name}”打不开，被移动或改动过。"
        return super().said(row, column)

    def rows(self, keys):
        """Secrets in the clear; None for one that no key opens."""
        names = [field.attname for field in self.secrets.fields]
        found = self.model._base_manager.filter(pk__any_of=keys).order_by("pk")
        wanted = list(dict.fromkeys(("pk", *names, *self.columns, *self.sealed)))
        rows = [dict(zip(wanted, row, strict=True)) for row in fetched(found.values_list(*wanted))]
        for row in rows:
            row |= {field.attname: _opened(row[field.attname], field.place) for field in self.secrets.fields}
        return rows

    def made(self, row):
        """A blank for what does not open: it fits no digest."""
        found = {
            name: digest_of(row[secret] or "")
            for secret, beside in self.digests.items()
            for name, digest_of in beside.items()
        }
        if self.seal:
            found["seal"] = self.seal(*(found.get(name, row[name]) for name in self.sealed)) or ""
        return found


class OfRolls(Digested):
    """The digest over all payments of an approved roll, the digests of their accounts among them."""

    model, columns = Roll, ("digest",)

    def rows(self, keys):
        """The rolls themselves."""
        return [{"pk": one.pk, "digest": one.digest, "roll": one} for one in Roll._base_manager.filter(pk__in=keys)]

    def made(self, row):
        """Over accounts whose digests are made anew, so that it fits as soon as they are exchanged.

        A blank where an account does not open: it fits no digest, and the payment has its own sentence.
        """
        try:
            return {"digest": roll_digest(row["roll"], anew=True)}
        except UnreadableSecret:
            return {"digest": ""}


def digested_tables() -> Iterator[Digested]:
    """Every table with digests that are made from something that is still known, in the order in which they change."""
    for table in secret_tables():
        found = OfSecrets(table)
        if found.columns:
            yield found
    yield OfRolls()


def digested(models_: Iterable[type[models.Model]]) -> dict[type[models.Model], OfSecrets]:
    """Of some models those that have digests beside secrets."""
    wanted = set(models_)
    return {one.model: one for one in digested_tables() if isinstance(one, OfSecrets) and one.model in wanted}


def _opened(stored, place: str) -> str | None:
    try:
        return decrypt(stored, place)
    except UnreadableSecret:
        return None
