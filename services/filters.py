"""Filters of lists of services and stays: by year, month, place of service and how far a record is."""

from django.contrib.admin import SimpleListFilter
from django.utils.timezone import localdate

from facilities.models import Facility
from services.models import FacilityStay, MonthlyAttendance, Service, TrainingCourse
from services.models.courses import STAGES as COURSE_STAGES

# By the name of the queryset's method that finds them.
STATES = {"counting": "已计入", "waiting": "暂不计入", "not_new": "上年末已就业，不计入", "cancelled": "已撤销"}
STAY_STATES = {"current": "在册", "left": "已退出", "cancelled": "已撤销"}
MONTHS_OFFERED = 36


class ServiceYearFilter(SimpleListFilter):
    """By the year of the service, of those that records stand for."""

    title, parameter_name = "服务年度", "year"

    def lookups(self, request, model_admin):
        return _years(Service.objects.visible_to(request.user), "served_on")

    def queryset(self, request, queryset):
        return _in_year(queryset, "served_on", self.value(), self.lookup_choices)


def _years(records, field: str) -> list[tuple[str, str]]:
    """The years of the records, the latest first.

    From each end of an index by day: the least and greatest of a scope would be sought in all its records.
    """
    days = records.values_list(field, flat=True)
    first, last = days.order_by(field).first(), days.order_by(f"-{field}").first()
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
        return _years(TrainingCourse.objects.visible_to(request.user), "starts_on")

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


class FacilityFilter(SimpleListFilter):
    """By the 残疾人之家, of those that the stays in sight are of."""

    title, parameter_name = "残疾人之家", "facility"

    def lookups(self, request, model_admin):
        stays = FacilityStay.objects.visible_to(request.user).order_by()
        homes = Facility.objects.filter(pk__in=stays.values("facility")).order_by("area__path", "name", "pk")
        return [(str(pk), name) for pk, name in homes.values_list("pk", "name")]

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen not in dict(self.lookup_choices):
            return queryset.none() if chosen else queryset
        return queryset.filter(facility=chosen)


class AttendedMonthFilter(SimpleListFilter):
    """By a month of which days are recorded, 0 included; the latest three years of months."""

    title, parameter_name = "出勤月份", "month"

    def lookups(self, request, model_admin):
        months = MonthlyAttendance.objects.visible_to(request.user).standing().order_by("-month")
        months = months.values_list("month", flat=True).distinct()[:MONTHS_OFFERED]
        return [(f"{month:%Y-%m}", f"{month:%Y-%m}") for month in months]

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen not in dict(self.lookup_choices):
            return queryset.none() if chosen else queryset
        attended = MonthlyAttendance.objects.standing().filter(month=f"{chosen}-01")
        return queryset.filter(pk__in=attended.order_by().values("stay"))


class StayStateFilter(SimpleListFilter):
    """在册, 已退出 or 已撤销."""

    title, parameter_name = "状态", "state"

    def lookups(self, request, model_admin):
        return list(STAY_STATES.items())

    def queryset(self, request, queryset):
        return getattr(queryset, self.value())() if self.value() in STAY_STATES else queryset


def stay_state_key(stay) -> str:
    """How far a stay is, as in STAY_STATES."""
    return "cancelled" if stay.cancelled_at else "left" if stay.left_on else "current"


def stay_state_of(stay) -> str:
    """How far a stay is, in words."""
    return STAY_STATES[stay_state_key(stay)]
