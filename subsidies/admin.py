"""Programmes and standards to edit, rolls and payments to look through; finance marks rolls as paid."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Sum
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from beneficiaries.admin import SEARCH_HELP, WHOLE_ACCOUNT
from beneficiaries.admin.files import WhoAndWhere, with_sight
from beneficiaries.models import Person
from lianyungang_cdpf.accounts.area_filter import AreaFilter, OfficeFilter
from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin, ScopedTabularInline
from lianyungang_cdpf.accounts.secret_fields import masked
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.exports import AuditedExport
from lianyungang_cdpf.intake.presentation import FINDINGS, OTHER
from lianyungang_cdpf.masking import mask_account_no
from subsidies.approval.admin import told_of
from subsidies.bank.admin import money_told
from subsidies.comparison import admin as comparison  # noqa: F401 - registers its ledgers
from subsidies.exports import (
    PaymentsFile,
    RollsFile,
    StandardsFile,
    exception_in_words,
    payment_state,
    roll_place,
)
from subsidies.filters import BackPayFilter, ExceptionFilter, MonthFilter, PaymentStateFilter
from subsidies.forms import CheckForm, PaidOnForm, ProgrammeForm, StandardForm
from subsidies.loading import add_missing_checks
from subsidies.models import Payment, PaymentAcceptance, Programme, ProgrammeCheck, Roll, Standard
from subsidies.notices import admin as notices  # noqa: F401 - registered with these
from subsidies.notices.pages import told_of as told_of_notices
from subsidies.paying import PERMISSION, mark_roll_paid
from subsidies.recovery import admin as recovery  # noqa: F401 - registered with these
from subsidies.recovery.money import recovered_told
from subsidies.standards import ages_in_words, eligibility_in_words
from subsidies.trial.admin import ProgrammeOnTrial, StandardOnTrial
from subsidies.yearly import admin as yearly  # noqa: F401 - registered with these


class CheckInline(ScopedTabularInline):
    """How severe each check is for the programme."""

    model = ProgrammeCheck
    form = CheckForm
    fields = ("label", "severity", "acceptable")
    readonly_fields = ("label",)

    def has_add_permission(self, request, obj=None):
        return False

    @admin.display(description="检查")
    def label(self, check):
        return FINDINGS.get(check.code, OTHER)[0]


class StandardInline(ReadOnly, ScopedTabularInline):
    """The programme's standards, each with a link to its own page."""

    model = Standard
    fields = ("effective_from", "effective_to", "grade", "area", "hukou_type", "household_class", "amount")
    show_change_link = True


@admin.register(Programme)
class ProgrammeAdmin(ProgrammeOnTrial, ScopedAdmin):
    """补贴项目."""

    form = ProgrammeForm
    inlines = (StandardInline, CheckInline)
    list_display = ("name", "code", "period", "who", "standard_count")
    search_fields = ("name", "code")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number_of_standards=Count("standards"))

    def get_readonly_fields(self, request, obj=None):
        """The code is what files, targets and payments know the programme by."""
        return ("code", "who") if obj else ()

    def get_fields(self, request, obj=None):
        if not obj:
            return ProgrammeForm.Meta.fields
        return ("name", "code", *ProgrammeForm.Meta.fields[2:-2], "who", "eligibility", "position")

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        if not change:
            add_missing_checks(form.instance)

    @admin.display(description="享受条件说明")
    def who(self, programme):
        return eligibility_in_words(programme.eligibility) + ages_in_words(programme)

    @admin.display(description="标准条数")
    def standard_count(self, programme):
        return programme.number_of_standards


@admin.register(Standard)
class StandardAdmin(StandardOnTrial, AuditedExport, ScopedAdmin):
    """补贴标准."""

    form = StandardForm
    resource_classes = [StandardsFile]
    deletable = True
    list_display = (
        "programme", "from_month", "to_month", "grade", "area", "hukou_type", "household_class", "amount",
    )  # fmt: skip
    list_filter = ("programme", "grade", "hukou_type")
    list_select_related = ("programme", "area")
    ordering = ("programme__position", "-effective_from", "grade")

    def get_fields(self, request, obj=None):
        """The standard before it is ended along with a new one, not with a change."""
        return StandardForm.Meta.fields if obj else (*StandardForm.Meta.fields, "ends_former")

    def save_model(self, request, obj, form, change):
        """With the standard that this one follows, if it is to be ended."""
        super().save_model(request, obj, form, change)
        if form.ended:
            form.ended.save(update_fields=["effective_to"])
            self.log_change(request, form.ended, [{"changed": {"fields": ["截止月份"]}}])

    def has_delete_permission(self, request, obj=None):
        """A standard that money was paid by stays."""
        if obj is not None and Payment.objects.filter(standard=obj).exists():
            return False
        return super().has_delete_permission(request, obj)

    def get_actions(self, request):
        """One by one: each deletion is looked at."""
        return {}

    @admin.display(description="起始月份", ordering="effective_from")
    def from_month(self, standard):
        return f"{standard.effective_from:%Y-%m}"

    @admin.display(description="截止月份", ordering="effective_to", empty_value="一直有效")
    def to_month(self, standard):
        return f"{standard.effective_to:%Y-%m}" if standard.effective_to else None


@admin.register(Roll)
class RollAdmin(ReadOnly, AuditedExport, ScopedAdmin):
    """花名册: posted by the intake, never by hand; finance marks them as paid."""

    resource_classes = [RollsFile]
    change_form_template = "subsidies/roll.html"
    import_export_change_list_template = "admin/subsidies/work_list.html"
    list_display = (
        "reference",
        "programme",
        "month_shown",
        "place",
        "state",
        "payment_count",
        "total_shown",
        "paid_on",
    )
    list_filter = ("programme", MonthFilter, OfficeFilter, "state", ExceptionFilter)
    list_select_related = ("programme", "area", "zone")
    search_fields = ("reference",)
    search_help_text = "批次号"
    actions = ("mark_paid",)
    fields = (
        "reference", "programme", "month_shown", "place", "state", "row_count", "payment_count", "total_shown",
        "payments_link", "back_pay", "exceptions", "job", "posted_by", "posted_at", "paid_on", "paid_by", "frozen_at",
    )  # fmt: skip

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """With the chain of approval, what the reader may do now, and who did what in which round."""
        roll = self.get_object(request, unquote(object_id)) if self.has_view_permission(request) else None
        panels = (told_of, money_told, recovered_told, told_of_notices) if roll else ()
        told = {name: value for panel in panels for name, value in panel(roll, request.user).items()}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **told})

    def has_mark_paid_permission(self, request):
        """Whether the account may mark rolls as paid at all; whose rolls, the deed checks."""
        return request.user.has_perm(PERMISSION)

    @admin.action(description="标记为已发放", permissions=["mark_paid"])
    def mark_paid(self, request, queryset):
        """Ask for the day first; then all chosen rolls are marked, or none."""
        form = PaidOnForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid():
            return self._mark_all(request, queryset, form.cleaned_data["paid_on"])
        sums = queryset.aggregate(total=Sum("total"), payments=Sum("payment_count"))
        context = self.admin_site.each_context(request) | {
            "title": "标记为已发放",
            "opts": self.opts,
            "form": form,
            "rolls": queryset,
            "total": f"{sums['total'] or 0:,.2f}",
            "payments": f"{sums['payments'] or 0:,}",
            "checkbox_name": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "subsidies/mark_paid.html", context)

    def _mark_all(self, request, queryset, paid_on):
        try:
            with transaction.atomic():
                marked = [mark_roll_paid(roll=roll, by=request.user, paid_on=paid_on) for roll in queryset]
        except ValidationError as error:
            self.message_user(request, f"没有标记任何花名册：{''.join(error.messages)}", messages.ERROR)
        else:
            self.message_user(request, f"已把 {len(marked)} 个花名册标记为已发放。", messages.SUCCESS)

    @admin.display(description="月份", ordering="month")
    def month_shown(self, roll):
        return roll.programme.period_shown(roll.month)

    @admin.display(description="填报地区", ordering="area__path")
    def place(self, roll):
        return roll_place(roll)

    @admin.display(description="合计金额（元）", ordering="total")
    def total_shown(self, roll):
        return f"{roll.total:,.2f}"

    @admin.display(description="发放明细")
    def payments_link(self, roll):
        address = reverse(f"{self.admin_site.name}:subsidies_payment_changelist")
        return format_html('<a href="{}?roll__id__exact={}">查看 {} 笔发放</a>', address, roll.pk, roll.payment_count)

    @admin.display(description="补发以前月份")
    def back_pay(self, roll):
        """How much of the roll is for earlier months, with the way to it."""
        sums = Payment.objects.live().filter(roll=roll).back_paid().aggregate(total=Sum("amount"), payments=Count("pk"))
        if not sums["payments"]:
            return "没有"
        address = reverse(f"{self.admin_site.name}:subsidies_payment_changelist")
        said = f"{sums['payments']:,} 笔，{sums['total']:,.2f} 元"
        return format_html('<a href="{}?roll__id__exact={}&amp;back=yes">{}</a>', address, roll.pk, said)

    @admin.display(description="有例外的发放")
    def exceptions(self, roll):
        """The payments made against a check, each with its reason; none on most rolls."""
        kept = PaymentAcceptance.objects.filter(payment__roll=roll).select_related("accepted_by", "payment")
        lines = [(exception_in_words(one), f"第 {one.payment.row} 行") for one in kept.order_by("payment_id")[:50]]
        if not lines:
            return "没有"
        address = reverse(f"{self.admin_site.name}:subsidies_payment_changelist")
        link = format_html(
            '<a href="{}?roll__id__exact={}&amp;exception=yes">查看 {} 笔</a>', address, roll.pk, kept.count()
        )
        return format_html("{}{}", link, format_html_join("", "<br>{1}：{0}", lines))


@admin.register(Payment)
class PaymentAdmin(WhoAndWhere, ReadOnly, AuditedExport, ScopedAdmin):
    """补贴发放: what the rolls paid, by the place where each person lived then."""

    resource_classes = [PaymentsFile]
    import_export_change_list_template = "admin/subsidies/work_list.html"
    list_display = ("name", "id_number_shown", "town", "programme", "month_shown", "amount_shown", "roll_link", "state")
    list_filter = ("programme", MonthFilter, AreaFilter, PaymentStateFilter, BackPayFilter, ExceptionFilter)
    list_select_related = ("person", "programme", "roll", "area__parent__parent")
    linked_lookups = ("roll", "policy")
    search_fields = ("person__name",)
    search_help_text = SEARCH_HELP

    def get_fields(self, request, obj=None):
        account = "account_no" if request.user.has_perm(WHOLE_ACCOUNT) else "account_shown"
        return (
            "name", "id_number_shown", "county", "town", "programme", "month_shown", "amount_shown", "standard_amount",
            account, "account_holder", "roll_link", "sheet", "row", "state", "exception",
        )  # fmt: skip

    account_shown = masked("account_no", mask_account_no, "银行账号")

    def get_queryset(self, request):
        return with_sight(super().get_queryset(request), request.user)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        response = super().change_view(request, object_id, form_url, extra_context)
        if request.user.has_perm(WHOLE_ACCOUNT):
            record(by=request.user, deed="查看完整银行账号", on=self.get_object(request, object_id))
        return response

    def get_search_results(self, request, queryset, search_term):
        queryset, _ = super().get_search_results(request, queryset, "")
        if search_term.strip():
            queryset = queryset.filter(person__in=Person.objects.matching(search_term).values("pk"))
        return queryset, False

    def changelist_view(self, request, extra_context=None):
        """With the sum of what is listed, once something narrows the list: of all years it would be slow and idle."""
        response = super().changelist_view(request, extra_context)
        listed = getattr(response, "context_data", {}).get("cl")
        if listed is not None and (listed.query or listed.get_filters_params()):
            sums = listed.queryset.order_by().aggregate(total=Sum("amount"), payments=Count("pk"))
            response.context_data["subtitle"] = f"共 {sums['payments']:,} 笔，合计 {sums['total'] or 0:,.2f} 元"
        return response

    @admin.display(description="所属月份", ordering="month")
    def month_shown(self, payment):
        return payment.period

    @admin.display(description="金额（元）", ordering="amount")
    def amount_shown(self, payment):
        return f"{payment.amount:,.2f}"

    @admin.display(description="批次号", ordering="roll__reference")
    def roll_link(self, payment):
        return payment.roll.reference

    @admin.display(description="状态")
    def state(self, payment):
        return payment_state(payment)

    @admin.display(description="审核例外")
    def exception(self, payment):
        """What was accepted, by whom, when and why."""
        kept = PaymentAcceptance.objects.filter(payment=payment).select_related("accepted_by").first()
        return exception_in_words(kept) if kept else "没有"
