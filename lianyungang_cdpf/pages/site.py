"""Django's admin under the portal's name; its front page is the board for those who may see it."""

from django.contrib.admin import AdminSite


class PortalAdminSite(AdminSite):
    """The staff's site."""

    site_title = "智慧残联"
    site_header = "智慧残联"
    index_title = "工作台"
    empty_value_display = "—"
    enable_nav_sidebar = True
