"""From a line of any ledger to everything about its person."""

from django.contrib import admin
from django.db.models import BooleanField, ExpressionWrapper, Value
from django.urls import reverse
from django.utils.html import format_html

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.places import county_name, town_name
from lianyungang_cdpf.accounts.scoping import in_scope
from lianyungang_cdpf.masking import mask_id_number


def with_sight(queryset, staff, person: str = "person"):
    """Adds `person_in_sight`: who has moved on since stands in old records, but their file is another county's.

    Asked of the row's own person by key: as a subquery of those in sight, PostgreSQL read the register for every page.
    """
    scope = in_scope(staff, f"{person}__area") if staff.has_perm("beneficiaries.view_person") else None
    sight = Value(False) if scope is None else ExpressionWrapper(scope, output_field=BooleanField())
    return queryset.annotate(person_in_sight=sight)


def masked_id_of(person: Person, in_sight: bool):
    """The masked number; a link to 一人一档 of whom the reader may see."""
    number = mask_id_number(person.id_number)
    if not in_sight:
        return number
    address = reverse("one_person", args=[person.pk])
    return format_html('<a href="{}"><span class="vh">一人一档：</span>{}</a>', address, number)


class WhoAndWhere:
    """The columns that say whom a record is about and where they lived then; its queryset went through `with_sight`."""

    @admin.display(description="姓名")
    def name(self, record):
        return record.person.name

    @admin.display(description="身份证号")
    def id_number_shown(self, record):
        return masked_id_of(record.person, record.person_in_sight)

    @admin.display(description="县区")
    def county(self, record):
        return county_name(record.area)

    @admin.display(description="乡镇街道", ordering="area__path")
    def town(self, record):
        return town_name(record.area)
