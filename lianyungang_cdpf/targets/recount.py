"""The plain recount that the tallies are checked against (I3): every record looked at, nothing grouped beforehand."""

from collections import defaultdict
from datetime import date

from lianyungang_cdpf.targets import snapshots
from lianyungang_cdpf.targets.catalogue import is_connected, metric_of
from lianyungang_cdpf.targets.cockpit import money
from lianyungang_cdpf.targets.models import Plan, SnapshotPart, Target
from lianyungang_cdpf.targets.progress import default_day, demonstration
from lianyungang_cdpf.targets.snapshots import NOBODY, Rate
from lianyungang_cdpf.targets.tallies import BATCH, Tree, cumulated, refresh, version_counted

ATTEMPTS = 3


def recount(target: Target) -> dict[str, list[int]]:
    """What each place has counted by the end of each month, from the target's records one by one."""
    metric, tree = metric_of(target), Tree()
    fields = [metric.area, metric.subject or "pk", metric.month, *([metric.total] if metric.total else [])]
    seen = defaultdict(dict)
    for area, subject, day, *amount in (
        metric.counts(target.kind, target.plan.year).values_list(*fields).iterator(BATCH)
    ):
        for place in tree.places(area):
            month, _ = seen[place].get(subject, (12, 0))
            seen[place][subject] = (min(month, day.month), *(amount or [1]))
    return {place: _by_month(subjects.values()) for place, subjects in seen.items()}


def _by_month(counted) -> list[int]:
    newly = defaultdict(int)
    for month, amount in counted:
        newly[month] += amount
    return cumulated(newly)


def breaches() -> list[str]:
    """A sentence for every connected target and place whose tallies differ from the recount, and for money paid."""
    targets = Target.objects.select_related("plan").all()
    said = [sentence for target in targets if is_connected(target) for sentence in _breaches_of(target)]
    return [*said, *money.breaches(Plan.objects.values_list("year", flat=True))]


def _breaches_of(target) -> list[str]:
    """As `breaches`, for one target. Records that change while they are counted are no breach: it counts again."""
    if metric_of(target).is_rate:
        return _rate_breaches_of(target)
    for _ in range(ATTEMPTS):
        refresh([target])
        before = version_counted(target)
        told, plain = _told(target), recount(target)
        refresh([target])
        if version_counted(target) == before:
            return list(_differences(target, told, plain))
    return [f"{target.plan.year}年“{target.name}”的记录一直在变动，未能核对，请稍后再试。"]


def _rate_breaches_of(target) -> list[str]:
    """As `_breaches_of` for a rate: every day that is kept, or the day that the board opens with."""
    days = list(target.snapshots.values_list("day", flat=True)) or [default_day(target.plan.year, demonstration())]
    for _ in range(ATTEMPTS):
        snapshots.refresh([target], days)
        found = [sentence for day in days for sentence in _rate_differences(target, day)]
        if not snapshots.refresh([target], days):
            return found
    return [f"{target.plan.year}年“{target.name}”的记录一直在变动，未能核对，请稍后再试。"]


def recount_rate(target: Target, day: date) -> dict[str, Rate]:
    """The rate of each place on a day, from its people one by one."""
    metric, tree, people = metric_of(target), Tree(), defaultdict(set)
    reached = set(metric.counts(target.kind, day).values_list(metric.subject, flat=True).iterator(BATCH))
    rows = metric.out_of(target.kind, day).values_list(metric.out_of_area, metric.out_of_subject)
    for area, subject in rows.iterator(BATCH):
        for place in tree.places(area):
            people[place].add(subject)
    return {place: Rate(len(whole & reached), len(whole)) for place, whole in people.items()}


def _rate_differences(target, day):
    parts = SnapshotPart.objects.filter(snapshot__target=target, snapshot__day=day)
    told = {place: Rate(*rate) for place, *rate in parts.values_list("place", "numerator", "denominator")}
    plain = recount_rate(target, day)
    for place in sorted(told.keys() | plain.keys()):
        ours, theirs = told.get(place, NOBODY), plain.get(place, NOBODY)
        if ours != theirs:
            where = f"{target.plan.year}年“{target.name}”在 {place} 截至 {day}"
            yield f"{where}：汇总为 {ours[0]}/{ours[1]}，逐条核对为 {theirs[0]}/{theirs[1]}。"


def _told(target) -> dict[str, list[int]]:
    newly = defaultdict(dict)
    for place, month, value in target.tallies.values_list("place", "month", "value"):
        newly[place][month] = value
    return {place: cumulated(months) for place, months in newly.items()}


def _differences(target, told, plain):
    nothing = cumulated({})
    for place in sorted(told.keys() | plain.keys()):
        pairs = zip(told.get(place, nothing), plain.get(place, nothing), strict=True)
        for month, (ours, theirs) in enumerate(pairs, start=1):
            if ours != theirs:
                where = f"{target.plan.year}年“{target.name}”在 {place} 截至 {month} 月"
                yield f"{where}：汇总为 {ours}，逐条核对为 {theirs}。"
                break
