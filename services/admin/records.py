"""Services in the admin: one list of all, in which those of general kinds are entered, and the base of typed ones."""

from django.contrib import admin, messages
from django.db.models import Value
from django.urls import reverse

from beneficiaries.admin import SEARCH_HELP
from beneficiaries.admin.files import masked_id_of, with_sight
from beneficiaries.exports import county_name, town_name
from beneficiaries.models import Person
from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin
from lianyungang_cdpf.audit.exports import AuditedExport
from services.actions import CANCEL, amend_service, record_service
from services.exports import ServicesFile
from services.filters import ServiceStateFilter, ServiceYearFilter, state_of
from services.forms import ServiceForm
from services.models import RecordForm, Service

WHO = ("name_shown", "id_number_shown", "county", "town")
TRACE = ("counted_on", "state", "job", "recorded_by", "recorded_at", "cancelled_at", "cancelled_by", "cancel_reason")

# The ledgers in which an employment may stand: its own, and that of all services.
MAY_BE_EMPLOYMENT = (RecordForm.NEW_EMPLOYMENT, RecordForm.GENERAL)


def dated(field: str, description: str, empty_value: str = "—"):
    """A column of a date that the ledger calls by its own word: admitted = dated("served_on", "入训日期")."""

    @admin.display(description=description, ordering=field, empty_value=empty_value)
    def shown(model_admin, service):
        return getattr(service, field)

    return shown


class RecordAdmin(AuditedExport, ScopedAdmin):
    """One sort of record.

    record_form  the kinds whose services it holds
    told         what is entered besides whom the service is for
    cancel_page, undo_page  where a record, or the roll that brought it, is taken back
    """

    form = ServiceForm
    record_form: str
    told: tuple[str, ...]
    cancel_page, undo_page = "services:cancel", "services:undo"
    change_form_template = "admin/services/record_form.html"
    list_select_related = ("kind", "person", "area__parent__parent")
    list_filter = (ServiceYearFilter, AreaFilter, ServiceStateFilter)
    search_fields = ("person__name",)
    search_help_text = SEARCH_HELP
    readonly_fields = (*WHO, *TRACE)
    linked_lookups = ("job",)

    def get_queryset(self, request):
        records = with_sight(super().get_queryset(request), request.user)
        # Of another sort nobody need ask, row by row, whether it is an employment.
        may_be = self.record_form in MAY_BE_EMPLOYMENT
        return records.with_newness() if may_be else records.annotate(employed_before=Value(False))

    def get_search_results(self, request, queryset, search_term):
        queryset, _ = super().get_search_results(request, queryset, "")
        if search_term.strip():
            queryset = queryset.filter(person__in=Person.objects.matching(search_term).values("pk"))
        return queryset, False

    def get_fieldsets(self, request, obj=None):
        """Who may change the record gets boxes; everybody else what they say, the number masked."""
        editable = self.has_change_permission(request, obj) if obj else True
        who = ("name", "id_number") if editable else WHO[:2]
        place = WHO[2:] if obj else ()
        trace = [("登记情况", {"fields": TRACE if obj.cancelled_at else TRACE[:5]})] if obj else []
        return [("服务对象", {"fields": (*who, *place)}), ("服务情况", {"fields": ("kind", *self.told)}), *trace]

    def get_readonly_fields(self, request, obj=None):
        """What a record is of, is settled when it is made."""
        return (*self.readonly_fields, "kind") if obj else self.readonly_fields

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"staff": request.user, "record_form": self.record_form})

    def has_change_permission(self, request, obj=None):
        """What has been taken back stays as it was."""
        return super().has_change_permission(request, obj) and (obj is None or obj.cancelled_at is None)

    def save_model(self, request, obj, form, change):
        deed = amend_service if change else record_service
        deed(by=request.user, service=obj)
        for sentence in form.warnings:
            self.message_user(request, sentence, messages.WARNING)

    def render_change_form(self, request, context, *args, **kwargs):
        service = kwargs.get("obj")
        if service is not None and service.cancelled_at is None and request.user.has_perm(CANCEL):
            context["cancel_address"] = reverse(self.cancel_page, args=[service.pk])
            if service.job_id:
                context["undo_address"] = reverse(self.undo_page, args=[service.job.uid])
        return super().render_change_form(request, context, *args, **kwargs)

    @admin.display(description="姓名", ordering="person__name_key")
    def name_shown(self, service):
        return service.person.name

    @admin.display(description="身份证号")
    def id_number_shown(self, service):
        return masked_id_of(service.person, service.person_in_sight)

    @admin.display(description="县区")
    def county(self, service):
        return county_name(service.area)

    @admin.display(description="乡镇街道", ordering="area__path")
    def town(self, service):
        return town_name(service.area)

    @admin.display(description="状态")
    def state(self, service):
        return state_of(service)


@admin.register(Service)
class ServiceAdmin(RecordAdmin):
    """All services; those of a typed record are corrected in their own ledger."""

    record_form = RecordForm.GENERAL
    told = ("served_on", "content", "institution", "quantity", "amount", "remarks")
    resource_classes = [ServicesFile]
    list_display = ("name_shown", "id_number_shown", "town", "kind", "served_on", "content", "quantity", "state")
    list_filter = (ServiceYearFilter, "kind", AreaFilter, ServiceStateFilter)

    def has_change_permission(self, request, obj=None):
        is_general = obj is None or obj.kind.record_form == RecordForm.GENERAL
        return is_general and super().has_change_permission(request, obj)
