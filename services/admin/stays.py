"""残疾人之家在册人员 in the admin: who is served where, with the months below each."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from beneficiaries.admin.files import with_sight
from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.accounts.scoped_admin import ScopedTabularInline
from services.admin.records import WHO, RecordAdmin, dated
from services.exports import StaysFile
from services.filters import AttendedMonthFilter, FacilityFilter, StayStateFilter, stay_state_of
from services.models import FacilityStay, MonthlyAttendance
from services.stay_actions import save_stay
from services.stay_forms import AttendanceForm, AttendanceFormSet, StayForm

TRACE = ("state", "job", "recorded_by", "recorded_at", "cancelled_at", "cancelled_by", "cancel_reason")


class AttendanceInline(ScopedTabularInline):
    """The months of the stay, the latest first."""

    model = MonthlyAttendance
    form, formset = AttendanceForm, AttendanceFormSet
    fields = ("month", "days")
    extra = 1
    classes = ("narrow",)

    def get_queryset(self, request):
        return super().get_queryset(request).filter(cancelled_at__isnull=True)

    def has_change_permission(self, request, obj=None):
        """With a stay that was taken back its months stay as they were."""
        return super().has_change_permission(request, obj) and (obj is None or obj.cancelled_at is None)

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and (obj is None or obj.cancelled_at is None)


@admin.register(FacilityStay)
class FacilityStayAdmin(RecordAdmin):
    """残疾人之家在册人员."""

    form = StayForm
    record_form = ""
    told = ("facility", "admitted_on", "left_on", "leaving_reason", "remarks")
    cancel_page, undo_page = "services:cancel_stay", "services:undo_stays"
    inlines = (AttendanceInline,)
    locked_before = ("person",)
    resource_classes = [StaysFile]
    autocomplete_fields = ("facility",)
    list_display = (
        "name_shown", "id_number_shown", "town", "home", "begun", "ended", "days_attended", "state",
    )  # fmt: skip
    list_select_related = ("person", "facility", "area__parent__parent")
    list_filter = (FacilityFilter, AttendedMonthFilter, StayStateFilter, AreaFilter)
    readonly_fields = (*WHO, *TRACE, "page")
    begun = dated("admitted_on", "入家日期")
    ended = dated("left_on", "退出日期")

    def get_queryset(self, request):
        return with_sight(super().get_queryset(request), request.user).with_days()

    def get_export_queryset(self, request):
        return super().get_export_queryset(request).prefetch_related("attendance")

    def get_fieldsets(self, request, obj=None):
        """As of a service; once there is a stay, with the way to the facility's page."""
        whom, _, *trace = super().get_fieldsets(request, obj)
        if obj:
            trace = [("登记情况", {"fields": TRACE if obj.cancelled_at else TRACE[:4]})]
        return [whom, ("在册情况", {"fields": (*self.told, *(("page",) if obj else ()))}), *trace]

    def get_readonly_fields(self, request, obj=None):
        """Whose and where a stay is, is settled when it is recorded."""
        return (*self.readonly_fields, "facility") if obj else self.readonly_fields

    def get_changeform_initial_data(self, request):
        """The facility from whose page one comes, where it is in one's scope."""
        asked = request.GET.get("facility", "")
        homes = FacilityStay._meta.get_field("facility").related_model.objects.visible_to(request.user)
        found = homes.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 19 else None
        return {"facility": found.pk} if found else {}

    def save_model(self, request, obj, form, change):
        """Nothing yet: the stay and its months are one deed, done in `save_related`."""

    def save_related(self, request, form, formsets, change):
        months = [one for formset in formsets for one in formset.save(commit=False)]
        save_stay(by=request.user, stay=form.instance, months=months)

    @admin.display(description="残疾人之家", ordering="facility__name")
    def home(self, stay):
        return stay.facility.name

    @admin.display(description="累计出勤（天）")
    def days_attended(self, stay):
        return stay.days_attended

    @admin.display(description="状态")
    def state(self, stay):
        return stay_state_of(stay)

    @admin.display(description="设施页")
    def page(self, stay):
        return format_html('<a href="{}">{}</a>', reverse("facility:page", args=[stay.facility_id]), stay.facility)
