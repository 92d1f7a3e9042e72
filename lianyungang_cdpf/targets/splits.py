"""任务分解: what each place has been given of a goal, what may be changed about it, and what is left for the city.

A place is ("area", id) or ("zone", id), as allocations name it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Allocation, AllocationChange, Target
from lianyungang_cdpf.targets.scopes import Scope

Place = tuple[str, int]
MOST = 99_999_999
MOST_PER_CENT = 100


def place_key(scope: Scope) -> Place:
    """How an allocation names the scope: a unit that is a zone by the zone."""
    return ("zone", scope.zone.pk) if scope.zone else ("area", scope.area.pk)


def _key(area_id: int | None, zone_id: int | None) -> Place:
    return ("zone", zone_id) if zone_id else ("area", area_id)


def place_of_change(change: AllocationChange) -> Place:
    """Whose goal it changed."""
    return _key(change.area_id, change.zone_id)


@dataclass(frozen=True)
class Wanted:
    """What a place's goal is to become, and on what ground; no goal withdraws it."""

    target: Target
    place: Place
    goal: int | None
    document_no: str
    effective_on: date
    reason: str = ""


class Standing:
    """What stands for some targets: the goals in force, and since when. One reading, two statements."""

    def __init__(self, targets: Iterable[Target], *, lock: bool = False):
        targets = list(targets)
        rows = Allocation.objects.filter(target__in=targets).order_by()
        rows = rows.select_for_update() if lock else rows
        self.goals = {
            (target, _key(area, zone)): goal
            for target, area, zone, goal in rows.values_list("target_id", "area_id", "zone_id", "goal")
        }
        changes = AllocationChange.objects.filter(target__in=targets, undone_at=None).order_by("effective_on", "id")
        self.since = {
            (target, _key(area, zone)): day
            for target, area, zone, day in changes.values_list("target_id", "area_id", "zone_id", "effective_on")
        }

    def goal(self, target: Target, place: Place) -> int | None:
        """The goal in force; None where none was given."""
        return self.goals.get((target.pk, place))

    def changes(self, wanted: Wanted) -> bool:
        """Whether it is another goal than the one in force."""
        return wanted.goal != self.goal(wanted.target, wanted.place)

    def problem(self, wanted: Wanted) -> tuple[str, str]:
        """(field, sentence) of what forbids the change; ("", "") when nothing does."""
        old, since = self.goal(wanted.target, wanted.place), self.since.get((wanted.target.pk, wanted.place))
        if wanted.goal is not None and wanted.target.is_rate and wanted.goal > MOST_PER_CENT:
            return "goal", "比率的目标是百分数，不能超过 100。"
        if not self.changes(wanted):
            return "", ""
        if wanted.effective_on.year != wanted.target.plan.year:
            return "effective_on", f"生效日期应在 {wanted.target.plan.year} 年之内。"
        if old is not None and not wanted.document_no:
            return "document_no", f"已经下达过 {old:,}，再调整请填写调整文件的文号。"
        if since and wanted.effective_on < since:
            return "effective_on", f"生效日期不能早于上一次下达或调整的 {since:%Y-%m-%d}。"
        return "", ""


def reserve_in_words(goal: int | None, parts: int, unit: str, *, level: str) -> str:
    """市本级预留 1,000 人, 加码 200 人, 正好分完; what a place keeps of its goal or asks beyond it."""
    if goal is None:
        return "本级目标尚未下达"
    left = goal - parts
    if left > 0:
        return f"{level}预留 {left:,} {unit}"
    return f"加码 {-left:,} {unit}" if left else "正好分完"


def level_of(scope: Scope) -> str:
    """Who keeps the reserve of a place."""
    return "市本级" if scope.is_city else f"{scope.name}本级"


def own_goals(scope: Scope, targets: list[Target]) -> dict[int, int]:
    """The place's own goal by target id: the plan's for the city."""
    if scope.is_city:
        return {target.pk: target.goal for target in targets}
    kind, pk = place_key(scope)
    rows = Allocation.objects.filter(target__in=targets, **{kind: pk}).order_by()
    return dict(rows.values_list("target_id", "goal"))


def may_split(staff, scope: Scope) -> bool:
    """Whether somebody may set the goals of the places below: the city's of all, a district's of its own towns."""
    can_be_split = scope.is_city or scope.is_unit
    return can_be_split and staff.has_perm("targets.split_goal") and scopes.is_open_to(staff, scope)
