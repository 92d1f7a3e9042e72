"""The split of the invented city's plan: issued in March, and once changed in the summer by a document."""

from datetime import date

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.management.demonstration.shares import split
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.actions import split_goals
from lianyungang_cdpf.targets.models import Plan, Target
from lianyungang_cdpf.targets.splits import Wanted, place_key

# Of which target one unit gives another so much of its goal in July.
CHANGED, GIVES, TAKES, PART = "health_check", "320724", "320707", 0.1


def split_the_plan(shares: dict[str, int], by: Staff, year: int) -> None:
    """Split every goal by the units' shares of the register; a rate is everybody's goal as it is the city's."""
    targets = list(Plan.objects.get(year=year).targets.select_related("plan"))
    goals = {target.key: _goals(target, shares) for target in targets}
    places = {scope.code: place_key(scope) for scope in scopes.units()}
    issue = {"document_no": f"演残发〔{year}〕9号", "effective_on": date(year, 3, 7), "reason": "年初下达"}
    wanted = [
        Wanted(target, places[unit], goal, **issue) for target in targets for unit, goal in goals[target.key].items()
    ]
    split_goals(wanted=wanted, by=by)
    moved = round(goals[CHANGED][GIVES] * PART)
    change = {
        "document_no": f"演残发〔{year}〕31号", "effective_on": date(year, 7, 1),
        "reason": "灌南县体检机构不足，调整由赣榆区承担",
    }  # fmt: skip
    target = next(one for one in targets if one.key == CHANGED)
    after = {GIVES: goals[CHANGED][GIVES] - moved, TAKES: goals[CHANGED][TAKES] + moved}
    split_goals(wanted=[Wanted(target, places[unit], goal, **change) for unit, goal in after.items()], by=by)


def _goals(target: Target, shares: dict[str, int]) -> dict[str, int]:
    units = [scope.code for scope in scopes.units()]
    if target.is_rate:
        return dict.fromkeys(units, target.goal)
    return split(target.goal, {unit: shares[unit] for unit in units})
