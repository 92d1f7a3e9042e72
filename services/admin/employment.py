"""就业 in the admin: courses, new employment, supported employment."""

from django.contrib import admin

from lianyungang_cdpf.accounts.area_filter import AreaFilter
from services.admin.records import RecordAdmin, dated
from services.exports import CoursesFile, EmploymentsFile, SupportedFile
from services.filters import ServiceStateFilter, ServiceYearFilter
from services.models import CourseAttendance, NewEmployment, RecordForm, SupportedEmployment


@admin.register(CourseAttendance)
class CourseAttendanceAdmin(RecordAdmin):
    """实名制培训."""

    record_form = RecordForm.COURSE_ATTENDANCE
    told = (
        "content", "level", "institution", "served_on", "ended_on", "hours", "completed_on", "certificate_no",
        "amount", "remarks",
    )  # fmt: skip
    resource_classes = [CoursesFile]
    list_display = (
        "name_shown", "id_number_shown", "town", "course", "trainer", "begun", "hours", "completed", "state",
    )  # fmt: skip
    begun = dated("served_on", "开班日期")
    completed = dated("completed_on", "结业日期", "未结业")

    @admin.display(description="培训项目", ordering="content")
    def course(self, attendance):
        return attendance.content

    @admin.display(description="培训机构", ordering="institution")
    def trainer(self, attendance):
        return attendance.institution


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
