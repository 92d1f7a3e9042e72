"""A plan kept with its import: one row per outcome, in one statement."""

import json

from lianyungang_cdpf.fields import encrypt
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.engine import Plan, kept_sheet
from lianyungang_cdpf.intake.kinds import Kind, Outcome
from lianyungang_cdpf.intake.models import ImportJob, ImportRow

COLUMNS = ("job_id", "sheet", "row", "verdict", "codes", "payload", "before")
PLACE = f"{ImportRow._meta.db_table}.payload"


def keep_rows(job: ImportJob, plan: Plan) -> None:
    """Store the outcomes of a plan in place of those of an earlier one."""
    ImportRow.objects.filter(job=job).delete()
    insert_rows(ImportRow, COLUMNS, [_row(job, plan.kind, outcome) for outcome in plan.kept], matched=False)


def _row(job: ImportJob, kind: Kind, outcome: Outcome) -> tuple:
    payload = kind.pack(outcome)
    if outcome.messages:
        payload["messages"] = [
            {"code": code, "column": column, "sentence": sentence} for code, column, sentence in outcome.messages
        ]
    return (
        job.pk, kept_sheet(outcome.sheet), outcome.row, _verdict(outcome).value, ",".join(outcome.shown_codes)[:300],
        encrypt(json.dumps(payload, ensure_ascii=False, default=str), PLACE), b"",
    )  # fmt: skip


def _verdict(outcome: Outcome) -> ImportRow.Verdict:
    if outcome.is_bad:
        return ImportRow.Verdict.BAD
    return ImportRow.Verdict.WARNED if outcome.warnings else ImportRow.Verdict.VALID


def kept_rows(job: ImportJob, kind: Kind) -> list:
    """The data rows of an import, as they were read; in the file's order."""
    rows = job.rows.order_by("id").values_list("sheet", "row", "payload")
    return [kind.unpack(json.loads(payload), sheet or None, row) for sheet, row, payload in rows.iterator(5000)]


def kept_findings(job: ImportJob) -> dict[tuple[str, int], str]:
    """What was told of each row: (sheet, row) -> codes."""
    return {(sheet, row): codes for sheet, row, codes in job.rows.values_list("sheet", "row", "codes")}
