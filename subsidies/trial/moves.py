"""What a change of rules does to a month: person by person and in the two lists of claims; nothing is written."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import models

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.models import Staff
from subsidies.judging import Rules
from subsidies.known import Known
from subsidies.models import Programme
from subsidies.owed.claims import Claims, RegisterJudge, payments_of


class Kind(models.TextChoices):
    """Which way somebody is moved."""

    NEW = "new", "新增"
    STOPPED = "stopped", "停发"
    UP = "up", "调增"
    DOWN = "down", "调减"


@dataclass(slots=True, frozen=True)
class Move:
    """A person whom the change moves: what a roll could pay them before and after, None for nothing."""

    person: Known
    before: Decimal | None
    after: Decimal | None

    @property
    def kind(self) -> Kind:
        if self.before is None:
            return Kind.NEW
        if self.after is None:
            return Kind.STOPPED
        return Kind.UP if self.after > self.before else Kind.DOWN

    @property
    def change(self) -> Decimal:
        """Yuan a month, less than zero where it is taken away."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


@dataclass(frozen=True)
class Trial:
    """The moves by place, and 应补未补 and 应退未退 before and after."""

    month: date
    moves: list[Move]
    owed: tuple[Claims, Claims]
    undue: tuple[Claims, Claims]

    @property
    def change(self) -> Decimal:
        """What the month would cost more, or less."""
        return sum((move.change for move in self.moves), Decimal(0))

    @property
    def lists(self) -> list[tuple[str, Claims, Claims]]:
        """Name, before and after of the two lists."""
        return [("应补未补", *self.owed), ("应退未退", *self.undue)]


def tried(staff: Staff, now: Programme, then: Programme, rules: Rules, month: date) -> Trial:
    """Judge everybody whom the staff member sees twice: by the rules on file, and by those in hand.

    `now` is the programme as it is saved, `then` as it would be; a fixed number of statements for any register.
    """
    before, after = RegisterJudge(now, staff, month), RegisterJudge(then, staff, month, rules)
    people = before.known(Person.objects.visible_to(staff))
    payments = payments_of(staff, now, month, None)
    moves = [Move(one, before.payable(one), after.payable(one)) for one in people.values()]
    moves = [move for move in moves if move.before != move.after]
    moves.sort(key=lambda move: (move.person.place.path, move.person.pk))
    return Trial(
        month, moves, (before.owed(people), after.owed(people)),
        (before.undue(payments, people), after.undue(payments, people)),
    )  # fmt: skip
