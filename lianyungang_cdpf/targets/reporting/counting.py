"""What a figure counts: the subjects, or the records with their quantities, of a target at a unit by a day.

As the tallies and the rates count them, but one by one, so that it can be told later which were added or went.
"""

from collections.abc import Iterable
from datetime import date

from django.db.models import Case, When

from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.targets import snapshots
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.reporting.packed import MISSING, REACHED
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.snapshots import Rate


def counted(target: Target, unit: Scope, day: date) -> dict[int, int]:
    """By key what it counts for, as packed.Counted says. Of a connected target; one statement."""
    metric = metric_of(target)
    if metric.is_rate:
        return _people_of_rate(metric, target.kind, unit, day)
    records = metric.counts(target.kind, target.plan.year).order_by()
    records = records.filter(unit.holds(metric.area), **{f"{metric.month}__lte": day})
    if metric.subject:
        return dict.fromkeys(records.values_list(metric.subject, flat=True).distinct(), 1)
    if metric.total:
        return dict(records.values_list("pk", metric.total))
    return dict.fromkeys(records.values_list("pk", flat=True), 1)


def _people_of_rate(metric: Metric, kind: str, unit: Scope, day: date) -> dict[int, int]:
    subject = metric.out_of_subject
    whole = snapshots.whole(metric, kind, day).filter(unit.holds(metric.out_of_area))
    number = Case(When(snapshots.reached(metric, kind, day), then=REACHED), default=MISSING)
    people = {}
    for key, one in whole.values_list(subject, number):
        # Who stands in the whole twice is reached when one of the rows is.
        people[key] = REACHED if people.get(key) == REACHED else one
    return people


def basis(target: Target) -> str:
    """By which way of counting, and of which kind, the keys are."""
    return f"{target.metric}|{target.kind}"


def total(numbers: Iterable[int]) -> int:
    """The figure of what is no rate."""
    return sum(numbers)


def rate(numbers: Iterable[int]) -> Rate:
    """The figure of a rate."""
    numbers = list(numbers)
    return Rate(numbers.count(REACHED), len(numbers))
