"""Kinds of service in the admin, kept by the city."""

from django.contrib import admin

from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin
from lianyungang_cdpf.audit.exports import AuditedExport, ListResource
from services.models import ServiceKind


class ServiceKindsFile(ListResource):
    """服务种类."""

    class Meta:
        model = ServiceKind

    columns = {
        "代码": lambda kind: kind.code,
        "名称": lambda kind: kind.name,
        "计量单位": lambda kind: kind.unit,
        "统计口径": lambda kind: kind.counting_rule,
        "佐证材料": lambda kind: kind.evidence,
        "牵头部门": lambda kind: kind.lead_department,
    }


@admin.register(ServiceKind)
class ServiceKindAdmin(AuditedExport, ScopedAdmin):
    """服务种类; the code is what targets know a kind by, so it stays as first given."""

    resource_classes = [ServiceKindsFile]
    list_display = ("name", "code", "unit", "lead_department")
    search_fields = ("name", "code")
    fields = ("name", "code", "unit", "counting_rule", "evidence", "lead_department")

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()
