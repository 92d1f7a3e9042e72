"""Filters of lists of services: by year and by how far a record is."""

from datetime import date

from django.contrib.admin import SimpleListFilter
from django.db.models import Max, Min
from django.utils.timezone import localdate

from services.models import Service, TrainingCourse
from services.models.courses import STAGES as COURSE_STAGES

# By the name of the queryset's method that finds them.
STATES = {"counting": "已计入", "waiting": "暂不计入", "not_new": "上年末已就业，不计入", "cancelled": "已撤销"}


class ServiceYearFilter(SimpleListFilter):
    """By the year of the service, of those that records stand for."""

    title, parameter_name = "服务年度", "year"

    def lookups(self, request, model_admin):
        ends = Service.objects.visible_to(request.user).aggregate(first=Min("served_on"), last=Max("served_on"))
        return _years(ends["first"], ends["last"])

    def queryset(self, request, queryset):
        return _in_year(queryset, "served_on", self.value(), self.lookup_choices)


def _years(first: date | None, last: date | None) -> list[tuple[str, str]]:
    """The years between two days, the latest first."""
    return [(str(year), f"{year}年") for year in range(last.year, first.year - 1, -1)] if first else []


def _in_year(queryset, field: str, chosen: str | None, choices):
    """The records of the chosen year; none for a year that is not on offer."""
    if chosen not in dict(choices):
        return queryset.none() if chosen else queryset
    return queryset.filter(**{f"{field}__gte": f"{chosen}-01-01", f"{field}__lte": f"{chosen}-12-31"})


class CourseYearFilter(SimpleListFilter):
    """By the year in which courses begin, of those that there are."""

    title, parameter_name = "开班年度", "year"

    def lookups(self, request, model_admin):
        ends = TrainingCourse.objects.visible_to(request.user).aggregate(first=Min("starts_on"), last=Max("starts_on"))
        return _years(ends["first"], ends["last"])

    def queryset(self, request, queryset):
        return _in_year(queryset, "starts_on", self.value(), self.lookup_choices)


class CourseStageFilter(SimpleListFilter):
    """未开班, 培训中 or 已结束 today."""

    title, parameter_name = "进度", "stage"

    def lookups(self, request, model_admin):
        return list(COURSE_STAGES.items())

    def queryset(self, request, queryset):
        return getattr(queryset, self.value())(localdate()) if self.value() in COURSE_STAGES else queryset


class ServiceStateFilter(SimpleListFilter):
    """已计入, 暂不计入 (not signed for, not accepted, not finished), not newly employed, or 已撤销."""

    title, parameter_name = "状态", "state"

    def lookups(self, request, model_admin):
        return list(STATES.items())

    def queryset(self, request, queryset):
        return getattr(queryset, self.value())() if self.value() in STATES else queryset


def state_key(service) -> str:
    """How far a record is, as in STATES."""
    if service.cancelled_at:
        return "cancelled"
    if service.counted_on is None:
        return "waiting"
    return "not_new" if service.employed_before else "counting"


def state_of(service) -> str:
    """How far a record is, in words."""
    return STATES[state_key(service)]
