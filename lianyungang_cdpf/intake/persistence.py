"""A plan kept with its import: the outcome of every row, and the rows themselves for judging them again."""

import json
from collections.abc import Collection, Iterator
from itertools import chain, islice

from lianyungang_cdpf.fields import encrypt, encrypt_all, row_seal, row_seals
from lianyungang_cdpf.intake.bulk import fetched, insert_rows
from lianyungang_cdpf.intake.engine import Plan, kept_sheet
from lianyungang_cdpf.intake.kinds import Kind, Outcome
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, KeptRows
from lianyungang_cdpf.intake.tables.corrected import written

COLUMNS = ("job_id", "sheet", "row", "verdict", "codes", "payload", "before", "seal")
PAYLOAD = COLUMNS.index("payload")
KEPT_COLUMNS = ("job_id", "position", "payload", "seal")
TABLE, KEPT_TABLE = ImportRow._meta.db_table, KeptRows._meta.db_table
PLACE, KEPT_PLACE = f"{TABLE}.payload", f"{KEPT_TABLE}.payload"
ROWS_IN_A_RUN = 1_000
VALID = ImportRow.Verdict.VALID.value
_ENCODE = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":")).encode


def keep_rows(job: ImportJob, plan: Plan) -> None:
    """Store the outcomes of a plan, and the rows behind them, in place of those of an earlier one."""
    ImportRow.objects.filter(job=job).delete()
    KeptRows.objects.filter(job=job).delete()
    outcomes = (told_of(job, plan.kind, outcome) for outcome in plan.kept)
    insert_rows(ImportRow, COLUMNS, _stored(outcomes), matched=False)
    if plan.kind.keeps_rows:
        runs = (
            (job.pk, position, encrypt(run, KEPT_PLACE), row_seal(KEPT_TABLE, (job.pk, position), [run]))
            for position, run in enumerate(_runs(plan))
        )
        insert_rows(KeptRows, KEPT_COLUMNS, runs, matched=False)


def _stored(rows: Iterator[tuple]) -> Iterator[tuple]:
    """Rows as they are stored: payloads encrypted, and what has one sealed."""
    while batch := list(islice(rows, ROWS_IN_A_RUN)):
        told = [row for row in batch if row[PAYLOAD]]
        # The other secret of a row, what it replaced, is blank.
        keys = ((f"{job}\x1f{sheet}\x1f{row}\x1f{verdict}", f"{text}\x1f")
                for job, sheet, row, verdict, _, text, *_ in told)  # fmt: skip
        sealed = zip(encrypt_all([row[PAYLOAD] for row in told], PLACE), row_seals(TABLE, keys), strict=True)
        for row in batch:
            if row[PAYLOAD]:
                secret, seal = next(sealed)
                row = (*row[:PAYLOAD], secret, b"", seal)
            yield row


def _runs(plan: Plan) -> Iterator[str]:
    """Each run as [names, rows]: the names once, then of every row its sheet, number and values; null is no value."""
    outcomes, pack = iter(plan.kept), plan.kind.pack
    while run := list(islice(outcomes, ROWS_IN_A_RUN)):
        packed = [pack(one) for one in run]
        names = list(dict.fromkeys(chain.from_iterable(packed)))
        rows = zip(run, packed, strict=True)
        yield _ENCODE([names, [(one.sheet, one.row, *map(values.get, names)) for one, values in rows]])


def told_of(job: ImportJob, kind: Kind, outcome: Outcome, *, whole: bool = False) -> tuple:
    """The values of COLUMNS for an outcome, with the payload in the clear and without a seal; `whole` with its payload
    where nothing was found too."""
    if not whole and not outcome.codes and not outcome.warnings:
        return (job.id, kept_sheet(outcome.sheet), outcome.row, VALID, "", b"", b"", None)
    payload = kind.pack(outcome)
    if outcome.is_bad or outcome.left_out:
        # A wrong row can be put right on a page, which shows all of it.
        payload |= {"read": written(kind.roll, outcome.data.values), "problems": outcome.data.problems}
        payload |= {"warnings": outcome.warnings} if outcome.warnings else {}
    elif outcome.change:
        payload["change"] = outcome.change
    if outcome.messages:
        payload["messages"] = [
            {"code": code, "column": column, "sentence": sentence}
            | ({"mild": True} if code in outcome.warnings else {})
            for code, column, sentence in outcome.messages
        ]
    return (
        job.pk, kept_sheet(outcome.sheet), outcome.row, _verdict(outcome).value, ",".join(outcome.shown_codes)[:300],
        _ENCODE(payload), b"", None,
    )  # fmt: skip


def _verdict(outcome: Outcome) -> ImportRow.Verdict:
    if outcome.left_out:
        return ImportRow.Verdict.LEFT_OUT
    if outcome.is_bad:
        return ImportRow.Verdict.BAD
    return ImportRow.Verdict.WARNED if outcome.warnings else ImportRow.Verdict.VALID


def kept_rows(job: ImportJob, kind: Kind, *, holding: Collection[str] = ()) -> list:
    """The data rows of an import, as they were read; in the file's order.

    With `holding` only those of the runs in which one of these texts stands: the others need not be taken apart.
    """
    runs = job.kept_rows.order_by("position").values_list("payload", flat=True)
    if holding:
        quoted = [_ENCODE(text) for text in holding]
        runs = (run for run in runs.iterator(1) if any(text in run for text in quoted))
    return [
        kind.unpack(dict(zip(names, values, strict=True)), sheet, row)
        for names, rows in map(json.loads, runs)
        for sheet, row, *values in rows
    ]


def kept_findings(job: ImportJob) -> dict[tuple[str, int], str]:
    """What was told of each row of which something was said: (sheet, row) -> codes."""
    told = job.rows.exclude(codes="").order_by()
    return {(sheet, row): codes for sheet, row, codes in fetched(told.values_list("sheet", "row", "codes"))}
