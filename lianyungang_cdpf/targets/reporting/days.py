"""The days of a report: what it is told as of, when it is due, and what today is."""

from calendar import monthrange
from datetime import date, datetime

from django.utils import timezone

from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.progress import demonstration


def month_end(year: int, month: int) -> date:
    """The day that a month's figures are told as of."""
    return date(year, month, monthrange(year, month)[1])


def due_day(plan: Plan, month: int) -> date:
    """The last day on which the month's report is in time: a day of the next month, weekends as they are."""
    return date(plan.year + month // 12, month % 12 + 1, plan.report_day)


def months_asked(plan: Plan) -> range:
    """The months of which a report is asked for."""
    return range(plan.report_from, 13)


def today_in(year: int) -> date:
    """Today; a demonstration database has a day of its own, for its own year."""
    mark = demonstration()
    return mark.as_of if mark and mark.as_of.year == year else timezone.localdate()


def now_in(year: int) -> datetime:
    """This moment, on the day of `today_in`."""
    now, today = timezone.localtime(), today_in(year)
    return now.replace(year=today.year, month=today.month, day=today.day)
