"""The sorts of list to edit, and the lists that were imported."""

from django.contrib import admin

from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin
from subsidies.comparison.models import ComparisonList, ListType


@admin.register(ListType)
class ListTypeAdmin(ScopedAdmin):
    """比对名单种类: another office's list is taken in after its sort is entered here."""

    list_display = ("name", "effect", "since_headings", "months_after", "position", "active")
    fields = ("code", "name", "effect", "since_headings", "words", "months_after", "position", "active")

    def get_readonly_fields(self, request, obj=None):
        """Imports name a sort by its code."""
        return ("code",) if obj else ()


@admin.register(ComparisonList)
class ComparisonListAdmin(ReadOnly, ScopedAdmin):
    """比对名单: which lists there are; whom they name is not shown again."""

    list_display = ("list_type", "month_shown", "place", "entry_count", "posted_by", "posted_at")
    list_filter = ("list_type",)
    list_select_related = ("list_type", "area", "zone", "posted_by")
    fields = ("list_type", "month_shown", "place", "entry_count", "job", "posted_by", "posted_at")

    @admin.display(description="月份", ordering="month")
    def month_shown(self, listed):
        return f"{listed.month:%Y-%m}"

    @admin.display(description="导入单位")
    def place(self, listed):
        return str(listed.zone or listed.area)
