"""The records behind a figure that does not count people: services one by one, households, facilities.

Seen by place like every record; how many there are, or how much they add up to, is the figure of the row.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Model
from django.urls import reverse

from beneficiaries.models import Person
from facilities.models import Facility
from lianyungang_cdpf.accounts.places import county_name, town_name
from lianyungang_cdpf.metrics.metric import Metric
from lianyungang_cdpf.targets.catalogue import metric_of
from lianyungang_cdpf.targets.counted import PER_PAGE, FirstCounted, counts_persons, month_after
from lianyungang_cdpf.targets.pace import months_gone
from lianyungang_cdpf.targets.progress import Row

# Read along with a record, where it has them.
RELATED = ("kind", "area__parent__parent")
PEOPLE = "beneficiaries.view_person"


@dataclass(frozen=True)
class Behind:
    """One record of the list. `name` is empty for who is out of the reader's sight; `number` is what it counts for."""

    name: str
    what: str
    county: str
    town: str
    day: date
    number: int
    url: str


def lists_records(target) -> bool:
    """Whether the target's subjects are no people, so that the records themselves are listed."""
    metric = metric_of(target)
    return bool(metric) and not metric.is_rate and not counts_persons(target)


def right_to_see(target) -> str:
    """The permission that the target's records ask for."""
    options = metric_of(target).model._meta
    return f"{options.app_label}.view_{options.model_name}"


def page_of(row: Row, *, staff, number) -> Page:
    """A page of the records that the row's figure counts, by day; a household stands by its first one.

    Who may see such records at all is for the caller to ask.
    """
    records = records_of(row, staff)
    page = Paginator(records, PER_PAGE).get_page(number)
    page.object_list = list(page.object_list)
    return page


def records_of(row: Row, staff) -> "OneByOne | ByHousehold":
    """The records as a sequence that is read a window at a time."""
    return (ByHousehold if metric_of(row.target).subject else OneByOne)(row, staff)


class OneByOne:
    """Each record counts, or adds its number."""

    def __init__(self, row: Row, staff):
        self._metric, self._staff = metric_of(row.target), staff
        records = self._metric.counts(row.target.kind, row.year).visible_to(staff)
        records = records.filter(row.scope.holds(self._metric.area))
        month = months_gone(row.year, row.as_of)
        until = month_after(date(row.year, month, 1)) if month else date(row.year, 1, 1)
        self._records = records.filter(**{f"{self._metric.month}__lt": until}).order_by(self._metric.month, "pk")

    def __len__(self):
        return self._records.order_by().count()

    def __getitem__(self, window: slice) -> list[Behind]:
        return list(_told(self._records.select_related(*RELATED)[window], self._metric, self._staff))


class ByHousehold:
    """Each subject stands once, by its first record of the month in which it was first counted."""

    def __init__(self, row: Row, staff):
        self._metric, self._staff, self._firsts = metric_of(row.target), staff, FirstCounted(row, staff)

    def __len__(self):
        return len(self._firsts)

    def __getitem__(self, window: slice) -> list[Behind]:
        found = self._firsts.records(self._firsts[window], RELATED)
        return list(_told(found, self._metric, self._staff))


def _told(records, metric: Metric, staff) -> Iterator[Behind]:
    """Two statements whatever their number: the records, and the names of the people in sight."""
    records = list(records)
    opens = staff.has_perm(f"{metric.model._meta.app_label}.view_{metric.model._meta.model_name}")
    people = {one.person_id for one in records if hasattr(one, "person_id")}
    seen = Person.objects.visible_to(staff).filter(pk__in=people) if staff.has_perm(PEOPLE) and people else None
    names = dict(seen.values_list("pk", "name")) if seen is not None else {}
    for one in records:
        yield Behind(
            name=names.get(one.person_id, "") if hasattr(one, "person_id") else str(one),
            what=" ".join(filter(None, [str(one.kind), getattr(one, "content", "")])),
            county=county_name(one.area), town=town_name(one.area),
            day=getattr(one, metric.month), number=getattr(one, metric.total) if metric.total else 1,
            url=_address(one) if opens else "",
        )  # fmt: skip


def _address(record: Model) -> str:
    """The record's own page."""
    if isinstance(record, Facility):
        return reverse("facility:page", args=[record.pk])
    return reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
