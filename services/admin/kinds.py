"""Kinds of service and of device in the admin, kept by the city."""

from django.contrib import admin

from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin
from lianyungang_cdpf.audit.exports import AuditedExport, ListResource
from services.exports import DeviceTypesFile
from services.forms import DeviceTypeForm, ServiceKindForm
from services.models import DeviceType, ServiceKind


class ServiceKindsFile(ListResource):
    """服务种类."""

    class Meta:
        model = ServiceKind

    columns = {
        "代码": lambda kind: kind.code,
        "名称": lambda kind: kind.name,
        "计量单位": lambda kind: kind.unit,
        "工作分组": lambda kind: kind.get_group_display(),
        "登记方式": lambda kind: kind.get_record_form_display(),
        "统计口径": lambda kind: kind.counting_rule,
        "佐证材料": lambda kind: kind.evidence,
        "牵头部门": lambda kind: kind.lead_department,
    }


@admin.register(ServiceKind)
class ServiceKindAdmin(AuditedExport, ScopedAdmin):
    """服务种类; the code is what targets know a kind by, so it stays as first given."""

    form = ServiceKindForm
    resource_classes = [ServiceKindsFile]
    list_display = ("name", "code", "unit", "group", "record_form", "lead_department")
    list_filter = ("group",)
    search_fields = ("name", "code")
    fieldsets = (
        (None, {"fields": ("name", "code", "unit", "group", "record_form", "words")}),
        (
            "服务对象",
            {
                "fields": (
                    "min_age",
                    "max_age",
                    "proof",
                    "categories",
                    "severe_categories",
                    "older_from",
                    "older_categories",
                    "max_grade",
                    "asks_hardship",
                    "meets_need",
                    "is_per_household",
                )
            },  # fmt: skip
        ),
        ("统计", {"fields": ("counting_rule", "evidence", "lead_department")}),
    )

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()


@admin.register(DeviceType)
class DeviceTypeAdmin(AuditedExport, ScopedAdmin):
    """辅具目录."""

    form = DeviceTypeForm
    resource_classes = [DeviceTypesFile]
    list_display = ("name", "code", "unit", "words_shown", "is_offered")
    list_filter = ("is_offered",)
    search_fields = ("name", "code")
    fields = ("name", "code", "unit", "words", "is_offered")

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    @admin.display(description="其他叫法", empty_value="—")
    def words_shown(self, device):
        return "、".join(device.words) or None
