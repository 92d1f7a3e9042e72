"""Django's admin under the portal's name; its front page is the board for those who may see it."""

import json

from django.apps import apps
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from lianyungang_cdpf.accounts.factor.identity import is_offered
from lianyungang_cdpf.accounts.factor.signing_in import PasswordStep
from lianyungang_cdpf.accounts.signin.forms import SignInForm
from lianyungang_cdpf.accounts.signin.views import OwnPassword
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.pages.finding import find
from lianyungang_cdpf.pages.watermark import is_about_somebody
from lianyungang_cdpf.targets.supervision.of_place import listed_with
from lianyungang_cdpf.targets.supervision.of_place import waiting_for as supervision_waiting_for
from subsidies.approval.chain import waiting_for

# The work groups of the side bar, in the order of the day's work, and the app whose records stand in each.
WORK_GROUPS = {
    "beneficiaries": "人员",
    "subsidies": "补贴",
    "services": "服务",
    "facilities": "设施",
    "targets": "目标",
    "pages": "公众网站",
}
THE_REST = "管理"
WAITING_SHOWN = 10
# Ledgers with pages of their own, beside the models: work group, name, address, the right that opens it.
OWN_PAGES = (
    ("目标", "督办单", "supervision:index", "targets.view_supervisionorder"),
    (THE_REST, "角色变更", "duties:index", "accounts.view_rolechange"),
    ("人员", "完整号码导出", "exports:index", "pages.view_unmaskedexport"),
    (THE_REST, "个人信息处理清单", "processing:index", "pages.view_processing"),
)


class PortalAdminSite(AdminSite):
    """The staff's site."""

    site_title = "智慧残联"
    site_header = "智慧残联"
    index_title = "业务台账"
    empty_value_display = "—"
    # The side bar is the frame's own; Django's needs a script and a filter field.
    enable_nav_sidebar = False
    login_form = SignInForm

    def get_urls(self):
        """The list of ledgers keeps an address of its own beside the front page; searches have one for all lists."""
        own = [
            path("work/", self.admin_view(self.work), name="work"),
            path("find/", self.admin_view(find), name="find"),
        ]
        return [*own, *super().get_urls()]

    @method_decorator(never_cache)
    def login(self, request, extra_context=None):
        """As Django's, but that a right password may only be the first step (accounts/factor)."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        told = {
            **self.each_context(request), "title": "登录", "subtitle": None, "app_path": request.get_full_path(),
            "username": request.user.get_username(), "identity_offered": is_offered(), **(extra_context or {}),
        }  # fmt: skip
        if not {REDIRECT_FIELD_NAME} & (request.GET.keys() | request.POST.keys()):
            told[REDIRECT_FIELD_NAME] = reverse("admin:index")
        form, template = self.login_form or AdminAuthenticationForm, self.login_template or "admin/login.html"
        page = PasswordStep.as_view(extra_context=told, authentication_form=form, template_name=template)
        request.current_app = self.name
        return page(request)

    def index(self, request, extra_context=None):
        """The board for those who may see it, the ledgers for everybody else."""
        if request.user.has_perm("targets.view_target"):
            return redirect("board:index")
        return self.work(request, extra_context)

    def password_change(self, request, extra_context=None):
        """As Django's, by our own form and deed."""
        told = {**self.each_context(request), **(extra_context or {})}
        return OwnPassword.as_view(extra_context=told)(request)

    def autocomplete_view(self, request):
        """As Django's. A look among persons is written down, and how many were offered; never the words."""
        response = super().autocomplete_view(request)
        asked = request.GET
        if response.status_code == 200:
            source = apps.get_model(asked["app_label"], asked["model_name"])._meta.get_field(asked["field_name"])
            if is_about_somebody(source.related_model):
                offered = json.loads(response.content)
                more = "，还有更多" if offered["pagination"]["more"] else ""
                noun = source.related_model._meta.verbose_name
                told = f"在选择框中提示 {len(offered['results'])} 条{more}"
                record(by=request.user, deed=f"搜索{noun}", summary=told)
        return response

    def work(self, request, extra_context=None):
        """What waits for the reader, then the ledgers by work group."""
        waits = waiting_for(request.user)[:WAITING_SHOWN] if request.user.has_perm("subsidies.view_roll") else []
        orders = listed_with(list(supervision_waiting_for(request.user)[:WAITING_SHOWN]), now=False)
        told = {"waiting": waits, "supervision_waiting": orders}
        return super().index(request, {**(extra_context or {}), **told})

    def get_app_list(self, request, app_label=None):
        """Work groups in place of apps, models in the order in which they were registered.

        With `app_label` one app, as Django gives it, under the name of its group.
        """
        apps = self._build_app_dict(request, app_label)
        if app_label:
            return [dict(app, name=group_of(app["app_label"])) for app in apps.values()]
        groups = {name: [] for name in (*WORK_GROUPS.values(), THE_REST)}
        for app in apps.values():
            groups[group_of(app["app_label"])] += app["models"]
        for group, name, address, right in OWN_PAGES:
            if request.user.has_perm(right):
                page = {"name": name, "object_name": address, "admin_url": reverse(address), "add_url": None}
                groups[group].append(page | {"view_only": True, "perms": {"view": True}})
        return [{"name": name, "models": models} for name, models in groups.items() if models]


def group_of(app_label: str) -> str:
    """The work group that an app's records stand in."""
    return WORK_GROUPS.get(app_label, THE_REST)
