"""公示: what was published and until when; the telephone can be put right, and objections are recorded here."""

from django.contrib import admin
from django.contrib.admin import SimpleListFilter
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin, ScopedTabularInline
from subsidies.models import Notice, Objection
from subsidies.notices.forms import ObjectionForm


class RunningFilter(SimpleListFilter):
    """公示中: what the public can read today."""

    title, parameter_name = "状态", "running"

    def lookups(self, request, model_admin):
        return [("yes", "公示中")]

    def queryset(self, request, queryset):
        return queryset.running(localdate()) if self.value() == "yes" else queryset


class ObjectionInline(ScopedTabularInline):
    """The objections that came in, each with its result."""

    model = Objection
    form = ObjectionForm
    extra = 1


@admin.register(Notice)
class NoticeAdmin(ScopedAdmin):
    """公示."""

    change_form_template = "subsidies/notices/record.html"
    inlines = (ObjectionInline,)
    list_display = ("title", "place", "starts_on", "ends_on", "standing_shown", "line_count")
    list_filter = ("roll__programme", RunningFilter)
    list_select_related = ("roll",)
    search_fields = ("title",)
    search_help_text = "标题"
    fields = (
        "title", "roll", "place", "issuer", "starts_on", "ends_on", "standing_shown", "line_count", "total", "names",
        "phone", "contact", "posted_at", "made_by", "made_at", "taken_down_on", "taken_down_why", "taken_down_by",
        "lines_removed_on",
    )  # fmt: skip

    def get_readonly_fields(self, request, obj=None):
        """What was published stays as it was; whom to call may be put right."""
        return [name for name in self.fields if name not in ("phone", "contact", "posted_at")]

    def has_add_permission(self, request):
        return False

    @admin.display(description="状态")
    def standing_shown(self, notice):
        return notice.standing
