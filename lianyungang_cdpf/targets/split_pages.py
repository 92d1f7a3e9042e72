"""任务分解表 of a place: the year's targets down, the places below across, what is kept or asked beyond the goal."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet

from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.lines import signed, wide
from lianyungang_cdpf.targets.models import AllocationChange, Plan, Target
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.split_forms import shown
from lianyungang_cdpf.targets.splits import Standing, level_of, own_goals, place_key, place_of_change, reserve_in_words

KIND = "allocation"
IMPORTS_SHOWN = 10


@dataclass(frozen=True)
class SheetRow:
    """One target: its goal at the place, and the goals of the places below in their order."""

    target: Target
    scope: Scope
    goal: int | None
    parts: list[int | None]

    @property
    def name(self) -> str:
        return wide(self.target.name)

    @property
    def cells(self) -> list[str]:
        return [shown(part) for part in self.parts]

    @property
    def given(self) -> list[int]:
        return [part for part in self.parts if part is not None]

    @property
    def total(self) -> int:
        return sum(self.given)

    @property
    def total_text(self) -> str:
        return "—" if self.target.is_rate else shown(self.total)

    @property
    def goal_text(self) -> str:
        if self.goal is None:
            return "—"
        return f"≥{self.goal}%" if self.target.is_rate else f"{self.goal:,}"

    @property
    def is_over(self) -> bool:
        """Whether more is asked of the places below than of the place itself."""
        return not self.target.is_rate and self.goal is not None and self.total > self.goal

    @property
    def words(self) -> str:
        """市本级预留 1,000 人, 加码 200 人, 正好分完, 尚未分解; rates are not added."""
        if not self.given:
            return "尚未分解"
        if self.target.is_rate:
            return f"{len(self.given)} 地各自考核，比率不相加"
        return reserve_in_words(self.goal, self.total, self.target.unit, level=level_of(self.scope))


@dataclass(frozen=True)
class Sheet:
    """The split of a year's plan at a place."""

    plan: Plan
    scope: Scope

    @cached_property
    def places(self) -> list[Scope]:
        """The places that goals are given to: none below a town."""
        return scopes.children(self.scope) if self.scope.is_city or self.scope.is_unit else []

    @cached_property
    def targets(self) -> list[Target]:
        return list(self.plan.targets.select_related("plan"))

    @cached_property
    def rows(self) -> list[SheetRow]:
        standing, own = Standing(self.targets), own_goals(self.scope, self.targets)
        keys = [place_key(place) for place in self.places]
        return [
            SheetRow(target, self.scope, own.get(target.pk), [standing.goal(target, key) for key in keys])
            for target in self.targets
        ]

    @property
    def heads(self) -> list[str]:
        """Of the file."""
        return ["编号", "目标", "单位", "本级目标", "预留或加码", *(place.name for place in self.places)]

    @property
    def cells(self) -> list[list]:
        """The rows of the file, in the order of `heads`."""
        return [[row.target.number, row.name, row.target.unit, row.goal, row.words, *row.parts] for row in self.rows]

    @property
    def finding(self) -> str:
        """The page's first sentence."""
        split, over = [row for row in self.rows if row.given], [row for row in self.rows if row.is_over]
        if not self.places:
            return f"{self.scope.name}的目标由上一级下达，不再向下分解。"
        if not split:
            return f"{len(self.rows)} 项目标都还没有分解。"
        more = f"，{len(over)} 项加码" if over else "，没有加码"
        return f"{len(self.rows)} 项目标中 {len(split)} 项已分解{more}。"


@dataclass(frozen=True)
class Past:
    """One line of a target's history as printed."""

    change: AllocationChange

    @property
    def place(self) -> str:
        return str(self.change.area or self.change.zone)

    @property
    def old(self) -> str:
        return shown(self.change.old_goal)

    @property
    def new(self) -> str:
        return "收回" if self.change.new_goal is None else f"{self.change.new_goal:,}"

    @property
    def difference(self) -> str:
        if self.change.old_goal is None:
            return "首次下达"
        return signed((self.change.new_goal or 0) - self.change.old_goal)


def history(target: Target, places: list[Scope], staff) -> list[Past]:
    """What has been changed at the places, the newest first; those in the reader's sight."""
    keys = {place_key(place) for place in places}
    changes = AllocationChange.objects.visible_to(staff).filter(target=target).select_related("area", "zone", "by")
    return [Past(change) for change in changes if place_of_change(change) in keys]


def imports(year: int, staff) -> QuerySet:
    """The posted imports of the year's split that may be undone, the newest first."""
    jobs = ImportJob.objects.visible_to(staff).filter(kind=KIND, state=ImportJob.State.POSTED, month__year=year)
    return jobs.select_related("staff").order_by("-id")[:IMPORTS_SHOWN]
