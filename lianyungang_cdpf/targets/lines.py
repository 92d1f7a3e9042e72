"""A row of progress as the pages print it: full-width signs, grouped digits, cut percentages and drawings."""

from dataclasses import dataclass, field
from fractions import Fraction

from lianyungang_cdpf.targets import drawing
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.models import ProgressMode
from lianyungang_cdpf.targets.pace import Light, months_gone, time_gone
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

    @property
    def bar(self) -> str | None:
        """Width of the filled part; None where there is no goal to fill."""
        if not self.row.connected or not self.row.goal or (self.row.is_rate and not self.row.rate.denominator):
            return None
        return drawing.along_bar(self._in_parts_of_goal(months_gone(self.row.year, self.row.as_of)) * 100)

    @property
    def mark(self) -> str | None:
        """Where what is due today stands on the bar."""
        return drawing.along_bar(self.row.share * 100) if self.row.goal and self.row.share else None

    @property
    def trend(self) -> dict | None:
        """The path of the months until now and its end, with the even pace where the days set the pace."""
        months = months_gone(self.row.year, self.row.as_of)
        if not self.row.connected or not self.row.goal or not months:
            return None
        parts = [self._in_parts_of_goal(month) for month in range(1, months + 1)]
        even = self.target.progress_mode == ProgressMode.CUMULATIVE_FLOW
        pace = [Fraction(1, 12), time_gone(self.row.year, self.row.as_of)] if even and months > 1 else []
        return {"path": drawing.trend(parts), "end": drawing.height_at(parts[-1]), "pace": pace and drawing.trend(pace)}

    def _in_parts_of_goal(self, month: int) -> Fraction:
        """What is done by the end of a month in parts of the goal; 0 where a rate has nobody to reach."""
        if not month:
            return Fraction(0)
        if self.row.is_rate:
            numerator, denominator = self.row.rates[month - 1]
            return Fraction(numerator * 100, denominator * self.row.goal) if denominator else Fraction(0)
        return Fraction(self.row.months[month - 1], self.row.goal)

    @property
    def marks(self) -> list[tuple[str, int]]:
        """Glyph and place of each unit that has a light."""
        return [(f"u{row.light.glyph}", 15 * place) for place, row in enumerate(self.units) if row.light]

    @property
    def cells(self) -> list["Line"]:
        """The units' rows, for the table of all places."""
        return [Line(row) for row in self.units]

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
