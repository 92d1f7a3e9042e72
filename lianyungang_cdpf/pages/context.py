"""What every page's frame needs to know. All of it is lazy: a page that shows no menu asks no question."""

from dataclasses import dataclass

from django.contrib import admin
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from lianyungang_cdpf.targets.models import Demonstration


@dataclass(frozen=True)
class Link:
    """One entry of the main navigation."""

    label: str
    url: str
    current: bool


def portal(request):
    """The demonstration mark, the main navigation and the work groups of the side bar."""
    return {
        "demonstration": SimpleLazyObject(lambda: Demonstration.objects.order_by("-id").first()),
        "top_links": SimpleLazyObject(lambda: top_links(request)),
        "work_groups": SimpleLazyObject(lambda: admin.site.get_app_list(request)),
    }


def top_links(request) -> list[Link]:
    """Board, ledgers and import, as far as the signed-in member of staff may use them."""
    home, board, intake = reverse("admin:index"), reverse("board:index"), reverse("intake:front")
    here = request.path
    elsewhere = here.startswith(home) and not here.startswith((board, intake))
    links = []
    if request.user.has_perm("targets.view_target"):
        links.append(Link("驾驶舱", board, here.startswith(board)))
    links.append(Link("业务台账", reverse("admin:work"), elsewhere))
    if may_import(request.user):
        links.append(Link("花名册导入", intake, here.startswith(intake)))
    return links


IMPORT_PERMISSIONS = ("beneficiaries.import_register", "subsidies.import_roll", "subsidies.import_history")


def may_import(staff) -> bool:
    """Whether any kind of file is on offer for this member of staff."""
    return any(staff.has_perm(permission) for permission in IMPORT_PERMISSIONS)
