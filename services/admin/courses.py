"""培训班 in the admin: what is held, and who is on it with who finished."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html

from beneficiaries.admin.files import masked_id_of, with_sight
from beneficiaries.exports import town_name
from lianyungang_cdpf.accounts.area_filter import OfficeFilter
from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin, ScopedTabularInline
from lianyungang_cdpf.audit.exports import AuditedExport
from services.courses import amend_course, record_course
from services.exports import TrainingCoursesFile
from services.filters import CourseStageFilter, CourseYearFilter, state_of
from services.forms import CourseForm
from services.models import CourseAttendance, TrainingCourse


class AttendanceInline(ReadOnly, ScopedTabularInline):
    """Who is on the course, of one's own place; they are recorded and corrected in their own ledger."""

    model = CourseAttendance
    verbose_name_plural = "学员"
    show_change_link = True
    fields = ("name_shown", "id_number_shown", "town", "attended_hours", "completed", "certificate_no", "state")
    readonly_fields = fields

    def get_queryset(self, request):
        rows = super().get_queryset(request).select_related("kind", "person", "area__parent__parent")
        return with_sight(rows, request.user).order_by("area__path", "pk")

    @admin.display(description="姓名")
    def name_shown(self, attendance):
        return attendance.person.name

    @admin.display(description="身份证号")
    def id_number_shown(self, attendance):
        return masked_id_of(attendance.person, attendance.person_in_sight)

    @admin.display(description="乡镇街道")
    def town(self, attendance):
        return town_name(attendance.area)

    @admin.display(description="结业日期")
    def completed(self, attendance):
        return f"{attendance.completed_on:%Y-%m-%d}" if attendance.completed_on else "未结业"

    @admin.display(description="状态")
    def state(self, attendance):
        return state_of(attendance)


@admin.register(TrainingCourse)
class TrainingCourseAdmin(AuditedExport, ScopedAdmin):
    """培训班."""

    form = CourseForm
    inlines = (AttendanceInline,)
    resource_classes = [TrainingCoursesFile]
    list_display = (
        "name", "institution", "office_shown", "starts_on", "ends_on", "stage_shown", "hours", "places", "people_shown",
        "finished_shown",
    )  # fmt: skip
    list_filter = (CourseYearFilter, CourseStageFilter, OfficeFilter)
    list_select_related = ("area", "zone")
    search_fields = ("name", "institution")
    search_help_text = "培训项目或培训机构"
    linked_lookups = ("job",)
    readonly_fields = ("office_shown", "people_shown", "finished_shown", "job", "recorded_by", "recorded_at")

    def get_queryset(self, request):
        return super().get_queryset(request).with_people(request.user)

    def get_fieldsets(self, request, obj=None):
        """The office is settled when the course is recorded; a zone's is the zone."""
        office = ("office_shown",) if obj else () if request.user.zone_id else ("area",)
        told = (
            "name", "institution", "venue", "level", "starts_on", "ends_on", "hours", "places", "document_no", *office,
        )  # fmt: skip
        trace = ("people_shown", "finished_shown", "job", "recorded_by", "recorded_at")
        return [(None, {"fields": told}), *([("学员和登记情况", {"fields": trace})] if obj else [])]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"staff": request.user})

    def get_changeform_initial_data(self, request):
        return {"area": request.user.area_id, **super().get_changeform_initial_data(request)}

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    def has_change_permission(self, request, obj=None):
        """The offices above hold courses to which one's people go; they correct them themselves."""
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or TrainingCourse.objects.held_by(request.user).filter(pk=obj.pk).exists()

    def save_model(self, request, obj, form, change):
        deed = amend_course if change else record_course
        deed(by=request.user, course=obj)

    @admin.display(description="举办单位", ordering="area__path")
    def office_shown(self, course):
        return str(course.office)

    @admin.display(description="进度")
    def stage_shown(self, course):
        return course.stage()

    @admin.display(description="学员", ordering="people")
    def people_shown(self, course):
        """Leads to the ledger, where they are marked as finished."""
        address = reverse(f"{self.admin_site.name}:services_courseattendance_changelist")
        link = '<a href="{}?course__id__exact={}">{} 人<span class="vh">：{}</span></a>'
        return format_html(link, address, course.pk, course.people, course)

    @admin.display(description="已结业", ordering="finished")
    def finished_shown(self, course):
        return f"{course.finished} 人"
