"""Facilities in the admin: facts, money and inspections are entered here; stages have deeds with pages of their own."""

import json

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils.html import format_html

from facilities.actions import save_facility
from facilities.exports import ACCESSIBILITY, PLACE, FacilitiesFile, FacilityKindsFile, place_name
from facilities.filters import AcceptedYearFilter
from facilities.forms import FacilityForm, InspectionForm
from facilities.models import Facility, FacilityKind, Funding, Inspection
from facilities.stages import DAYS
from lianyungang_cdpf.accounts.admin_log import nameless
from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin, ScopedStackedInline, ScopedTabularInline
from lianyungang_cdpf.accounts.secret_fields import masked
from lianyungang_cdpf.audit.exports import AuditedExport
from lianyungang_cdpf.masking import mask_phone


class FundingInline(ScopedTabularInline):
    """Money by source and year."""

    model = Funding
    fields = ("source", "year", "planned", "granted", "spent", "document_no")


class InspectionInline(ScopedStackedInline):
    """Visits, each with what was to be put right."""

    model = Inspection
    form = InspectionForm
    fields = (("inspected_on", "inspector", "score"), "findings", ("follow_up", "due_on", "done_on"))


@admin.register(Facility)
class FacilityAdmin(AuditedExport, ScopedAdmin):
    """设施."""

    form = FacilityForm
    inlines = (FundingInline, InspectionInline)
    resource_classes = [FacilitiesFile]
    list_display = ("name", "kind", "place", "stage", "approved_on", "accepted_on", "page")
    list_filter = (AreaFilter, "kind", "stage", AcceptedYearFilter)
    list_select_related = ("kind", *PLACE)
    search_fields = ("name",)
    search_help_text = "设施名称"
    phone_shown = masked("phone", mask_phone, "联系电话")

    def get_readonly_fields(self, request, obj=None):
        """Stage and days are the deeds' to change; a new facility is asked for the day of its application."""
        return ("stage", *DAYS, "phone_shown", "page") if obj else ()

    def get_fieldsets(self, request, obj=None):
        """Who may change a facility gets a box for a new phone; everybody else the masked one."""
        editable = self.has_change_permission(request, obj) if obj else True
        phone = "phone" if editable else "phone_shown"
        stage = ("阶段", {"fields": ("page", "stage", DAYS)}) if obj else ("申报", {"fields": ("applied",)})
        return (
            ("基本情况", {"fields": ("kind", "name", "area", "address", ("longitude", "latitude"))}),
            stage,
            ("运营", {"fields": (("run_mode", "operator", "credit_code"), ("responsible", phone))}),
            ("对外公布", {"fields": ("opening_hours", "services_offered", "public_phone")}),
            ("规模", {"fields": (("area_m2", "rooms", "capacity"), ("staff_full", "staff_part"))}),
            ("无障碍设施", {"fields": (ACCESSIBILITY,)}),
        )

    def save_model(self, request, obj, form, change):
        """Nothing yet: the facility, its money and inspections are one deed, done in `save_related`."""

    def save_related(self, request, form, formsets, change):
        records = [one for formset in formsets for one in formset.save(commit=False)]
        applied = form.cleaned_data.get("applied")
        save_facility(by=request.user, facility=form.instance, applied_on=applied, records=records)

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

    @admin.display(description="地区", ordering="area__path")
    def place(self, facility):
        return place_name(facility)

    @admin.display(description="设施页")
    def page(self, facility):
        address = reverse("facility:page", args=[facility.pk])
        return format_html('<a href="{}">查看<span class="vh">{}的设施页</span></a>', address, facility.name)


@admin.register(FacilityKind)
class FacilityKindAdmin(AuditedExport, ScopedAdmin):
    """设施种类; the code is what targets know a kind by, so it stays as first given."""

    resource_classes = [FacilityKindsFile]
    list_display = ("name", "code", "unit", "lead_department", "minimum_area", "minimum_capacity")
    search_fields = ("name", "code")
    fields = (
        "name", "code", "unit", "counting_rule", "evidence", "lead_department", "minimum_area", "minimum_capacity",
        "is_public",
    )  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()
