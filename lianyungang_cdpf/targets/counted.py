"""The persons behind a figure: those whom a target counted at a place by a day, as far as the reader may see them."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator

from beneficiaries.models import Person
from lianyungang_cdpf.masking import mask_id_number
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.pace import months_gone
from lianyungang_cdpf.targets.progress import Row

PER_PAGE = 50


@dataclass(frozen=True)
class Counted:
    """One person of the list; `person` is None for who has since moved out of sight: counted, not named."""

    person: Person | None
    area: str
    first_month: date

    @property
    def masked_id(self) -> str:
        return mask_id_number(self.person.id_number)


def counts_persons(target) -> bool:
    """Whether the target's subjects are people of the register, so that they can be listed."""
    metric = metric_of(target)
    if metric is None or not metric.subject:
        return False
    # "pk": the records are the subjects themselves, as of a rate that counts people of the register.
    whose = metric.model if metric.subject == "pk" else metric.model._meta.get_field(metric.subject).related_model
    return whose is Person


def page_of(row: Row, *, staff, number) -> Page:
    """A page of the persons that the row's figure counts, by the month in which each was first counted.

    The records are those in the reader's sight by place; who may see people at all is for the caller to ask.
    """
    firsts = FirstCounted(row, staff)
    page = Paginator(firsts, PER_PAGE).get_page(number)
    page.object_list = firsts.told(page.object_list)
    return page


class FirstCounted:
    """(subject, first day of the month in which it was first counted), in that order, read a window at a time.

    The row's months say how many are new in each, so that a window needs the records of its own months only: a
    grouping of the whole year takes seconds, this takes tenths of one.
    """

    def __init__(self, row: Row, staff):
        self._metric, self._year, self._staff = metric_of(row.target), row.year, staff
        records = self._metric.counts(row.target.kind, row.year).visible_to(staff)
        self._records = records.filter(row.scope.holds(self._metric.area)).order_by()
        done = [0, *row.months[: months_gone(row.year, row.as_of)]]
        self._new = [after - before for before, after in zip(done, done[1:], strict=False)]

    def __len__(self):
        return sum(self._new)

    def __getitem__(self, window: slice) -> list[tuple[int, date]]:
        found, begin = [], 0
        for month, new in enumerate(self._new, start=1):
            start, stop = max(window.start - begin, 0), min(window.stop - begin, new)
            if start < stop:
                first = date(self._year, month, 1)
                found += [(subject, first) for subject in self._new_in(month)[start:stop]]
            begin += new
        return found

    def _new_in(self, month: int):
        """Subjects with a record in the month and none before it in the year."""
        subject, this = self._metric.subject, self._in_months(month)
        if month > 1:
            # A subquery of its own, read once: SQLite reads a correlated one anew for every person of the month.
            before = self._in_months(1, month - 1).values(subject)
            this = this.exclude(**{f"{subject}__in": before})
        return this.values_list(subject, flat=True).order_by(subject).distinct()

    def _in_months(self, first: int, last: int | None = None):
        begin, end = date(self._year, first, 1), month_after(date(self._year, last or first, 1))
        return self._records.filter(**{f"{self._metric.month}__gte": begin, f"{self._metric.month}__lt": end})

    def told(self, firsts) -> list[Counted]:
        """The persons of a window; two statements whatever their number."""
        people = Person.objects.visible_to(self._staff).in_bulk([subject for subject, _ in firsts])
        areas = self.areas(firsts)
        return [Counted(people.get(first[0]), areas.get(first, ""), first[1]) for first in firsts]

    def records(self, firsts, related: tuple[str, ...]) -> list:
        """The first record of each, in their order, with what is read along."""
        if not firsts:
            return []
        subject, day = self._metric.subject, self._metric.month
        months = [first.month for _, first in firsts]
        rows = self._in_months(min(months), max(months)).filter(**{f"{subject}__in": [who for who, _ in firsts]})
        rows = rows.select_related(*related).order_by(f"-{day}", "-pk")
        found = {(getattr(row, f"{subject}_id"), getattr(row, day).replace(day=1)): row for row in rows}
        return [found[first] for first in firsts]

    def areas(self, firsts) -> dict[tuple[int, date], str]:
        """The name of the area in which each was first counted."""
        if not firsts:
            return {}
        subject, day = self._metric.subject, self._metric.month
        months = [first.month for _, first in firsts]
        rows = self._in_months(min(months), max(months)).filter(**{f"{subject}__in": [who for who, _ in firsts]})
        names = rows.order_by(f"-{day}").values_list(subject, day, f"{self._metric.area}__common_name")
        return {(who, when.replace(day=1)): name for who, when, name in names}


def month_after(first: date) -> date:
    """The first day of the month after."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)
