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
from django.db.models import Count, FilteredRelation, Q, QuerySet
from django.utils import timezone

from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.metrics.models import Versions
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.models import Snapshot, SnapshotPart, Target
from lianyungang_cdpf.targets.pace import months_gone
from lianyungang_cdpf.targets.tallies import BATCH, Reading, Tree


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
    targets: Sequence[Target], places: Sequence[str], *, year: int, as_of: date, reading: Reading | None = None
) -> dict[tuple[int, str], list[Rate]]:
    """The rates of the months gone for each (target id, place).

    The targets of another year's plan are counted on the spot, as their figures are (progress.py).
    """
    rates = defaultdict(lambda: [NOBODY] * len(days))
    days, reading = days_told(year, as_of), reading or Reading()
    planned = [target for target in targets if target.plan.year == year]
    kept = [day for day in days if _is_kept(day)]
    for target, day, place, *numbers in _up_to_date(planned, kept, places, reading):
        rates[target, place][days.index(day)] = Rate(*numbers)
    on_the_spot = ((target, day) for target in targets for day in days if target not in planned or day not in kept)
    for target, day in on_the_spot:
        counted = on_day(metric_of(target), target.kind, day, reading.tree)
        for place in places:
            rates[target.pk, place][days.index(day)] = counted.get(place, NOBODY)
    return {(target.pk, place): rates[target.pk, place] for target in targets for place in places}


def _up_to_date(targets, days, places, reading) -> list[tuple]:
    """(target id, day, place, numerator, denominator) of what is kept. One statement where nothing has changed."""
    rows = _stored(targets, days, places)
    stale = _stale(targets, days, {row[:2]: row[2:4] for row in rows}, reading)
    if stale:
        for target, day in stale:
            _recount(target, day)
        rows = _stored(targets, days, places)
    return [(target, day, *part) for target, day, _, _, *part in rows if part[0] is not None]


def _stored(targets, days, places) -> list[tuple]:
    """(target id, day, version, basis, place, numerator, denominator), the last three None where nothing is kept."""
    if not targets or not days:
        return []
    snapshots = Snapshot.objects.filter(target__in=targets, day__in=days).order_by()
    here = snapshots.annotate(part=FilteredRelation("parts", condition=Q(parts__place__in=places)))
    names = ("target_id", "day", "version", "basis", "part__place", "part__numerator", "part__denominator")
    return list(here.values_list(*names))


def refresh(
    targets: Sequence[Target], days: Iterable[date], reading: Reading | None = None
) -> list[tuple[Target, date]]:
    """Bring the kept rates of the days up to date; return the (target, day) that had to be counted again."""
    days = list(days)
    if not targets or not days:
        return []
    held = Snapshot.objects.filter(target__in=targets, day__in=days).order_by()
    rows = held.values_list("target_id", "day", "version", "basis")
    stale = _stale(targets, days, {row[:2]: row[2:] for row in rows}, reading or Reading())
    for target, day in stale:
        _recount(target, day)
    return stale


def _stale(targets, days, held: dict[tuple, tuple], reading) -> list[tuple[Target, date]]:
    """The (target, day) whose kept version and basis are not those that hold now."""
    return [
        (target, day)
        for target in targets
        for day in days
        if held.get((target.pk, day)) != (_version(target, reading.versions), _basis(target, day, reading.tree))
    ]


def _version(target, versions: Versions) -> int:
    """How often anything that decides the rate has changed: whose year or kind it was is not asked."""
    metric = metric_of(target)
    return versions.of_sources({metric.source, *metric.other_sources})


def _basis(target, day, tree) -> str:
    return f"{target.metric}|{target.kind}|{day}|{tree.fingerprint}"


@transaction.atomic
def _recount(target, day) -> None:
    """Count one day again and replace what was kept of it; as in tallies, who comes second finds the work done."""
    Snapshot.objects.get_or_create(target=target, day=day)
    snapshot = Snapshot.objects.select_for_update().get(target=target, day=day)
    reading = Reading()
    version, basis = _version(target, reading.versions), _basis(target, day, reading.tree)
    if (snapshot.version, snapshot.basis) == (version, basis):
        return
    counted = on_day(metric_of(target), target.kind, day, reading.tree)
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
