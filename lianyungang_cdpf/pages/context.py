"""What every page's frame needs to know. All of it is lazy: a page that shows no menu asks no question."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib import admin
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from lianyungang_cdpf.intake.kinds import may_import
from lianyungang_cdpf.pages.public.frame import Display
from lianyungang_cdpf.pages.watermark import watermark
from lianyungang_cdpf.targets.models import Demonstration
from subsidies.approval.models import RIGHTS


@dataclass(frozen=True)
class Link:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


def portal(request):
    """The demonstration mark, the main navigation and the work groups of the side bar; of the public's frame how it is
    shown and who stands behind it; who looks, over pages that show persons."""
    return {
        "demonstration": SimpleLazyObject(lambda: Demonstration.objects.order_by("-id").first()),
        "top_links": SimpleLazyObject(lambda: top_links(request)),
        "work_groups": SimpleLazyObject(lambda: admin.site.get_app_list(request)),
        "display": Display.asked_by(request),
        "public_site": settings.PUBLIC_SITE,
        "watermark": watermark(request),
    }


def top_links(request) -> list[Link]:
    """The board, ledgers and work, as far as the signed-in member of staff may use them."""
    match = request.resolver_match
    here = match.app_name if match else ""
    links = []
    if request.user.has_perm("targets.view_target"):
        links.append(Link("驾驶舱", reverse("board:index"), here == "board"))
    links.append(Link("业务台账", reverse("admin:work"), here == "admin"))
    if request.user.has_perm("facilities.view_facility"):
        links.append(Link("设施", reverse("facility:index"), here == "facility"))
    if may_import(request.user) or request.user.has_perm("intake.view_importjob"):
        links.append(Link("花名册导入", reverse("intake:front"), here == "intake"))
    if request.user.has_perm("targets.view_monthlyreport"):
        links.append(Link("月报", reverse("report:index"), here == "report"))
    if any(request.user.has_perm(f"subsidies.{right}") for right in RIGHTS):
        links.append(Link("待办", reverse("roll:waiting"), here == "roll"))
    if request.user.has_perm("targets.view_bulletin"):
        links.append(Link("通报", reverse("bulletin:index"), here == "bulletin"))
    return links
