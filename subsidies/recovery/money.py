"""Where the money of payments is: planned = paid + returned + outstanding + recovered, to the cent.

planned      live payments, as their rolls have them
outstanding  not paid yet, or sent to the bank again and not answered
returned     sent back by the bank
paid         paid out and not sent back, net of what was recovered
recovered    of what was paid wrongly: refunded, or held back from a later payment, up to now

How far a payment is, subsidies/bank/money.py says. What was written off stays paid: it did not come back. An offset
takes nothing off the later payment (models.py). Targets count people paid (Payment.objects.counted), not money: a
month that was recovered still counts there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from subsidies.bank.money import OUTSTANDING, PAID, RETURNED, with_standing
from subsidies.models import Payment, RecoveryLine, Roll

NOTHING = Decimal("0.00")


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
    """The money of the live ones of these payments: of a roll, a month, a place. Three statements."""
    return money_by(payments).get((), Money())


def money_by(payments: QuerySet[Payment], *keys: str) -> dict[tuple, Money]:
    """The same by the values of these fields, such as programme, month, area__unit_key or roll. Three statements.

    What was planned is summed by itself: that the parts add up to it is for `adds_up` to say.
    """
    live = payments.live().order_by()
    known = with_standing(live)
    parts: dict[tuple, dict[str, Decimal]] = {}
    for *values, standing, total in known.values_list(*keys, "standing").annotate(total=Sum("amount")):
        parts.setdefault(tuple(values), {})[standing] = total
    # Of what the bank sent back later, nothing can be recovered.
    lines = RecoveryLine.objects.live().filter(payment__in=known.filter(standing=PAID).values("pk")).order_by()
    of_lines = lines.values_list(*(f"payment__{key}" for key in keys), "live").annotate(total=Sum("recovered"))
    recovered = {tuple(values): total for *values, _, total in of_lines}
    planned = live.values_list(*keys, "live").annotate(total=Sum("amount"))
    return {
        (key := tuple(values)): _money(total, parts.get(key, {}), recovered.get(key, NOTHING))
        for *values, _, total in planned
    }


def recovered_told(roll: Roll, staff) -> dict:
    """For the roll's page: what of its payments came back after they had been paid, in yuan; nothing where none did."""
    paid = with_standing(roll.payments.live().order_by()).filter(standing=PAID)
    lines = RecoveryLine.objects.live().filter(payment__in=paid.values("pk"))
    recovered = lines.aggregate(total=Sum("recovered"))["total"]
    return {"recovered": f"{recovered:,.2f}" if recovered else ""}


def _money(planned: Decimal, parts: Mapping[str, Decimal], recovered: Decimal) -> Money:
    paid, returned, outstanding = (parts.get(name, NOTHING) for name in (PAID, RETURNED, OUTSTANDING))
    return Money(planned, paid - recovered, returned, outstanding, recovered)
