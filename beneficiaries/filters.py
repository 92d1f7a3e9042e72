"""Filters of the list of people, each a state that the queryset names."""

from django.contrib.admin import SimpleListFilter
from django.utils.timezone import localdate

from beneficiaries.models import Basis, Category, Grade, Hardship, Household
from beneficiaries.transfers import unit_of

# Methods of the queryset with what pages and programs call them.
REGISTER_STATES = (("on_register", "在册"), ("deceased", "已故"), ("moved_out", "迁出"))


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
        return REGISTER_STATES

    def queryset(self, request, queryset):
        if self.value() in dict(self.lookup_choices):
            return getattr(queryset, self.value())()
        return queryset


class BasisFilter(SimpleListFilter):
    """Why somebody is on file."""

    title, parameter_name = "建档类别", "basis"

    def lookups(self, request, model_admin):
        return Basis.choices

    def queryset(self, request, queryset):
        return queryset.on_file_as(self.value(), localdate()) if self.value() in Basis.values else queryset


class FamilyFilter(SimpleListFilter):
    """What their household is, and minors for whom nobody answers."""

    title, parameter_name = "家庭情况", "family"

    def lookups(self, request, model_admin):
        return [("several", "一户多残"), ("elders", "依老养残"), ("no_guardian", "未成年未登记监护人")]

    def queryset(self, request, queryset):
        day = localdate()
        if self.value() == "no_guardian":
            return queryset.minors_without_guardian(day)
        if self.value() in HOUSEHOLDS:
            return queryset.living_in(getattr(Household.objects, HOUSEHOLDS[self.value()])(day), day)
        return queryset


HOUSEHOLDS = {"several": "with_several_disabled", "elders": "supported_by_elders"}


class HouseholdFilter(SimpleListFilter):
    """一户多残 and 依老养残."""

    title, parameter_name = "家庭情况", "family"

    def lookups(self, request, model_admin):
        return [("several", "一户多残"), ("elders", "依老养残")]

    def queryset(self, request, queryset):
        chosen = HOUSEHOLDS.get(self.value())
        return getattr(queryset, chosen)(localdate()) if chosen else queryset


class TransferTodoFilter(SimpleListFilter):
    """What waits for one's own unit, and what one's own unit waits for."""

    title, parameter_name = "待办", "todo"

    def lookups(self, request, model_admin):
        return [("receive", "迁入待办"), ("give", "迁出待办"), ("sent", "等待对方办理")]

    def queryset(self, request, queryset):
        methods = {"receive": "to_receive", "give": "to_give", "sent": "sent_by"}
        if self.value() not in methods:
            return queryset
        unit = unit_of(request.user)
        # The city is no side: it sees what any unit has to do.
        if request.user.is_city_wide:
            sides = {"receive": ["giving"], "give": ["receiving"], "sent": ["giving", "receiving"]}
            return queryset.pending().filter(requested_from__in=sides[self.value()])
        return getattr(queryset, methods[self.value()])(unit) if unit else queryset.none()
