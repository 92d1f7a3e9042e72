"""Premiums, policies and grants to look through: written by rolls, never by hand."""

from django.contrib import admin
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.html import format_html

from beneficiaries.admin import SEARCH_HELP
from beneficiaries.admin.files import masked_id_of, with_sight
from beneficiaries.exports import county_name, town_name
from beneficiaries.models import Person
from lianyungang_cdpf.accounts import scoping
from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin
from lianyungang_cdpf.accounts.secret_fields import masked
from lianyungang_cdpf.audit.exports import AuditedExport
from lianyungang_cdpf.masking import mask_account_no
from subsidies.exports import payment_state
from subsidies.models import EducationGrant, InsurancePolicy, PensionPremium
from subsidies.yearly.exports import GrantsFile, PoliciesFile, PremiumsFile
from subsidies.yearly.filters import DetailStateFilter, PolicyYearFilter, PremiumYearFilter, SchoolYearFilter

WHO = ("name", "id_number_shown", "county", "town")
PAID = ("amount_shown", "reference", "state")


class DetailAdmin(ReadOnly, AuditedExport, ScopedAdmin):
    """What stands beside a payment, listed with whom and how much it is about."""

    list_select_related = ("payment__person", "payment__roll", "payment__area__parent__parent")
    search_fields = ("payment__person__name",)
    search_help_text = SEARCH_HELP

    def get_queryset(self, request):
        return with_sight(super().get_queryset(request), request.user, "payment__person")

    def get_search_results(self, request, queryset, search_term):
        queryset, _ = super().get_search_results(request, queryset, "")
        if search_term.strip():
            queryset = queryset.filter(payment__person__in=Person.objects.matching(search_term).values("pk"))
        return queryset, False

    @admin.display(description="姓名")
    def name(self, detail):
        return detail.payment.person.name

    @admin.display(description="身份证号")
    def id_number_shown(self, detail):
        return masked_id_of(detail.payment.person, detail.person_in_sight)

    @admin.display(description="县区")
    def county(self, detail):
        return county_name(detail.payment.area)

    @admin.display(description="乡镇街道")
    def town(self, detail):
        return town_name(detail.payment.area)

    @admin.display(description="金额（元）", ordering="payment__amount")
    def amount_shown(self, detail):
        return f"{detail.payment.amount:,.2f}"

    @admin.display(description="批次号")
    def reference(self, detail):
        return detail.payment.roll.reference

    @admin.display(description="状态")
    def state(self, detail):
        return payment_state(detail.payment)


@admin.register(PensionPremium)
class PensionPremiumAdmin(DetailAdmin):
    """养老保险代缴."""

    resource_classes = [PremiumsFile]
    list_display = (
        "name",
        "id_number_shown",
        "town",
        "year",
        "tier",
        "amount_shown",
        "confirmed",
        "reference",
        "state",
    )
    list_filter = (PremiumYearFilter, AreaFilter, DetailStateFilter)
    fields = (*WHO, "year", "tier", "insured_place", "receipt_no", "confirmed", *PAID)

    @admin.display(description="到账日期")
    def confirmed(self, premium):
        """The receipt's day, else the day on which finance saw the roll paid."""
        return premium.confirmed_on or premium.payment.roll.paid_on


@admin.register(InsurancePolicy)
class InsurancePolicyAdmin(ReadOnly, AuditedExport, ScopedAdmin):
    """保单."""

    resource_classes = [PoliciesFile]
    list_display = ("number", "product", "insurer", "starts_on", "ends_on", "premium_shown", "area", "insured")
    list_filter = (PolicyYearFilter,)
    list_select_related = ("area",)
    search_fields = ("number", "product", "insurer")
    search_help_text = "保单号、保险产品或保险公司"
    fields = ("number", "product", "insurer", "starts_on", "ends_on", "premium_shown", "area", "insured_link")

    def get_queryset(self, request):
        """With the number of living entries on the policy that the reader may see."""
        condition = scoping.in_scope(request.user, "payments__area")
        seen = Q(pk__in=[]) if condition is None else condition & Q(payments__live=True)
        return super().get_queryset(request).annotate(insured=Count("payments", filter=seen))

    @admin.display(description="每人保费（元）", ordering="premium")
    def premium_shown(self, policy):
        return f"{policy.premium:,.2f}"

    @admin.display(description="被保险人数", ordering="insured")
    def insured(self, policy):
        return policy.insured

    @admin.display(description="被保险人")
    def insured_link(self, policy):
        address = reverse(f"{self.admin_site.name}:subsidies_payment_changelist")
        return format_html('<a href="{}?policy__id__exact={}">查看 {} 人</a>', address, policy.pk, policy.insured)


@admin.register(EducationGrant)
class EducationGrantAdmin(DetailAdmin):
    """教育补贴."""

    resource_classes = [GrantsFile]
    list_select_related = (*DetailAdmin.list_select_related, "parent")
    list_display = (
        "name", "id_number_shown", "town", "school_year_shown", "kind", "stage", "school", "amount_shown", "state",
    )  # fmt: skip
    list_filter = (SchoolYearFilter, "kind", "stage", AreaFilter, DetailStateFilter)
    fields = (*WHO, "school_year_shown", "kind", "stage", "school", "number_shown", "parent_shown", *PAID)

    number_shown = masked("student_no", mask_account_no, "学籍号")

    @admin.display(description="学年", ordering="school_year")
    def school_year_shown(self, grant):
        return str(grant)

    @admin.display(description="残疾家长", empty_value="—")
    def parent_shown(self, grant):
        return grant.parent.name if grant.parent else None
