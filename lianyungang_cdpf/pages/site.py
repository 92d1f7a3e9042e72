"""Django's admin under the portal's name; its front page is the board for those who may see it."""

from django.contrib.admin import AdminSite
from django.shortcuts import redirect
from django.urls import path

from subsidies.approval.chain import waiting_for

# The work groups of the side bar, in the order of the day's work, and the app whose records stand in each.
WORK_GROUPS = {
    "beneficiaries": "人员",
    "subsidies": "补贴",
    "services": "服务",
    "facilities": "设施",
    "targets": "目标",
}
THE_REST = "管理"
WAITING_SHOWN = 10


class PortalAdminSite(AdminSite):
    """The staff's site."""

    site_title = "智慧残联"
    site_header = "智慧残联"
    index_title = "业务台账"
    empty_value_display = "—"
    # The side bar is the frame's own; Django's needs a script and a filter field.
    enable_nav_sidebar = False

    def get_urls(self):
        """The list of ledgers keeps an address of its own beside the front page."""
        return [path("work/", self.admin_view(self.work), name="work"), *super().get_urls()]

    def index(self, request, extra_context=None):
        """The board for those who may see it, the ledgers for everybody else."""
        if request.user.has_perm("targets.view_target"):
            return redirect("board:index")
        return self.work(request, extra_context)

    def work(self, request, extra_context=None):
        """What waits for the reader, then the ledgers by work group."""
        waits = waiting_for(request.user)[:WAITING_SHOWN] if request.user.has_perm("subsidies.view_roll") else []
        return super().index(request, {**(extra_context or {}), "waiting": waits})

    def get_app_list(self, request, app_label=None):
        """Work groups in place of apps, models in the order in which they were registered.

        With `app_label` one app, as Django gives it, under the name of its group.
        """
        apps = self._build_app_dict(request, app_label)
        if app_label:
            return [dict(app, name=group_of(app["app_label"])) for app in [apps] if app]
        groups = {name: [] for name in (*WORK_GROUPS.values(), THE_REST)}
        for app in apps.values():
            groups[group_of(app["app_label"])] += app["models"]
        return [{"name": name, "models": models} for name, models in groups.items() if models]


def group_of(app_label: str) -> str:
    """The work group that an app's records stand in."""
    return WORK_GROUPS.get(app_label, THE_REST)
