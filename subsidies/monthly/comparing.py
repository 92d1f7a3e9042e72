"""Two months of one place side by side, person by person. Knows no reason: only what differs.

The month before is the last one for which the place has a standing roll of the programme, whatever lies between. It is
read without the payments that this month's rolls make for it (back-pay, a roll of three months): who gets those was
not paid then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.db.models import Max, Q

from beneficiaries.models import Person
from lianyungang_cdpf.intake.tables import name_key
from subsidies.models import Payment, PeriodType, Programme, Roll
from subsidies.monthly.models import Difference

ROWS_AT_ONCE = 2_000


class Line(NamedTuple):
    """A payment as far as months are compared by it."""

    person: int
    payment: int
    amount: Decimal
    standard_id: int | None
    standard_amount: Decimal | None
    account: str
    holder: str
    roll: int
    returned_on: date | None


COLUMNS = (
    "person_id", "pk", "amount", "standard_id", "standard_amount", "account_digest", "account_holder", "roll_id",
    "returned_on",
)  # fmt: skip


@dataclass(frozen=True)
class Office:
    """A place that pays a programme, and stands for its staff where a judge asks what is one's own."""

    programme: Programme
    roll_area_id: int
    zone_id: int | None
    # Of a zone none: what is its own its towns say, not the node that its rolls stand at.
    area: object = None

    @classmethod
    def of(cls, roll: Roll) -> "Office":
        """The place of a roll."""
        return cls(roll.programme, roll.area_id, roll.zone_id, None if roll.zone_id else roll.area)

    @property
    def area_id(self) -> int | None:
        """The area whose people are one's own."""
        return self.area.pk if self.area else None

    @property
    def rolls(self) -> Q:
        """The condition that a roll is the place's."""
        return Q(area=self.roll_area_id, zone=self.zone_id)

    @property
    def payments(self) -> Q:
        """The condition that a payment is on a roll of the place."""
        return Q(roll__area=self.roll_area_id, roll__zone=self.zone_id)


@dataclass(frozen=True, slots=True)
class Changed:
    """One difference of one person; either side is missing where they were not paid by the place."""

    person: int
    kind: Difference
    before: Line | None
    now: Line | None

    @property
    def key(self) -> tuple[int, str]:
        """What a reason hangs on, within its month and place."""
        return self.person, self.kind.value


def is_compared(roll: Roll) -> bool:
    """Whether the roll's months are compared at all: only what is paid by the month has a month before."""
    return roll.programme.period == PeriodType.MONTH


class TwoMonths:
    """The payments of a roll's month and of the month before, by person."""

    def __init__(self, roll: Roll):
        self.roll, self.office = roll, Office.of(roll)

    @cached_property
    def month_before(self) -> date | None:
        """The last month before with a standing roll of the place; None in its first month."""
        rolls = Roll.objects.standing().filter(self.office.rolls, programme=self.roll.programme, payment_count__gt=0)
        return rolls.filter(month__lt=self.roll.month).aggregate(last=Max("month"))["last"]

    @cached_property
    def before(self) -> dict[int, Line]:
        """Who was paid for the month before, on rolls of earlier months."""
        return self._lines(self.month_before, roll__month__lt=self.roll.month) if self.month_before else {}

    @cached_property
    def now(self) -> dict[int, Line]:
        """Who is paid for this month by any roll of the place."""
        return self._lines(self.roll.month)

    def _lines(self, month: date, **more) -> dict[int, Line]:
        payments = Payment.objects.live().filter(self.office.payments, programme=self.roll.programme, month=month)
        # No roll pays for a month to come (MONTH_INVALID): SQLite would go through all that the place ever paid.
        payments = payments.filter(roll__programme=self.roll.programme, roll__month__gte=month)
        rows = payments.filter(**more).order_by().values_list(*COLUMNS)
        return {row[0]: Line._make(row) for row in rows.iterator(ROWS_AT_ONCE)}

    @cached_property
    def own(self) -> list[Line]:
        """The lines of the roll itself."""
        return [line for line in self.now.values() if line.roll == self.roll.pk]

    def paid_elsewhere(self, people: list[int], month: date) -> set[int]:
        """Those of the people who are paid for the month by another place."""
        if not people:
            return set()
        payments = Payment.objects.live().filter(programme=self.roll.programme, month=month, person__any_of=people)
        return set(payments.exclude(self.office.payments).order_by().values_list("person_id", flat=True))

    def changes(self) -> list[Changed]:
        """What the roll changes, and who is paid by no roll of the month, in the order of the kinds."""
        if self.month_before is None:
            return []
        found = [*self._changed(), *self._added(), *self._gone()]
        order = {kind: place for place, kind in enumerate(Difference)}
        return sorted(found, key=lambda one: (order[one.kind], one.person))

    def _added(self) -> Iterator[Changed]:
        added = [line for line in self.own if line.person not in self.before]
        elsewhere = self.paid_elsewhere([line.person for line in added], self.month_before)
        for line in added:
            kind = Difference.MOVED_IN if line.person in elsewhere else Difference.NEW
            yield Changed(line.person, kind, None, line)

    def _gone(self) -> Iterator[Changed]:
        gone = [line for person, line in self.before.items() if person not in self.now]
        elsewhere = self.paid_elsewhere([line.person for line in gone], self.roll.month)
        for line in gone:
            kind = Difference.MOVED_OUT if line.person in elsewhere else Difference.STOPPED
            yield Changed(line.person, kind, line, None)

    def _changed(self) -> Iterator[Changed]:
        both = [(self.before[line.person], line) for line in self.own if line.person in self.before]
        names = _names([now.person for before, now in both if before.holder != now.holder])
        for before, now in both:
            if before.amount != now.amount:
                yield Changed(now.person, Difference.AMOUNT, before, now)
            if before.account != now.account or (
                before.holder != now.holder and _holder(before, names) != _holder(now, names)
            ):
                yield Changed(now.person, Difference.ACCOUNT, before, now)


def _names(people: list[int]) -> dict[int, str]:
    found = Person.objects.filter(pk__any_of=people).order_by() if people else Person.objects.none()
    return dict(found.values_list("pk", "name_key"))


def _holder(line: Line, names: dict[int, str]) -> str:
    """Whose the account is; "" for the person's own, whether a roll wrote their name or nothing."""
    holder = name_key(line.holder)
    return "" if holder == names.get(line.person, "") else holder
