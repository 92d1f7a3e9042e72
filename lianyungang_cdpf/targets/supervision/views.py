"""督办: the list of orders, one order whole and on paper, and the deeds on it. Another unit's order is a 404."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.exports import Workbook
from lianyungang_cdpf.targets.forms import WhenForm
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.supervision import actions
from lianyungang_cdpf.targets.supervision.actions import ISSUE, SEE, may_answer, may_issue
from lianyungang_cdpf.targets.supervision.exports import OrdersFile
from lianyungang_cdpf.targets.supervision.figures import SUPERVISED, figures_of, in_words, row_now, scope_of, sign_of
from lianyungang_cdpf.targets.supervision.forms import FindForm, IssueForm, ReturnForm, WordForm
from lianyungang_cdpf.targets.supervision.models import (
    AWAITING_REPLY,
    OPEN,
    State,
    SupervisionMessage,
    SupervisionOrder,
)
from lianyungang_cdpf.targets.supervision.of_place import listed_with
from lianyungang_cdpf.targets.views import NO_TARGET, open_scope

PER_PAGE, MOST_ROWS = 50, 50_000
LIST = "supervision:index"
ISSUE_LEAD = "签发后被督办单位在期限内回复，签发时的数据留在督办单上。"


def orders_in_sight(staff):
    """The orders with what a line says of them, the nearest day first."""
    orders = SupervisionOrder.objects.visible_to(staff).select_related("target__plan", "area__zone", "zone")
    return orders.prefetch_related("messages").order_by("due_on", "-year", "-sequence")


@deed_page(SEE)
@require_safe
def index(request):
    """All orders that are open, or those that were asked for."""
    form = FindForm(request.GET, staff=request.user)
    context = {"title": "督办", "form": form}
    if not form.is_valid():
        return render(request, "targets/supervision/list.html", context, status=400)
    page = Paginator(form.found(orders_in_sight(request.user)), PER_PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "orders": listed_with(list(page.object_list))}
    return render(request, "targets/supervision/list.html", context)


@deed_page(SEE)
@require_safe
def as_xlsx(request):
    """The orders as a workbook, as the page lists them."""
    form = FindForm(request.GET, staff=request.user)
    if not form.is_valid():
        return render(request, "targets/supervision/list.html", {"title": "督办", "form": form}, status=400)
    shown = form.found(orders_in_sight(request.user))[:MOST_ROWS]
    content = Workbook().export_data(OrdersFile().export(shown))
    record(by=request.user, deed="导出督办单", summary=f"{len(shown)} 行，xlsx")
    response = HttpResponse(content, content_type=Workbook().get_content_type())
    response.headers["Content-Disposition"] = f'attachment; filename="supervision-{localdate():%Y%m%d}.xlsx"'
    return response


@deed_page(ISSUE)
@require_http_methods(FORM_METHODS)
def issue(request, key: str, code: str):
    """Issue an order to a unit about one of the year's targets."""
    if not may_issue(request.user):
        raise PermissionDenied
    scope = open_scope(request.user, code)
    when = WhenForm(request.GET)
    year = when.chosen()[0] if when.years else None
    target = Target.objects.select_related("plan").filter(plan__year=year, key=key).first()
    if target is None:
        raise Http404(NO_TARGET)
    form, row = IssueForm(request.POST or None), row_now(target, scope)
    made: list[SupervisionOrder] = []
    told = {"target": target, "scope": scope}
    if form.is_valid() and done_by(
        request, form, lambda **said: made.append(actions.issue_order(**said)), **told, **form.cleaned_data
    ):
        say(request, f"已签发{made[0]}。")
        return redirect("supervision:order", made[0].pk)
    lags = scope.is_unit and row.light in SUPERVISED
    now = in_words(SupervisionMessage(**figures_of(row)), target)
    context = {
        "form": form, "title": "签发督办单", "button": "签发", "back": LIST,
        "lead": ISSUE_LEAD if lags else f"现在是“{row.word}”，不需要督办。",
        "is_closed": not lags and not form.is_bound,
        "facts": [("目标", target.name), ("被督办单位", scope.name), ("现在的数据", now)],
    }  # fmt: skip
    return render(request, "targets/supervision/deed.html", context, status=422 if form.is_bound else 200)


def order_in_sight(staff, pk: int) -> SupervisionOrder:
    """The order. Raises Http404 for one that is not in sight."""
    orders = orders_in_sight(staff).select_related("target__plan", "area__zone", "zone", "issued_by")
    order = orders.filter(pk=pk).first()
    if order is None:
        raise Http404(NOT_HERE)
    return order


@deed_page(SEE)
@require_safe
def one(request, pk: int):
    """One order: what was asked, what was said, the files, and what the reader may do."""
    order = order_in_sight(request.user, pk)
    attachments = list(order.attachments.kept().select_related("added_by__area"))
    speaks = may_issue(request.user) or may_answer(request.user, order)
    context = {
        **_told(order), "title": order.number, "offers": offers(order, request.user),
        "now": in_words(SupervisionMessage(**figures_of(row_now(order.target, scope_of(order)))), order.target),
        "attachments": [(one, may_remove(one, order, request.user)) for one in attachments],
        "may_attach": order.is_open and speaks,
    }  # fmt: skip
    return render(request, "targets/supervision/order.html", context)


@deed_page(SEE)
@require_safe
def printed(request, pk: int):
    """The order as a sheet of paper."""
    order = order_in_sight(request.user, pk)
    context = {**_told(order), "attachments": list(order.attachments.kept())}
    return render(request, "targets/supervision/printed.html", context)


def _told(order: SupervisionOrder) -> dict:
    messages = list(order.messages.select_related("by"))
    return {
        "order": order, "unit": scope_of(order), "sign": sign_of(order),
        "messages_said": [(said, in_words(said, order.target)) for said in messages],
    }  # fmt: skip


def may_remove(attachment, order: SupervisionOrder, staff) -> bool:
    """Whether somebody takes a file off an open order: each side its own."""
    if not order.is_open:
        return False
    if attachment.added_by.is_city_wide:
        return may_issue(staff)
    return may_answer(staff, order)


# -- deeds -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """What a deed's page says, and in which states of the order who does it."""

    title: str
    deed: Callable
    lead: str
    done: str
    form: type[forms.Form]
    states: tuple[str, ...]
    by_city: bool
    by_unit: bool


DEEDS = {
    "reply": Page(
        "回复", actions.answer_order, "写明滞后的原因、已采取的措施和完成的日期。", "已回复，等待市残联办结。",
        WordForm, AWAITING_REPLY, by_city=False, by_unit=True,
    ),
    "close": Page(
        "办结", actions.close_order, "办结时的数据留在督办单上。", "已办结。", WordForm, (State.REPLIED,),
        by_city=True, by_unit=False,
    ),
    "return": Page(
        "退回补充", actions.return_order, "写明还要补充什么。", "已退回，等待补充回复。", ReturnForm, (State.REPLIED,),
        by_city=True, by_unit=False,
    ),
    "follow-up": Page(
        "跟进", actions.follow_up, "补充要求或进展，督办单的状态不变。", "已登记。", WordForm, OPEN,
        by_city=True, by_unit=True,
    ),
    "withdraw": Page(
        "撤回", actions.withdraw_order, "发错的督办单撤回以后留在清单里，可以重新签发。", "已撤回。", WordForm, OPEN,
        by_city=True, by_unit=False,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """A deed that the reader may do now."""

    label: str
    url: str
    is_main: bool


def offers(order: SupervisionOrder, staff) -> list[Offer]:
    """What the reader may do with the order now."""
    city, unit = may_issue(staff), may_answer(staff, order)
    return [
        Offer(page.title, reverse(f"supervision:{name}", args=[order.pk]), is_main=name in ("reply", "close"))
        for name, page in DEEDS.items()
        if order.state in page.states and (page.by_city and city or page.by_unit and unit)
    ]


@deed_page(SEE)
@require_http_methods(FORM_METHODS)
def take(request, pk: int, deed: str):
    """Say something about an order: reply, follow up, return, close, withdraw."""
    order, page = order_in_sight(request.user, pk), DEEDS[deed]
    form = page.form(request.POST or None, initial={"seen": list(order.messages.all())[-1].pk})
    if form.is_valid() and done_by(request, form, page.deed, order=order, **form.cleaned_data):
        say(request, f"{order}：{page.done}")
        return redirect("supervision:order", order.pk)
    here = reverse(f"supervision:{deed}", args=[pk])
    is_offered = any(one.url == here for one in offers(order, request.user))
    context = {
        "form": form, "title": page.title, "button": page.title, "order": order, "back": LIST,
        "lead": page.lead if is_offered else "", "is_closed": not is_offered and not form.is_bound,
        "facts": facts_of(order),
    }  # fmt: skip
    return render(request, "targets/supervision/deed.html", context, status=422 if form.is_bound else 200)


def facts_of(order: SupervisionOrder) -> list[tuple[str, str]]:
    """What a deed's page says of the order."""
    return [
        ("编号", order.number), ("目标", order.target.name), ("被督办单位", scope_of(order).name),
        ("状态", sign_of(order)[1]), ("回复期限", f"{order.due_on:%Y-%m-%d}"),
        ("督办要求", order.issue.text),
    ]  # fmt: skip
