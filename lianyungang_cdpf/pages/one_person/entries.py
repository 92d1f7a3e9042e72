"""What stands on the timeline, and of whom and for whom it is made."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import TextChoices

from beneficiaries.models import Person
from subsidies.models import Payment

if TYPE_CHECKING:
    from lianyungang_cdpf.pages.one_person.paid import PaidYear


class Group(TextChoices):
    """The filters of the timeline."""

    RECORDS = "records", "证件和档案"
    PAYMENTS = "payments", "补贴"
    SERVICES = "services", "服务"
    NEEDS = "needs", "需求"


# A symbol of the frame's sprite for each: told apart by shape, not by colour.
SHAPES = {Group.RECORDS: "box", Group.PAYMENTS: "o", Group.SERVICES: "w", Group.NEEDS: "b"}


@dataclass(frozen=True)
class Entry:
    """One line of the timeline.

    day     by which it is sorted; None for what is on file without a date
    when    how the day is written, where it is not simply that day
    void    the word for what was taken back (已撤销); such a line is struck
    months  the year's table that the line opens to
    """

    group: Group
    word: str
    title: str
    day: date | None
    detail: str = ""
    when: str = ""
    void: str = ""
    url: str = ""
    months: "PaidYear | None" = None

    @property
    def shape(self) -> str:
        return SHAPES[self.group]


@dataclass
class Subject:
    """The person, who reads, and the day; what several parts of the page ask for is read once."""

    person: Person
    staff: object
    today: date

    @cached_property
    def payments(self) -> list[Payment]:
        """The live payments in the reader's sight, the earliest first; none for who may not see payments at all."""
        if not self.staff.has_perm("subsidies.view_payment"):
            return []
        rows = Payment.objects.visible_to(self.staff).live().filter(person=self.person)
        rows = rows.select_related("programme", "roll", "area", "policy", "premium", "grant")
        return list(rows.defer("account_no", "grant__student_no").order_by("month", "pk"))


def sentence(*parts: str) -> str:
    """Those of the parts that say something, as one line."""
    return "；".join(filter(None, parts))


def yuan(amount) -> str:
    """1,234.50 元."""
    return f"{amount:,.2f} 元"
