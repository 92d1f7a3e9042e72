"""The audit log, to be read only."""

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce

from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin
from lianyungang_cdpf.audit.models import AuditLine


@admin.register(AuditLine)
class AuditLineAdmin(ReadOnly, ScopedAdmin):
    list_display = ["at", "username", "place_name", "deed", "object_type", "object_id", "summary"]
    list_filter = ["deed", "object_type"]
    date_hierarchy = "at"
    search_fields = ["=username", "=object_id", "summary"]
    fields = ["at", "username", "place_name", "deed", "object_type", "object_id", "summary"]

    def get_queryset(self, request):
        area = Area.objects.filter(path=OuterRef("place")).values("common_name")
        zone = Zone.objects.filter(key=OuterRef("place")).values("short_name")
        return super().get_queryset(request).annotate(place_shown=Coalesce(Subquery(area), Subquery(zone)))

    @admin.display(description="所属", empty_value="—")
    def place_name(self, line):
        return line.place_shown
