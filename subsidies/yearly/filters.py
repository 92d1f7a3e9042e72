"""Filters of premiums, policies and grants: by year, school year and state, each of what the reader may see."""

from datetime import date

from django.contrib.admin import SimpleListFilter

from lianyungang_cdpf.intake.periods import FIRST_OF_SCHOOL_YEAR, SCHOOL_YEAR
from subsidies.models import Roll


class _YearFilter(SimpleListFilter):
    """By a field that holds a year; the years offered are those of records in sight."""

    field = ""

    def lookups(self, request, model_admin):
        rows = model_admin.model.objects.visible_to(request.user).order_by(f"-{self.field}")
        return [(str(year), self.shown(year)) for year in rows.values_list(self.field, flat=True).distinct()]

    def shown(self, year: int) -> str:
        return f"{year}年"

    def queryset(self, request, queryset):
        chosen = self.value()
        if not chosen:
            return queryset
        return queryset.filter(**{self.field: int(chosen)}) if chosen.isdecimal() else queryset.none()


class PremiumYearFilter(_YearFilter):
    title, parameter_name, field = "缴费年度", "year", "year"


class SchoolYearFilter(_YearFilter):
    title, parameter_name, field = "学年", "year", "school_year"

    def shown(self, year: int) -> str:
        return SCHOOL_YEAR.shown(date(year, FIRST_OF_SCHOOL_YEAR, 1))


class PolicyYearFilter(SimpleListFilter):
    """By a year in which the policy is in effect."""

    title, parameter_name = "生效年份", "year"

    def lookups(self, request, model_admin):
        terms = model_admin.model.objects.visible_to(request.user).order_by().values_list("starts_on", "ends_on")
        years = {year for first, last in terms.distinct() for year in range(first.year, last.year + 1)}
        return [(str(year), f"{year}年") for year in sorted(years, reverse=True)]

    def queryset(self, request, queryset):
        chosen = self.value()
        if not chosen:
            return queryset
        if not (chosen.isdecimal() and len(chosen) == 4 and chosen > "0000"):
            return queryset.none()
        return queryset.filter(starts_on__lte=date(int(chosen), 12, 31), ends_on__gte=date(int(chosen), 1, 1))


class DetailStateFilter(SimpleListFilter):
    """已入账, 已发放 or 已撤销, as the payment stands."""

    title, parameter_name = "状态", "state"

    def lookups(self, request, model_admin):
        return Roll.State.choices

    def queryset(self, request, queryset):
        if self.value() == Roll.State.UNDONE:
            return queryset.filter(payment__live=False)
        return queryset.live().filter(payment__roll__state=self.value()) if self.value() else queryset
