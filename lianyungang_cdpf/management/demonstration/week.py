"""What the board would have told a week before the demonstration's day, counted from the dated records of the city."""

from dataclasses import replace
from datetime import date

from lianyungang_cdpf.targets import scopes, snapshots
from lianyungang_cdpf.targets.catalogue import is_connected, metric_of
from lianyungang_cdpf.targets.cockpit.models import DayFigure
from lianyungang_cdpf.targets.cockpit.week import WEEK
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.tallies import Tree, newly_counted
from subsidies.models import Payment


def keep_the_week_before(as_of: date) -> int:
    """Keep the figures of the day a week before: of what is dated until then, money by its day of payment."""
    day, tree = as_of - WEEK, Tree()
    places = [scopes.city().place, *(unit.place for unit in scopes.units())]
    targets = Target.objects.select_related("plan").filter(plan__year=as_of.year)
    figures = [
        DayFigure(target=target, place=place, day=day, value=value, whole=whole)
        for target in targets
        if is_connected(target)
        for place, (value, whole) in _figures(target, day, tree, places).items()
    ]
    DayFigure.objects.bulk_create(figures)
    return len(figures)


def _figures(target, day: date, tree: Tree, places: list[str]) -> dict[str, tuple[int, int | None]]:
    metric = metric_of(target)
    if metric.is_rate:
        rates = snapshots.on_day(metric, target.kind, day, tree)
        return {place: tuple(rates.get(place, snapshots.NOBODY)) for place in places}
    until = replace(metric, counts=lambda kind, year: _until(metric, metric.counts(kind, year), day))
    counted = newly_counted(until, target.kind, day.year, tree)
    return {place: (sum(counted[place, month] for month in range(1, 13)), None) for place in places}


def _until(metric, records, day: date):
    dated = records.filter(**{f"{metric.month}__lte": day})
    return dated.filter(roll__paid_on__lte=day) if dated.model is Payment else dated
