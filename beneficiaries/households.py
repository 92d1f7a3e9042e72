"""Households and their members by state: who lives there on a day, 一户多残 and 依老养残 (facts.md 2.2).

一户多残   two or more living members hold a valid certificate
依老养残   an adult certificate holder lives with a parent aged 60 or more: the head or the head's spouse for a child
           of the head, a member who is the head's parent for the head (city rule, unverified)
"""

from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from beneficiaries.people import birthday_before, in_force
from lianyungang_cdpf.accounts.scoping import PersonScopedQuerySet, ScopedQuerySet

ADULT, OLD = 18, 60


def members_on(day: date, model):
    """Members who live there on the day and are alive and in the city."""
    return model.objects.filter(
        in_force(day), person__died_on__isnull=True, person__moved_out_on__isnull=True
    ).order_by()


def holders_on(day: date, model):
    """Of those the ones who hold a valid certificate in force."""
    held = in_force(day, "person__certificates__") & Q(person__certificates__status="valid")
    return members_on(day, model).filter(held).distinct()


class MemberQuerySet(PersonScopedQuerySet):
    """Memberships are seen with the person."""

    def current(self, day: date):
        """Those in force on the day."""
        return self.filter(in_force(day))


class HouseholdQuerySet(ScopedQuerySet):
    """Households; `visible_to` by their area."""

    def with_several_disabled(self, day: date):
        """一户多残 on the day."""
        member = self.model._meta.get_field("members").related_model
        several = (
            holders_on(day, member).values("household").annotate(n=Count("person", distinct=True)).filter(n__gte=2)
        )
        return self.filter(pk__in=several.values("household"))

    def supported_by_elders(self, day: date):
        """依老养残 on the day."""
        member = self.model._meta.get_field("members").related_model
        return self.filter(pk__in=elder_supported(day, member).values("household"))

    def with_marks(self, day: date):
        """Adds has_several and has_elders, whether a household is 一户多残 and 依老养残 on the day."""
        several, elders = self.model.objects.with_several_disabled(day), self.model.objects.supported_by_elders(day)
        return self.annotate(
            has_several=Exists(several.order_by().filter(pk=OuterRef("pk"))),
            has_elders=Exists(elders.order_by().filter(pk=OuterRef("pk"))),
        )


def elder_supported(day: date, model):
    """Memberships of adult certificate holders who live with a parent aged 60 or more."""
    old = members_on(day, model).filter(
        household=OuterRef("household"), person__birth_date__lte=birthday_before(day, OLD)
    )
    of_child = Q(relation="child") & Exists(old.filter(relation__in=("head", "spouse")))
    of_head = Q(relation="head") & Exists(old.filter(relation="parent"))
    of_spouse = Q(relation="spouse") & Exists(old.filter(relation="parent_in_law"))
    adults = holders_on(day, model).filter(person__birth_date__lte=birthday_before(day, ADULT))
    return adults.filter(of_child | of_head | of_spouse)
