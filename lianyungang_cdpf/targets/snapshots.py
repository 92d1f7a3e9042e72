"""Rates as of a day: how many people each place has to reach, and how many of them it has reached.

A place's two numbers are sums over the areas below it; rates themselves are never added or averaged. Month ends and
today are kept and counted again when anything that decides them has changed; any other day is counted on the spot.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.models import Snapshot, SnapshotPart, Target
from lianyungang_cdpf.targets.pace import months_gone
from lianyungang_cdpf.targets.tallies import BATCH, Tree


class Rate(NamedTuple):
    """How many of how many."""

    numerator: int
    denominator: int


NOBODY = Rate(0, 0)


def whole(metric: Metric, kind: str, day: date) -> QuerySet:
    """The denominator: a row for everybody who should be reached on the day."""
    return metric.out_of(kind, day).order_by()


def reached(metric: Metric, kind: str, day: date) -> Q:
    """The condition that somebody of the whole is in the numerator too."""
    counted = metric.counts(kind, day).order_by().filter(**{f"{metric.subject}__isnull": False})
    return Q(**{f"{metric.out_of_subject}__in": counted.values(metric.subject)})


def on_day(metric: Metric, kind: str, day: date, tree: Tree) -> dict[str, Rate]:
    """The rate of each place that has anybody to reach. One statement, so that both numbers are of one moment."""
    subject = metric.out_of_subject
    parts = (
        whole(metric, kind, day)
        .values_list(metric.out_of_area)
        .annotate(
            number_reached=Count(subject, distinct=True, filter=reached(metric, kind, day)),
            number_of_all=Count(subject, distinct=True),
        )
    )
    sums = defaultdict(lambda: NOBODY)
    for area, numerator, denominator in parts:
        for place in tree.places(area):
            sums[place] = Rate(sums[place].numerator + numerator, sums[place].denominator + denominator)
    return dict(sums)


def days_told(year: int, as_of: date) -> list[date]:
    """The days that make the months of a year as of a day: the end of each month gone, for its own month the day."""
    ends = [_end_of_month(year, month) for month in range(1, months_gone(year, as_of) + 1)]
    return [min(end, as_of) for end in ends]


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _is_kept(day: date) -> bool:
    return day in (_end_of_month(day.year, day.month), timezone.localdate())


def told(
    targets: Sequence[Target], places: Sequence[str], *, year: int, as_of: date
) -> dict[tuple[int, str], list[Rate]]:
    """The rates of the months gone for each (target id, place).

    The targets of another year's plan are counted on the spot, as their figures are (progress.py).
    """
    rates = defaultdict(lambda: [NOBODY] * len(days))
    days = days_told(year, as_of)
    planned = [target for target in targets if target.plan.year == year]
    kept = [day for day in days if _is_kept(day)]
    refresh(planned, kept)
    for target, place, day, *numbers in _stored(planned, kept, places):
        rates[target, place][days.index(day)] = Rate(*numbers)
    spots = [(target, day) for target in targets for day in days if target not in planned or day not in kept]
    tree = Tree() if spots else None
    for target, day in spots:
        counted = on_day(metric_of(target), target.kind, day, tree)
        for place in places:
            rates[target.pk, place][days.index(day)] = counted.get(place, NOBODY)
    return {(target.pk, place): rates[target.pk, place] for target in targets for place in places}


def _stored(targets, days, places):
    rows = SnapshotPart.objects.filter(snapshot__target__in=targets, snapshot__day__in=days, place__in=places)
    names = ("snapshot__target", "place", "snapshot__day", "numerator", "denominator")
    return rows.order_by().values_list(*names) if targets and days else ()


def refresh(targets: Sequence[Target], days: Iterable[date]) -> list[tuple[Target, date]]:
    """Bring the kept rates of the days up to date; return the (target, day) that had to be counted again."""
    days = list(days)
    if not targets or not days:
        return []
    versions, tree = _versions(targets), Tree()
    held = {
        (target, day): (version, basis)
        for target, day, version, basis in Snapshot.objects.filter(target__in=targets, day__in=days)
        .order_by()
        .values_list("target_id", "day", "version", "basis")
    }
    stale = [
        (target, day)
        for target in targets
        for day in days
        if held.get((target.pk, day)) != (versions[target.pk], _basis(target, day, tree))
    ]
    for target, day in stale:
        _recount(target, day)
    return stale


def _versions(targets) -> dict[int, int]:
    """By target id, how often anything that decides its rate has changed: whose year or kind it was is not asked."""
    versions = ChangeStamp.objects.version_by_source()
    return {
        target.pk: sum(
            versions.get(source, 0) for source in {metric_of(target).source, *metric_of(target).other_sources}
        )
        for target in targets
    }


def _basis(target, day, tree) -> str:
    return f"{target.metric}|{target.kind}|{day}|{tree.fingerprint}"


@transaction.atomic
def _recount(target, day) -> None:
    """Count one day again and replace what was kept of it; as in tallies, who comes second finds the work done."""
    Snapshot.objects.get_or_create(target=target, day=day)
    snapshot = Snapshot.objects.select_for_update().get(target=target, day=day)
    tree = Tree()
    version, basis = _versions([target])[target.pk], _basis(target, day, tree)
    if (snapshot.version, snapshot.basis) == (version, basis):
        return
    counted = on_day(metric_of(target), target.kind, day, tree)
    snapshot.parts.all().delete()
    SnapshotPart.objects.bulk_create(
        (SnapshotPart(snapshot=snapshot, place=place, **rate._asdict()) for place, rate in sorted(counted.items())),
        batch_size=BATCH,
    )
    snapshot.version, snapshot.basis = version, basis
    snapshot.save()
    _forget_days_before(target, day)


def _forget_days_before(target, day) -> None:
    """Yesterday's "today" is asked for no more; month ends stay."""
    earlier = Snapshot.objects.filter(target=target, day__lt=day).values_list("pk", "day")
    gone = [pk for pk, kept in earlier if not _is_kept(kept)]
    if gone:
        Snapshot.objects.filter(pk__in=gone).delete()
