"""What others ask of the reports: the figures that a unit reported, and the reasons that districts gave."""

from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.reporting.models import ReportFigure, ReportVersion
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.splits import Place, place_key, place_of_change

IN_FORCE = (ReportVersion.Outcome.WAITING, ReportVersion.Outcome.LOCKED)


def figures_in_force(year: int, month: int):
    """The figures of the month's reports that were sent in and not returned."""
    figures = ReportFigure.objects.filter(version__report__plan__year=year, version__report__month=month)
    return figures.filter(version__outcome__in=IN_FORCE).select_related("target__plan", "version__report")


def reasons_of(year: int, month: int) -> list[tuple[Scope, Target, str]]:
    """(unit, target, 原因和下一步) of every note that the month's reports carry, in the order of the board.

    Of reports that are sent in or locked: what the city returned does not stand. Two statements besides the units'.
    """
    units = {place_key(unit): (at, unit) for at, unit in enumerate(scopes.units())}
    given = [figure for figure in figures_in_force(year, month).exclude(note="") if _place(figure) in units]
    given.sort(key=lambda figure: (units[_place(figure)][0], figure.target.number))
    return [(units[_place(figure)][1], figure.target, figure.note) for figure in given]


def reported(year: int, month: int, unit: Scope) -> list[ReportFigure]:
    """The locked figures of the unit's month in the order of the plan; none while the month is not locked."""
    field, key = place_key(unit)
    at = {f"version__report__{field}": key}
    locked = figures_in_force(year, month).filter(version__outcome=ReportVersion.Outcome.LOCKED, **at)
    return list(locked.order_by("target__number"))


def _place(figure: ReportFigure) -> Place:
    return place_of_change(figure.version.report)
