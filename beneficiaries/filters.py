"""Filters of the list of people, each a state that the queryset names."""

from django.contrib.admin import SimpleListFilter
from django.utils.timezone import localdate

from beneficiaries.models import Category, Grade, Hardship


class CategoryFilter(SimpleListFilter):
    """By the category of a certificate in force."""

    title, parameter_name = "残疾类别", "category"

    def lookups(self, request, model_admin):
        return [(str(value), label) for value, label in Category.choices]

    def queryset(self, request, queryset):
        return queryset.certified_on(localdate(), category=self.value()) if self.value() else queryset


class GradeFilter(SimpleListFilter):
    """By the grade of a certificate in force."""

    title, parameter_name = "残疾等级", "grade"

    def lookups(self, request, model_admin):
        return [(str(value), label) for value, label in Grade.choices]

    def queryset(self, request, queryset):
        return queryset.certified_on(localdate(), grade=self.value()) if self.value() else queryset


class HardshipFilter(SimpleListFilter):
    """By a status of the household in force."""

    title, parameter_name = "困难情况", "hardship"

    def lookups(self, request, model_admin):
        return Hardship.choices

    def queryset(self, request, queryset):
        return queryset.in_hardship_on(localdate(), self.value()) if self.value() else queryset


class RegisterStateFilter(SimpleListFilter):
    """在册, 已故 or 迁出."""

    title, parameter_name = "档案状态", "state"

    def lookups(self, request, model_admin):
        return [("on_register", "在册"), ("deceased", "已故"), ("moved_out", "迁出")]

    def queryset(self, request, queryset):
        if self.value() in dict(self.lookup_choices):
            return getattr(queryset, self.value())()
        return queryset
