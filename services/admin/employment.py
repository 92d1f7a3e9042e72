"""就业 in the admin: courses, new employment, supported employment."""

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse

from lianyungang_cdpf.accounts.area_filter import AreaFilter
from services.admin.records import RecordAdmin, dated
from services.courses import FINISH, NOBODY_LEFT, finish_attendances
from services.exports import CoursesFile, EmploymentsFile, SupportedFile
from services.filters import ServiceStateFilter, ServiceYearFilter
from services.fitness import SENTENCES
from services.forms import AttendanceForm, FinishForm
from services.models import CourseAttendance, NewEmployment, RecordForm, SupportedEmployment

# Whom the page names before the deed; the number is told of all.
SHOWN = 50


@admin.register(CourseAttendance)
class CourseAttendanceAdmin(RecordAdmin):
    """实名制培训."""

    form = AttendanceForm
    record_form = RecordForm.COURSE_ATTENDANCE
    told = (
        "course", "content", "level", "institution", "served_on", "ended_on", "hours", "attended_hours",
        "completed_on", "certificate_no", "amount", "remarks",
    )  # fmt: skip
    autocomplete_fields = ("course",)
    linked_lookups = ("job", "course")
    actions = ("finish",)
    resource_classes = [CoursesFile]
    list_display = (
        "name_shown", "id_number_shown", "town", "what", "trainer", "begun", "hours", "completed", "state",
    )  # fmt: skip
    begun = dated("served_on", "开班日期")
    completed = dated("completed_on", "结业日期", "未结业")

    @admin.display(description="培训项目", ordering="content")
    def what(self, attendance):
        return attendance.content

    @admin.display(description="培训机构", ordering="institution")
    def trainer(self, attendance):
        return attendance.institution

    def has_finish_permission(self, request):
        """Whether the account may mark people as finished at all; whom, the deed checks."""
        return request.user.has_perm(FINISH)

    @admin.action(description="登记结业", permissions=["finish"])
    def finish(self, request, queryset):
        """Ask for the day first; then all who are chosen have finished, or none."""
        form = FinishForm(request.POST if "confirmed" in request.POST else None)
        if form.is_valid() and self._finish_all(request, form, queryset):
            return None
        chosen = queryset.unfinished()
        if not form.is_bound and not chosen.exists():
            self.message_user(request, NOBODY_LEFT, messages.WARNING)
            return None
        context = self.admin_site.each_context(request) | {
            "title": "登记结业", "opts": self.opts, "form": form, "number": chosen.count(),
            "left_alone": queryset.count() - chosen.count(), "first": chosen[:SHOWN], "shown": SHOWN,
            "checkbox_name": ACTION_CHECKBOX_NAME, "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "across": request.POST.get("select_across", "0"),
        }  # fmt: skip
        return TemplateResponse(request, "services/finish.html", context, status=422 if form.is_bound else 200)

    def _finish_all(self, request, form, queryset) -> bool:
        try:
            count = finish_attendances(by=request.user, attendances=queryset, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            return False
        self.message_user(request, f"已登记 {count} 人结业，计入当年进度。", messages.SUCCESS)
        return True


@admin.register(NewEmployment)
class NewEmploymentAdmin(RecordAdmin):
    """新增就业."""

    record_form = RecordForm.NEW_EMPLOYMENT
    told = (
        "institution", "content", "form", "served_on", "ended_on", "contract_no", "contract_until", "is_insured",
        "was_employed", "amount", "remarks",
    )  # fmt: skip
    resource_classes = [EmploymentsFile]
    list_display = ("name_shown", "id_number_shown", "town", "employer", "form", "begun", "ended", "state")
    list_filter = (ServiceYearFilter, "form", "is_insured", AreaFilter, ServiceStateFilter)
    begun = dated("served_on", "就业起始日期")
    ended = dated("ended_on", "离职日期", "在职")

    def save_model(self, request, obj, form, change):
        """What the count will make of it is said at once: an older employment may be on file."""
        super().save_model(request, obj, form, change)
        if obj.was_employed or NewEmployment.objects.filter(pk=obj.pk).not_new().exists():
            self.message_user(request, f"已保存。{SENTENCES['W_EMPLOYED_BEFORE']}", messages.WARNING)

    @admin.display(description="就业单位", ordering="institution")
    def employer(self, employment):
        return employment.institution


@admin.register(SupportedEmployment)
class SupportedEmploymentAdmin(RecordAdmin):
    """辅助性就业."""

    record_form = RecordForm.SUPPORTED_EMPLOYMENT
    told = (
        "institution", "content", "served_on", "ended_on", "agreement_no", "monthly_hours", "monthly_pay", "amount",
        "remarks",
    )  # fmt: skip
    resource_classes = [SupportedFile]
    list_display = (
        "name_shown", "id_number_shown", "town", "organisation", "begun", "ended", "monthly_hours", "monthly_pay",
        "state",
    )  # fmt: skip
    begun = dated("served_on", "上岗日期")
    ended = dated("ended_on", "离岗日期", "在岗")

    @admin.display(description="辅助性就业机构", ordering="institution")
    def organisation(self, employment):
        return employment.institution
