"""Filters of the list of facilities in the admin."""

from django.contrib.admin import SimpleListFilter
from django.utils.timezone import localdate

FIRST_YEAR = 2016  # 国发〔2015〕52号 and the first plans; older facilities are found by name.


def years() -> list[int]:
    """The years that filters offer, latest first."""
    return list(range(localdate().year, FIRST_YEAR - 1, -1))


class AcceptedYearFilter(SimpleListFilter):
    """当年通过验收, as the targets count it."""

    title, parameter_name = "验收年度", "accepted"

    def lookups(self, request, model_admin):
        return [(str(year), f"{year} 年") for year in years()]

    def queryset(self, request, queryset):
        return queryset.accepted_in(int(self.value())) if self.value() in dict(self.lookup_choices) else queryset
