"""What lists and other pages say of supervision: a target's page at a place, the work page, how a target is now."""

from dataclasses import dataclass

from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import SupervisionOrder
from lianyungang_cdpf.targets.place import Place
from lianyungang_cdpf.targets.progress import Row, progress
from lianyungang_cdpf.targets.splits import place_key
from lianyungang_cdpf.targets.supervision.actions import ANSWER, SEE, may_issue
from lianyungang_cdpf.targets.supervision.figures import SUPERVISED, day_of, scope_of, sign_of

SHOWN = 5


@dataclass(frozen=True)
class Supervision:
    """The latest orders about a target at a unit with (shape, word), and whether the reader may issue another."""

    orders: list[tuple[SupervisionOrder, tuple[str, str]]]
    may_issue: bool


def of_place(staff, place: Place) -> Supervision | None:
    """For a target's page: None where nobody is supervised or the reader sees no orders.

    An order is issued on the figures of today, so the page as of another day offers none.
    """
    if not place.scope.is_unit or not staff.has_perm(SEE):
        return None
    kind, key = place_key(place.scope)
    orders = SupervisionOrder.objects.visible_to(staff).filter(target=place.line.target, **{kind: key})
    latest = list(orders[:SHOWN])
    is_now = place.row.as_of == day_of(place.row.year)
    offered = may_issue(staff) and is_now and place.row.light in SUPERVISED
    return Supervision(
        [(order, sign_of(order)) for order in latest], offered and not any(order.is_open for order in latest)
    )


def waiting_for(staff):
    """The orders on which the reader is to do something, the nearest day first; none for other roles."""
    orders = SupervisionOrder.objects.visible_to(staff)
    if may_issue(staff):
        orders = orders.awaiting_city()
    elif staff.has_perm(ANSWER):
        orders = orders.awaiting_reply()
    else:
        orders = orders.none()
    return orders.select_related("target", "area__zone", "zone").order_by("due_on", "sequence")


@dataclass(frozen=True)
class Listed:
    """An order of a list: its unit, how far it is, and the target's row there now."""

    order: SupervisionOrder
    unit: scopes.Scope
    sign: tuple[str, str]
    row: Row | None


def listed_with(orders: list[SupervisionOrder], *, now: bool = True) -> list[Listed]:
    """The orders as their list shows them; the same number of statements for however many of a year."""
    rows = _rows_now(orders) if now else {}
    units = {order.pk: scope_of(order) for order in orders}
    return [
        Listed(order, units[order.pk], sign_of(order), rows.get((order.target_id, units[order.pk].place)))
        for order in orders
    ]


def _rows_now(orders: list[SupervisionOrder]) -> dict[tuple[int, str], Row]:
    found = {}
    for year in {order.year for order in orders if order.is_open}:
        units = list({scope_of(order).place: scope_of(order) for order in orders if order.year == year}.values())
        told = progress(year=year, scopes=units, as_of=day_of(year))
        found |= {(row.target.pk, place): row for place, rows in told.items() for row in rows}
    return found
