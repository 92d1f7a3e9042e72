"""The city's page of 月报: units down, months across, what has come, what is late, and whom to remind."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.db.models import Prefetch
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.reporting.days import due_day, month_end, months_asked, today_in
from lianyungang_cdpf.targets.reporting.models import MonthlyReport, ReportVersion, YearClosing
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.splits import place_key, place_of_change

State = MonthlyReport.State


@dataclass(frozen=True)
class Cell:
    """A unit's month on a day. `report` is None as long as the unit has not begun with it."""

    unit: Scope
    month: int
    due_on: date
    today: date
    is_over: bool
    report: MonthlyReport | None = None

    @property
    def first(self) -> ReportVersion | None:
        """The first sending in, which says whether the report was in time."""
        return next(iter(self.report.versions.all()), None) if self.report else None

    @property
    def days_late(self) -> int:
        """By how many days it came, or has not come yet, after its day."""
        first = self.first
        day, due_on = (timezone.localdate(first.submitted_at), first.due_on) if first else (self.today, self.due_on)
        return max((day - due_on).days, 0) if self.is_over else 0

    @property
    def state(self) -> str:
        return self.report.state if self.report else State.DRAFT.value

    @property
    def is_locked(self) -> bool:
        return self.state == State.LOCKED

    @property
    def is_asked_for(self) -> bool:
        """Whether the unit has to do something now: the month is over and not sent in, or it was returned."""
        return self.is_over and self.state in (State.DRAFT, State.RETURNED)

    @property
    def is_overdue(self) -> bool:
        return self.is_asked_for and self.today > self.due_on

    @property
    def word(self) -> str:
        if not self.is_over:
            return "未到期"
        if self.state == State.DRAFT:
            return "逾期未报" if self.days_late else "待报送"
        return State(self.state).label

    @property
    def late(self) -> str:
        """迟报 2 天; of a month that has not come 逾期 2 天."""
        if not self.days_late:
            return ""
        return f"{'迟报' if self.first else '已逾期'} {self.days_late} 天"

    @property
    def glyph(self) -> str:
        """The class of the light, and its shape."""
        if not self.is_over:
            return "n"
        if self.is_locked:
            return "o"
        return "b" if self.is_overdue else "w" if self.report else "n"


@dataclass(frozen=True)
class Reminder:
    """A unit that owes reports, the months of them, and who reports for it."""

    unit: Scope
    cells: list[Cell]
    staff: list[Staff]


@dataclass(frozen=True)
class Overview:
    """A year's reports of the units that the reader sees."""

    plan: Plan
    units: list[Scope]
    staff: Staff

    @cached_property
    def today(self) -> date:
        return today_in(self.plan.year)

    @cached_property
    def rows(self) -> list[tuple[Scope, list[Cell]]]:
        versions = Prefetch("versions", ReportVersion.objects.order_by("number"))
        reports = MonthlyReport.objects.visible_to(self.staff).filter(plan=self.plan).prefetch_related(versions)
        at = {(place_of_change(report), report.month): report for report in reports}
        return [(unit, [self._cell(unit, month, at) for month in months_asked(self.plan)]) for unit in self.units]

    def _cell(self, unit: Scope, month: int, reports: dict) -> Cell:
        is_over = self.today > month_end(self.plan.year, month)
        report = reports.get((place_key(unit), month))
        return Cell(unit, month, due_day(self.plan, month), self.today, is_over, report)

    @property
    def months(self) -> list[tuple[int, date]]:
        return [(month, due_day(self.plan, month)) for month in months_asked(self.plan)]

    @property
    def cells(self) -> list[Cell]:
        return [cell for _, cells in self.rows for cell in cells]

    @cached_property
    def waiting(self) -> list[Cell]:
        """What the city has to check, the oldest month first."""
        return sorted((cell for cell in self.cells if cell.state == State.SUBMITTED), key=lambda cell: cell.month)

    @property
    def finding(self) -> str:
        """The page's first sentence."""
        due = [cell for cell in self.cells if cell.is_over]
        if not due:
            return f"{self.plan.year} 年还没有到期的月报。"
        states = Counter(cell.state for cell in due)
        parts = [f"已锁定 {states[State.LOCKED]} 份", f"待审核 {states[State.SUBMITTED]} 份"]
        parts += [f"已退回 {states[State.RETURNED]} 份"] if states[State.RETURNED] else []
        lacking = sum(cell.is_overdue and cell.state == State.DRAFT for cell in due)
        parts += [f"逾期未报 {lacking} 份"] if lacking else []
        late = sum(bool(cell.first and cell.days_late) for cell in due)
        parts += [f"迟报 {late} 份"] if late else []
        return f"应报 {len(due)} 份：{'，'.join(parts)}。"

    @cached_property
    def closing(self) -> YearClosing | None:
        return YearClosing.objects.filter(plan=self.plan).select_related("closed_by").first()

    @cached_property
    def reminders(self) -> list[Reminder]:
        """Whom to remind, the unit with the most months first."""
        owing = [(unit, [cell for cell in cells if cell.is_asked_for]) for unit, cells in self.rows]
        owing = [(unit, cells) for unit, cells in owing if cells]
        return sorted(
            (Reminder(unit, cells, self._reporters.get(place_key(unit), [])) for unit, cells in owing),
            key=lambda reminder: -len(reminder.cells),
        )

    @cached_property
    def _reporters(self) -> dict:
        """Who may report, by place; only those whom the reader sees."""
        may = Staff.objects.visible_to(self.staff).filter(
            is_active=True, role__permissions__codename="submit_report", role__isnull=False
        )
        reporters = {}
        for one in may.select_related("area__zone", "zone").order_by("pk"):
            unit = scopes.of_staff(one)
            if unit is not None and unit.is_unit:
                reporters.setdefault(place_key(unit), []).append(one)
        return reporters
