"""Accounts for the system administrator, to be seen by the security administrator; areas, zones, roles to look up."""

from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Count
from django_tasks_db.models import DBTaskResult

from lianyungang_cdpf.accounts.actions import account_summary
from lianyungang_cdpf.accounts.duties.persons import keeps_own_password
from lianyungang_cdpf.accounts.factor.actions import clear_second_factor
from lianyungang_cdpf.accounts.loading import role_plan
from lianyungang_cdpf.accounts.models import Area, Level, Role, Staff, Zone
from lianyungang_cdpf.accounts.scoped_admin import ReadOnly, ScopedAdmin
from lianyungang_cdpf.accounts.signin.actions import prepare_to_save
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


PASSWORD = "密码"
BY_TWO = (
    "新增时，所属地区和所属功能板块恰好填一项。角色由安全管理员提出、另一人批准（“角色变更”），之前账号不能登录；"
    "以后角色和所属也这样变更。"
)


@admin.register(Staff)
class StaffAdmin(ScopedAdmin):
    form = StaffForm
    # Signing in is no edit.
    unversioned = ("last_login", "sign_in_mark", "last_address")
    never_told = ("password",)
    list_display = ["username", "name", "employee_no", "role", "area", "zone", "is_active", "last_login"]
    list_filter = ["is_active", "role", "zone"]
    list_select_related = ["role", "area", "zone"]
    search_fields = ["username", "name", "=employee_no", "area__common_name", "area__code"]
    actions = ["clear_second_factor"]
    readonly_fields = ["last_login", "date_joined", "password_given_at", "password_set_at"]
    fieldsets = [
        (None, {"fields": ["username", "name", "employee_no", "email", "is_active"]}),
        ("岗位", {"fields": ["role", "area", "zone"], "description": BY_TWO}),
        (PASSWORD, {"fields": ["password1", "password2"]}),
        ("统一身份认证", {"fields": ["identity"]}),
        ("记录", {"fields": ["last_login", "date_joined", "password_given_at", "password_set_at"]}),
    ]

    def get_readonly_fields(self, request, obj=None):
        """Roles and places are given elsewhere, by two people; a new account has a place to stand at."""
        kept = ["role"] if obj is None else ["role", "area", "zone"]
        # Nobody locks themselves out: somebody else must.
        own = ["is_active"] if obj == request.user else []
        # By either the identity service may know them: whoever writes it could sign in in their place.
        keeps = obj is not None and (obj == request.user or keeps_own_password(obj))
        known_by = ["username", "identity"] if keeps else []
        return [*self.readonly_fields, *kept, *own, *known_by]

    def get_fieldsets(self, request, obj=None):
        """Who only looks sets no password, and nobody their own or that of the administrators beside them."""
        shown, is_own = super().get_fieldsets(request, obj), obj == request.user
        if obj is None or (self.has_change_permission(request, obj) and not is_own and not keeps_own_password(obj)):
            return shown
        return [entry for entry in shown if entry[0] != PASSWORD]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        form.by = request.user
        return form

    def save_model(self, request, obj, form, change):
        prepare_to_save(staff=obj, form=form)
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            revoke_tokens(by=request.user, staff=obj)

    @admin.action(description="清除第二步验证（手机丢失时）", permissions=["change"])
    def clear_second_factor(self, request, accounts):
        """They sign in by password once, and set it up anew where their role needs it."""
        cleared = []
        for staff in accounts:
            try:
                cleared += [staff.username] if clear_second_factor(by=request.user, staff=staff) else []
            except ValidationError as refusal:
                self.message_user(request, "".join(refusal.messages), messages.ERROR)
        if cleared:
            self.message_user(request, f"已清除第二步验证：{'、'.join(cleared)}。本人下次登录时须重新设置。")
        else:
            self.message_user(request, "所选账号都没有可清除的第二步验证。", messages.WARNING)

    def audit_summary(self, obj, fields):
        return f"{account_summary(obj)}：{fields}" if fields else account_summary(obj)
