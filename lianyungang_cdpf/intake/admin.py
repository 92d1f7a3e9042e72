"""Imports in the ledgers: a list to find them by; what there is to see and do stands on their own page."""

from django.contrib import admin
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html

from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin
from lianyungang_cdpf.intake.kinds import all_kinds, kind_named
from lianyungang_cdpf.intake.models import ImportJob, LearnedHeading
from lianyungang_cdpf.intake.views.wording import count_of, month_of, shortened


@admin.register(ImportJob)
class ImportJobAdmin(ReadOnly, ScopedAdmin):
    """导入批次, of one's own place."""

    list_display_links = None
    list_filter = ["state"]
    list_select_related = ["staff", "area", "zone"]

    def get_list_display(self, request):
        """The columns; the labels of the kinds are looked up once for the whole list."""
        labels = {kind.code: kind.label for kind in all_kinds()}

        @admin.display(description="种类", ordering="kind")
        def kind_label(job):
            return labels.get(job.kind, job.kind)

        return ["file", "state", kind_label, "for_month", "rows", "place", "staff", "created_at"]

    @admin.display(description="文件", ordering="file_name")
    def file(self, job):
        """The file's name as a link to the page of the import."""
        return format_html(
            '<a href="{}"><bdi>{}</bdi></a>', reverse("intake:job", args=[job.uid]), shortened(job.file_name)
        )

    @admin.display(description="月份", ordering="month")
    def for_month(self, job):
        """The month that the file is for."""
        return month_of(job.month) or None

    @admin.display(description="入账行数", ordering="applied_rows")
    def rows(self, job):
        """How many rows entered the records."""
        return count_of(job.applied_rows)

    @admin.display(description="填报单位")
    def place(self, job):
        """The area or zone that the import belongs to."""
        return str(job.zone or job.area)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        """The import's own page, after the same look at who asks."""
        self._require_sight(request, object_id)
        return redirect("intake:job", uid=self.get_object(request, object_id).uid)


@admin.register(LearnedHeading)
class LearnedHeadingAdmin(ScopedAdmin):
    """已记住的列名: looked at, and forgotten where somebody chose wrongly; they are learned on an import's page."""

    fields = ["text", "kind_label", "means", "place", "by", "at"]
    list_select_related = ["area", "zone", "by"]
    deletable = True

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def get_list_display(self, request):
        """The columns; kinds and their columns are looked up once for the whole list."""
        kinds = {kind.code: kind for kind in all_kinds()}

        @admin.display(description="种类", ordering="kind")
        def kind_label(heading):
            return _kind_label(heading, kinds.get(heading.kind))

        @admin.display(description="对应的内容")
        def means(heading):
            return _meaning(heading, kinds.get(heading.kind))

        return ["text", kind_label, means, "place", "by", "at"]

    @admin.display(description="种类")
    def kind_label(self, heading):
        """The kind of file that the heading was explained for."""
        return _kind_label(heading, kind_named(heading.kind))

    @admin.display(description="对应的内容")
    def means(self, heading):
        """The column that the heading stands for."""
        return _meaning(heading, kind_named(heading.kind))

    @admin.display(description="填报单位")
    def place(self, heading):
        """The county, the city or the zone whose files are read so."""
        return str(heading.zone or heading.area)

    def audit_summary(self, obj, fields):
        """Which heading of which kind is forgotten."""
        return f"{obj.kind}：{obj.text[:40]}"


def _kind_label(heading: LearnedHeading, kind) -> str:
    return kind.label if kind else heading.kind


def _meaning(heading: LearnedHeading, kind) -> str:
    column = kind.roll.columns.get(heading.field) if kind else None
    return column.label if column else heading.field
