"""The persons behind a figure: those whom a target counted at a place by a day, as far as the reader may see them."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Min

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
    records = metric.counts(target.kind, target.plan.year).model
    return records._meta.get_field(metric.subject).related_model is Person


def page_of(row: Row, *, staff, number) -> Page:
    """A page of the persons that the row's figure counts, by the month in which each was first counted.

    The records are those in the reader's sight by place; who may see people at all is for the caller to ask.
    """
    metric = metric_of(row.target)
    records = _records(row, metric, staff)
    firsts = records.order_by().values(metric.subject).annotate(first=Min(metric.month))
    page = Paginator(firsts.order_by("first", metric.subject), PER_PAGE).get_page(number)
    ids = [entry[metric.subject] for entry in page.object_list]
    people = Person.objects.visible_to(staff).in_bulk(ids)
    areas = _areas(records, metric, ids)
    page.object_list = [
        Counted(people.get(entry[metric.subject]), areas[entry[metric.subject], entry["first"]], entry["first"])
        for entry in page.object_list
    ]
    return page


def _records(row, metric, staff):
    """The counting records of the row's place until its day, in the reader's sight."""
    records = metric.counts(row.target.kind, row.year).visible_to(staff).filter(row.scope.holds(metric.area))
    return records.filter(**{f"{metric.month}__lt": _next_month(row)})


def _next_month(row) -> date:
    months = months_gone(row.year, row.as_of)
    return date(row.year + 1, 1, 1) if months == 12 else date(row.year, months + 1, 1)


def _areas(records, metric, ids) -> dict:
    """The name of the area by (person, month) of the records."""
    fields = (metric.subject, metric.month, f"{metric.area}__common_name")
    rows = records.filter(**{f"{metric.subject}__in": ids}).order_by().values_list(*fields)
    return {(subject, month): name for subject, month, name in rows}
