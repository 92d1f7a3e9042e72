"""Where the money of payments is: planned = paid + returned + outstanding + recovered, to the cent.

planned      live payments, as their rolls have them
outstanding  of these, on rolls that have not been paid out
returned     sent back by the bank
paid         paid out and not sent back, net of what was recovered
recovered    of what was paid wrongly: refunded, or held back from a later payment, up to now

What was written off stays paid: it did not come back. An offset takes nothing off the later payment (models.py).
Targets count people paid (Payment.objects.counted), not money: a month that was recovered still counts there.
"""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from subsidies.models import Payment, RecoveryLine
from subsidies.payments import PAID_STATES

NOTHING = Decimal("0.00")
PAID_OUT = Q(roll__state__in=PAID_STATES)
SUMS = {
    "planned": Sum("amount"),
    "counted": Sum("amount", filter=PAID_OUT & Q(returned_on=None)),
    "returned": Sum("amount", filter=Q(returned_on__isnull=False)),
    "outstanding": Sum("amount", filter=~PAID_OUT & Q(returned_on=None)),
}


@dataclass(frozen=True)
class Money:
    """Sums of payments in yuan."""

    planned: Decimal = NOTHING
    paid: Decimal = NOTHING
    returned: Decimal = NOTHING
    outstanding: Decimal = NOTHING
    recovered: Decimal = NOTHING

    @property
    def adds_up(self) -> bool:
        """Whether every yuan that was planned is somewhere."""
        return self.planned == self.paid + self.returned + self.outstanding + self.recovered


def money_of(payments: QuerySet[Payment]) -> Money:
    """The money of the live ones of these payments: of a roll, a month, a place. Two statements."""
    live = payments.live().order_by()
    recovered = _claims(live).aggregate(recovered=Sum("recovered"))["recovered"]
    return _money(live.aggregate(**SUMS), recovered)


def money_by(payments: QuerySet[Payment], *keys: str) -> dict[tuple, Money]:
    """The same by the values of these fields, such as programme, month, area__unit_key or roll. Two statements."""
    live = payments.live().order_by()
    claims = _claims(live).order_by().values_list(*(f"payment__{key}" for key in keys))
    recovered = {tuple(values): total for *values, total in claims.annotate(total=Sum("recovered"))}
    rows = live.values(*keys).annotate(**{f"sum_{name}": total for name, total in SUMS.items()})
    return {
        (key := tuple(row[name] for name in keys)): _money(
            {name: row[f"sum_{name}"] for name in SUMS}, recovered.get(key)
        )
        for row in rows
    }


def _claims(live: QuerySet[Payment]) -> QuerySet[RecoveryLine]:
    """What came back of those that still count; of what the bank sent back later, nothing can be recovered."""
    return RecoveryLine.objects.live().filter(payment__in=live.counted().values("pk"))


def _money(sums: dict, recovered: Decimal | None) -> Money:
    sums = {name: total or NOTHING for name, total in sums.items()}
    back = recovered or NOTHING
    return Money(sums["planned"], sums["counted"] - back, sums["returned"], sums["outstanding"], back)
