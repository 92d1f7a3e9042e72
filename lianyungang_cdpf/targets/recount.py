"""The plain recount that the tallies are checked against (I3): every record looked at, nothing grouped beforehand."""

from collections import defaultdict

from lianyungang_cdpf.targets.catalogue import is_connected, metric_of
from lianyungang_cdpf.targets.models import Target
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
    """A sentence for every connected target and place whose tallies differ from the recount."""
    targets = Target.objects.select_related("plan").all()
    return [sentence for target in targets if is_connected(target) for sentence in _breaches_of(target)]


def _breaches_of(target) -> list[str]:
    """As `breaches`, for one target. Records that change while they are counted are no breach: it counts again."""
    for _ in range(ATTEMPTS):
        refresh([target])
        before = version_counted(target)
        told, plain = _told(target), recount(target)
        refresh([target])
        if version_counted(target) == before:
            return list(_differences(target, told, plain))
    return [f"{target.plan.year}年“{target.name}”的记录一直在变动，未能核对，请稍后再试。"]


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
