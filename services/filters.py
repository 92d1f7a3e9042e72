"""Filters of lists of services: by year and by how far a record is."""

from django.contrib.admin import SimpleListFilter

from services.models import Service

# By the name of the queryset's method that finds them.
STATES = {"counting": "已计入", "waiting": "暂不计入", "cancelled": "已撤销"}


class ServiceYearFilter(SimpleListFilter):
    """By the year of the service, of those that records stand for."""

    title, parameter_name = "服务年度", "year"

    def lookups(self, request, model_admin):
        """From each end of the index by day: the least and greatest of a scope would be sought in all its records."""
        days = Service.objects.visible_to(request.user).values_list("served_on", flat=True)
        first, last = days.order_by("served_on").first(), days.order_by("-served_on").first()
        return [(str(year), f"{year}年") for year in range(last.year, first.year - 1, -1)] if first else []

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen not in dict(self.lookup_choices):
            return queryset.none() if chosen else queryset
        return queryset.filter(served_on__gte=f"{chosen}-01-01", served_on__lte=f"{chosen}-12-31")


class ServiceStateFilter(SimpleListFilter):
    """已计入, 暂不计入 (not signed for, not accepted, not finished) or 已撤销."""

    title, parameter_name = "状态", "state"

    def lookups(self, request, model_admin):
        return list(STATES.items())

    def queryset(self, request, queryset):
        return getattr(queryset, self.value())() if self.value() in STATES else queryset


def state_key(service) -> str:
    """How far a record is, as in STATES."""
    return "cancelled" if service.cancelled_at else "counting" if service.counted_on else "waiting"


def state_of(service) -> str:
    """How far a record is, in words."""
    return STATES[state_key(service)]
