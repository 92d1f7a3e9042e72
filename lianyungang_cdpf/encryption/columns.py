"""Every encrypted column of every app, found in the registry, and what stands in it as stored."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.db import connection, models

from lianyungang_cdpf.fields import EncryptedTextField, secrets_of

SAMPLES = 5


@dataclass(frozen=True)
class SecretTable:
    """A model's own table and the columns of it that are encrypted."""

    model: type[models.Model]
    fields: tuple[EncryptedTextField, ...]

    @property
    def quoted(self) -> str:
        """The table's name as SQL has it."""
        return connection.ops.quote_name(self.model._meta.db_table)

    @property
    def key(self) -> str:
        """The primary key's column as SQL has it."""
        return connection.ops.quote_name(self.model._meta.pk.column)

    @property
    def columns(self) -> list[str]:
        """The encrypted columns as SQL has them."""
        return [connection.ops.quote_name(field.column) for field in self.fields]


def secret_tables() -> Iterator[SecretTable]:
    """The tables that hold anything encrypted."""
    for model in apps.get_models(include_auto_created=True):
        fields = secrets_of(model)
        if fields and model._meta.managed and not model._meta.proxy:
            yield SecretTable(model, fields)


def first_values() -> Iterator[tuple[bytes, str]]:
    """(stored value, its place): a few of each encrypted column that holds any."""
    for table in secret_tables():
        for field, column in zip(table.fields, table.columns, strict=True):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT {column} FROM {table.quoted} WHERE length({column}) > 0 LIMIT {SAMPLES}")
                for (stored,) in cursor.fetchall():
                    yield bytes(stored), field.place
