"""义务教育 in the admin: the roster of children of school age."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.db.models import Max, Min

from lianyungang_cdpf.accounts.area_filter import AreaFilter
from lianyungang_cdpf.accounts.secret_fields import masked
from lianyungang_cdpf.masking import mask_account_no
from services.admin.records import RecordAdmin
from services.exports import EnrolmentsFile
from services.filters import ServiceStateFilter
from services.forms import EnrolmentForm
from services.models import RecordForm, SchoolEnrolment


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

    form = EnrolmentForm
    record_form = RecordForm.SCHOOL_ENROLMENT
    told = (
        "school_year", "schooling", "school", "school_grade", "student_no", "reason", "served_on", "amount", "remarks",
    )  # fmt: skip
    resource_classes = [EnrolmentsFile]
    import_export_change_list_template = "admin/services/roster_list.html"
    list_display = (
        "name_shown", "id_number_shown", "town", "what_it_is_shown", "schooling", "school", "school_grade", "state",
    )  # fmt: skip
    list_filter = (SchoolYearFilter, "schooling", AreaFilter, ServiceStateFilter)

    student_no_shown = masked("student_no", mask_account_no, "学籍号")
    readonly_fields = (*RecordAdmin.readonly_fields, "student_no_shown")

    def get_fieldsets(self, request, obj=None):
        """Who only looks sees the number masked."""
        if obj is None or self.has_change_permission(request, obj):
            return super().get_fieldsets(request, obj)
        shown = {"student_no": "student_no_shown"}
        return [
            (title, {**told, "fields": tuple(shown.get(name, name) for name in told["fields"])})
            for title, told in super().get_fieldsets(request, obj)
        ]

    @admin.display(description="学年", ordering="school_year")
    def what_it_is_shown(self, enrolment):
        return enrolment.what_it_is()
