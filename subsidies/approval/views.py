"""待我办理的花名册, and the page on which a step of a roll is taken, a roll returned or called back."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.form_fields import text_field
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from subsidies.approval import actions
from subsidies.approval.chain import CALL_BACK, chain, may_take, next_of, waiting_for
from subsidies.approval.models import Deed
from subsidies.bank.money import bank_day
from subsidies.exports import roll_place
from subsidies.forms import PaidOnForm
from subsidies.models import Roll
from subsidies.monthly.differences import Differences
from subsidies.paying import mark_roll_paid

SEE = "subsidies.view_roll"
ROLLS_A_PAGE = 50


class StandForm(forms.Form):
    """Where the roll stood when the page was opened: whoever was faster is not overrun."""

    at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=60)


class ReasonForm(StandForm):
    """Why a roll goes back."""

    reason = text_field("原因", length=actions.REASON_LENGTH, help_text="至少五个字，编制人会看到。")


class PayForm(StandForm, PaidOnForm):
    """The day on which the bank paid."""


@dataclass(frozen=True)
class Page:
    """What a deed's page says: `title` with the step's name in it, the sentence before the button, what was done."""

    title: str
    deed: Callable
    lead: str
    done: str
    form: type[forms.Form] = StandForm


DEEDS = {
    "submit": Page(
        "提交审批", actions.submit_roll, "提交后发放数据锁定，退回之前不能再改。", "已提交审批，发放数据已锁定。"
    ),
    "approve": Page(
        "{step}通过", actions.approve_roll, "请核对人数和合计金额后再通过。", "已通过，花名册交给下一个环节。"
    ),
    "return": Page(
        "{step}退回", actions.return_roll, "退回后由编制人改正并重新提交，审批从头开始。", "已退回编制。", ReasonForm
    ),
    "pay": Page(
        "标记为已发放", mark_roll_paid, "银行发放完毕后再标记，标记后不能撤回。", "已标记为已发放，计入进度。", PayForm
    ),
    "archive": Page("归档", actions.archive_roll, "归档后花名册只供查阅。", "已归档。"),
    "call-back": Page(
        "市级撤回", actions.call_back_roll, "撤回后由编制人改正并重新提交，审批从头开始。", "已撤回编制。", ReasonForm
    ),
}  # fmt: skip
OF_STEP = {
    Deed.SUBMIT: ("submit",), Deed.APPROVE: ("approve", "return"), Deed.PAY: ("pay", "return"),
    Deed.ARCHIVE: ("archive",),
}  # fmt: skip
# Deeds before which one looks at what differs from the month before.
COMPARED = ("submit", "approve")
MAIN = {names[0] for names in OF_STEP.values()}


@dataclass(frozen=True)
class Offer:
    """A deed that the reader may do now, under the name of its step."""

    label: str
    url: str
    is_main: bool


def offers(roll: Roll, staff) -> tuple[list[Offer], str]:
    """What the staff member may do with the roll now; else, where their role could, the sentence why they may not."""
    step = next_of(roll, chain())
    refusal = may_take(step, roll, staff) if step else "-"
    names = list(OF_STEP[step.deed]) if step and not refusal else []
    if roll.state in (Roll.State.SUBMITTED, Roll.State.APPROVED) and staff.has_perm(CALL_BACK) and staff.is_city_wide:
        names.append("call-back")
    found = [
        Offer(DEEDS[name].title.format(step=step), reverse(f"roll:{name}", args=[roll.pk]), is_main=name in MAIN)
        for name in names
    ]
    could = step is not None and staff.has_perm(step.permission) and not found
    return found, refusal if could else ""


@deed_page(SEE)
@require_safe
def waiting(request):
    """The rolls whose next step the reader may take."""
    page = Paginator(waiting_for(request.user), ROLLS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "subsidies/waiting.html", {"title": "待我办理的花名册", "page": page, "rolls": page})


def roll_in_sight(request, pk: int) -> Roll:
    """The roll, with what its pages say of it. Raises Http404 for one that is not in sight."""
    rolls = Roll.objects.visible_to(request.user)
    roll = rolls.select_related("programme", "next_step", "job", "area", "zone", "posted_by").filter(pk=pk).first()
    if roll is None:
        raise Http404(NOT_HERE)
    return roll


@deed_page(SEE)
@require_http_methods(FORM_METHODS)
def take(request, pk: int, deed: str):
    """Take a step of a roll, return it or call it back."""
    roll, page = roll_in_sight(request, pk), DEEDS[deed]
    form = page.form(request.POST or None, initial={"at": roll.stands_at, "paid_on": bank_day(roll)})
    if form.is_valid() and done_by(request, form, page.deed, roll=roll, **form.cleaned_data):
        say(request, f"{roll.reference}：{page.done}")
        return redirect("admin:subsidies_roll_change", roll.pk)
    found, _ = offers(roll, request.user)
    here = reverse(f"roll:{deed}", args=[pk])
    offer = next((one for one in found if one.url == here), None)
    facts = [
        ("花名册", str(roll)), ("填报地区", roll_place(roll)), ("状态", roll.standing), ("入账人", str(roll.posted_by)),
        ("发放笔数", f"{roll.payment_count:,}"), ("合计金额（元）", f"{roll.total:,.2f}"),
    ]  # fmt: skip
    title = offer.label if offer else page.title.format(step=roll.next_step or "")
    context = {
        "form": form, "title": title, "button": title, "facts": facts, "lead": page.lead if offer else "", "roll": roll,
        "is_closed": offer is None and not form.is_bound, "back": "admin:subsidies_roll_changelist",
        "compared": Differences(roll) if deed in COMPARED else None,
    }  # fmt: skip
    return render(request, "subsidies/take.html", context, status=422 if form.is_bound else 200)
