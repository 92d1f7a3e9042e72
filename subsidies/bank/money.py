"""A roll's money: planned = paid + returned + outstanding, from one statement, and who is how far.

What has a line in a bank's file is what the bank says of it: paid, returned, or outstanding while it has not answered.
What has none follows the roll: paid once the roll is marked as paid, outstanding before. A returned payment that was
sent again is outstanding until the bank answers. Whether a payment counts for the targets is another question: it does
from when its roll is marked as paid until the bank returns it (PaymentQuerySet.counted).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Case, CharField, Count, Exists, Max, OuterRef, Sum, Value, When

from subsidies.bank.models import BankLine
from subsidies.models import Payment, Roll
from subsidies.payments import PAID_STATES

PAID, RETURNED, OUTSTANDING = "paid", "returned", "outstanding"
WORDS = {PAID: "已付", RETURNED: "银行退回", OUTSTANDING: "未付或未回盘"}
Outcome = BankLine.Outcome


@dataclass(frozen=True)
class Part:
    """How many payments, and how much in yuan."""

    count: int = 0
    total: Decimal = Decimal(0)

    @property
    def money(self) -> str:
        return f"{self.total:,.2f}"


@dataclass(frozen=True)
class RollMoney:
    """What the roll says it pays, and what its payments are found to be."""

    planned: Part
    paid: Part = Part()
    returned: Part = Part()
    outstanding: Part = Part()

    @property
    def parts(self) -> list[tuple[str, Part]]:
        """The three parts with their names."""
        return [(word, getattr(self, key)) for key, word in WORDS.items()]

    @property
    def adds_up(self) -> bool:
        """Whether the roll's own figures are the sum of the three, to the cent."""
        parts = [part for _, part in self.parts]
        found = Part(sum(part.count for part in parts), sum((part.total for part in parts), Decimal(0)))
        return found == self.planned


def with_standing(payments):
    """The payments with `standing`: paid, returned or outstanding."""
    lines = BankLine.objects.filter(payment=OuterRef("pk"))
    return payments.annotate(
        standing=Case(
            When(Exists(lines.filter(outcome=Outcome.WAITING)), then=Value(OUTSTANDING)),
            When(Exists(lines.filter(outcome=Outcome.PAID)), then=Value(PAID)),
            When(returned_on__isnull=False, then=Value(RETURNED)),
            When(roll__state__in=PAID_STATES, then=Value(PAID)),
            default=Value(OUTSTANDING),
            output_field=CharField(),
        )
    )


def money_of(roll: Roll) -> RollMoney:
    """The roll's money; one statement."""
    return money_by_roll(Roll.objects.filter(pk=roll.pk), [roll])[roll.pk]


def money_by_roll(rolls, read: list[Roll]) -> dict[int, RollMoney]:
    """The money of the rolls, which are given as a queryset and as read; one statement."""
    live = with_standing(Payment.objects.live().filter(roll__in=rolls.order_by().values("pk")))
    sums = live.order_by().values("roll", "standing").annotate(n=Count("pk"), total=Sum("amount"))
    found: dict[int, dict[str, Part]] = {}
    for row in sums:
        found.setdefault(row["roll"], {})[row["standing"]] = Part(row["n"], row["total"])
    return {roll.pk: RollMoney(planned=Part(roll.payment_count, roll.total), **found.get(roll.pk, {})) for roll in read}


def returned_of(roll: Roll, staff):
    """The roll's payments that the bank returned, with their people, as far as the staff member sees them."""
    returned = Payment.objects.visible_to(staff).live().filter(roll=roll, returned_on__isnull=False)
    return returned.select_related("person").order_by("pk")


def bank_day(roll: Roll) -> date | None:
    """The last day on which the bank paid lines of the roll: what the paying step proposes as the day of payment."""
    paid = BankLine.objects.filter(file__roll=roll, outcome=Outcome.PAID)
    return paid.aggregate(day=Max("outcome_on"))["day"]


def at_the_bank(roll: Roll) -> bool:
    """Whether a payment of the roll was sent to the bank and not withdrawn: then the roll can't be opened again."""
    return BankLine.objects.filter(file__roll=roll).exclude(outcome=Outcome.WITHDRAWN).exists()
