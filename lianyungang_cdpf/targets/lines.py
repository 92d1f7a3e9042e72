"""A row of progress as the pages print it: full-width signs, grouped digits, cut percentages and drawings."""

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from django.utils.html import format_html_join

from lianyungang_cdpf.targets import drawing
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.models import ProgressMode
from lianyungang_cdpf.targets.pace import Light, due_count, month_end, months_gone, percent_text, share_due, time_gone
from lianyungang_cdpf.targets.progress import Row

NOTHING = "—"
WIDE = str.maketrans("(),", "（），")
# After everything that has a pace: what is not due yet, then what has no share of the goal, then what is not connected.
LAST = {Light.NOT_DUE: 9.0, None: 90.0, Light.NOT_CONNECTED: 99.0}


def wide(text: str) -> str:
    """Brackets and commas as Chinese typography has them."""
    return text.translate(WIDE)


def signed(number: int) -> str:
    """A difference with its sign: +246, −388, 0."""
    return f"+{number:,}" if number > 0 else f"−{-number:,}" if number < 0 else "0"


@dataclass(frozen=True)
class Line:
    """One target at one place as printed; `units` are the same target's rows of the ten units, in their order."""

    row: Row
    units: list[Row] = field(default_factory=list)

    @property
    def target(self):
        return self.row.target

    @property
    def name(self) -> str:
        return wide(self.target.name)

    @property
    def unit(self) -> str:
        return "" if self.target.is_rate else self.target.unit

    @property
    def counted_in(self) -> str:
        """The unit of the numbers: a rate's are of people, only its goal is in per cent."""
        return metric_of(self.target).unit if self.row.is_rate else self.unit

    @property
    def source(self) -> str:
        """Which ledger's records are counted, and how; 尚未接入 where the portal does not hold them."""
        metric = metric_of(self.target)
        return f"{metric.model._meta.verbose_name}：{metric.label}" if metric else "尚未接入"

    @cached_property
    def light(self) -> Light | None:
        return self.row.light

    @property
    def glyph(self) -> str:
        return self.light.glyph if self.light else ""

    @property
    def word(self) -> str:
        return self.row.word

    @property
    def goal(self) -> str:
        if self.row.goal is None:
            return NOTHING
        return f"≥{self.row.goal}%" if self.target.is_rate else f"{self.row.goal:,}"

    @property
    def done(self) -> str:
        if self.row.is_rate:
            return self._of_whole()
        return f"{self.row.value:,}" if self.row.connected else "尚未接入"

    @property
    def whole(self) -> str:
        """How many a rate should reach."""
        return f"{self.row.rate.denominator:,}"

    @property
    def part(self) -> str:
        """How many a rate reaches."""
        return f"{self.row.rate.numerator:,}"

    def _of_whole(self) -> str:
        """1,023 人中 1,002 人."""
        unit = self.counted_in
        return f"{self.whole} {unit}中 {self.part} {unit}" if self.row.rate.denominator else "分母为 0"

    @property
    def percent(self) -> str:
        if self.row.is_rate:
            return f"{self.row.rate_percent}%" if self.row.rate_percent else NOTHING
        return f"{self.row.percent}%" if self.row.percent else NOTHING

    @property
    def due(self) -> str:
        return f"{self.row.expected_percent}%" if self.row.expected_percent and self.row.share else NOTHING

    @property
    def gap(self) -> str:
        if self.row.gap is None or not self.row.share:
            return NOTHING
        return f"{signed(self.row.gap)} {self.counted_in}" if self.row.is_rate else signed(self.row.gap)

    @property
    def lacking(self) -> str:
        """How many units are lacking to what is due, with the unit; empty when none are."""
        lacks = self.row.gap is not None and self.row.gap < 0
        return f"{-self.row.gap:,} {self.counted_in}" if lacks else ""

    @property
    def wall_done(self) -> str:
        """Done and goal for a tile of the wall: 35,400 / 36,000 人."""
        if not self.row.connected:
            return f"全年 {self.goal} {self.unit}"
        whole = self.whole if self.row.is_rate else self.goal
        return f"{self.part if self.row.is_rate else self.done} / {whole} {self.counted_in}"

    @property
    def brief(self) -> str:
        """The line that a phone shows under the name."""
        if not self.row.connected:
            return f"全年 {self.goal} {self.unit}，尚未接入" if self.row.goal is not None else "尚未接入"
        if self.row.is_rate:
            return self._rate_in_brief()
        if self.row.goal is None:
            return f"{self.done} {self.unit}，目标未分解"
        return f"{self.done} / {self.goal} {self.unit}" + (f"，差 {self.lacking}" if self.lacking else "")

    def _rate_in_brief(self) -> str:
        goal = f"目标 {self.goal}" if self.row.goal is not None else "目标未分解"
        return f"{self.done}，{goal}" + (f"，还差 {self.lacking}" if self.lacking else "")

    @property
    def order(self) -> str:
        """Sorts the laggards to the front: done in parts of what is due."""
        ratio = self.row.ratio
        return f"{LAST.get(self.light, 9.0) if ratio is None else float(ratio):.3f}"

    @cached_property
    def bar(self) -> str | None:
        """Width of the filled part; None where there is no goal to fill."""
        if not self.row.connected or not self.row.goal or (self.row.is_rate and not self.row.rate.denominator):
            return None
        return drawing.along_bar(self._in_parts_of_goal(months_gone(self.row.year, self.row.as_of)) * 100)

    @cached_property
    def mark(self) -> str | None:
        """Where what is due today stands on the bar."""
        return drawing.along_bar(self.row.share * 100) if self.row.goal and self.row.share else None

    @cached_property
    def trend(self) -> dict | None:
        """The path of the months until now and its end, with the even pace where the days set the pace."""
        months = months_gone(self.row.year, self.row.as_of)
        if not self.row.connected or not self.row.goal or not months:
            return None
        parts = [self._in_parts_of_goal(month) for month in range(1, months + 1)]
        pace = self._planned(months) if months > 1 else []
        return {"path": drawing.trend(parts), "end": drawing.height_at(parts[-1]), "pace": pace and drawing.trend(pace)}

    def _planned(self, months: int) -> list[Fraction]:
        """Shares due of what goes on by the day: straight until today, or by the planned curve at each month's end."""
        if self.target.progress_mode != ProgressMode.CUMULATIVE_FLOW:
            return []
        if not self.target.schedule:
            return [Fraction(1, 12), time_gone(self.row.year, self.row.as_of)]
        ends = [month_end(self.row.year, month) for month in range(1, months)]
        return [share_due(self.target, self.row.year, day) for day in ends] + [self.row.share]

    @property
    def schedule(self) -> list[str]:
        """The planned points in words: 6 月 30 日 40%（20 个）."""
        return [self._point(day, share) for day, share in self.target.schedule]

    def _point(self, day, share) -> str:
        due = f"（{due_count(self.row.goal, share):,} {self.unit}）" if self.row.goal else ""
        return f"{day.month} 月 {day.day} 日 {float(share * 100):g}%{due}"

    @property
    def bar_at_year_end(self) -> str | None:
        """Width of the part that the year's end is forecast to fill; None where the pace forecasts nothing more."""
        if not self.year_end or self._forecast.expected <= self.row.value:
            return None
        return drawing.along_bar(Fraction(self._forecast.expected * 100, self.row.goal))

    @property
    def year_end(self) -> str:
        """The year's end by the pace so far in per cent of the goal; empty where it is not forecast."""
        told = self._forecast
        return f"{percent_text(told.expected, self.row.goal)}%" if told.is_by_pace and self.row.goal else ""

    @property
    def outlook(self) -> str:
        """The forecast in half a line: 年底预计 72.90%，以后每月需 168 户."""
        needed = self._forecast.needed_per_month
        parts = (self.year_end and f"年底预计 {self.year_end}", needed and f"以后每月需 {needed:,} {self.unit}")
        return "，".join(filter(None, parts))

    @cached_property
    def _forecast(self):
        return self.row.forecast

    @property
    def forecast_in_numbers(self) -> list[tuple[str, str]]:
        """The figures of the forecast with their names; none where nothing can be said."""
        told, facts = self._forecast, []
        if told.is_by_pace:
            facts = [("年底预计", f"{told.expected:,}"), ("最慢到最快", f"{told.low:,}—{told.high:,}")]
        if told.needed_per_month:
            facts.append(("以后每月需", f"{told.needed_per_month:,}"))
        return facts

    def _in_parts_of_goal(self, month: int) -> Fraction:
        """What is done by the end of a month in parts of the goal; 0 where a rate has nobody to reach."""
        if not month:
            return Fraction(0)
        if self.row.is_rate:
            numerator, denominator = self.row.rates[month - 1]
            return Fraction(numerator * 100, denominator * self.row.goal) if denominator else Fraction(0)
        return Fraction(self.row.months[month - 1], self.row.goal)

    @property
    def marks(self) -> str:
        """A mark at its place for each unit that has a light; one piece, as the board has 250 of them."""
        lights = ((row.light.glyph, 15 * place) for place, row in enumerate(self.units) if row.light)
        return format_html_join("", '<use href="#u{}" x="{}" />', lights)

    @cached_property
    def cells(self) -> list["Line"]:
        """The units' rows, for the table of all places."""
        return [Line(row) for row in self.units]

    @property
    def in_matrix(self) -> list[tuple[str, str]]:
        """State and text of each unit in the table of all places: no state where it is on pace or has no goal."""
        return [
            (cell.glyph if cell.row.goal is not None and cell.glyph != "o" else "", cell.in_table)
            for cell in self.cells
        ]

    @property
    def in_table(self) -> str:
        """The share of the goal in per cent; what is done where there is none."""
        percent = self.row.percent
        if percent:
            return percent
        return self.percent if self.row.rate_percent else f"{self.done} {self.unit}"

    @property
    def units_in_words(self) -> str:
        """What the marks say: the units that lag or are behind, by name where they are few."""
        if not any(row.light for row in self.units):
            return "各地目标未分解"
        said = [self._named(light) for light in (Light.LAGGING, Light.BEHIND)]
        return "；".join(filter(None, said)) or "各地均不落后"

    def _named(self, light) -> str:
        names = [row.scope.name for row in self.units if row.light == light]
        where = "、".join(names) if len(names) <= 3 else f"{len(names)} 地"
        return f"{light.word} {where}" if names else ""

    @property
    def lowest(self) -> list["Line"]:
        """The two units that are furthest behind what is due there."""
        behind = [row for row in self.units if row.light in (Light.LAGGING, Light.BEHIND)]
        return [Line(row) for row in sorted(behind, key=lambda row: row.ratio)[:2]]
