"""家庭户 in the admin: the place, the members, and what the household is."""

from django.contrib import admin
from django.db.models import Prefetch
from django.utils.timezone import localdate

from beneficiaries.exports import place_name
from beneficiaries.filters import HouseholdFilter
from beneficiaries.household_forms import HouseholdForm, MemberForm, MemberFormSet
from beneficiaries.living import save_household
from beneficiaries.models import Household, HouseholdMember, Person
from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin, ScopedTabularInline
from lianyungang_cdpf.masking import mask_id_number


class MemberInline(ScopedTabularInline):
    """Members; who leaves gets a last day."""

    model = HouseholdMember
    form = MemberForm
    formset = MemberFormSet
    readonly_fields = ("name_shown", "id_number_shown")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("person")

    def get_fields(self, request, obj=None):
        who = ("name", "id_number")
        if not self.has_change_permission(request, obj):
            who = ("name_shown", "id_number_shown")
        return (*who, "relation", "valid_from", "valid_to")

    def get_extra(self, request, obj=None, **kwargs):
        return 2 if obj is None else 1

    def get_formset(self, request, obj=None, **kwargs):
        formset = super().get_formset(request, obj, **kwargs)
        return type(formset.__name__, (formset,), {"staff": request.user})

    @admin.display(description="姓名")
    def name_shown(self, member):
        return member.person.name if member.pk else None

    @admin.display(description="身份证号")
    def id_number_shown(self, member):
        return mask_id_number(member.person.id_number) if member.pk else None


@admin.register(Household)
class HouseholdAdmin(ScopedAdmin):
    """家庭户."""

    form = HouseholdForm
    inlines = (MemberInline,)
    list_display = ("head", "members_shown", "state", "place", "address")
    list_filter = (AreaFilter, HouseholdFilter)
    list_select_related = ("area__parent__parent",)
    search_fields = ("address",)
    search_help_text = "户主或成员的姓名、拼音、身份证号"

    def get_queryset(self, request):
        members = HouseholdMember.objects.visible_to(request.user).current(localdate())
        members = members.select_related("person").order_by("id")
        rows = super().get_queryset(request).with_marks(localdate())
        return rows.prefetch_related(Prefetch("members", members, to_attr="living"))

    def get_search_results(self, request, queryset, search_term):
        queryset, _ = super().get_search_results(request, queryset, "")
        if search_term.strip():
            people = Person.objects.visible_to(request.user).matching(search_term)
            queryset = queryset.filter(members__person__in=people.values("pk")).distinct()
        return queryset, False

    def save_model(self, request, obj, form, change):
        """Nothing yet: the household and its lines are one deed, done in `save_related`."""

    def save_related(self, request, form, formsets, change):
        for formset in formsets:
            # Nothing is written yet: the history of the record asks the formset what it held.
            formset.save(commit=False)
        lines = [one for formset in formsets for one in formset.forms if one.has_changed() and one.cleaned_data]
        save_household(by=request.user, household=form.instance, living=[one.living for one in lines])

    @admin.display(description="户主")
    def head(self, household):
        return next((one.person.name for one in household.living if one.relation == "head"), "未登记户主")

    @admin.display(description="现有成员")
    def members_shown(self, household):
        return f"{len(household.living)} 人"

    @admin.display(description="家庭情况")
    def state(self, household):
        words = ("一户多残" * household.has_several, "依老养残" * household.has_elders)
        return "、".join(filter(None, words)) or None

    @admin.display(description="地区", ordering="area__path")
    def place(self, household):
        return place_name(household)
