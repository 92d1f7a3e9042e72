"""What an import wrote, noted as it writes: so that it can be taken back to the letter, or nothing at all.

Around each batch the rows of the people whom it is about are looked at twice. Of what differs is kept: the key of what
was added, how everything written stood afterwards (a fingerprint of its plain columns, the digests of secrets among
them), and the columns that were replaced, secrets as the ciphertexts that they were. What stood elsewhere at that time
is told by the highest key of every table that points at a traced one: higher keys came later.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b

from django.apps import apps
from django.db import models
from django.db.models import Max

from lianyungang_cdpf.fields import (
    SealField,
    decrypt,
    digest_keys,
    digests_under,
    encrypt,
    renewed,
    row_seal,
    secrets_of,
)
from lianyungang_cdpf.intake.bulk import fetched, insert_rows
from lianyungang_cdpf.intake.models import ImportJob, ImportTrace

TABLE = ImportTrace._meta.db_table
PLACE = f"{TABLE}.payload"
COLUMNS = ("job_id", "position", "payload", "seal")
FINGERPRINT_BYTES = 8


@dataclass(frozen=True)
class Traced:
    """A table that a kind of import writes; `owner` is the path from its records to the person they are about."""

    model: type[models.Model]
    owner: str


@dataclass(slots=True)
class Stored:
    """A row as the database has it: whose it is, its columns, and the fingerprint of the plain ones."""

    owner: int | None
    values: tuple
    fingerprint: str


class Trace:
    """Notes of one import; `tables` in the order in which they depend on one another, people first."""

    def __init__(self, job: ImportJob, tables: Collection[Traced]):
        self.job, self.tables, self.position = job, tuple(tables), 0
        self.floor = {traced.model: highest_key(traced.model) for traced in self.tables}

    @contextmanager
    def around(self, people: Callable[[], Collection[int]]) -> Iterator[None]:
        """Note what the block changes of these people; who is put on file in it, is asked for again after it."""
        if not self.tables:
            yield
            return
        keys = people()
        before = {traced: rows_of(traced, keys, held=True) for traced in self.tables} if keys else {}
        yield
        keys = people()
        self.keep([self._changes(traced, before.get(traced, {}), rows_of(traced, keys)) for traced in self.tables])

    def _changes(self, traced: Traced, before: dict[int, Stored], after: dict[int, Stored]) -> dict:
        missing = before.keys() - after.keys()
        if missing:
            # Given to somebody else, not gone.
            after = after | by_key(traced, missing)
        names = columns_of(traced.model)
        added = [
            (pk, one.owner, one.fingerprint)
            for pk, one in after.items()
            if pk not in before and pk > self.floor[traced.model]
        ]
        written = [pk for pk, one in after.items() if pk in before and before[pk].values != one.values]
        # The same columns of every row, so that they come back in one statement.
        replaced = _differing(names, ((before[pk].values, after[pk].values) for pk in written))
        was = {pk: _renewed(traced.model, before[pk].values) for pk in (*written, *(before.keys() - after.keys()))}
        changed = [(pk, after[pk].owner, after[pk].fingerprint, [was[pk][at] for at in replaced]) for pk in written]
        removed = [was[pk] for pk in before if pk not in after]
        return {
            "model": traced.model._meta.label, "added": added, "columns": [names[at] for at in replaced],
            "changed": changed, "removed": removed,
        }  # fmt: skip

    def added(self, traced: Traced, rows: models.QuerySet) -> None:
        """Note rows that were just added, where nothing else of the table was written."""
        found = _stored(traced, rows, held=False)
        added = [(pk, one.owner, one.fingerprint) for pk, one in found.items()]
        self.keep([{"model": traced.model._meta.label, "added": added, "columns": [], "changed": [], "removed": []}])

    def keep(self, tables: list[dict]) -> None:
        """Keep a run of changes."""
        self._write({"tables": tables})

    def close(self) -> None:
        """Keep how far the tables reached that point at what was written; call it when everything is written."""
        if not self.tables:
            return
        pointing = {field.model for traced in self.tables for field in pointing_at(traced.model)}
        self._write({"marks": {model._meta.label: highest_key(model) for model in pointing}})

    def _write(self, content: dict) -> None:
        text, key = written_out(content), (self.job.pk, self.position)
        insert_rows(ImportTrace, COLUMNS, [(*key, encrypt(text, PLACE), row_seal(TABLE, key, [text]))], matched=False)
        self.position += 1


def written_out(content: dict) -> str:
    """What is kept of a run's changes, in the clear."""
    return json.dumps(content, default=_plain, ensure_ascii=False, separators=(",", ":"))


def _renewed(model: type[models.Model], values: tuple) -> list:
    """A row with its secrets under the key that writes now: a trace that is on a key holds nothing of an older one."""
    values, names = list(values), columns_of(model)
    for name, place in secret_places(model).items():
        at = names.index(name)
        values[at] = renewed(values[at], place)
    return values


def renewed_trace(stored: bytes, place: str) -> bytes:
    """A stored trace under the key that writes now, and so the secrets in it. Raises UnreadableSecret."""
    content = json.loads(decrypt(stored, place))
    for table in content.get("tables", ()):
        model = apps.get_model(table["model"])
        table["removed"] = [_renewed_kept(model, columns_of(model)[: len(was)], was) for was in table["removed"]]
        for change in table["changed"]:
            change[3] = _renewed_kept(model, table["columns"], change[3])
    return encrypt(written_out(content), place)


def seal_following(key: tuple[int, int], seal: str | None, was: str, now: str) -> str | None:
    """The seal of a trace, told by job and position, that says the same in other words once keys have changed.

    One that did not fit before fits no more after it; it is of the same digest key as it was.
    """
    for digest_key in digest_keys():
        with digests_under(digest_key):
            if seal == row_seal(TABLE, key, [was]):
                return row_seal(TABLE, key, [now])
    return seal


def _renewed_kept(model: type[models.Model], names: list[str], values: list) -> list:
    places = secret_places(model)
    return [
        renewed(bytes.fromhex(value), places[name]) if name in places and value else value
        for name, value in zip(names, values, strict=True)
    ]


@lru_cache
def secret_places(model: type[models.Model]) -> dict[str, str]:
    """The place of each encrypted column of a model's own table."""
    return {field.column: field.place for field in secrets_of(model)}


def rows_of(traced: Traced, people: Collection[int], *, held: bool = False) -> dict[int, Stored]:
    """The rows of a table that are about people, by key; `held` until the transaction ends."""
    if not people:
        return {}
    return _stored(traced, traced.model._base_manager.filter(**{f"{traced.owner}__any_of": list(people)}), held=held)


def by_key(traced: Traced, keys: Iterable[int]) -> dict[int, Stored]:
    """The rows of a table with these keys."""
    return _stored(traced, traced.model._base_manager.filter(pk__any_of=list(keys)), held=False)


def _stored(traced: Traced, rows: models.QuerySet, *, held: bool) -> dict[int, Stored]:
    if held:
        rows = rows.order_by("pk").select_for_update()
    model = traced.model
    key, plain = columns_of(model).index(model._meta.pk.column), plain_columns(model)
    names = [field.attname for field in model._meta.local_concrete_fields]
    found = fetched((rows if held else rows.order_by()).values_list(traced.owner, *names))
    return {row[1 + key]: Stored(row[0], row[1:], _fingerprint(row, plain)) for row in found}


def fingerprint_of(model: type[models.Model], values: Iterable) -> str:
    """The fingerprint of a row whose columns, all of them in their order, have these values."""
    return _fingerprint((None, *values), plain_columns(model))


def _fingerprint(row: tuple, plain: list[int]) -> str:
    text = "\x1f".join([str(row[at]) for at in plain])
    return blake2b(text.encode(), digest_size=FINGERPRINT_BYTES).hexdigest()


@lru_cache
def columns_of(model: type[models.Model]) -> list[str]:
    """The columns of a model's own table."""
    return [field.column for field in model._meta.local_concrete_fields]


@lru_cache
def plain_columns(model: type[models.Model]) -> list[int]:
    """Where in a fetched row, behind its owner, the columns stand that are not encrypted: a ciphertext is written anew
    with the same text, and each has its digest beside it. A seal follows from the others."""
    fields = model._meta.local_concrete_fields
    return [at for at, field in enumerate(fields, 1) if not isinstance(field, models.BinaryField | SealField)]


def _differing(names: list[str], pairs: Iterable[tuple[tuple, tuple]]) -> list[int]:
    """Where the columns stand that differ in any pair of rows."""
    found: set[int] = set()
    for before, after in pairs:
        found.update(at for at in range(len(names)) if before[at] != after[at])
    return sorted(found)


def _plain(value):
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def reader_of(model: type[models.Model], column: str) -> Callable:
    """What makes a kept value of a column what bulk loads take."""
    field = next(field for field in model._meta.local_concrete_fields if field.column == column)
    readers = (
        (models.BinaryField, bytes.fromhex),
        (models.DateTimeField, _moment),
        (models.DateField, date.fromisoformat),
        (models.DecimalField, Decimal),
    )
    return next((reader for kind, reader in readers if isinstance(field, kind)), _same)


def _same(value):
    return value


def _moment(text: str) -> datetime:
    """SQLite keeps moments of UTC without saying so."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def highest_key(model: type[models.Model]) -> int:
    """The highest key of a table; 0 of an empty one."""
    return model._base_manager.order_by().aggregate(highest=Max("pk"))["highest"] or 0


def pointing_at(model: type[models.Model]) -> Iterator[models.ForeignKey]:
    """Every foreign key of every app that points at a model, hidden ones too."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            yield relation.field
