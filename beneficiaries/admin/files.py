"""From a line of any ledger to everything about its person."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.html import format_html

from beneficiaries.models import Person
from lianyungang_cdpf.masking import mask_id_number


def with_sight(queryset, staff, person: str = "person"):
    """Adds `person_in_sight`: who has moved on since stands in old records, but their file is another county's."""
    people = Person.objects.visible_to(staff) if staff.has_perm("beneficiaries.view_person") else Person.objects.none()
    return queryset.annotate(person_in_sight=Exists(people.order_by().filter(pk=OuterRef(person))))


def masked_id_of(person: Person, in_sight: bool):
    """The masked number; a link to 一人一档 of whom the reader may see."""
    number = mask_id_number(person.id_number)
    if not in_sight:
        return number
    address = reverse("one_person", args=[person.pk])
    return format_html('<a href="{}"><span class="vh">一人一档：</span>{}</a>', address, number)
