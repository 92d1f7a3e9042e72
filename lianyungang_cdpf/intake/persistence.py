"""A plan kept with its import: the outcome of every row, and the rows themselves for judging them again."""

import json
from collections.abc import Iterator
from itertools import chain, islice

from lianyungang_cdpf.fields import encrypt, encrypt_all
from lianyungang_cdpf.intake.bulk import fetched, insert_rows
from lianyungang_cdpf.intake.engine import Plan, kept_sheet
from lianyungang_cdpf.intake.kinds import Kind, Outcome
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, KeptRows

COLUMNS = ("job_id", "sheet", "row", "verdict", "codes", "payload", "before")
KEPT_COLUMNS = ("job_id", "position", "payload")
PLACE = f"{ImportRow._meta.db_table}.payload"
KEPT_PLACE = f"{KeptRows._meta.db_table}.payload"
ROWS_IN_A_RUN = 1_000
VALID = ImportRow.Verdict.VALID.value
_ENCODE = json.JSONEncoder(ensure_ascii=False, default=str, separators=(",", ":")).encode


def keep_rows(job: ImportJob, plan: Plan) -> None:
    """Store the outcomes of a plan, and the rows behind them, in place of those of an earlier one."""
    ImportRow.objects.filter(job=job).delete()
    KeptRows.objects.filter(job=job).delete()
    insert_rows(ImportRow, COLUMNS, (_row(job, plan.kind, outcome) for outcome in plan.kept), matched=False)
    if plan.kind.keeps_rows:
        runs = encrypt_all(_runs(plan), KEPT_PLACE)
        insert_rows(KeptRows, KEPT_COLUMNS, ((job.pk, *numbered) for numbered in enumerate(runs)), matched=False)


def _runs(plan: Plan) -> Iterator[str]:
    """Each run as [names, rows]: the names once, then of every row its sheet, number and values; null is no value."""
    outcomes, pack = iter(plan.kept), plan.kind.pack
    while run := list(islice(outcomes, ROWS_IN_A_RUN)):
        packed = [pack(one) for one in run]
        names = list(dict.fromkeys(chain.from_iterable(packed)))
        rows = zip(run, packed, strict=True)
        yield _ENCODE([names, [(one.sheet, one.row, *map(values.get, names)) for one, values in rows]])


def _row(job: ImportJob, kind: Kind, outcome: Outcome) -> tuple:
    if not outcome.codes and not outcome.warnings:
        return (job.pk, kept_sheet(outcome.sheet), outcome.row, VALID, "", b"", b"")
    payload = kind.pack(outcome)
    if outcome.messages:
        payload["messages"] = [
            {"code": code, "column": column, "sentence": sentence}
            | ({"mild": True} if code in outcome.warnings else {})
            for code, column, sentence in outcome.messages
        ]
    return (
        job.pk, kept_sheet(outcome.sheet), outcome.row, _verdict(outcome).value, ",".join(outcome.shown_codes)[:300],
        encrypt(_ENCODE(payload), PLACE), b"",
    )  # fmt: skip


def _verdict(outcome: Outcome) -> ImportRow.Verdict:
    if outcome.is_bad:
        return ImportRow.Verdict.BAD
    return ImportRow.Verdict.WARNED if outcome.warnings else ImportRow.Verdict.VALID


def kept_rows(job: ImportJob, kind: Kind) -> list:
    """The data rows of an import, as they were read; in the file's order."""
    runs = map(json.loads, job.kept_rows.order_by("position").values_list("payload", flat=True))
    return [
        kind.unpack({name: one for name, one in zip(names, values, strict=True) if one is not None}, sheet, row)
        for names, rows in runs
        for sheet, row, *values in rows
    ]


def kept_findings(job: ImportJob) -> dict[tuple[str, int], str]:
    """What was told of each row of which something was said: (sheet, row) -> codes."""
    told = job.rows.exclude(codes="").order_by()
    return {(sheet, row): codes for sheet, row, codes in fetched(told.values_list("sheet", "row", "codes"))}
