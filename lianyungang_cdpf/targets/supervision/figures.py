"""How a target stands at a place on a day, as an order's lines keep it and as its pages tell it."""

from datetime import date

from django.utils import timezone

from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.pace import Light
from lianyungang_cdpf.targets.place import place_of
from lianyungang_cdpf.targets.progress import Row, default_day, demonstration
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.supervision.models import SupervisionMessage, SupervisionOrder

SUPERVISED = (Light.BEHIND, Light.LAGGING)
LIGHT_OF = {light.code: light for light in Light}


def day_of(year: int) -> date:
    """The day that a year's figures are told as of now."""
    return default_day(year, demonstration())


def scope_of(order: SupervisionOrder) -> Scope:
    """The unit that has to answer; read `area` and `zone` along with a list of orders."""
    return scopes.of_zone(order.zone) if order.zone_id else scopes.of_county_unit(order.area)


def row_now(target: Target, scope: Scope) -> Row:
    """The target's row at the place as of now."""
    year = target.plan.year
    place = place_of(scope, own=scope, key=target.key, year=year, as_of=day_of(year), below=False)
    return place.row


def figures_of(row: Row) -> dict:
    """The row's figures by the columns of a message."""
    return {
        "as_of": row.as_of, "goal": row.goal, "done": row.value, "due": row.due,
        "out_of": row.rate.denominator if row.is_rate else None, "light": row.light.code if row.light else "",
    }  # fmt: skip


def figures_now(order: SupervisionOrder) -> dict:
    """The figures of an order's target at its unit as of now."""
    return figures_of(row_now(order.target, scope_of(order)))


def in_words(message: SupervisionMessage, target: Target) -> str:
    """截至 2019 年 9 月 30 日完成 388 人，全年目标 1,000 人，应达 748 人，滞后."""
    metric = metric_of(target)
    unit = metric.unit if target.is_rate and metric else target.unit
    light = LIGHT_OF.get(message.light)
    parts = [
        f"完成 {message.done:,} {unit}" if message.done is not None else "系统还没有这项工作的台账",
        f"应统计 {message.out_of:,} {unit}" if message.out_of is not None else "",
        _goal_in_words(message, target),
        f"应达 {message.due:,} {unit}" if message.due is not None else "",
        light.word if light else "",
    ]
    day = message.as_of
    return f"截至 {day.year} 年 {day.month} 月 {day.day} 日，" + "，".join(filter(None, parts))


def _goal_in_words(message: SupervisionMessage, target: Target) -> str:
    if message.goal is None:
        return "没有分解目标"
    return f"目标不低于 {message.goal}%" if target.is_rate else f"全年目标 {message.goal:,} {target.unit}"


def sign_of(order: SupervisionOrder) -> tuple[str, str]:
    """(shape, word) of how far an order is; one without an answer whose day has passed is 已逾期."""
    if order.is_overdue(timezone.localdate()):
        return "b", "已逾期"
    shape = "w" if order.awaits_reply else "n" if order.is_open else "o"
    return shape, order.get_state_display()
