"""Many rows in one statement, on both databases: COPY or long INSERTs for writing, any_of for reading.

bulk_create sends 36,000 rows of ten columns to SQLite in 366 statements, each compiled; here one is and serves 36
times. Callers give values as the columns hold them (foreign keys as ids, encrypted fields as bytes); constraints of
the database judge them.
"""

import io
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import chain, islice

from django.db import connection, models, transaction
from django.db.models import Field, ForeignObject, Lookup

MANY_ROWS = 2_000
COPY_CHARACTERS = 256 * 1024
FETCHED_ROWS = 2_000
ROWS_OF_AN_INSERT = 1_000
REGISTER_PAGES_KB = 192 * 1024
_NEEDS_ESCAPE = re.compile(r"[\\\n\r\t]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})

# Python's own adapter of dates is on its way out, and a conversion of every row costs more than this.
sqlite3.register_adapter(date, date.isoformat)


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(Lookup):
    """column IN many values, as one parameter: the list goes as an array (PostgreSQL) or as JSON (SQLite).

    Django looks into every item of a list or tuple; a set, or the keys of a dict, it takes as they are.
    """

    lookup_name = "any_of"
    prepare_rhs = False

    def get_prep_lookup(self):
        return list(self.rhs)

    def get_db_prep_lookup(self, value, connection):
        return ("%s", [value if connection.vendor == "postgresql" else json.dumps(value, default=str)])

    def as_sql(self, compiler, connection):
        column, parameters = self.process_lhs(compiler, connection)
        _, values = self.get_db_prep_lookup(self.rhs, connection)
        if connection.vendor == "postgresql":
            # Without the cast a list of small integers meets a bigint column: another type, which no hash looks up.
            kind = self.lhs.output_field.rel_db_type(connection) if self.lhs.output_field.is_relation else None
            kind = kind or self.lhs.output_field.db_type(connection)
            # varchar(n) would cut longer values to n characters, and find what was not asked for.
            kind = "text" if kind.startswith("varchar") else kind
            return f"{column} = ANY(%s::{kind}[])", [*parameters, *values]
        return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, *values]


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence], *, matched: bool = True
) -> None:
    """Insert rows in one statement. `columns` are database column names; `matched` says that later imports look
    people up in this table. Raises the database's IntegrityError."""
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Rows that are made as the server reads them cost no time of their own: it works on another core.
            count = copy_in(cursor, f"COPY {table} ({names}) FROM STDIN", rows)
            if matched and count >= MANY_ROWS:
                _analyze_once(table)
        else:
            insert = f"INSERT INTO {table} ({names}) VALUES "
            _insert_in_runs(cursor.cursor, insert, len(columns), _adapted(model, columns, rows))


def _insert_in_runs(cursor: sqlite3.Cursor, insert: str, width: int, rows: Iterable[Sequence]) -> None:
    """Rows of `width` values through SQLite's own cursor, many to a statement: for each it sets aside what a trigger
    might have it take back. Django's executemany would keep all rows until the last. Raises Django's errors.
    """
    at_once = min(ROWS_OF_AN_INSERT, connection.connection.getlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER) // width)
    hole, rows, rest = f"({', '.join('?' * width)})", iter(rows), []

    def runs() -> Iterator[list]:
        while len(run := list(islice(rows, at_once))) == at_once:
            yield list(chain.from_iterable(run))
        rest.extend(run)

    with connection.wrap_database_errors:
        sqlite3.Cursor.executemany(cursor, insert + ", ".join([hole] * at_once), runs())
        sqlite3.Cursor.executemany(cursor, insert + hole, rest)


@contextmanager
def room_for_a_register() -> Iterator[None]:
    """On SQLite, pages of a whole register in memory while it is written: nine indexes on digests grow everywhere at
    once, and pages that were put out come back from the log at every turn. PostgreSQL has its own."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        before = cursor.execute("PRAGMA cache_size").fetchone()[0]
        cursor.execute(f"PRAGMA cache_size = -{REGISTER_PAGES_KB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {before}")


def fetched(queryset: models.QuerySet) -> Iterator[tuple]:
    """The rows of a values_list of plain columns, as both drivers give them without being asked about every value.

    Encrypted columns stay bytes.
    """
    statement, parameters = queryset.query.get_compiler(connection=connection).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        while rows := cursor.fetchmany(FETCHED_ROWS):
            yield from rows


@dataclass(frozen=True)
class _Analyze:
    """Tell PostgreSQL's planner of a table that has just grown: until its own daemon does, it plans as for an empty
    one, and the next import would take minutes. Not inside the load's transaction: the lock would queue others.
    """

    table: str

    def __call__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {self.table}")


def _analyze_once(table: str) -> None:
    """After the commit, once for all batches of the transaction: each look costs most of a second."""
    wanted = _Analyze(table)
    if all(waiting != wanted for _, waiting, _ in connection.run_on_commit):
        transaction.on_commit(wanted, robust=True)


def update_rows(model: type[models.Model], key: str, columns: Sequence[str], rows: Iterable[Sequence]) -> None:
    """Update rows by key in one statement; each row is (key, value, value ...) in the order of `columns`.

    Call inside a transaction: on PostgreSQL the rows stand in a temporary table that ends with it.
    """
    rows = list(rows)
    if not rows:
        return
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE TEMP TABLE incoming ON COMMIT DROP AS "
                f"SELECT {', '.join(quote(name) for name in (key, *columns))} FROM {table} WITH NO DATA"
            )
            copy_in(cursor, "COPY incoming FROM STDIN", rows)
            sets = ", ".join(f"{quote(name)} = incoming.{quote(name)}" for name in columns)
            cursor.execute(
                f"UPDATE {table} SET {sets} FROM incoming WHERE {table}.{quote(key)} = incoming.{quote(key)}"
            )
            cursor.execute("DROP TABLE incoming")
        else:
            sets = ", ".join(f"{quote(name)} = %s" for name in columns)
            adapted = _adapted(model, (*columns, key), ((*row[1:], row[0]) for row in rows))
            cursor.executemany(f"UPDATE {table} SET {sets} WHERE {quote(key)} = %s", adapted)


def delete_rows(model: type[models.Model], keys: Iterable[int]) -> None:
    """Delete rows by primary key in one statement, and nothing with them: what points at them must have gone before.

    Foreign keys are looked at when the transaction ends; raises the database's IntegrityError then.
    """
    keys = list(keys)
    if not keys:
        return
    quote = connection.ops.quote_name
    column = quote(model._meta.pk.column)
    among = "= ANY(%s::bigint[])" if connection.vendor == "postgresql" else "IN (SELECT value FROM json_each(%s))"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(model._meta.db_table)} WHERE {column} {among}",
            [keys if connection.vendor == "postgresql" else json.dumps(keys)],
        )


def copy_in(cursor, statement: str, rows: Iterable[Sequence]) -> int:
    """COPY rows through psycopg2's cursor; how many. Raises Django's errors, as every other statement does."""
    stream = _CopyStream(rows)
    with connection.wrap_database_errors:
        cursor.cursor.copy_expert(statement, stream, COPY_CHARACTERS)
    return stream.count


class _CopyStream(io.TextIOBase):
    """Rows as COPY text, made as the server reads them."""

    def __init__(self, rows: Iterable[Sequence]):
        self._lines = ("\t".join(map(_for_copy, row)) + "\n" for row in rows)
        self._rest = ""
        self.count = 0

    def readable(self):
        return True

    def read(self, size=-1):
        parts, length = [self._rest], len(self._rest)
        for line in self._lines:
            parts.append(line)
            length += len(line)
            self.count += 1
            if 0 <= size <= length:
                break
        text = "".join(parts)
        cut = len(text) if size < 0 else size
        self._rest = text[cut:]
        return text[:cut]


def _for_copy(value) -> str:
    writer = _COPY_WRITERS.get(value.__class__)
    return writer(value) if writer else _escaped(str(value))


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _NEEDS_ESCAPE.search(text) else text


_COPY_WRITERS = {
    type(None): lambda value: "\\N",
    str: _escaped,
    bytes: lambda value: "\\\\x" + value.hex(),
    memoryview: lambda value: "\\\\x" + value.hex(),
    bool: lambda value: "t" if value else "f",
    date: date.isoformat,
    datetime: datetime.isoformat,
}


def _adapted(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence]) -> Iterable[Sequence]:
    """Rows as SQLite's driver takes them: moments are stored as Django writes them, the rest it adapts itself."""
    by_column = {field.column: field for field in model._meta.concrete_fields}
    moments = [at for at, column in enumerate(columns) if isinstance(by_column[column], models.DateTimeField)]
    return (_with_moments(row, moments) for row in rows) if moments else rows


def _with_moments(row: Sequence, moments: list[int]) -> list:
    values = list(row)
    for at in moments:
        if values[at] is not None:
            values[at] = _moment(values[at])
    return values


@lru_cache(maxsize=64)
def _moment(value: datetime):
    return connection.ops.adapt_datetimefield_value(value)
