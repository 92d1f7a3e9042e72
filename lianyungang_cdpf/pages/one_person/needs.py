"""未满足的需求: what the last survey of the person asked for and no service of its year has met."""

from datetime import date

from django.db.models import Max

from lianyungang_cdpf.pages.one_person.entries import Subject
from services.models import RehabilitationNeed


def unmet_needs(subject: Subject) -> list[RehabilitationNeed]:
    """As target 9 sees it today, of an earlier year's survey at the end of that year; two statements at most."""
    if not subject.staff.has_perm("services.view_rehabilitationneed"):
        return []
    own = RehabilitationNeed.objects.visible_to(subject.staff).filter(person=subject.person)
    last = own.standing().aggregate(day=Max("served_on"))["day"]
    if last is None:
        return []
    day = min(subject.today, date(last.year, 12, 31))
    unmet = RehabilitationNeed.objects.unmet_on(day).visible_to(subject.staff).filter(person=subject.person)
    return list(unmet.order_by("served_on", "pk"))
