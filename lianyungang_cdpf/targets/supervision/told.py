"""What the bulletin and others say of supervision: the orders that stand, and what the units answered."""

from datetime import date, timedelta

from django.db.models import Max, Q, QuerySet

from lianyungang_cdpf.targets.counted import month_after
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.supervision.figures import scope_of
from lianyungang_cdpf.targets.supervision.models import SupervisionMessage, SupervisionOrder

Kind = SupervisionMessage.Kind


def open_notes(year: int) -> QuerySet[SupervisionOrder]:
    """The year's orders that are neither closed nor withdrawn, those first whose day comes first.

    For the city's own use: a page shows them through `visible_to`. Target, unit and messages are read along, so
    `order.issue`, `order.latest_reply` and `scope_of(order)` ask nothing more; two statements whatever their number.
    """
    orders = SupervisionOrder.objects.open().filter(year=year)
    orders = orders.select_related("target", "area__zone", "zone").prefetch_related("messages")
    return orders.order_by("due_on", "target__number", "sequence")


def replies_of(year: int, month: int) -> list[tuple[Scope, Target, str]]:
    """What each unit answered last to the orders that stood in the month: (unit, target, text), in the plan's order.

    A month's bulletin is written in the month after: answers until that month's end count, by the day that their
    figures are told as of. Withdrawn orders say nothing. Two statements.
    """
    first = date(year, month, 1)
    last = month_after(first) - timedelta(days=1)
    until = month_after(month_after(first)) - timedelta(days=1)
    begun = SupervisionMessage.objects.filter(kind=Kind.ISSUE, as_of__lte=last)
    over = SupervisionMessage.objects.filter(Q(kind=Kind.WITHDRAWAL) | Q(kind=Kind.CLOSING, as_of__lt=first))
    orders = SupervisionOrder.objects.filter(year=year, pk__in=begun.order_by().values("order"))
    orders = orders.exclude(pk__in=over.order_by().values("order"))
    replies = SupervisionMessage.objects.filter(
        kind=Kind.REPLY, as_of__lte=until, order__in=orders.order_by().values("pk")
    )
    latest = replies.order_by().values("order__target", "order__area", "order__zone").annotate(latest=Max("pk"))
    said = SupervisionMessage.objects.filter(pk__in=[one["latest"] for one in latest])
    said = said.select_related("order__target", "order__area__zone", "order__zone")
    said = said.order_by("order__target__number", "order__zone__position", "order__area__code")
    return [(scope_of(one.order), one.order.target, one.text) for one in said]
