"""The persons behind a rate at a place on a day: its whole, those of it who are reached, and those who are missing."""

from dataclasses import dataclass
from enum import Enum

from django.core.paginator import Page, Paginator

from beneficiaries.models import Person
from lianyungang_cdpf.masking import mask_id_number
from lianyungang_cdpf.targets import snapshots
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.counted import PER_PAGE
from lianyungang_cdpf.targets.progress import Row


class Who(Enum):
    """Which of a rate's people are listed: how an address asks for them, and what the page calls them."""

    MISSING = "missing", "未达到的人员"
    REACHED = "reached", "已达到的人员"
    WHOLE = "whole", "应统计的人员"

    def __init__(self, code, word):
        self.code, self.word = code, word

    @classmethod
    def asked(cls, code) -> "Who":
        """The one of the code; without a known one those whom somebody has still to see to."""
        return next((who for who in cls if who.code == code), cls.MISSING)


@dataclass(frozen=True)
class Listed:
    """One person of the list; `person` is None for who has moved out of sight: counted, not named."""

    person: Person | None
    area: str
    is_reached: bool

    @property
    def masked_id(self) -> str:
        return mask_id_number(self.person.id_number)


def page_of(row: Row, who: Who, *, staff, number) -> Page:
    """A page of the people whom the rate of the row means, in a fixed order; those in the reader's sight by place."""
    people = People(row, who, staff)
    page = Paginator(people.listed, PER_PAGE).get_page(number)
    page.object_list = people.told(page.object_list)
    return page


class People:
    """The people whom the rate of a row means, read a window at a time."""

    def __init__(self, row: Row, who: Who, staff):
        metric = metric_of(row.target)
        self._staff, self._subject = staff, metric.out_of_subject
        self._condition = snapshots.reached(metric, row.target.kind, row.as_of)
        people = snapshots.whole(metric, row.target.kind, row.as_of).visible_to(staff)
        people = people.filter(row.scope.holds(metric.out_of_area))
        if who is Who.REACHED:
            people = people.filter(self._condition)
        elif who is Who.MISSING:
            people = people.exclude(self._condition)
        self._people = people
        listed = people.order_by(self._subject)
        self.listed = listed.values_list(self._subject, f"{metric.out_of_area}__common_name").distinct()

    def __len__(self):
        return self.listed.count()

    def __getitem__(self, window: slice) -> list[Listed]:
        return self.told(self.listed[window])

    def told(self, window) -> list[Listed]:
        """The persons of a window; three statements whatever their number."""
        shown = list(window)
        keys = [key for key, _ in shown]
        named = Person.objects.visible_to(self._staff).in_bulk(keys)
        counted = self._people.filter(**{f"{self._subject}__in": keys}).filter(self._condition)
        reached = set(counted.values_list(self._subject, flat=True))
        return [Listed(named.get(key), area, key in reached) for key, area in shown]
