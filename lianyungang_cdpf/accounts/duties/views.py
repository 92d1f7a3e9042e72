"""角色变更: those that wait, one of them, and the deeds on it. None of these pages needs a script."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, Value, When
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.duties import actions
from lianyungang_cdpf.accounts.duties.forms import ApproveForm, ProposeForm, RefuseForm, WithdrawForm
from lianyungang_cdpf.accounts.duties.models import RoleChange, State
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE

SEE, PROPOSE, DECIDE = (
    "accounts.view_rolechange", "accounts.propose_role_change", "accounts.decide_role_change",
)  # fmt: skip
PER_PAGE = 50
LIST = "duties:index"


@deed_page(SEE)
@require_safe
def index(request):
    """All changes, those that wait first."""
    waiting_first = Case(When(state=State.PROPOSED, then=Value(0)), default=Value(1))
    changes = RoleChange.objects.visible_to(request.user).with_names().order_by(waiting_first, "-pk")
    context = {
        "title": "角色变更", "page": Paginator(changes, PER_PAGE).get_page(request.GET.get("page")),
        "may_propose": request.user.has_perm(PROPOSE),
    }  # fmt: skip
    return render(request, "accounts/duties/list.html", context)


@deed_page(PROPOSE)
@require_http_methods(FORM_METHODS)
def propose(request):
    """Ask for a change."""
    form, made = ProposeForm(request.POST or None, by=request.user), []
    if form.is_valid() and done_by(
        request, form, lambda **said: made.append(actions.propose_change(**said)), **form.told()
    ):
        say(request, "已提出，等待另一人批准。")
        return redirect("duties:change", made[0].pk)
    context = {
        "form": form, "title": "提出角色变更", "button": "提出", "back": LIST,
        "lead": "批准人不能是提出人，也不能是账号本人。批准以后，账号的登录和接口令牌立即失效，需要重新登录。",
    }  # fmt: skip
    return render(request, "accounts/duties/deed.html", context, status=422 if form.is_bound else 200)


def change_in_sight(staff, pk: int) -> RoleChange:
    """The change with its names. Raises Http404 for one that is not in sight."""
    change = RoleChange.objects.visible_to(staff).with_names().filter(pk=pk).first()
    if change is None:
        raise Http404(NOT_HERE)
    return change


@deed_page(SEE)
@require_safe
def one(request, pk: int):
    """One change, and what the reader may do with it."""
    change = change_in_sight(request.user, pk)
    context = {
        "title": "角色变更", "change": change, "facts": facts_of(change), "offers": offers(change, request.user),
        "why_not": actions.why_not(change, request.user) if change.is_open and request.user.has_perm(DECIDE) else "",
    }  # fmt: skip
    return render(request, "accounts/duties/change.html", context)


def facts_of(change: RoleChange) -> list[tuple[str, str]]:
    """What the pages say of a change."""
    facts = [
        ("账号", f"{change.staff.username}　{change.staff.name}"), ("变更前", change.before), ("变更后", change.after),
        ("理由", change.reason), ("状态", change.get_state_display()),
        ("提出", f"{change.proposed_by or '—'}，{_moment(change.proposed_at)}"),
    ]  # fmt: skip
    if change.decided_at:
        facts.append(("处理", f"{change.decided_by or '—'}，{_moment(change.decided_at)}"))
    return [*facts, ("处理意见", change.answer)] if change.answer else facts


def _moment(moment) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"


# -- deeds -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Page:
    """What a deed's page says, and what it asks."""

    title: str
    deed: Callable
    right: str
    form: type[forms.Form]
    lead: str
    done: str


# Said before and after a change that actions.begins_anew.
WILL_END = (
    "批准后，这个账号的密码、第二步验证和统一身份标识全部作废，须由本人在服务器上运行 bin/manage changepassword {} 设置"
    "新密码，才能登录。"
)
HAS_ENDED = (
    "这个账号的密码、第二步验证和统一身份标识已作废，请本人在服务器上运行 bin/manage changepassword {} 设置新密码。"
)
DEEDS = {
    "approve": Page(
        "批准", actions.approve_change, DECIDE, ApproveForm,
        "批准后立即生效，账号的登录和接口令牌同时失效。", "已批准，账号需要重新登录。",
    ),
    "refuse": Page("驳回", actions.refuse_change, DECIDE, RefuseForm, "账号的角色和所属不变。", "已驳回。"),
    "withdraw": Page("撤回", actions.withdraw_change, PROPOSE, WithdrawForm, "撤回以后可以重新提出。", "已撤回。"),
}  # fmt: skip


def may_take(deed: str, change: RoleChange, staff) -> bool:
    """Whether the reader may do this with the change now."""
    if not (change.is_open and staff.has_perm(DEEDS[deed].right)):
        return False
    return change.proposed_by_id == staff.pk if deed == "withdraw" else not actions.why_not(change, staff)


def offers(change: RoleChange, staff) -> list[tuple[str, str, bool]]:
    """Label and address of what the reader may do now, and whether it is the main thing."""
    return [
        (page.title, reverse(f"duties:{deed}", args=[change.pk]), deed == "approve")
        for deed, page in DEEDS.items()
        if may_take(deed, change, staff)
    ]


@deed_page(SEE)
@require_http_methods(FORM_METHODS)
def take(request, pk: int, deed: str):
    """Approve, refuse or withdraw."""
    change, page = change_in_sight(request.user, pk), DEEDS[deed]
    if not request.user.has_perm(page.right):
        raise PermissionDenied
    form = page.form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done_by(request, form, page.deed, change=change, **form.cleaned_data):
        say(request, page.done + _of_beginning_anew(HAS_ENDED, deed, change))
        return redirect(LIST)
    is_open = may_take(deed, change, request.user)
    lead = page.lead + _of_beginning_anew(WILL_END, deed, change)
    context = {
        "form": form, "title": page.title, "button": page.title, "back": LIST, "change": change,
        "lead": lead if is_open else "", "is_closed": not is_open and not form.is_bound,
        "facts": facts_of(change),
    }  # fmt: skip
    return render(request, "accounts/duties/deed.html", context, status=_answer(form, is_open))


def _of_beginning_anew(sentence: str, deed: str, change: RoleChange) -> str:
    """The sentence about the account, where approving ends what it is signed in by; else ""."""
    return sentence.format(change.staff.username) if deed == "approve" and actions.begins_anew(change) else ""


def _answer(form, is_open: bool) -> int:
    """409 for who may not do it, or no longer; 422 for what was written wrongly. Of a refusal the log has one line."""
    if not form.is_bound:
        return 200
    return 422 if is_open else 409
