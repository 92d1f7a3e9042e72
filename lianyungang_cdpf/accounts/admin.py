"""Accounts for the system administrator; areas, zones and roles to look up."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import Count
from django_tasks_db.models import DBTaskResult

from lianyungang_cdpf.accounts.actions import account_summary
from lianyungang_cdpf.accounts.loading import role_plan
from lianyungang_cdpf.accounts.models import Area, Level, Role, Staff, Zone
from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin
from lianyungang_cdpf.accounts.staff_forms import StaffForm
from lianyungang_cdpf.accounts.tokens import revoke_tokens

# Groups are roles here, and the arguments of background tasks are nobody's business.
admin.site.unregister([Group, DBTaskResult])


@admin.register(Area)
class AreaAdmin(ReadOnly, ScopedAdmin):
    list_display = ["code", "common_name", "level", "parent", "zone", "is_virtual"]
    list_filter = ["level", "zone"]
    list_select_related = ["parent", "zone"]
    search_fields = ["^code", "name", "common_name"]
    fields = ["code", "name", "common_name", "level", "parent", "statutory_county", "zone", "is_virtual"]

    def has_view_permission(self, request, obj=None):
        """Everybody's forms look areas up; the list is for those who keep the accounts."""
        return _is_autocomplete(request) or super().has_view_permission(request, obj)

    def get_search_results(self, request, queryset, search_term):
        if _is_autocomplete(request):
            # Placeholders of the statistics bureau: nobody lives there, only imports may name them.
            queryset = queryset.filter(is_virtual=False)
        return super().get_search_results(request, queryset, search_term)


def _is_autocomplete(request) -> bool:
    match = request.resolver_match
    return bool(match and match.url_name == "autocomplete" and request.user.is_active)


@admin.register(Zone)
class ZoneAdmin(ReadOnly, ScopedAdmin):
    list_display = ["key", "short_name", "name", "towns"]
    search_fields = ["=key", "name", "short_name"]
    fields = ["key", "name", "short_name", "towns"]

    @admin.display(description="所辖乡镇街道")
    def towns(self, zone):
        return "、".join(area.common_name for area in zone.areas.all() if area.level == Level.TOWN)

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("areas")


SHOWN_DEEDS = 4


@admin.register(Role)
class RoleAdmin(ReadOnly, ScopedAdmin):
    list_display = ["name", "level_names", "deeds_in_short", "accounts"]
    search_fields = ["=code", "name"]
    fields = ["name", "level_names", "deeds"]

    def get_queryset(self, request):
        roles = super().get_queryset(request).annotate(staff_count=Count("staff", distinct=True))
        return roles.prefetch_related("permissions__content_type")

    @admin.display(description="适用层级")
    def level_names(self, role):
        return "、".join(Level(level).label for level in role.levels.split(","))

    @admin.display(description="可以做的事")
    def deeds(self, role):
        return "；".join(self._deeds_of(role))

    @admin.display(description="可以做的事")
    def deeds_in_short(self, role):
        """The first few: a role may do more than a line of a list holds; its page names them all."""
        names = self._deeds_of(role)
        more = f"；等 {len(names)} 项" if len(names) > SHOWN_DEEDS else ""
        return "；".join(names[:SHOWN_DEEDS]) + more

    @staticmethod
    def _deeds_of(role) -> list[str]:
        held = {f"{right.content_type.app_label}.{right.codename}" for right in role.permissions.all()}
        return [deed["name"] for deed in role_plan()["deeds"].values() if held.issuperset(deed["permissions"])]

    @admin.display(description="账号数")
    def accounts(self, role):
        return role.staff_count


@admin.register(Staff)
class StaffAdmin(ScopedAdmin):
    form = StaffForm
    list_display = ["username", "name", "role", "area", "zone", "is_active", "last_login"]
    list_filter = ["is_active", "role", "zone"]
    list_select_related = ["role", "area", "zone"]
    search_fields = ["username", "name", "area__common_name", "area__code"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["username", "name", "email", "is_active"]}),
        ("岗位", {"fields": ["role", "area", "zone"], "description": "所属地区和所属功能板块恰好填一项。"}),
        ("密码", {"fields": ["password1", "password2"]}),
        ("记录", {"fields": ["last_login", "date_joined"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        """Nobody takes their own account's rights away, or gives it others: somebody else must."""
        own = ["is_active", "role", "area", "zone"] if obj == request.user else []
        return [*self.readonly_fields, *own]

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            revoke_tokens(by=request.user, staff=obj)

    def audit_summary(self, obj, fields):
        return f"{account_summary(obj)}：{fields}" if fields else account_summary(obj)
