"""地区排名: the units by how many of their due targets are on or ahead of pace."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

from lianyungang_cdpf.targets import drawing
from lianyungang_cdpf.targets.pace import Light
from lianyungang_cdpf.targets.progress import Row
from lianyungang_cdpf.targets.scopes import Scope

GOOD = (Light.EARLY, Light.ON_TRACK)
ASSESSED = (*GOOD, Light.BEHIND, Light.LAGGING)


@dataclass(frozen=True)
class Standing:
    """A unit in the ranking. `climbed` is how many places it rose since the month before; None when it had none."""

    place: int
    scope: Scope
    lights: Counter
    climbed: int | None
    is_last: bool = False

    @property
    def good(self) -> int:
        return sum(self.lights[light] for light in GOOD)

    @property
    def assessed(self) -> int:
        return sum(self.lights[light] for light in ASSESSED)

    @property
    def behind(self) -> int:
        return self.lights[Light.BEHIND]

    @property
    def lagging(self) -> int:
        return self.lights[Light.LAGGING]

    @property
    def movement(self) -> str:
        if not self.climbed:
            return "平" if self.climbed == 0 else "—"
        return f"▲ 升 {self.climbed}" if self.climbed > 0 else f"▼ 降 {-self.climbed}"

    @property
    def bar(self) -> list[dict]:
        """The parts of the unit's bar of states."""
        shown = [light for light in (*ASSESSED, Light.NOT_DUE) if self.lights[light]]
        spans = drawing.stacked([self.lights[light] for light in shown])
        return [{"glyph": light.glyph, "x": x, "width": w} for light, (x, w) in zip(shown, spans, strict=True)]


def standings(rows_of: dict[str, list[Row]], units: list[Scope]) -> list[Standing]:
    """The units that have any due target, best first; equal ones share a place, as does the order of the units."""
    now = _places(rows_of, units)
    before = {scope.place: place for place, scope, _ in _places(_month_before(rows_of), units)}
    return [
        Standing(
            place,
            scope,
            lights,
            climbed=before[scope.place] - place if scope.place in before else None,
            is_last=place == now[-1][0] > 1 and bool(lights[Light.LAGGING]),
        )
        for place, scope, lights in now
    ]


def _places(rows_of, units) -> list[tuple[int, Scope, Counter]]:
    """(place, unit, its lights); equal merits share a place."""
    merits = []
    for unit in units:
        lights = Counter(row.light for row in rows_of[unit.place])
        if any(lights[light] for light in ASSESSED):
            merits.append((_merit(rows_of[unit.place], lights), unit, lights))
    merits.sort(key=lambda entry: entry[0], reverse=True)
    values = [merit for merit, _, _ in merits]
    return [(values.index(merit) + 1, unit, lights) for merit, unit, lights in merits]


def _merit(rows, lights) -> tuple[Fraction, Fraction]:
    """Share of due targets on or ahead of pace, then the mean of done in parts of due."""
    ratios = [row.ratio for row in rows if row.light in ASSESSED and row.ratio is not None]
    assessed = sum(lights[light] for light in ASSESSED)
    mean = sum(ratios, Fraction(0)) / len(ratios) if ratios else Fraction(0)
    return Fraction(sum(lights[light] for light in GOOD), assessed), mean


def _month_before(rows_of) -> dict[str, list[Row]]:
    return {
        place: [replace(row, as_of=_end_of_month_before(row.as_of)) for row in rows] for place, rows in rows_of.items()
    }


def _end_of_month_before(day: date) -> date:
    return day.replace(day=1) - timedelta(days=1)
