"""How services count for the plan: each rule of the trade is one queryset method, (kind code, year) -> what counts.

All of them ask the base record only, which every kind of service has; what is particular to a kind (a device that
came back, a course not finished) has been decided when its `counted_on` was settled.
"""

from datetime import date

from django.apps import apps
from django.db.models import DateField, Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Greatest
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.scoping import ScopedQuerySet

NEW_EMPLOYMENT = "new_employment"


class YearEnd(Func):
    """The last day of the year of a date, or of the year before it."""

    output_field = DateField()

    def __init__(self, day, *, before: bool = False, **extra):
        super().__init__(day, **extra)
        self.before = before

    def deconstruct(self):
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "before": self.before}

    def as_sqlite(self, compiler, connection, **context):
        years = "'+0 year'" if self.before else "'+1 year'"
        template = f"date(%(expressions)s, 'start of year', {years}, '-1 day')"
        return self.as_sql(compiler, connection, template=template, **context)

    def as_postgresql(self, compiler, connection, **context):
        years = 0 if self.before else 1
        template = f"(date_trunc('year', %(expressions)s) + make_interval(years => {years}))::date - 1"
        return self.as_sql(compiler, connection, template=f"({template})", **context)


def employed_at(eve, end) -> Q:
    """The condition that a record says: employed at the end of a year (`eve`), by its dates or in so many words.

    `end` is the last day of the year after, in which somebody may have been asked about it.
    """
    going_on = Q(ended_on__isnull=True) | Q(ended_on__gte=eve)
    said_so = Q(newemployment__was_employed=True, served_on__gt=eve, served_on__lte=end)
    return Q(going_on, served_on__lte=eve) | said_so


class ServiceQuerySet(ScopedQuerySet):
    """Services are seen by the place where the person lived when they were recorded."""

    def standing(self):
        """Records that have not been taken back."""
        return self.filter(cancelled_at__isnull=True)

    def cancelled(self):
        """已撤销."""
        return self.filter(cancelled_at__isnull=False)

    def counting(self):
        """Standing records whose day of counting has come: signed for, accepted, finished, newly employed."""
        return self.standing().filter(counted_on__isnull=False).with_newness().filter(employed_before=False)

    def not_new(self):
        """Standing records of employment of who another record says had one at the end of the year before."""
        return self.standing().filter(counted_on__isnull=False).with_newness().filter(employed_before=True)

    def with_newness(self):
        """Adds `employed_before`: the person of an employment had one at the end of the year before.

        By the same condition `newly_employed_in` leaves them out; False of every other sort of service.
        """
        day = OuterRef("counted_on")
        others = apps.get_model("services.Service").objects.standing().order_by()
        employed = others.filter(
            employed_at(YearEnd(day, before=True), YearEnd(day)), kind=OuterRef("kind"), person=OuterRef("person"),
            kind__record_form=NEW_EMPLOYMENT,
        )  # fmt: skip
        return self.annotate(employed_before=Exists(employed))

    def waiting(self):
        """Standing records that do not count yet, or never will: not signed for, on loan."""
        return self.standing().filter(counted_on__isnull=True)

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
        first = date(year, 1, 1)
        return self._lasting_in(code, year, Q(counted_on__gte=first) | Q(ended_on__gte=first))

    def going_on_in(self, code: str, year: int):
        """Services of a kind that somebody lives or works in at any time of the year: care, supported employment.

        Unlike with `received_in`, what is open goes on until somebody writes down its end (city rule, unverified):
        the list of who is in care or at work is kept by those who leave. Death and moving out end it too. `day` is the
        first day in the year.
        """
        first = date(year, 1, 1)
        left = Q(person__died_on__lt=first) | Q(person__moved_out_on__lt=first)
        # By key: a condition across the join that is negated would count on people without a date too.
        gone = self.filter(left, kind__code=code).order_by().values("pk")
        return self._lasting_in(code, year, Q(ended_on__isnull=True) | Q(ended_on__gte=first)).exclude(pk__in=gone)

    def _lasting_in(self, code: str, year: int, lasting: Q):
        """Services of a kind that had begun by the end of the year and lasted into it, with their first day in it."""
        rows = self.standing().filter(lasting, kind__code=code, counted_on__lte=date(year, 12, 31))
        first = Value(date(year, 1, 1), output_field=DateField())
        return rows.annotate(day=Greatest(F("counted_on"), first))

    def households_in(self, code: str, year: int):
        """Of `done_in` those that belong to a household; several members of one are one household."""
        return self.done_in(code, year).filter(household__isnull=False)

    def newly_employed_in(self, code: str, year: int):
        """Of `done_in` those whose person had no employment of the kind on 31 December of the year before.

        Somebody who had one, or of whom a record of the year says so, is not new; who lost the work during the year
        and found another is one person still, by `subject`. Supported employment is of another kind and does not make
        anybody employed (city rule, unverified).
        """
        condition = employed_at(date(year - 1, 12, 31), date(year, 12, 31))
        employed = self.standing().filter(condition, kind__code=code)
        return self.done_in(code, year).exclude(person__in=employed.order_by().values("person"))


class ContractQuerySet(ServiceQuerySet):
    """Contracts with a family doctor."""

    def in_force_on(self, day: date):
        """Standing contracts that run on the day."""
        return self.standing().filter(served_on__lte=day, ended_on__gte=day)


class AttendanceQuerySet(ServiceQuerySet):
    """People on courses."""

    def unfinished(self):
        """Standing records of who has not finished, or not yet."""
        return self.standing().filter(completed_on__isnull=True)

    def apart_from_course(self):
        """Standing records that say otherwise than their course: there are none, unless written past the deeds."""
        ends = Q(course__ends_on__isnull=False) & (Q(ended_on__isnull=True) | ~Q(ended_on=F("course__ends_on")))
        hours = Q(course__hours__isnull=False) & (Q(hours__isnull=True) | ~Q(hours=F("course__hours")))
        what = (
            ~Q(content=F("course__name"))
            | ~Q(institution=F("course__institution"))
            | ~Q(served_on=F("course__starts_on"))
        )
        return self.standing().filter(what | ends | hours, course__isnull=False)


def years_touched(served_on: date, counted_on: date | None, ended_on: date | None) -> range:
    """The years in whose figures a record may matter.

    Those in which it counts; for work that goes on also those in which it keeps its person from being newly
    employed: until the year after its end, or after this one while it is open.
    """
    last = max(served_on, counted_on or served_on, ended_on or localdate())
    return range(served_on.year, last.year + 2)
