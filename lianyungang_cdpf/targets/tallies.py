"""Tallies: how many subjects each place newly counts in each month, recomputed from the records when they changed.

One query finds the first month of every subject in every area; folding it over the areas above gives, for each place,
the distinct subjects by month. A subject that moved counts once in each place where it has a record and once in every
place above them.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b

from django.db import transaction
from django.db.models import Count, Min, Sum
from django.db.models.functions import ExtractMonth

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.metrics.models import ChangeStamp, Versions
from lianyungang_cdpf.targets.catalogue import is_connected, metric_of
from lianyungang_cdpf.targets.models import Tally, TallyState, Target
from lianyungang_cdpf.targets.scopes import places_of

Counted = Counter[tuple[str, int]]
BATCH = 2000


class Tree:
    """The areas as of one reading: the places of each area, and a fingerprint that changes with the tree."""

    def __init__(self):
        rows = list(Area.objects.order_by("pk").values_list("pk", "path", "unit_key"))
        self._rows = {pk: (path, unit_key) for pk, path, unit_key in rows}
        self.fingerprint = blake2b(repr(rows).encode(), digest_size=12).hexdigest()
        self._places = {}

    def places(self, area_id: int) -> list[str]:
        """Every place under which a record of the area counts."""
        if area_id not in self._places:
            self._places[area_id] = places_of(*self._rows[area_id])
        return self._places[area_id]


@dataclass(frozen=True)
class Reading:
    """How often the records have changed and how the areas stand, read once for all that a page asks. What was counted
    before and after is compared with it, so it is read before any figure is.
    """

    versions: Versions = field(default_factory=ChangeStamp.objects.versions)
    tree: Tree = field(default_factory=Tree)


def newly_counted(metric: Metric, kind: str, year: int, tree: Tree | None = None) -> Counted:
    """For each (place, month 1 to 12) what counts there for the first time in that month of the year."""
    tree = tree or Tree()
    own, moved = _by_subject(metric, kind, year) if metric.subject else (_by_record(metric, kind, year), ())
    counted = Counter()
    for (area, month), number in own.items():
        for place in tree.places(area):
            counted[place, month] += number
    for firsts in moved:
        counted.update(_first_in_each_place(firsts, tree))
    return counted


def _by_subject(metric, kind, year) -> tuple[Counter, list]:
    """Subjects of one area, counted by (area, first month), and the [(area, first month)] of each that moved."""
    rows = metric.counts(kind, year).order_by().values_list(metric.area, metric.subject).annotate(Min(metric.month))
    firsts = {}
    # Fetched whole, three numbers a subject: for a server's cursor PostgreSQL plans as if a tenth were wanted, and
    # sorts ten years of payments by person to have it soon (3.5 s for 0.1 s).
    for area, subject, day in rows:
        firsts.setdefault(subject, []).append((area, day.month))
    own = Counter(entries[0] for entries in firsts.values() if len(entries) == 1)
    return own, [entries for entries in firsts.values() if len(entries) > 1]


def _by_record(metric, kind, year) -> Counter:
    """Records, or the sum of their `total`, by (area, month)."""
    number = Sum(metric.total) if metric.total else Count("pk")
    rows = metric.counts(kind, year).order_by().values_list(metric.area, ExtractMonth(metric.month)).annotate(number)
    return Counter({(area, month): amount for area, month, amount in rows})


def _first_in_each_place(firsts, tree) -> Counter:
    """1 for each (place, month) at which a subject that moved is first counted there."""
    months = {}
    for area, month in firsts:
        for place in tree.places(area):
            months[place] = min(month, months.get(place, month))
    return Counter(months.items())


def refresh(targets: Iterable[Target], reading: Reading | None = None) -> list[Target]:
    """Bring the tallies of the connected targets up to date; return those that had to be recomputed.

    Rates have none: they stand as of a day (snapshots.py).
    """
    connected = [target for target in targets if is_connected(target) and not metric_of(target).is_rate]
    if not connected:
        return []
    reading = reading or Reading()
    stale = [target for target in connected if not _holds(target, reading)]
    for target in stale:
        _recompute(target)
    return stale


def _version(target, versions: Versions) -> int:
    """How often the records of the target have changed, and whatever else decides what counts."""
    metric = metric_of(target)
    return versions[metric.source, target.kind, target.plan.year] + versions.of_sources(metric.other_sources)


def _holds(target, reading) -> bool:
    """Whether the tallies were computed from the records, by the rule and over the tree that hold now."""
    state = getattr(target, "tally_state", None)
    held = (_version(target, reading.versions), _basis(target, reading.tree))
    return state is not None and (state.version, state.basis) == held


def version_counted(target) -> tuple[int, str]:
    """Of which records, by which rule and over which tree the stored tallies were counted."""
    return TallyState.objects.values_list("version", "basis").get(target=target)


def _basis(target, tree) -> str:
    return f"{target.metric}|{target.kind}|{target.plan.year}|{tree.fingerprint}"


@transaction.atomic
def _recompute(target):
    """Count again and replace the tallies, in one transaction: readers see the old figures or the new ones.

    The state's row is locked first, so that of two refreshers the second finds the work done (on SQLite the whole
    transaction is the lock). The version is read before the records: should they change in between, the version kept
    is too old, and the next reader counts once more.
    """
    TallyState.objects.get_or_create(target=target)
    state = TallyState.objects.select_for_update().get(target=target)
    reading = Reading()
    version, basis = _version(target, reading.versions), _basis(target, reading.tree)
    if (state.version, state.basis) == (version, basis):
        return
    _write(target, newly_counted(metric_of(target), target.kind, target.plan.year, reading.tree))
    state.version, state.basis = version, basis
    state.save()


def _write(target, counted: Counted) -> None:
    """Write what differs. A place that no longer counts anything keeps its row with 0."""
    kept = {(place, month): value for place, month, value in target.tallies.values_list("place", "month", "value")}
    changed = [key for key in kept.keys() | counted.keys() if kept.get(key, 0) != counted[key]]
    Tally.objects.bulk_create(
        [
            Tally(target=target, place=place, month=month, value=counted[place, month])
            for place, month in sorted(changed)
        ],
        update_conflicts=True,
        unique_fields=["target", "place", "month"],
        update_fields=["value"],
        batch_size=BATCH,
    )


def cumulated(newly: dict[int, int]) -> list[int]:
    """What is counted by the end of each month, January to December, from what is new in each."""
    figures, total = [], 0
    for month in range(1, 13):
        total += newly.get(month, 0)
        figures.append(total)
    return figures


def of_place(counted: Counted, place: str) -> list[int]:
    """The twelve cumulated figures of a place out of a count."""
    return cumulated({month: counted[place, month] for month in range(1, 13)})


def figures(targets: Iterable[Target], places: Iterable[str]) -> dict[tuple[int, str], list[int]]:
    """Twelve cumulated figures for each (target id, place) with anything counted; one query, so one state."""
    rows = Tally.objects.filter(target__in=targets, place__in=places).order_by()
    newly = {}
    for target, place, month, value in rows.values_list("target_id", "place", "month", "value"):
        newly.setdefault((target, place), {})[month] = value
    return {key: cumulated(months) for key, months in newly.items()}
