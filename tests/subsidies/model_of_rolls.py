"""What test_life_of_a_roll.py expects of a file and of a roll; it asks the portal nothing."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from subsidies.recovery.money import Money

AMOUNT = Decimal("120.00")


@dataclass
class File:
    """An import that waits to be posted: of each row what its preview told."""

    pk: int
    month: date
    sent_by: int
    told: dict[int, set[str]]

    @property
    def valid(self) -> set[int]:
        return {one for one, findings in self.told.items() if not findings}


@dataclass
class Model:
    """One roll as it ought to be."""

    pk: int
    month: date
    people: set[int]
    # Who uploaded the file and who posted it.
    made_by: set[int]
    state: str = "posted"
    taken: set[int] = field(default_factory=set)
    # People by what became of their money; a file at the bank is the set of those that it still has to answer for.
    files: list[set[int]] = field(default_factory=list)
    bank_paid: set[int] = field(default_factory=set)
    sent_back: set[int] = field(default_factory=set)
    recovered: set[int] = field(default_factory=set)

    @property
    def shown(self) -> str:
        """The state that the portal keeps for it."""
        return "submitted" if self.state == "reviewed" else self.state

    @property
    def waiting(self) -> set[int]:
        """For whom the bank has not answered."""
        return set().union(*self.files)

    @property
    def is_paid(self) -> bool:
        return self.state in ("paid", "archived")

    @property
    def money(self) -> Money:
        """Where the roll's money is."""
        returned = self.sent_back - self.waiting
        paid = (self.people if self.is_paid else self.bank_paid) - self.waiting - self.sent_back
        back = AMOUNT * len(paid & self.recovered)
        outstanding = self.people - paid - returned
        planned, *parts = (AMOUNT * len(one) for one in (self.people, paid, returned, outstanding))
        return Money(planned, parts[0] - back, *parts[1:], back)
