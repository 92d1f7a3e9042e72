"""A file becomes rows, rows become a plan. The engine knows no kind by name and writes nothing."""

import pickle
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Area, Level, Zone
from lianyungang_cdpf.intake.kinds import Context, Kind, Outcome
from lianyungang_cdpf.intake.models import LearnedHeading
from lianyungang_cdpf.intake.offices import office_of
from lianyungang_cdpf.intake.presentation import fix, label
from lianyungang_cdpf.intake.reading import Refused, read_sheets
from lianyungang_cdpf.intake.tables import Roll, contradictions, read_table, sentence, with_learned

Progress = Callable[[str, int, int], None]
# Findings kept per import: beyond these the file as a whole is wrong, and the counts say so.
KEPT_FINDINGS = 60_000
NO_MONTH = "没有填写月份，文件的标题、工作表名和文件名里也没有：请选择发放月份后重新上传。"
HEARTBEAT_ROWS = 5_000
LONGEST_SHEET = 64


class Spool:
    """Valid outcomes of a large file, in an unnamed file of the data directory instead of memory."""

    def __init__(self):
        folder = Path(settings.DATA_DIR) / "tmp"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the plan

    def append(self, outcome: Outcome) -> None:
        pickle.dump(outcome, self._file, protocol=pickle.HIGHEST_PROTOCOL)

    def __iter__(self) -> Iterator[Outcome]:
        self._file.seek(0)
        try:
            while True:
                yield pickle.load(self._file)  # noqa: S301 - our own unnamed file
        except EOFError:
            return


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
    bad_rows: int = 0
    total: Decimal = Decimal("0.00")
    # Sum of every amount that could be read, bad rows included: what a file's own total is compared with.
    read_total: Decimal = Decimal("0.00")
    kept: list[Outcome] = field(default_factory=list)
    spool: Spool | None = None
    # By sheet and field, the column as the clerk sees it; kept so that rows judged later name it too.
    headings: dict[str, dict[str, str]] = field(default_factory=dict)
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
        return (one for one in self.kept if not one.is_bad) if self.spool is None else self.spool

    def summary(self) -> dict:
        """The plan as JSON, without personal data: what the preview page shows."""
        return {
            "data_rows": self.data_rows,
            "valid_rows": self.valid_rows,
            "bad_rows": self.bad_rows,
            "total_valid_amount": f"{self.total:.2f}",
            "read_total": f"{self.read_total:.2f}",
            "declared_total": None if self.declared_total is None else f"{self.declared_total:.2f}",
            "sheets": self.sheets,
            "file_warnings": [{"code": code, "sentence": sentence(code)} for code in self.file_warnings],
            "questions": [{"where": where, "sentence": sentence} for where, sentence in self.questions],
            "errors": _counted(self.codes),
            "warnings": _counted(self.warning_codes),
            "headings": self.headings,
            "columns": self.columns,
            "new": self.changes["new"],
            "changed": self.changes["changed"],
            "unchanged": self.changes["unchanged"],
            "judged_at": self.judged_at.isoformat(),
        }


def _counted(codes: Counter) -> list[dict]:
    rows = sorted(codes.items(), key=lambda pair: -pair[1])
    return [{"code": code, "label": label(code), "fix": fix(code), "rows": count} for code, count in rows]


def plan_file(kind: Kind, path: Path, file_name: str, context: Context, progress: Progress | None = None) -> Plan:
    """Read and judge a file; nothing is written. Raises Refused with a Chinese sentence when it can't be read."""
    report = progress or (lambda phase, done, total: None)
    month = f"{context.month:%Y-%m}" if context.month else None
    report("读取文件", 0, 0)
    with read_sheets(path, file_name, kind.limits) as sheets:
        table = read_table(sheets, _roll(kind, context.staff), month=month, filename=file_name)
        rows = _counted_rows(table, report)
        if kind.keeps_rows:
            rows = list(rows)
            report("核对人员与标准", 0, len(rows))
        context = replace(_with_month(kind, context, table), heading=table.column_label)
        plan = Plan(kind, context, spool=None if kind.keeps_rows else Spool())
        for outcome in kind.judge(rows, context):
            plan.take(outcome)
    plan.sheets, plan.file_warnings, plan.declared_total = table.sheets, table.file_warnings, table.declared_total
    plan.headings, plan.columns = _headings(table), _columns(table)
    if kind.needs_month:
        plan.questions = _questions(kind, context, table)
    return plan


def _roll(kind: Kind, staff) -> type[Roll]:
    """The kind's roll, with the headings that the office of this member of staff has explained."""
    area, zone = office_of(staff)
    known = LearnedHeading.objects.known_at(area, zone, kind.code).order_by().values_list("heading", "field")
    return with_learned(kind.roll, frozenset((key, field) for key, field in known if field in kind.roll.columns))


def judge_again(kind: Kind, rows: list, context: Context, headings: dict) -> Plan:
    """Judge kept rows anew, against the records as they are now."""
    context = replace(context, heading=lambda sheet, name: headings.get(sheet or "", {}).get(name, f"“{name}”"))
    plan = Plan(kind, context, headings=headings)
    for outcome in kind.judge(rows, context):
        plan.take(outcome)
    return plan


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


def _counted_rows(rows: Iterable, report: Progress) -> Iterator:
    for count, row in enumerate(rows, start=1):
        if count % HEARTBEAT_ROWS == 0:
            report("读取并核对", count, 0)
        yield row


def _with_month(kind: Kind, context: Context, table) -> Context:
    if context.month or not kind.needs_month:
        return context
    if not table.month:
        raise Refused(NO_MONTH)
    return replace(context, month=date.fromisoformat(f"{table.month}-01"))


def _questions(kind: Kind, context: Context, table) -> list[tuple[str, str]]:
    """What the clerk must answer before anything is posted."""
    own, counties = _county_names(context.staff)
    return contradictions(
        table.title_facts,
        month=f"{context.month:%Y-%m}",
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
