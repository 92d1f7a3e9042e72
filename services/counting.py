"""How services count for the plan: each rule of the trade is one queryset method, (kind code, year) -> what counts.

All of them ask the base record only, which every kind of service has; what is particular to a kind (a device that
came back, a course not finished) has been decided when its `counted_on` was settled.
"""

from datetime import date

from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Greatest

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet


class ServiceQuerySet(ScopedQuerySet):
    """Services are seen by the place where the person lived when they were recorded."""

    def standing(self):
        """Records that have not been taken back."""
        return self.filter(cancelled_at__isnull=True)

    def cancelled(self):
        """已撤销."""
        return self.filter(cancelled_at__isnull=False)

    def counting(self):
        """Standing records whose day of counting has come: signed for, accepted, finished."""
        return self.standing().filter(counted_on__isnull=False)

    def done_in(self, code: str, year: int):
        """Services of a kind that were done in the year."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        return self.standing().filter(kind__code=code, counted_on__gte=first, counted_on__lte=last)

    def received_in(self, code: str, year: int):
        """Services of a kind that somebody received at any time of the year, of those that last.

        What began earlier counts on if its end is recorded in the year or later; what is open counts in the year in
        which it began only, until somebody writes down that it went on (city rule, unverified). `day` is the first
        day in the year.
        """
        first, last = date(year, 1, 1), date(year, 12, 31)
        lasting = Q(counted_on__gte=first) | Q(ended_on__gte=first)
        rows = self.standing().filter(lasting, kind__code=code, counted_on__lte=last)
        return rows.annotate(day=Greatest(F("counted_on"), Value(first, output_field=DateField())))

    def households_in(self, code: str, year: int):
        """Of `done_in` those that belong to a household; several members of one are one household."""
        return self.done_in(code, year).filter(household__isnull=False)


class ContractQuerySet(ServiceQuerySet):
    """Contracts with a family doctor."""

    def in_force_on(self, day: date):
        """Standing contracts that run on the day."""
        return self.standing().filter(served_on__lte=day, ended_on__gte=day)


def years_counted(counted_on: date | None, ended_on: date | None) -> range:
    """The years in which a record may count."""
    if counted_on is None:
        return range(0)
    return range(counted_on.year, max(counted_on, ended_on or counted_on).year + 1)
