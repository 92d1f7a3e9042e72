"""One facility on one page: what it is, how it came to be, what it cost, what inspections found."""

from dataclasses import dataclass
from decimal import Decimal

from django.conf import settings
from django.shortcuts import render
from django.utils import timezone
from django.utils.module_loading import import_string
from django.views.decorators.http import require_safe

from facilities.actions import PERMISSION, latest_step
from facilities.exports import accessibility, place_name
from facilities.models import Facility, Stage
from facilities.money import AMOUNTS, spent_share, sums_of
from facilities.stages import FOLLOWING
from facilities.views.access import VIEW, facility_or_404
from lianyungang_cdpf.accounts.deed_pages import deed_page
from lianyungang_cdpf.intake.views.wording import money_of
from lianyungang_cdpf.masking import mask_phone

# The stages by the states of the design: what asks for somebody's attention is not as calm as the rest.
SIGNS = {Stage.ACCEPTED: "o", Stage.OPERATING: "o", Stage.RECTIFYING: "w", Stage.SUSPENDED: "w", Stage.REVOKED: "b"}


@dataclass(frozen=True)
class Line:
    """One inspection with the state of its follow-up: (sign, words)."""

    inspection: object
    sign: str
    state: str


@deed_page(VIEW)
@require_safe
def page(request, pk):
    """The page of a facility; a fixed number of statements, whatever hangs off it."""
    facility = facility_or_404(request.user, pk)
    funding = list(facility.funding.order_by("year", "id"))
    history = list(facility.history.select_related("recorded_by", "taken_back_by").order_by("on", "id"))
    _, before = latest_step(facility, [one for one in history if not one.taken_back_at])
    may_advance = request.user.has_perm(PERMISSION)
    context = {
        "title": facility.name,
        "facility": facility,
        "sign": SIGNS.get(facility.stage, "n"),
        "finding": finding(facility),
        "facts": facts_of(facility),
        "history": [(one, SIGNS.get(one.stage, "n")) for one in history],
        "funding": [(one, *(money_of(getattr(one, name)) for name in AMOUNTS)) for one in funding],
        "sums": [money_of(amount) for amount in sums_of(funding).values()],
        "share": spent_share(funding),
        "inspections": [line_of(one) for one in facility.inspections.all()],
        "documents": list(facility.documents.kept().order_by("-dated", "-id")),
        "panels": panels_of(request.user, facility),
        "may_advance": may_advance and bool(FOLLOWING[Stage(facility.stage)]),
        "may_take_back": may_advance and before is not None,
    }
    return render(request, "facilities/page.html", context)


def panels_of(staff, facility: Facility) -> list:
    """What higher apps have to show of the facility: objects that name their `template`, which knows them as `panel`.

    Each name in settings.FACILITY_PANELS is a callable (staff, facility) that gives one, or None.
    """
    panels = (import_string(name)(staff, facility) for name in settings.FACILITY_PANELS)
    return [panel for panel in panels if panel is not None]


def finding(facility: Facility) -> str:
    """The page's first sentence, after the stage: in which year's target the facility counts."""
    if facility.stage == Stage.REVOKED:
        return f"{facility.revoked_on:%Y-%m-%d} 撤销，不计入任何年度的目标。"
    if facility.accepted_on is None:
        return "还没有通过验收，不计入目标。"
    return f"{facility.accepted_on:%Y-%m-%d} 首次通过验收，计入 {facility.accepted_on.year} 年的目标。"


def facts_of(facility: Facility) -> list[tuple[str, str]]:
    """What the facility is, in the order in which offices list it; what is not known shows as —."""
    staff = [f"专职 {facility.staff_full} 人" if facility.staff_full is not None else "",
             f"兼职 {facility.staff_part} 人" if facility.staff_part is not None else ""]  # fmt: skip
    where = f"{facility.longitude}，{facility.latitude}" if facility.longitude is not None else ""
    facts = [
        ("设施种类", facility.kind.name), ("地区", place_name(facility)), ("地址", facility.address),
        ("经度、纬度", where), ("运行方式", facility.get_run_mode_display()), ("运营单位", facility.operator),
        ("统一社会信用代码", facility.credit_code), ("负责人", facility.responsible),
        ("联系电话", mask_phone(facility.phone or "")), ("开放时间", facility.opening_hours),
        ("服务内容", facility.services_offered), ("对外电话", facility.public_phone),
        ("建筑面积", _counted(facility.area_m2, "平方米")), ("功能室", _counted(facility.rooms, "间")),
        ("可服务人数", _counted(facility.capacity, "人")), ("工作人员", "，".join(filter(None, staff))),
        ("无障碍设施", accessibility(facility)),
    ]  # fmt: skip
    return [(word, value or "—") for word, value in facts]


def _counted(number, unit: str) -> str:
    if number is None:
        return ""
    return f"{number.normalize():,f} {unit}" if isinstance(number, Decimal) else f"{number:,} {unit}"


def line_of(inspection) -> Line:
    """An inspection with what became of its follow-up."""
    if not inspection.follow_up:
        return Line(inspection, "o", "没有整改要求")
    if inspection.done_on:
        return Line(inspection, "o", f"{inspection.done_on:%Y-%m-%d} 完成")
    if inspection.due_on < timezone.localdate():
        return Line(inspection, "b", "已过期限，没有完成")
    return Line(inspection, "n", "期限内")
