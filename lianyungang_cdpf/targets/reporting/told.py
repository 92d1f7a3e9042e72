"""Reported figures as the board prints its rows, and the line that a target's page has of the last locked month."""

from dataclasses import dataclass
from fractions import Fraction

from lianyungang_cdpf.targets.lines import Line, signed
from lianyungang_cdpf.targets.pace import Light, months_gone
from lianyungang_cdpf.targets.progress import Row
from lianyungang_cdpf.targets.reporting.days import month_end
from lianyungang_cdpf.targets.reporting.models import ReportFigure, ReportVersion
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.snapshots import Rate
from lianyungang_cdpf.targets.splits import place_key

LIGHTS = {light.code: light for light in Light}


@dataclass(frozen=True)
class ReportedRow(Row):
    """A row as it was reported: goal, value, due and light are those of then, whatever would be told today."""

    figure: ReportFigure | None = None

    @property
    def share(self) -> Fraction:
        return Fraction(self.figure.due_percent or 0) / 100

    @property
    def expected_percent(self) -> str | None:
        return None if self.figure.due_percent is None else f"{self.figure.due_percent:.2f}"

    @property
    def due(self) -> int | None:
        return self.figure.due

    @property
    def light(self) -> Light | None:
        return LIGHTS.get(self.figure.light)


def row_of(figure: ReportFigure, unit: Scope) -> ReportedRow:
    """The figure as a row of progress at the end of its month."""
    report = figure.version.report
    day = month_end(report.plan.year, report.month)
    months = None if figure.value is None else [figure.value] * 12
    rates = None if figure.whole is None else [Rate(figure.value, figure.whole)] * 12
    return ReportedRow(figure.target, unit, day.year, day, figure.goal, months, rates, figure)


@dataclass(frozen=True)
class LastLocked:
    """The last locked month of a target at a unit, beside the figure of that month as it is now."""

    figure: ReportFigure
    line: Line
    now: Row

    @property
    def month(self) -> int:
        return self.figure.version.report.month

    @property
    def words(self) -> str:
        """10 月已锁定 1,234 人，与现数相差 +2."""
        said = f"{self.month} 月已锁定 {self.line.done} {self.line.unit}".strip()
        return f"{said}，{self.differs}"

    @property
    def differs(self) -> str:
        """与现数一致, or by how much it is another now."""
        row, month = self.now, self.month
        if row.is_rate:
            now = row.rates[month - 1]
            parts = now.numerator - self.figure.value, now.denominator - self.figure.whole
            return f"与现数相差分子 {signed(parts[0])}、分母 {signed(parts[1])}" if any(parts) else "与现数一致"
        more = row.months[month - 1] - self.figure.value
        return f"与现数相差 {signed(more)}" if more else "与现数一致"


def last_locked(row: Row, staff) -> LastLocked | None:
    """Of a row of the board at a unit: the last month that is locked and gone by its day. One statement."""
    if not (row.scope.is_unit and row.connected and staff.has_perm("targets.view_monthlyreport")):
        return None
    gone = months_gone(row.year, row.as_of)
    full = gone if gone and row.as_of >= month_end(row.year, gone) else gone - 1
    field, key = place_key(row.scope)
    figures = ReportFigure.objects.visible_to(staff).filter(
        target=row.target, version__outcome=ReportVersion.Outcome.LOCKED, version__report__month__lte=full,
        value__isnull=False, **{f"version__report__{field}": key},
    )  # fmt: skip
    figures = figures.select_related("target", "version__report__plan").order_by("-version__report__month")
    figure = figures.filter(whole__isnull=not row.is_rate, target__plan__year=row.year).first()
    return figure and LastLocked(figure, Line(row_of(figure, row.scope)), row)
