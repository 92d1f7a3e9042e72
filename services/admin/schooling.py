"""义务教育 in the admin: the roster of children of school age."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Max, Min

from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.audit.exports import ListResource
from services.admin.records import RecordAdmin
from services.exports import WHO
from services.filters import ServiceStateFilter, state_of
from services.models import RecordForm, SchoolEnrolment


class EnrolmentsFile(ListResource):
    """适龄儿童入学."""

    class Meta:
        model = SchoolEnrolment

    columns = {
        **WHO,
        "学年": lambda one: one.what_it_is(),
        "就读方式": lambda one: one.get_schooling_display(),
        "学校": lambda one: one.school,
        "年级": lambda one: one.school_grade,
        "学籍号": lambda one: one.student_no,
        "未入学原因": lambda one: one.reason,
        "登记日期": lambda one: one.served_on,
        "状态": state_of,
        "备注": lambda one: one.remarks,
    }


class SchoolYearFilter(SimpleListFilter):
    """By school year, of those of which there are rosters."""

    title, parameter_name = "学年", "school_year"

    def lookups(self, request, model_admin):
        years = SchoolEnrolment.objects.visible_to(request.user).aggregate(
            first=Min("school_year"), last=Max("school_year")
        )
        if years["first"] is None:
            return []
        return [(str(year), f"{year}—{year + 1} 学年") for year in range(years["last"], years["first"] - 1, -1)]

    def queryset(self, request, queryset):
        chosen = self.value()
        if chosen not in dict(self.lookup_choices):
            return queryset.none() if chosen else queryset
        return queryset.filter(school_year=chosen)


@admin.register(SchoolEnrolment)
class SchoolEnrolmentAdmin(RecordAdmin):
    """适龄儿童入学."""

    record_form = RecordForm.SCHOOL_ENROLMENT
    told = (
        "school_year", "schooling", "school", "school_grade", "student_no", "reason", "served_on", "amount", "remarks",
    )  # fmt: skip
    resource_classes = [EnrolmentsFile]
    list_display = (
        "name_shown", "id_number_shown", "town", "what_it_is_shown", "schooling", "school", "school_grade", "state",
    )  # fmt: skip
    list_filter = (SchoolYearFilter, "schooling", AreaFilter, ServiceStateFilter)

    @admin.display(description="学年", ordering="school_year")
    def what_it_is_shown(self, enrolment):
        return enrolment.what_it_is()
