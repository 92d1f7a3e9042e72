"""Versions of records: what a form was made of, as keyed digests that travel with the form and come back with it.

A value's digest is bound to its record and column, so that two people's equal numbers look different; secrets go into
it in the clear and can't be read or guessed from it (HMAC-SM3). Columns that nobody edits (`editable=False`: keys,
digests, stages, times of writing) are no part of a version.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection
from django.db.models import Field, Model

from lianyungang_cdpf.fields import digest_all

# The form's hidden field, and the boxes of what is taken over from somebody else's edit.
NAME, TAKE = "_version", "_take"
# Hex digits of a digest that travel: 64 bits, keyed; nobody can look for a collision without the key.
SHORT = 16
TOKEN = re.compile(r"(\d{1,18})((?:;[a-z_]+\.[a-z_]+:\d{1,18}=[0-9a-f,]*)+)")


def columns_of(model: type[Model], ignored: Sequence[str] = ()) -> list[Field]:
    """The columns that make a version, in the order of the model."""
    fields = model._meta.concrete_fields
    return [field for field in fields if field.editable and not field.primary_key and field.name not in ignored]


def key_of(row: Model) -> str:
    """How a version names a row: beneficiaries.person:12."""
    return f"{row._meta.label_lower}:{row.pk}"


@dataclass(frozen=True)
class Version:
    """Digests of each row's columns, and when the rows were read (for naming who came after)."""

    read_at: datetime
    digests: dict[str, list[str]]

    @classmethod
    def of(cls, rows: Iterable[Model], read_at: datetime, ignored: Sequence[str] = ()) -> "Version":
        """The version of rows as they are in memory: as they were read."""
        return cls(read_at, {key_of(row): _digests(row, columns_of(type(row), ignored)) for row in rows})

    @classmethod
    def sent(cls, text: str) -> "Version | None":
        """What a form brought back; None where it brought nothing, or nothing of ours."""
        found = TOKEN.fullmatch(text)
        if found is None:
            return None
        entries = (entry.split("=") for entry in found[2].split(";")[1:])
        read_at = datetime.fromtimestamp(int(found[1]) % 10**13 / 1000, UTC)
        return cls(read_at, {key: told.split(",") for key, told in entries})

    def __str__(self):
        """As it stands in the form: milliseconds;row=digest,digest;…"""
        rows = (f";{key}={','.join(told)}" for key, told in self.digests.items())
        return f"{int(self.read_at.timestamp() * 1000)}{''.join(rows)}"


@dataclass(frozen=True)
class Change:
    """A row that is not as it was read: these columns of it differ, or it was added, or (without a row) is gone."""

    key: str
    row: Model | None
    columns: Sequence[Field] = ()
    is_new: bool = False


def changes(seen: Version, rows: Sequence[Model], ignored: Sequence[str] = ()) -> Iterator[Change]:
    """What of the rows, as they stand now, is not as it was seen."""
    now = Version.of(rows, seen.read_at, ignored).digests
    for row in rows:
        key, columns = key_of(row), columns_of(type(row), ignored)
        was = seen.digests.get(key)
        if was is None:
            yield Change(key, row, is_new=True)
        elif was != now[key]:
            pairs = zip(columns, was, now[key], strict=True) if len(was) == len(columns) else ()
            # Of another release's version only that it differs can be told.
            yield Change(key, row, [field for field, one, other in pairs if one != other] or columns)
    yield from (Change(key, None) for key in seen.digests if key not in now)


def lock_row(model: type[Model], key) -> Model | None:
    """The row as it stands, held until the transaction ends; on SQLite the transaction itself is the lock."""
    return model._base_manager.select_for_update(no_key=True).filter(pk=key).first()


def lock_lines(model: type[Model], **of) -> None:
    """Hold the rows of a record, in the order of their keys."""
    if connection.features.has_select_for_update:
        held = model._base_manager.select_for_update(no_key=True).filter(**of).order_by("pk")
        list(held.values_list("pk", flat=True))


def _digests(row: Model, columns: Iterable[Field]) -> list[str]:
    place = key_of(row)
    texts = [f"{place}.{field.attname}={getattr(row, field.attname)!r}" for field in columns]
    return [one[:SHORT] for one in digest_all(texts, "version")]
