"""The register in the admin: people with their certificates and hardships. Numbers are shown masked."""

import json

from django.contrib import admin, messages
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.timezone import localdate

from beneficiaries.actions import save_person
from beneficiaries.exports import (
    WHOLE_ACCOUNT,
    CertificatesFile,
    PeopleFile,
    disability_name,
    hardship_names,
    place_name,
    register_state,
)
from beneficiaries.filters import (
    BasisFilter,
    CategoryFilter,
    FamilyFilter,
    GradeFilter,
    HardshipFilter,
    RegisterStateFilter,
)
from beneficiaries.forms import (
    CertificateForm,
    CertificateFormSet,
    DiagnosisForm,
    FormSetOfPerson,
    GuardianForm,
    PersonForm,
)
from beneficiaries.models import Basis, Certificate, ChildDiagnosis, Guardian, HardshipStatus, Person
from beneficiaries.people import age_on
from beneficiaries.person_page import page_facts
from lianyungang_cdpf.accounts.admin_log import nameless
from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.accounts.scoped_admin import (
    Found,
    ReadOnly,
    ScopedAdmin,
    ScopedStackedInline,
    ScopedTabularInline,
)
from lianyungang_cdpf.accounts.secret_fields import masked
from lianyungang_cdpf.audit.actions import record, record_view
from lianyungang_cdpf.audit.exports import AuditedExport
from lianyungang_cdpf.intake.tables.money import passes_luhn
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number, mask_phone

SEARCH_HELP = "姓名、拼音、首字母、身份证号、残疾人证号或身份证后四位"


class CertificateInline(ScopedTabularInline):
    """The person's certificates; who may not change them sees the numbers masked."""

    model = Certificate
    form = CertificateForm
    formset = CertificateFormSet
    readonly_fields = ("disability", "number_shown")
    number_shown = masked("number", mask_certificate_no, "残疾人证号")

    def get_fields(self, request, obj=None):
        number = "number" if self.has_change_permission(request, obj) else "number_shown"
        return (number, "disability", "status", "valid_from", "valid_to")

    def get_extra(self, request, obj=None, **kwargs):
        return 1 if obj is None else 0

    @admin.display(description="类别等级", empty_value="按证号得出")
    def disability(self, certificate):
        return str(certificate) if certificate.pk else None


class GuardianInline(ScopedTabularInline):
    """Who answers for the person; who stops gets a last day, nobody is deleted."""

    model = Guardian
    fk_name = "person"
    form = GuardianForm
    formset = FormSetOfPerson
    readonly_fields = ("id_number_shown", "phone_shown")
    id_number_shown = masked("id_number", mask_id_number, "监护人身份证号")
    phone_shown = masked("phone", mask_phone, "监护人电话")

    def get_fields(self, request, obj=None):
        numbers = ("id_number", "phone")
        if not self.has_change_permission(request, obj):
            numbers = ("id_number_shown", "phone_shown")
        return ("name", "relation", *numbers, "valid_from", "valid_to")


class DiagnosisInline(ScopedStackedInline):
    """What a hospital wrote of a child without a certificate."""

    model = ChildDiagnosis
    form = DiagnosisForm
    max_num = 1
    fields = ("suspected_category", "text", "diagnosed_on", "hospital")

    def get_extra(self, request, obj=None, **kwargs):
        return 1 if obj is None or obj.basis == Basis.UNCERTIFIED_CHILD else 0


class HardshipInline(ScopedTabularInline):
    """The household's hardship; a status that ends gets its last day, it is not deleted."""

    model = HardshipStatus
    fields = ("status", "valid_from", "valid_to")


class PeopleFound(Found):
    """People as searched for; a name leads to everything about the person, from where the form is a click away."""

    def url_for_result(self, result):
        return super().url_for_result(result) if self.is_popup else reverse("one_person", args=[result.pk])


@admin.register(Person)
class PersonAdmin(AuditedExport, ScopedAdmin):
    """残疾人档案."""

    form = PersonForm
    inlines = (CertificateInline, HardshipInline, GuardianInline, DiagnosisInline)
    resource_classes = [PeopleFile]
    list_display = (
        "name", "id_number_shown", "sex", "age", "disability", "hardship", "place", "state",
    )  # fmt: skip
    list_filter = (
        AreaFilter, BasisFilter, CategoryFilter, GradeFilter, HardshipFilter, FamilyFilter, RegisterStateFilter,
    )  # fmt: skip
    list_select_related = ("area__parent__parent", "diagnosis")
    search_fields = ("name",)
    search_help_text = SEARCH_HELP
    readonly_fields = (
        "id_number_shown", "phone_shown", "account_shown", "account_whole", "sex", "birth_date", "age", "state",
        "died_on", "moved_out_on", "created_at", "updated_at",
    )  # fmt: skip
    id_number_shown = masked("id_number", mask_id_number, "身份证号")
    phone_shown = masked("phone", mask_phone, "联系电话")
    account_shown = masked("account_no", mask_account_no, "银行账号")

    def get_changelist(self, request, **kwargs):
        return PeopleFound

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("certificates", "hardships")

    def get_search_results(self, request, queryset, search_term):
        queryset, _ = super().get_search_results(request, queryset, "")
        return (queryset.matching(search_term) if search_term.strip() else queryset), False

    def get_fieldsets(self, request, obj=None):
        """Who may change a person gets boxes for new numbers; everybody else the masked ones."""
        editable = self.has_change_permission(request, obj) if obj else True
        id_number, phone = ("id_number", "phone") if editable else ("id_number_shown", "phone_shown")
        account = "account_no" if editable else "account_shown"
        if request.user.has_perm(WHOLE_ACCOUNT) and obj:
            account = "account_whole"
        derived = ("sex", "birth_date", "age", "state") if obj else ()
        gone = [("去世和迁出", {"fields": ("died_on", "moved_out_on")})] if obj else []
        return (
            ("基本情况", {"fields": ("name", id_number, "basis", *derived)}),
            ("住址和联系", {"fields": ("area", "village", "address", "hukou_type", phone)}),
            ("银行账户", {"fields": ("bank_name", account, "account_holder")}),
            *gone,
        )

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"staff": request.user})

    def get_formsets_with_inlines(self, request, obj=None):
        """A diagnosis is asked for where there can be one: for a child without a certificate."""
        for formset, inline in super().get_formsets_with_inlines(request, obj):
            childless = obj is not None and obj.basis != Basis.UNCERTIFIED_CHILD
            if isinstance(inline, DiagnosisInline) and childless and not hasattr(obj, "diagnosis"):
                continue
            yield formset, inline

    def change_view(self, request, object_id, form_url="", extra_context=None):
        person = self.get_object(request, object_id) if self.has_view_or_change_permission(request) else None
        if person is not None:
            extra_context = {**(extra_context or {}), "record": page_facts(request.user, person)}
        response = super().change_view(request, object_id, form_url, extra_context)
        if request.method == "GET" and person:
            record_view(by=request.user, on=person)
        if request.method == "GET" and person and person.account_no and request.user.has_perm(WHOLE_ACCOUNT):
            record(by=request.user, deed="查看完整银行账号", on=person)
        return response

    def save_model(self, request, obj, form, change):
        """Nothing yet: the person, certificates and hardships are one deed, done in `save_related`."""

    def save_related(self, request, form, formsets, change):
        entered = {formset.model: formset.save(commit=False) for formset in formsets}
        person = form.instance
        save_person(
            by=request.user,
            person=person,
            certificates=entered.get(Certificate, ()),
            hardships=entered.get(HardshipStatus, ()),
            guardians=entered.get(Guardian, ()),
            diagnoses=entered.get(ChildDiagnosis, ()),
        )
        if Person.objects.minors_without_guardian(localdate()).filter(pk=person.pk).exists():
            self.message_user(request, "已保存。未满 18 周岁还没有登记监护人，请补充登记。", messages.WARNING)
        if "account_no" in form.changed_data and not passes_luhn(person.account_no):
            sentence = "已保存。银行账号不符合银行卡校验规则：如果是存折或一卡通账号请忽略，否则请逐位核对。"
            self.message_user(request, sentence, messages.WARNING)

    def _log(self, request, obj, flag, message):
        """Only the admin's own history of the record: the deed has written its audit line."""
        return LogEntry.objects.create(
            user_id=request.user.pk,
            content_type=ContentType.objects.get_for_model(obj),
            object_id=str(obj.pk),
            object_repr=nameless(obj),
            action_flag=flag,
            change_message=json.dumps(message),
        )

    @admin.display(description="年龄", ordering="birth_date")
    def age(self, person):
        return f"{age_on(person.birth_date, person.died_on or localdate())} 岁"

    @admin.display(description="残疾类别等级")
    def disability(self, person):
        return disability_name(person) or None

    @admin.display(description="困难情况")
    def hardship(self, person):
        return hardship_names(person) or None

    @admin.display(description="地区", ordering="area__path")
    def place(self, person):
        return place_name(person)

    @admin.display(description="档案状态")
    def state(self, person):
        return register_state(person)

    @admin.display(description="银行账号", empty_value="—")
    def account_whole(self, person):
        return person.account_no or None


@admin.register(Certificate)
class CertificateAdmin(ReadOnly, AuditedExport, ScopedAdmin):
    """残疾人证, to look through and export; they are changed with their person."""

    resource_classes = [CertificatesFile]
    list_display = ("person", "number_shown", "category", "grade", "status", "valid_from", "valid_to", "place")
    list_filter = (AreaFilter, "category", "grade", "status")
    list_select_related = ("person__area__parent__parent",)
    search_fields = ("person__name",)
    search_help_text = SEARCH_HELP
    fields = ("person", "number_shown", "category", "grade", "status", "valid_from", "valid_to")
    readonly_fields = ("number_shown",)
    number_shown = masked("number", mask_certificate_no, "残疾人证号")

    def get_search_results(self, request, queryset, search_term):
        queryset, _ = super().get_search_results(request, queryset, "")
        if search_term.strip():
            queryset = queryset.filter(person__in=Person.objects.matching(search_term).values("pk"))
        return queryset, False

    @admin.display(description="地区", ordering="person__area__path")
    def place(self, certificate):
        return place_name(certificate.person)
