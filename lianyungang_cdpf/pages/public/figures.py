"""The plan's progress as the public reads it: the city, its ten units, and on request the towns of one unit."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from facilities.models import Facility
from lianyungang_cdpf.pages.public.suppression import kept_back
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.lines import Line
from lianyungang_cdpf.targets.progress import Row, default_day, demonstration, latest_year, progress
from lianyungang_cdpf.targets.scopes import Scope


@dataclass(frozen=True)
class Told:
    """A target at a place, as printed."""

    line: Line

    @property
    def row(self) -> Row:
        return self.line.row

    @property
    def bar(self) -> str:
        """How long its bar is, as an SVG length; empty without a percentage."""
        percent = Fraction(self.row.percent) if self.row.percent else None
        return "" if percent is None else f"{float(min(percent, 100)):.1f}%"

    @property
    def is_reached(self) -> bool:
        """Whether the year's goal is reached."""
        row = self.row
        if not row.connected or not row.goal:
            return False
        if row.is_rate:
            return bool(row.rate.denominator) and row.rate.numerator * 100 >= row.goal * row.rate.denominator
        return row.value >= row.goal


@dataclass(frozen=True)
class Cell:
    """A town's number; None where it is kept back."""

    name: str
    number: int | None

    @property
    def shown(self) -> str:
        return "不公布" if self.number is None else f"{self.number:,}"


@dataclass(frozen=True)
class Standing:
    """Of which plan and as of which day figures are told."""

    year: int
    as_of: date


def standing() -> Standing | None:
    """The latest plan, as of today or its last day; None while there is no plan."""
    year = latest_year()
    return None if year is None else Standing(year, default_day(year, demonstration()))


def of_city(now: Standing) -> list[Told]:
    """Every target for the whole city, in the order of the plan."""
    city = scopes.city()
    return [Told(Line(row)) for row in progress(year=now.year, scopes=[city], as_of=now.as_of)[city.place]]


def of_target(now: Standing, key: str, places: list[Scope]) -> list[Told]:
    """One target at each of the places; none where the plan has no such target."""
    rows = progress(year=now.year, scopes=places, as_of=now.as_of)
    return [Told(Line(row)) for place in places for row in rows[place.place] if row.target.key == key]


def unit_coded(code: str) -> Scope | None:
    """The county or zone of this code."""
    return next((unit for unit in scopes.units() if unit.code == code), None)


def by_town(told: list[Told]) -> list[Cell]:
    """The towns' numbers, of the unit and its towns; small ones, and what gives them away, are kept back."""
    unit, *towns = [one.row for one in told]
    numbers = [row.value for row in towns]
    hidden = kept_back(numbers, unit.value) if counts_people(unit) else set()
    return [Cell(row.scope.name, None if at in hidden else row.value) for at, row in enumerate(towns)]


def counts_people(row: Row) -> bool:
    """Whether behind a number stand people: behind all but the numbers of facilities."""
    return metric_of(row.target).model is not Facility


def has_towns(row: Row) -> bool:
    """Whether numbers are told by town: not of rates, whose two numbers together would give away the few left out."""
    return row.connected and not row.is_rate
