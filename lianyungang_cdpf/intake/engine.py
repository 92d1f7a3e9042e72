"""A file becomes rows, rows become a plan. The engine knows no kind by name and writes nothing."""

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

from django.utils import timezone

from lianyungang_cdpf.accounts.models import Area, Level, Zone
from lianyungang_cdpf.intake.arriving import scratch_folder
from lianyungang_cdpf.intake.kinds import Context, Kind, Outcome
from lianyungang_cdpf.intake.models import LearnedHeading
from lianyungang_cdpf.intake.offices import office_of
from lianyungang_cdpf.intake.periods import MONTH
from lianyungang_cdpf.intake.presentation import fix, label
from lianyungang_cdpf.intake.reading import Refused, read_sheets
from lianyungang_cdpf.intake.sealing import Sealer, unsealed
from lianyungang_cdpf.intake.tables import Roll, contradictions, read_table, sentence, with_learned

Progress = Callable[[str, int, int], None]
# Findings kept per import: beyond these the file as a whole is wrong, and the counts say so.
KEPT_FINDINGS = 60_000
NO_MONTH = "没有填写月份，文件的标题、工作表名和文件名里也没有：请选择发放月份后重新上传。"
NO_YEAR = "没有填写{asked}，文件的标题、工作表名和文件名里也没有：请填写{asked}（如 {like}）后重新上传。"
HEARTBEAT_ROWS = 5_000
# Outcomes of a large file that are written in one piece, and what its seal says it is.
SPOOLED_TOGETHER, SPOOL = 500, "spool"
READING, JUDGING, JUDGING_AGAIN = "读取并核对", "核对人员与标准", "重新核对"
LONGEST_SHEET = 64


class Spool:
    """Valid outcomes of a large file, sealed in an unnamed file of the data directory instead of memory."""

    def __init__(self):
        self._file = tempfile.TemporaryFile(dir=scratch_folder())  # noqa: SIM115 - lives as long as the plan
        self._sealer: Sealer | None = Sealer(self._file, SPOOL)
        self._batch: list[Outcome] = []

    def append(self, outcome: Outcome) -> None:
        """Take one more; not after the first reading."""
        self._batch.append(outcome)
        if len(self._batch) == SPOOLED_TOGETHER:
            self._write()

    def _write(self) -> None:
        # Together they name their classes and fields once.
        raw = pickle.dumps(self._batch, protocol=pickle.HIGHEST_PROTOCOL)
        self._sealer.write(len(raw).to_bytes(8) + raw)
        self._batch = []

    def __iter__(self) -> Iterator[Outcome]:
        if self._sealer is not None:
            self._write()
            self._sealer.close()
            self._sealer = None
        self._file.seek(0)
        buffer = bytearray()
        for piece in unsealed(self._file, SPOOL):
            buffer += piece
            while len(buffer) >= 8 and len(buffer) >= (end := 8 + int.from_bytes(buffer[:8])):
                yield from pickle.loads(bytes(buffer[8:end]))  # noqa: S301 - our own sealed file
                del buffer[:end]


@dataclass
class Plan:
    """What would happen: counts, findings and, for kinds that keep rows, every outcome."""

    kind: Kind
    context: Context
    sheets: list[dict] = field(default_factory=list)
    file_warnings: list[str] = field(default_factory=list)
    questions: list[tuple[str, str]] = field(default_factory=list)
    declared_total: Decimal | None = None
    data_rows: int = 0
    valid_rows: int = 0
    left_out: int = 0
    bad_rows: int = 0
    total: Decimal = Decimal("0.00")
    # Sum of every amount that could be read, bad rows included: what a file's own total is compared with.
    read_total: Decimal = Decimal("0.00")
    kept: list[Outcome] = field(default_factory=list)
    spool: Spool | None = None
    # By sheet and field, the column as the clerk sees it; kept so that rows judged later name it too.
    headings: dict[str, dict[str, str]] = field(default_factory=dict)
    # By sheet, [field, the field that its cell is named by]: what the pages on which rows are corrected show.
    cells: dict[str, list] = field(default_factory=dict)
    # By sheet, where its header and its fields stand, so that the clerk's own file can be marked later.
    columns: dict[str, dict] = field(default_factory=dict)
    codes: Counter = field(default_factory=Counter)
    warning_codes: Counter = field(default_factory=Counter)
    changes: Counter = field(default_factory=Counter)
    judged_at: datetime = field(default_factory=timezone.now)

    @property
    def month(self) -> date | None:
        return self.context.month

    def take(self, outcome: Outcome) -> None:
        """Count an outcome; keep it where the kind keeps rows, or where something was found."""
        self.data_rows += 1
        amount = outcome.amount
        if amount is not None:
            self.read_total += amount
        if outcome.left_out:
            self.left_out += 1
            self.kept.append(outcome)
            return
        if outcome.codes:
            self.bad_rows += 1
            self.codes[outcome.shown_codes[0]] += 1
        else:
            self.valid_rows += 1
            if amount is not None:
                self.total += amount
            self.changes[outcome.change] += 1
        found = outcome.codes or outcome.warnings
        if outcome.warnings:
            self.warning_codes.update(outcome.warnings)
        if self.kind.keeps_rows or (found and len(self.kept) < KEPT_FINDINGS):
            self.kept.append(outcome)
        if self.spool is not None and not outcome.codes:
            self.spool.append(outcome)

    def valid(self) -> Iterable[Outcome]:
        """The outcomes that can be applied."""
        return (one for one in self.kept if not (one.is_bad or one.left_out)) if self.spool is None else self.spool

    def summary(self) -> dict:
        """The plan as JSON, without personal data: what the preview page shows."""
        return {
            "data_rows": self.data_rows,
            "valid_rows": self.valid_rows,
            "bad_rows": self.bad_rows,
            "total_valid_amount": f"{self.total:.2f}",
            "read_total": exact(self.read_total),
            "declared_total": None if self.declared_total is None else f"{self.declared_total:.2f}",
            "sheets": self.sheets,
            "file_warnings": [{"code": code, "sentence": sentence(code)} for code in self.file_warnings],
            "questions": [{"where": where, "sentence": sentence} for where, sentence in self.questions],
            "errors": counted(self.codes),
            "warnings": counted(self.warning_codes),
            "headings": self.headings,
            "cells": self.cells,
            "left_out": self.left_out,
            "columns": self.columns,
            "new": self.changes["new"],
            "changed": self.changes["changed"],
            "unchanged": self.changes["unchanged"],
            "judged_at": self.judged_at.isoformat(),
        }


def exact(total: Decimal) -> str:
    """A sum of amounts as they were read: in cents, but for wrong rows that have more places, so that what is taken
    off it later leaves nothing behind."""
    cents = f"{total + 0:.2f}"
    return cents if Decimal(cents) == total else f"{total:f}"


def counted(codes: Counter) -> list[dict]:
    """Findings with their names, remedies and numbers of rows, the commonest first."""
    rows = sorted(codes.items(), key=lambda pair: -pair[1])
    return [{"code": code, "label": label(code), "fix": fix(code), "rows": count} for code, count in rows]


def plan_file(
    kind: Kind, path: Path, file_name: str, context: Context, progress: Progress | None = None, judge=None
) -> Plan:
    """Read and judge a file; nothing is written. Raises Refused with a Chinese sentence when it can't be read.

    `judge` stands in for the kind's own where staff have decided about rows.
    """
    report = progress or (lambda phase, done, total: None)
    # Cells are compared with the month of a monthly roll; what a longer period holds, its kind judges.
    month = f"{context.month:%Y-%m}" if context.month and kind.period is MONTH else None
    report(READING, 0, 0)
    with read_sheets(path, file_name, kind.limits) as sheets:
        table = read_table(sheets, _roll(kind, context.staff), month=month, filename=file_name)
        rows = _Arriving(table, report, JUDGING if kind.keeps_rows else None)
        if kind.needs_month and context.month is None:
            rows.wait_for_all()
        context = replace(_with_month(kind, context, table), heading=table.column_label)
        plan = Plan(kind, context, spool=None if kind.keeps_rows else Spool())
        for outcome in _judged(judge or kind.judge, rows, context, report, JUDGING):
            plan.take(outcome)
    plan.sheets, plan.file_warnings, plan.declared_total = table.sheets, table.file_warnings, table.declared_total
    plan.headings, plan.columns = _headings(table), _columns(table)
    plan.cells = {kept_sheet(one.name): table.cells_of(one) for one in table.found if one.kind == "roll"}
    if kind.needs_month or kind.rivals:
        plan.questions = _questions(kind, context, table)
    return plan


def _roll(kind: Kind, staff) -> type[Roll]:
    """The kind's roll, with the headings that the office of this member of staff has explained."""
    area, zone = office_of(staff)
    known = LearnedHeading.objects.known_at(area, zone, kind.code).order_by().values_list("heading", "field")
    return with_learned(kind.roll, frozenset((key, field) for key, field in known if field in kind.roll.columns))


def with_headings(context: Context, headings: dict) -> Context:
    """The context of rows that were read before, with their columns as the clerk sees them."""
    return replace(context, heading=lambda sheet, name: headings.get(sheet or "", {}).get(name, f"“{name}”"))


def judge_again(
    kind: Kind,
    rows: list,
    context: Context,
    headings: dict,
    progress: Progress = lambda phase, done, total: None,
    judge=None,
) -> Plan:
    """Judge kept rows anew, against the records as they are now; `judge` as for plan_file."""
    progress(JUDGING_AGAIN, 0, len(rows))
    context = with_headings(context, headings)
    plan = Plan(kind, context, headings=headings)
    for outcome in _judged(judge or kind.judge, rows, context, progress, JUDGING_AGAIN):
        plan.take(outcome)
    return plan


def _judged(judge, rows: Iterable, context: Context, report: Progress, phase: str) -> Iterator[Outcome]:
    """The outcomes, with progress once the number of rows is known."""
    for count, outcome in enumerate(judge(rows, context), start=1):
        if count % HEARTBEAT_ROWS == 0 and (total := len(rows)):
            report(phase, count, total)
        yield outcome


def kept_sheet(name: str | None) -> str:
    """A sheet's name as rows keep it; only OpenDocument has names longer than Excel's 31 characters."""
    return (name or "")[:LONGEST_SHEET]


def _headings(table) -> dict[str, dict[str, str]]:
    rolls = [facts.name for facts in table.found if facts.kind == "roll"]
    return {
        kept_sheet(name): {field: table.column_label(name, field) for field in table.roll.columns} for name in rolls
    }


def _columns(table) -> dict[str, dict]:
    """By sheet: the header's first and last row, its last column, each field's column and the headings not understood.

    Rows count from 1 as in Excel, columns from 0.
    """
    return {
        kept_sheet(facts.name): {
            "header": [facts.header.first_row, facts.header.last_row],
            "end": max(facts.header.headed),
            "fields": facts.header.columns,
            "unknown": [[one.index, one.key, one.text] for one in facts.header.unknown],
        }
        for facts in table.found
        if facts.kind == "roll"
    }


class _Arriving:
    """The rows of a file while they are read, so that whoever judges them can begin with what needs no other row.

    Its length is that of the file once all have come, where the kind judges all of them together; 0 before.
    """

    def __init__(self, rows: Iterable, report: Progress, then: str | None):
        self._rows, self._report, self._then = iter(rows), report, then
        self._total = 0

    def __len__(self) -> int:
        return self._total

    def wait_for_all(self) -> None:
        """Read to the end: what the file says as a whole is complete then."""
        self._rows = iter(list(self))

    def __iter__(self) -> Iterator:
        count = 0
        for count, row in enumerate(self._rows, start=1):  # noqa: B007 - the last one is the number of all
            if count % HEARTBEAT_ROWS == 0 and not self._total:
                self._report(READING, count, 0)
            yield row
        if self._then and not self._total:
            self._total = count
            self._report(self._then, 0, count)


def _with_month(kind: Kind, context: Context, table) -> Context:
    if context.month or not kind.needs_month:
        return context
    named = kind.period.named_by(table.title_facts)
    if named is None:
        asked, like = kind.period.asked, kind.period.like
        raise Refused(NO_MONTH if kind.period is MONTH else NO_YEAR.format(asked=asked, like=like))
    return replace(context, month=named)


def _questions(kind: Kind, context: Context, table) -> list[tuple[str, str]]:
    """What the clerk must answer before anything is posted."""
    own, counties = _county_names(context.staff)
    is_longer = kind.period is not MONTH and context.month is not None
    return contradictions(
        table.title_facts,
        month=f"{context.month:%Y-%m}" if context.month else None,
        period_of=partial(kind.period.contradicts, wanted=context.month) if is_longer else None,
        programme_words=kind.words,
        other_programmes=kind.rivals,
        own_county=own,
        counties=counties,
    )


def _county_names(staff) -> tuple[str | None, list[str]]:
    names = dict(Area.objects.filter(level=Level.COUNTY).values_list("code", "common_name"))
    zones = list(Zone.objects.values_list("short_name", flat=True))
    own = names.get(staff.area.county_code) if staff.area_id else staff.zone.short_name
    return own, [*names.values(), *zones]
