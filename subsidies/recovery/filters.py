"""Filters of the list of recoveries."""

from django.contrib.admin import SimpleListFilter
from django.utils.timezone import localdate


class DueFilter(SimpleListFilter):
    """逾期: open cases whose day has passed."""

    title, parameter_name = "期限", "due"

    def lookups(self, request, model_admin):
        return [("overdue", "已逾期")]

    def queryset(self, request, queryset):
        return queryset.overdue(localdate()) if self.value() == "overdue" else queryset
