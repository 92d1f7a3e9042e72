"""The audit log, to be read only."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime

from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin
from lianyungang_cdpf.audit.models import AuditArchive, AuditCheck, AuditLine


@admin.register(AuditLine)
class AuditLineAdmin(ReadOnly, ScopedAdmin):
    # Few and narrow: where it came from has to be seen without scrolling at 1280 pixels.
    list_display = ["moment", "username", "post", "deed_and_result", "about", "summary", "address"]
    list_filter = ["result", "deed", "object_type"]
    date_hierarchy = "at"
    search_fields = ["=username", "=object_id", "=address", "=request_id", "summary"]
    fields = [
        "at", "username", "role", "place_name", "deed", "result", "object_type", "object_id", "summary", "address",
        "request_id",
    ]  # fmt: skip
    change_list_template = "audit/lines.html"

    def get_queryset(self, request):
        area = Area.objects.filter(path=OuterRef("place")).values("common_name")
        zone = Zone.objects.filter(key=OuterRef("place")).values("short_name")
        return super().get_queryset(request).annotate(place_shown=Coalesce(Subquery(area), Subquery(zone)))

    def changelist_view(self, request, extra_context=None):
        """Says above the list whether the log was whole when it was last verified."""
        context = {"last_check": AuditCheck.objects.first(), "last_archive": AuditArchive.objects.last()}
        return super().changelist_view(request, {**(extra_context or {}), **context})

    @admin.display(description="时间", ordering="at")
    def moment(self, line):
        return f"{localtime(line.at):%Y-%m-%d %H:%M:%S}"

    @admin.display(description="当时的岗位", empty_value="—", ordering="role")
    def post(self, line):
        return " ".join(filter(None, (line.role, line.place_shown))) or None

    @admin.display(description="操作", ordering="deed")
    def deed_and_result(self, line):
        return line.deed if line.result == line.Result.DONE else f"{line.deed}（{line.get_result_display()}）"

    @admin.display(description="所属", empty_value="—")
    def place_name(self, line):
        return line.place_shown

    @admin.display(description="对象", empty_value="—", ordering="object_type")
    def about(self, line):
        return f"{line.object_type} {line.object_id}".strip() or None
