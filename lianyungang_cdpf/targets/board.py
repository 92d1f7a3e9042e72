"""驾驶舱: the year's targets of a place on one page, in words first."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import groupby

from django.utils import timezone

from lianyungang_cdpf.accounts.places import TILES
from lianyungang_cdpf.targets import drawing, pace, scopes, versions
from lianyungang_cdpf.targets.cockpit import charts
from lianyungang_cdpf.targets.cockpit.charts import Chart
from lianyungang_cdpf.targets.cockpit.money import Money, money_of
from lianyungang_cdpf.targets.cockpit.week import Change, Week, kept_before, week_of
from lianyungang_cdpf.targets.lines import Line
from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.pace import Light
from lianyungang_cdpf.targets.progress import Row, progress, targets_of
from lianyungang_cdpf.targets.ranking import GOOD, standings
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.tallies import Reading

COUNTED = (Light.EARLY, Light.ON_TRACK, Light.BEHIND, Light.LAGGING, Light.NOT_DUE, Light.NOT_CONNECTED)


@dataclass(frozen=True)
class Tile:
    """A unit on the schematic map."""

    line: Line
    where: str


@dataclass(frozen=True)
class Bucket:
    """The targets that share a state."""

    light: Light
    lines: list[Line]

    @property
    def lists_its_targets(self) -> bool:
        """What is not connected is counted, not listed: there is nothing behind the number to look at."""
        return self.light is not Light.NOT_CONNECTED


@dataclass(frozen=True)
class Board:
    """The board of a place. What it tells is read when it is asked for: a page that is kept asks for nothing.

    `is_now` is whether the day is the one that figures are told as of when none is asked for: then it compares itself
    with the week before.
    """

    scope: Scope
    year: int
    as_of: date
    asked: str = ""
    is_now: bool = False

    @cached_property
    def units(self) -> list[Scope]:
        """The rows of the whole city's board; none for a place below it."""
        return scopes.units() if self.scope.is_city else []

    @cached_property
    def _reading(self) -> Reading:
        return Reading()

    @cached_property
    def rows(self) -> dict[str, list[Row]]:
        """The targets' rows by place: of the board's own and of its units."""
        targets = targets_of(self.year, **(kept_before(self.scope.place, self.as_of) if self.is_now else {}))
        places = [self.scope, *self.units]
        return progress(year=self.year, scopes=places, as_of=self.as_of, reading=self._reading, targets=targets)

    @cached_property
    def money(self) -> Money:
        """What was paid."""
        return money_of(self.scope, year=self.year, as_of=self.as_of, reading=self._reading)

    @cached_property
    def kept_as(self) -> str:
        """What a page of it is kept under. The day it is read on decides what "now" and "this week" mean."""
        asked = (self.scope.place, self.year, self.as_of, self.asked, self.is_now, timezone.localdate())
        return f"{versions.version()}|{asked}"

    @cached_property
    def lines(self) -> list[Line]:
        columns = [self.rows[unit.place] for unit in self.units]
        return [Line(row, [rows[at] for rows in columns]) for at, row in enumerate(self.rows[self.scope.place])]

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        """The lines by work group, groups in the order of their first target."""
        first = {}
        for line in self.lines:
            first.setdefault(line.target.group, line.target.number)
        ordered = sorted(self.lines, key=lambda line: (first[line.target.group], line.target.number))
        return [(group, list(lines)) for group, lines in groupby(ordered, key=lambda line: line.target.group)]

    @cached_property
    def behind_first(self) -> list[Line]:
        return sorted(self.lines, key=lambda line: float(line.order))

    @cached_property
    def buckets(self) -> list[Bucket]:
        """The states that the plan's targets are in, with those that always show: five, and what is not connected."""
        of_light = {light: [line for line in self.behind_first if line.light is light] for light in COUNTED}
        return [Bucket(light, lines) for light, lines in of_light.items() if lines or light is not Light.NOT_CONNECTED]

    @property
    def legend(self) -> list[Light]:
        """The states that the page explains: not connected only where it occurs."""
        return [bucket.light for bucket in self.buckets]

    @cached_property
    def lights(self) -> Counter:
        return Counter(line.light for line in self.lines)

    @cached_property
    def laggards(self) -> list[Line]:
        return [line for line in self.behind_first if line.light is Light.LAGGING]

    @property
    def attention(self) -> list[Line]:
        """What someone must act on: the laggards, or where there are none what is just under its pace."""
        return self.laggards or [line for line in self.behind_first if line.light is Light.BEHIND]

    @cached_property
    def ranking(self):
        return standings(self.rows, self.units)

    @property
    def initials(self) -> list[str]:
        return scopes.initials(self.units)

    @cached_property
    def connected(self) -> list[Line]:
        return [line for line in self.lines if line.row.connected]

    @cached_property
    def chosen(self) -> Line | None:
        """The target that the map shows: the one asked for, else the worst laggard, else the first that is counted."""
        asked = [line for line in self.connected if line.target.key == self.asked]
        return next(iter([*asked, *self.laggards, *self.connected]), None)

    @cached_property
    def week(self) -> Week:
        """What changed in a week."""
        return week_of(self.lines)

    @property
    def tiles_of_the_wall(self) -> list[tuple[Line, Change | None]]:
        """Every target with what changed in it, the laggards first."""
        return [(line, self.week.of(line.target)) for line in self.behind_first]

    @property
    def chart_of_year(self) -> Chart:
        return charts.year_of(self.chosen)

    @property
    def chart_of_places(self) -> Chart:
        return charts.places_of(self.chosen, self.chosen.cells)

    @property
    def chart_of_money(self) -> Chart:
        return charts.money_paid(self.money)

    @property
    def tiles(self) -> list[Tile]:
        """The units on the schematic map, with the chosen target's figures."""
        zones = iter(range(len(self.units)))
        return [
            Tile(Line(row), TILES.get(unit.code) or f"z{next(zones)}")
            for unit, row in zip(self.units, self.chosen.units if self.chosen else [], strict=False)
        ]

    @property
    def has_goals(self) -> bool:
        """Whether the place has a goal for any target that is counted."""
        return any(line.row.goal is not None for line in self.connected)

    @property
    def has_unit_goals(self) -> bool:
        return any(row.goal is not None for line in self.connected for row in line.units)

    @property
    def lights_in_words(self) -> list[tuple[str, str]]:
        """The thresholds of the year's plan."""
        plan = self.lines[0].target.plan if self.lines else Plan(year=self.year)
        return pace.lights_in_words(plan)

    @property
    def time_gone(self) -> str:
        return f"{pace.percent_text(pace.time_gone(self.year, self.as_of), 1)}%"

    @property
    def blocks(self) -> list[tuple[str, bool]]:
        return drawing.year_blocks(pace.months_gone(self.year, self.as_of))

    @property
    def finding(self) -> str:
        """The page's first sentence."""
        lights, count = self.lights, len(self.lines)
        if not self.connected:
            return f"{count} 项目标均尚未接入，暂无进度。"
        if not self.has_goals:
            return f"{self.scope.name}的目标尚未分解，先列出 {len(self.connected)} 项已接入目标的完成数。"
        good = sum(lights[light] for light in GOOD)
        parts = [f"{good} 项达到或超过序时", f"{lights[Light.BEHIND]} 项略低", f"{lights[Light.LAGGING]} 项滞后"]
        if lights[Light.NOT_DUE]:
            parts.append(f"{lights[Light.NOT_DUE]} 项未到期")
        among = "，" if len(self.connected) == count else f"已接入 {len(self.connected)} 项，"
        return f"{count} 项目标中{among}{'，'.join(parts)}。"

    @property
    def remarks(self) -> list[str]:
        """What else is worth a sentence: who lags most, and what the portal can't tell yet."""
        said = [self._worst_unit()] if self.ranking else []
        waiting = self.lights[Light.NOT_CONNECTED]
        if waiting and self.connected:
            said.append(f"其余 {waiting} 项尚未接入，不作评价。")
        return [sentence for sentence in said if sentence]

    def _worst_unit(self) -> str:
        most = max(standing.lagging for standing in self.ranking)
        worst = [standing.scope.name for standing in self.ranking if standing.lagging == most]
        if not most or len(worst) > 3:
            return ""
        return f"{'、'.join(worst)}滞后 {most} 项，全市最多。"


def board_of(scope: Scope, *, year: int, as_of: date, asked: str = "", is_now: bool = False) -> Board:
    """The board of a place as of a day; with the ten units beside it when it is the city's."""
    return Board(scope, year, as_of, asked, is_now)
