"""Rolls and payments by state and place: each state that the office names is one queryset method."""

from collections.abc import Iterable
from datetime import date

from django.apps import apps
from django.db.models import DateField, F, Q, Subquery, Value
from django.db.models.functions import Coalesce, Greatest, Least

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet
from lianyungang_cdpf.intake import bulk  # noqa: F401 - any_of exists once this has been read

# States of a roll whose money has left the office.
PAID_STATES = ("paid", "archived")


class OfficeQuerySet(ScopedQuerySet):
    """Records of the place that imported a roll: its area, or its zone."""

    def visible_to(self, staff):
        """Records of places within the staff member's area, or of their zone."""
        if getattr(staff, "zone_id", None) and staff.is_active:
            return self.filter(zone=staff.zone_id)
        return super().visible_to(staff)


class RollQuerySet(OfficeQuerySet):
    """Rolls belong to the place that imported them."""

    def standing(self):
        """Rolls that have been posted and not undone."""
        return self.exclude(state="undone")

    def paid(self):
        """Rolls whose money has left the office."""
        return self.filter(state__in=PAID_STATES)

    def with_exceptions(self):
        """Rolls on which a payment was made against a check, with a reviewer's reason."""
        return self.filter(payments__acceptance__isnull=False).distinct()


class DifferenceReasonQuerySet(OfficeQuerySet):
    """Seen with the rolls of the place."""

    def of_month(self, programme_id: int, month: date, area_id: int, zone_id: int | None):
        """The reasons of one programme, month and place."""
        return self.filter(programme=programme_id, month=month, area=area_id, zone=zone_id)


class PaymentQuerySet(ScopedQuerySet):
    """Payments are seen by the place where the person lived when it was posted."""

    def live(self):
        """Payments that have not been undone, on rolls that stand."""
        return self.filter(live=True)

    def counted(self):
        """What counts for targets: live payments on rolls that have been paid, not returned by the bank."""
        return self.live().filter(roll__state__in=PAID_STATES, returned_on__isnull=True)

    def counted_of(self, rolls: Iterable[int]):
        """What counts of these rolls, by their keys: all of them are paid ones (RollQuerySet.paid)."""
        return self.live().filter(roll__any_of=rolls, returned_on__isnull=True)

    def with_exceptions(self):
        """Payments that a reviewer let through against a check, each with a written reason."""
        return self.filter(acceptance__isnull=False)

    def back_paid(self):
        """补发: monthly payments of another month than their roll's."""
        return self.filter(programme__period="month").exclude(month=F("roll__month"))

    def in_year(self, year: int):
        """Payments whose month lies in the year."""
        return self.filter(month__gte=date(year, 1, 1), month__lte=date(year, 12, 31))

    def of_programme(self, code: str, year: int):
        """What counts for a coverage target: paid payments of the programme in the year.

        A monthly payment is on no policy; said so, and with the programme's key found first, the index of live payments
        (programme, month, person) serves, whatever the years on file.
        """
        programme = apps.get_model("subsidies", "Programme").objects.filter(code=code).values("pk")[:1]
        return self.counted().in_year(year).filter(programme=Subquery(programme), policy__isnull=True)

    def premiums_of(self, code: str, year: int):
        """Paid premiums of the year. They are confirmed by the receipt's day, else by the day the roll was paid.

        `counted_on` is that day, of a later or an earlier year the nearest day of the premium year.
        """
        premiums = self.of_programme(code, year).annotate(confirmed=Coalesce("premium__confirmed_on", "roll__paid_on"))
        return premiums.annotate(counted_on=_within(year, F("confirmed")))

    def insured_of(self, code: str, year: int):
        """Paid payments on policies that are in effect on any day of the year.

        `counted_on` is the policy's first day in the year.
        """
        first, last = date(year, 1, 1), date(year, 12, 31)
        insured = self.counted().filter(programme__code=code, policy__starts_on__lte=last, policy__ends_on__gte=first)
        return insured.annotate(counted_on=_within(year, F("policy__starts_on")))

    def grants_of(self, code: str, year: int):
        """Grants paid out in the year, of whatever school year. `counted_on` is the day of payment."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        paid = self.counted().filter(programme__code=code, roll__paid_on__gte=first, roll__paid_on__lte=last)
        return paid.annotate(counted_on=F("roll__paid_on"))


def _within(year: int, day):
    """The day, or the nearest one to it in the year."""
    first, last = (Value(one, output_field=DateField()) for one in (date(year, 1, 1), date(year, 12, 31)))
    return Greatest(Least(day, last), first)


class DetailQuerySet(ScopedQuerySet):
    """What stands beside a payment is seen with the payment."""

    area_path = "payment__area"

    def live(self):
        """Details of payments that have not been undone."""
        return self.filter(payment__live=True)


class PolicyQuerySet(ScopedQuerySet):
    """A policy is seen where it was taken out, and where somebody was insured on it who may be seen there."""

    def visible_to(self, staff):
        """Policies of the staff member's place, and those on which people of their place are insured."""
        own = super().visible_to(staff).order_by().values("pk")
        insured = apps.get_model("subsidies.Payment").objects.visible_to(staff).filter(policy__isnull=False)
        return self.filter(Q(pk__in=own) | Q(pk__in=insured.order_by().values("policy")))


class PaymentAcceptanceQuerySet(ScopedQuerySet):
    """Seen with the payment."""

    area_path = "payment__area"


class ApprovalQuerySet(ScopedQuerySet):
    """Who sees the roll sees who took its steps."""

    def visible_to(self, staff):
        """The steps taken of the rolls that the staff member sees."""
        rolls = apps.get_model("subsidies.Roll").objects.visible_to(staff)
        return self.filter(roll__in=rolls.order_by().values("pk"))


class OfRollQuerySet(ScopedQuerySet):
    """Records that hang off a roll: who sees the roll sees them."""

    roll_path = "roll"

    def visible_to(self, staff):
        """The records of the rolls that the staff member sees."""
        rolls = apps.get_model("subsidies.Roll").objects.visible_to(staff)
        return self.filter(**{f"{self.roll_path}__in": rolls.order_by().values("pk")})

    def kept(self):
        """Files that were not removed."""
        return self.filter(removed_at=None)


class OfBankFileQuerySet(OfRollQuerySet):
    """Records that hang off a bank file."""

    roll_path = "file__roll"
