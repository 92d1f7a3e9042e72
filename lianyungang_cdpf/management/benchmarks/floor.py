"""The floor: reading the roll with python-calamine and writing all that the portal wrote, with nothing judged.

What the portal writes is found out, not listed: every table is compared before and after, so that no table and no
column is forgotten when the portal comes to write more. `check_covered` says so loudly where one is.
"""

import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

Row = tuple


@dataclass
class Written:
    """What became of one table: rows that are new, and rows that hold something else now. Values as the driver
    gives them, so that encrypted columns come as their bytes."""

    columns: list[str]
    new: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)


@dataclass
class Trace:
    """What the portal left behind: by table what changed, and how many rows every table holds."""

    written: dict[str, Written] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


class TableForgotten(AssertionError):
    """The floor wrote other tables or row counts than the portal: its time would be no floor."""


def models_by_table() -> dict:
    """Every table of every app, with its model; tables between two models are among them."""
    from django.apps import apps

    return {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def snapshot() -> dict[str, dict[object, int]]:
    """Of every table, each row's primary key with a hash of the row."""
    return {table: {row[0]: hash(row) for row in rows_of(model)} for table, model in models_by_table().items()}


def columns_of(model) -> list[str]:
    """The table's columns, the primary key first."""
    key = model._meta.pk.column
    return [key, *(one.column for one in model._meta.local_concrete_fields if one.column != key)]


def rows_of(model) -> Iterator[Row]:
    """All rows as the driver gives them."""
    from django.db import connection

    quote = connection.ops.quote_name
    names = ", ".join(map(quote, columns_of(model)))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {names} FROM {quote(model._meta.db_table)}")
        for row in cursor:
            yield tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)


def trace_since(before: dict[str, dict[object, int]]) -> Trace:
    """All that has changed since the snapshot. Raises TableForgotten where rows are gone: the floor deletes none."""
    trace = Trace()
    for table, model in models_by_table().items():
        known, one, count = before[table], Written(columns_of(model)), 0
        for row in rows_of(model):
            count += 1
            if row[0] not in known:
                one.new.append(_plain(row))
            elif known[row[0]] != hash(row):
                one.changed.append(_plain(row))
        if count - len(one.new) < len(known):
            raise TableForgotten(f"{table}: the portal has deleted rows, which the floor does not")
        trace.counts[table] = count
        if one.new or one.changed:
            trace.written[table] = one
    return trace


def _plain(row: Row) -> Row:
    """The row with values that the database's driver takes as they are: SQLite's keeps dates as text."""
    from django.db import connection

    if connection.vendor == "postgresql":
        return row
    return tuple(str(value) if isinstance(value, date | datetime) else value for value in row)


def write(written: dict[str, Written]) -> None:
    """Write all of it, new rows with one COPY or executemany a table; call inside a transaction."""
    from django.db import connection

    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table, one in written.items():
            if one.new:
                _insert(cursor, quote(table), [quote(name) for name in one.columns], one.new)
            sets = ", ".join(f"{quote(name)} = %s" for name in one.columns[1:])
            changed = [(*row[1:], row[0]) for row in one.changed]
            if changed:
                cursor.executemany(f"UPDATE {quote(table)} SET {sets} WHERE {quote(one.columns[0])} = %s", changed)


def _insert(cursor, table: str, names: list[str], rows: list[Row]) -> None:
    from django.db import connection

    from lianyungang_cdpf.intake.bulk import copy_in

    if connection.vendor == "postgresql":
        copy_in(cursor, f"COPY {table} ({', '.join(names)}) FROM STDIN", rows)
    else:
        holes = ", ".join(["%s"] * len(names))
        cursor.executemany(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({holes})", rows)


def check_covered(trace: Trace) -> None:
    """Raise TableForgotten unless every table holds as many rows now as the portal left in it."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table, wanted in trace.counts.items():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
            count = cursor.fetchone()[0]
            if count != wanted:
                raise TableForgotten(f"{table}: the floor left {count} rows, the portal {wanted}")


def measure(roll: Path, trace: Trace) -> dict:
    """Seconds of reading the workbook and writing what was written, in one transaction that is committed: once for
    each copy of the database. Raises TableForgotten where something is missing."""
    import python_calamine
    from django.db import transaction

    begun = time.perf_counter()
    python_calamine.CalamineWorkbook.from_path(str(roll)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    read = time.perf_counter()
    with transaction.atomic():
        write(trace.written)
    done = time.perf_counter()
    check_covered(trace)
    return {
        "seconds": round(done - begun, 3),
        "reading_seconds": round(read - begun, 3),
        "writing_seconds": round(done - read, 3),
        "tables": {table: len(one.new) + len(one.changed) for table, one in sorted(trace.written.items())},
    }


def median_of(runs: list[dict]) -> dict:
    """The medians of several runs, each run beside them."""
    kept = {key: round(statistics.median(run[key] for run in runs), 3) for key in runs[0] if key.endswith("seconds")}
    return kept | {"runs": [run["seconds"] for run in runs], "tables": runs[0]["tables"]}
