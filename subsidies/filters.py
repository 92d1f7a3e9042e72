"""Filters of rolls and payments: by month, state and place."""

from datetime import date

from django.contrib.admin import SimpleListFilter

from subsidies.models import Roll


class MonthFilter(SimpleListFilter):
    """By month, of those for which rolls stand."""

    title, parameter_name = "月份", "month"

    def lookups(self, request, model_admin):
        months = Roll.objects.visible_to(request.user).order_by("-month").values_list("month", flat=True).distinct()
        return [(f"{month:%Y-%m}", f"{month:%Y年%m月}") for month in months]

    def queryset(self, request, queryset):
        if not self.value():
            return queryset
        try:
            return queryset.filter(month=date.fromisoformat(f"{self.value()}-01"))
        except ValueError:
            return queryset.none()


class ExceptionFilter(SimpleListFilter):
    """有例外的发放: payments that a reviewer let through against a check, and the rolls that have some."""

    title, parameter_name = "审核例外", "exception"

    def lookups(self, request, model_admin):
        return [("yes", "有例外的发放")]

    def queryset(self, request, queryset):
        return queryset.with_exceptions() if self.value() == "yes" else queryset


class BackPayFilter(SimpleListFilter):
    """补发: payments of another month than their roll's."""

    title, parameter_name = "补发", "back"

    def lookups(self, request, model_admin):
        return [("yes", "补发以前月份")]

    def queryset(self, request, queryset):
        return queryset.back_paid() if self.value() == "yes" else queryset


class PaymentStateFilter(SimpleListFilter):
    """已入账, 已发放 or 已撤销, as the payment itself stands."""

    title, parameter_name = "状态", "state"

    def lookups(self, request, model_admin):
        return Roll.State.choices

    def queryset(self, request, queryset):
        if self.value() == Roll.State.UNDONE:
            return queryset.filter(live=False)
        return queryset.live().filter(roll__state=self.value()) if self.value() else queryset
