"""The deeds of 月报: notes are kept, a month is sent in, returned or locked; the city closes the year.

Each looks whether the report still stands where the page showed it (`round`), and refuses with a ValidationError of one
sentence; only what is wrong with notes is told target by target (NotesRefused).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction

from lianyungang_cdpf.accounts.duties.persons import accounts_of
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.progress import Row, progress
from lianyungang_cdpf.targets.reporting.counting import basis, counted, rate, total
from lianyungang_cdpf.targets.reporting.days import due_day, month_end, months_asked, now_in, today_in
from lianyungang_cdpf.targets.reporting.models import (
    BEHIND,
    REASON_LENGTH,
    MonthlyReport,
    ReportedSet,
    ReportFigure,
    ReportNote,
    ReportVersion,
    YearClosing,
)
from lianyungang_cdpf.targets.reporting.notes import problem_of
from lianyungang_cdpf.targets.reporting.packed import pack
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.splits import place_key

SUBMIT, CHECK, CLOSE = "targets.submit_report", "targets.check_report", "targets.close_year"
State, Outcome = MonthlyReport.State, ReportVersion.Outcome
Notes = Mapping[int, str]


class NotesRefused(Exception):
    """Notes that can't stand; `problems` has a sentence by target id."""

    def __init__(self, problems: dict[int, str]):
        super().__init__("；".join(problems.values()))
        self.problems = problems


@dataclass(frozen=True)
class Told:
    """One target as it is reported, with what its figure counted; None where the records are not held."""

    row: Row
    behind: dict[int, int] | None


def may_report(staff, unit: Scope) -> bool:
    """Whether the staff member reports for the unit: only their own."""
    return staff.has_perm(SUBMIT) and unit.is_unit and scopes.of_staff(staff) == unit


def may_check(staff) -> bool:
    """Whether the staff member checks reports: the city's."""
    return staff.has_perm(CHECK) and staff.is_city_wide


@transaction.atomic
def keep_notes(*, plan: Plan, month: int, unit: Scope, notes: Notes, by) -> MonthlyReport:
    """Keep what has been written so far; empty texts are taken out. Raises NotesRefused."""
    _refuse_before_its_time(plan, month, unit, by)
    _refuse_notes(notes, behind=())
    report = _opened(plan, month, unit)
    _write_notes(report, notes)
    return report


def submit_report(
    *, plan: Plan, month: int, unit: Scope, notes: Notes, by, round: int | None = None, at: datetime | None = None
) -> ReportVersion:
    """Send a month in: its figures as of the month's last day, and with each what it counted.

    Everything is read before anything is written. `at` is for months that are entered later (demonstration data).
    Raises NotesRefused.
    """
    _refuse_before_its_time(plan, month, unit, by)
    told = what_is_told(plan, month, unit)
    behind = [one.row.target.pk for one in told if one.row.light and one.row.light.code in BEHIND]
    _refuse_notes(notes, behind=behind)
    with transaction.atomic():
        report = _opened(plan, month, unit, round)
        _write_notes(report, notes)
        report.round, report.state = report.round + 1, State.SUBMITTED
        report.save(update_fields=["round", "state"])
        version = ReportVersion.objects.create(
            report=report, number=report.round, submitted_by=by, submitted_at=at or now_in(plan.year),
            due_on=due_day(plan, month),
        )  # fmt: skip
        _write_figures(version, told, notes)
        late = "，逾期" if version.is_late else ""
        record(by=by, deed="报送月报", on=report, summary=f"{report}，第{version.number}次{late}")
    return version


@transaction.atomic
def return_report(*, report: MonthlyReport, by, reason: str, round: int | None = None) -> ReportVersion:
    """Send a month back to its unit with the reason; the figures of the returned version are kept."""
    reason = reason.strip()
    if len(reason) < 5:
        raise ValidationError("请写明退回原因，至少五个字。", code="reason")
    if len(reason) > REASON_LENGTH:
        raise ValidationError(f"退回原因最多 {REASON_LENGTH} 个字。", code="reason")
    return _decide(report, Outcome.RETURNED, by=by, round=round, reason=reason, deed="退回月报")


@transaction.atomic
def lock_report(*, report: MonthlyReport, by, round: int | None = None, at: datetime | None = None) -> ReportVersion:
    """Lock a month as reported. It is never opened again: a correction shows as a difference."""
    return _decide(report, Outcome.LOCKED, by=by, round=round, deed="锁定月报", at=at)


@transaction.atomic
def close_year(*, plan: Plan, by) -> YearClosing:
    """年终封账: all months that are asked for are locked by all units; from now on none is added or changed."""
    if not (by.has_perm(CLOSE) and by.is_city_wide):
        raise ValidationError("只有市级业务可以年终封账。", code="forbidden")
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if YearClosing.objects.filter(plan=plan).exists():
        raise ValidationError(f"{plan.year}年已经封账。", code="state")
    lacking = not_locked(plan)
    if lacking:
        count = sum(len(months) for _, months in lacking)
        raise ValidationError(f"{plan.year}年还有 {count} 份月报没有锁定，不能封账。", code="state")
    closing = YearClosing.objects.create(plan=plan, closed_by=by)
    record(by=by, deed="年终封账", on=plan, summary=f"{plan.year}年")
    return closing


def not_locked(plan: Plan) -> list[tuple[Scope, list[int]]]:
    """The units with the months that are not locked yet; two statements besides the units'."""
    locked = MonthlyReport.objects.filter(plan=plan, state=State.LOCKED).order_by()
    months = set(locked.values_list("area_id", "zone_id", "month"))
    lacking = []
    for unit in scopes.units():
        field, key = place_key(unit)
        at = (None, key) if field == "zone" else (key, None)
        missing = [month for month in months_asked(plan) if (*at, month) not in months]
        if missing:
            lacking.append((unit, missing))
    return lacking


def what_is_told(plan: Plan, month: int, unit: Scope) -> list[Told]:
    """The month's figures of the plan's targets, each with what it counted.

    Raises ValidationError when the records changed while they were read, so that the two don't agree.
    """
    day = month_end(plan.year, month)
    rows = progress(year=plan.year, scopes=[unit], as_of=day)[unit.place]
    told = [Told(row, counted(row.target, unit, day) if row.connected else None) for row in rows]
    if not all(_agrees(one) for one in told):
        raise ValidationError("台账正在变动，这次没有报送，请过一分钟再报。", code="moving")
    return told


def _agrees(told: Told) -> bool:
    if told.behind is None:
        return True
    numbers = told.behind.values()
    return rate(numbers) == told.row.rate if told.row.is_rate else total(numbers) == told.row.value


def _refuse_before_its_time(plan: Plan, month: int, unit: Scope, by) -> None:
    if not may_report(by, unit):
        raise ValidationError("只有本县区、本板块的经办可以报送月报。", code="forbidden")
    if month < plan.report_from:
        raise ValidationError(f"{plan.year} 年从 {plan.report_from} 月起报送月报，{month} 月不用报。", code="unasked")
    if today_in(plan.year) <= month_end(plan.year, month):
        raise ValidationError(f"{month} 月还没有结束，下月 1 日起可以报送。", code="early")


def _refuse_notes(notes: Notes, *, behind) -> None:
    asked = dict.fromkeys(behind, "") | dict(notes)
    problems = {target: problem_of(text, required=target in behind) for target, text in asked.items()}
    problems = {target: sentence for target, sentence in problems.items() if sentence}
    if problems:
        raise NotesRefused(problems)


def _opened(plan: Plan, month: int, unit: Scope, round: int | None = None) -> MonthlyReport:
    """The unit's report, locked against others, if it can still be written; it is begun when there is none."""
    if YearClosing.objects.filter(plan=plan).exists():
        raise ValidationError(f"{plan.year}年已年终封账，不能再报送或修改月报。", code="closed")
    field, key = place_key(unit)
    MonthlyReport.objects.get_or_create(plan=plan, month=month, **{f"{field}_id": key})
    report = MonthlyReport.objects.select_for_update().of_unit(unit).get(plan=plan, month=month)
    _refuse_other_round(report, round)
    if report.state in (State.SUBMITTED, State.LOCKED):
        raise ValidationError(f"{month} 月月报{report.get_state_display()}，不能再改；退回以后才能重报。", code="state")
    return report


def _refuse_other_round(report: MonthlyReport, round: int | None) -> None:
    if round is not None and report.round != round:
        raise ValidationError("这份月报在您打开页面以后又有变动，请刷新后再办理。", code="moved")


def _write_notes(report: MonthlyReport, notes: Notes) -> None:
    ReportNote.objects.filter(report=report, target__in=[key for key, text in notes.items() if not text]).delete()
    ReportNote.objects.bulk_create(
        [ReportNote(report=report, target_id=key, text=text) for key, text in notes.items() if text],
        update_conflicts=True,
        unique_fields=["report", "target"],
        update_fields=["text"],
    )


def _write_figures(version: ReportVersion, told: list[Told], notes: Notes) -> None:
    figures = ReportFigure.objects.bulk_create(_figure(version, one.row, notes) for one in told)
    ReportedSet.objects.bulk_create(
        ReportedSet(figure=figure, packed=pack(one.behind), basis=basis(one.row.target))
        for figure, one in zip(figures, told, strict=True)
        if one.behind is not None
    )


def _figure(version: ReportVersion, row: Row, notes: Notes) -> ReportFigure:
    due_percent = row.expected_percent
    return ReportFigure(
        version=version, target=row.target, goal=row.goal, value=row.value, due=row.due,
        whole=row.rate.denominator if row.is_rate else None,
        due_percent=None if due_percent is None else Decimal(due_percent),
        light=row.light.code if row.light else "", note=notes.get(row.target.pk, ""),
    )  # fmt: skip


def _decide(report, outcome, *, by, round, deed, reason="", at=None) -> ReportVersion:
    if not may_check(by):
        raise ValidationError("只有市级业务可以审核月报。", code="forbidden")
    current = MonthlyReport.objects.select_for_update().get(pk=report.pk)
    _refuse_other_round(current, round)
    if current.state != State.SUBMITTED:
        raise ValidationError(f"这份月报现在是“{current.get_state_display()}”，没有待审核的报送。", code="state")
    version = current.versions.get(outcome=Outcome.WAITING)
    if version.submitted_by_id in accounts_of(by):
        raise ValidationError("报送月报的人不能审核它。", code="same_person")
    version.outcome, version.reason = outcome, reason
    version.decided_by, version.decided_at = by, at or now_in(current.plan.year)
    version.save(update_fields=["outcome", "reason", "decided_by", "decided_at"])
    current.state = State(outcome.value)
    current.save(update_fields=["state"])
    record(by=by, deed=deed, on=current, summary=f"{current}，第{version.number}次")
    return version
