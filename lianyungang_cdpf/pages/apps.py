from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class PagesConfig(AppConfig):
    name = "lianyungang_cdpf.pages"
    verbose_name = "页面"
    default = True


class PortalAdminConfig(admin_apps.AdminConfig):
    """Django's admin with the portal's own site."""

    default = False
    default_site = "lianyungang_cdpf.pages.site.PortalAdminSite"
    verbose_name = "管理"
