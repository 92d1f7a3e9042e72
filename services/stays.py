"""Who is served in a facility when, and how many days of a month somebody can have been there at most."""

from calendar import monthrange
from datetime import date

from django.db.models import DateField, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Greatest

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet


class StayQuerySet(ScopedQuerySet):
    """Stays are seen by the place where the person lived when they were recorded, as services are."""

    def standing(self):
        """Stays that have not been taken back."""
        return self.filter(cancelled_at__isnull=True)

    def current(self):
        """在册: nobody has written down that they left."""
        return self.standing().filter(left_on__isnull=True)

    def left(self):
        """已退出."""
        return self.standing().filter(left_on__isnull=False)

    def cancelled(self):
        """已撤销."""
        return self.filter(cancelled_at__isnull=False)

    def served_on(self, day: date):
        """Of whom the facility serves on the day, the last day of a stay included; death and moving out end it too."""
        stays = self.standing().filter(Q(left_on__isnull=True) | Q(left_on__gte=day), admitted_on__lte=day)
        return stays.filter(
            Q(person__died_on__isnull=True) | Q(person__died_on__gt=day),
            Q(person__moved_out_on__isnull=True) | Q(person__moved_out_on__gt=day),
        )

    def served_in(self, code: str, year: int):
        """Stays at facilities of a kind at any time of the year; `day` is the first day in it.

        What is open goes on until somebody writes down its end, or the person dies or moves out, as with care
        (city rule, unverified).
        """
        first = date(year, 1, 1)
        lasting = Q(left_on__isnull=True) | Q(left_on__gte=first)
        gone = self.filter(Q(person__died_on__lt=first) | Q(person__moved_out_on__lt=first)).order_by().values("pk")
        stays = self.standing().filter(lasting, facility__kind__code=code, admitted_on__lte=date(year, 12, 31))
        return stays.exclude(pk__in=gone).annotate(
            day=Greatest(F("admitted_on"), Value(first, output_field=DateField()))
        )

    def with_days(self):
        """Adds `days_attended`: all days that are recorded of the stay."""
        attended = self.model._meta.get_field("attendance").related_model.objects.standing().order_by()
        total = attended.filter(stay=OuterRef("pk")).values("stay").annotate(total=Sum("days")).values("total")
        return self.annotate(days_attended=Coalesce(Subquery(total), 0))


class AttendanceQuerySet(ScopedQuerySet):
    """Months of stays, seen with them."""

    area_path = "stay__area"

    def standing(self):
        """Months that have not been taken back, alone or with their stay."""
        return self.filter(cancelled_at__isnull=True, stay__cancelled_at__isnull=True)


def most_days(admitted_on: date, left_on: date | None, month: date, today: date) -> int:
    """How many days of the month lie within the stay and are over by today; 0 outside of it."""
    last = month.replace(day=monthrange(month.year, month.month)[1])
    last = min(last, today, left_on or last)
    return max(0, (last - max(month, admitted_on)).days + 1)


def is_within(admitted_on: date, left_on: date | None, month: date, days: int, today: date = date.max) -> bool:
    """Whether so many days of the month can lie within the stay; 0 days of a month outside of it can't."""
    most = most_days(admitted_on, left_on, month, today)
    return most > 0 and days <= most


def overlaps(begun: date, ended: date | None, other_begun: date, other_ended: date | None) -> bool:
    """Whether two stays have more than the day of moving in common: who leaves one may enter the other that day."""
    return begun < (other_ended or date.max) and other_begun < (ended or date.max)
