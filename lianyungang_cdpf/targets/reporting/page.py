"""One unit's month: what it will report, or what it reported and how that stands today."""

from dataclasses import dataclass
from functools import cached_property

from lianyungang_cdpf.targets.lines import Line, signed
from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.progress import Row, progress
from lianyungang_cdpf.targets.reporting.days import due_day, month_end, today_in
from lianyungang_cdpf.targets.reporting.differences import can_be_compared
from lianyungang_cdpf.targets.reporting.models import BEHIND, MonthlyReport, ReportFigure, ReportVersion
from lianyungang_cdpf.targets.reporting.overview import Cell
from lianyungang_cdpf.targets.reporting.told import row_of
from lianyungang_cdpf.targets.scopes import Scope

State = MonthlyReport.State


@dataclass(frozen=True)
class ReportLine:
    """One target: as it would be reported now, and where it was sent in as it was then."""

    now: Row
    figure: ReportFigure | None = None

    @property
    def row(self) -> Row:
        return row_of(self.figure, self.now.scope) if self.figure else self.now

    @cached_property
    def line(self) -> Line:
        return Line(self.row)

    @property
    def target(self):
        return self.now.target

    @property
    def is_behind(self) -> bool:
        """Whether it has to be explained."""
        light = self.row.light
        return bool(light and light.code in BEHIND)

    @property
    def note(self) -> str:
        return self.figure.note if self.figure else ""

    @property
    def can_be_compared(self) -> bool:
        return bool(self.figure) and can_be_compared(self.figure)

    @property
    def found(self) -> str:
        """The figure of the same month as it is now."""
        if self.now.is_rate:
            return f"{self.now.rate.numerator:,}/{self.now.rate.denominator:,}"
        return f"{self.now.value:,}" if self.now.connected else "尚未接入"

    @property
    def differs(self) -> bool:
        told = (self.figure.value, self.figure.whole)
        return told != (self.now.value, self.now.rate.denominator if self.now.is_rate else None)

    @property
    def difference(self) -> str:
        """By how much it is another now."""
        if not self.can_be_compared:
            return "—"
        more = signed(self.now.value - self.figure.value)
        if not self.now.is_rate:
            return more
        return f"{more}/{signed(self.now.rate.denominator - self.figure.whole)}"


@dataclass(frozen=True)
class ReportPage:
    """A unit's report of a month; `asked` is the number of an older version to look at."""

    plan: Plan
    month: int
    unit: Scope
    staff: object
    asked: str = ""

    @cached_property
    def report(self) -> MonthlyReport | None:
        reports = MonthlyReport.objects.visible_to(self.staff).of_unit(self.unit)
        return reports.filter(plan=self.plan, month=self.month).select_related("plan").first()

    @cached_property
    def versions(self) -> list[ReportVersion]:
        """The newest first."""
        if self.report is None:
            return []
        return list(self.report.versions.select_related("submitted_by", "decided_by").order_by("-number"))

    @cached_property
    def version(self) -> ReportVersion | None:
        """The one whose figures are shown: the one asked for, else the one in force; None while it is written."""
        for version in self.versions:
            if str(version.number) == self.asked:
                return version
        return next((one for one in self.versions if one.outcome != ReportVersion.Outcome.RETURNED), None)

    @cached_property
    def cell(self) -> Cell:
        today, over = today_in(self.plan.year), month_end(self.plan.year, self.month)
        return Cell(self.unit, self.month, due_day(self.plan, self.month), today, today > over, self.report)

    @property
    def round(self) -> int:
        return self.report.round if self.report else 0

    @property
    def is_waiting(self) -> bool:
        return bool(self.report) and self.report.state == State.SUBMITTED

    @property
    def is_locked(self) -> bool:
        return bool(self.report) and self.report.state == State.LOCKED

    @property
    def is_open(self) -> bool:
        """Whether the unit can write and send it in."""
        return self.cell.is_over and not (self.is_waiting or self.is_locked)

    @cached_property
    def lines(self) -> list[ReportLine]:
        """None before the month is over: its figures are not those of its end yet."""
        if not self.cell.is_over:
            return []
        day = month_end(self.plan.year, self.month)
        rows = progress(year=self.plan.year, scopes=[self.unit], as_of=day)[self.unit.place]
        figures = {}
        if self.version:
            told = ReportFigure.objects.filter(version=self.version)
            told = told.select_related("target", "version__report__plan", "counted").defer("counted__packed")
            figures = {figure.target_id: figure for figure in told}
        lines = [ReportLine(row, figures.get(row.target.pk)) for row in rows]
        # A target that was added to the plan after the report was sent in is not part of it.
        return [line for line in lines if line.figure] if self.version else lines

    @property
    def behind(self) -> list[ReportLine]:
        return [line for line in self.lines if line.is_behind]

    @property
    def differing(self) -> list[ReportLine]:
        """The figures that are others now."""
        return [line for line in self.lines if line.can_be_compared and line.differs] if self.version else []

    @property
    def returned(self) -> ReportVersion | None:
        """The version that the city sent back last, while it has not been sent in again."""
        is_back = self.report and self.report.state == State.RETURNED
        return self.versions[0] if is_back else None

    @property
    def finding(self) -> str:
        """The page's first sentence, after the word of its state."""
        cell, due_on = self.cell, f"{self.cell.due_on.month} 月 {self.cell.due_on.day} 日"
        if not cell.is_over:
            return f"{self.month} 月还没有结束，下月 1 日起可以报送，{due_on}截止。"
        if self.is_open:
            asked = f"{len(self.behind)} 项低于序时，需写明原因和下一步" if self.behind else "没有低于序时的目标"
            return f"{due_on}截止{'，' + cell.late if cell.late else ''}；{asked}。"
        differing = len(self.differing)
        now = f"现数有 {differing} 项与报送时不同" if differing else "现数与报送时一致"
        return f"{cell.late}；{now}。" if cell.late else f"{now}。"
