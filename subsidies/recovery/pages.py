"""The pages on which a case is opened and its ledger kept, below /admin/recovery/; the list is the admin's."""

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.duties.persons import is_same_person
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from subsidies.models import Payment, RecoveryCase, RecoveryEntry, WriteOffProposal
from subsidies.recovery import actions
from subsidies.recovery.forms import (
    DecisionForm,
    FromForm,
    OffsetForm,
    OpenForm,
    ReasonForm,
    RefundForm,
    WriteOffForm,
)
from subsidies.recovery.ledger import claimable, left_of_all

SEE = "subsidies.view_recoverycase"
LIST = "admin:subsidies_recoverycase_changelist"
ONE = "admin:subsidies_recoverycase_change"


@dataclass(frozen=True)
class Page:
    """What a deed's page says: title, the sentence below it, what was done, and the right that it takes."""

    title: str
    deed: Callable
    lead: str
    done: str
    right: str
    form: type[forms.Form]


DEEDS = {
    "refund": Page(
        "登记退缴", actions.enter_refund, "已经交回财政的钱，按收据登记。", "已登记退缴。", actions.REFUND, RefundForm
    ),
    "offset": Page(
        "登记抵扣", actions.enter_offset, "从以后月份的补贴里扣下的钱，发放以后登记。", "已登记抵扣。",
        actions.RECOVER, OffsetForm,
    ),
    "write-off": Page(
        "提出核销", actions.propose_write_off, "确实追不回的，由其他人员审批后核销。", "已提出核销，等待审批。",
        actions.RECOVER, WriteOffForm,
    ),
    "cancel": Page(
        "撤销追缴案件", actions.cancel_recovery, "立错的案件撤销后，这些月份可以重新立案。", "已撤销追缴案件。",
        actions.RECOVER, ReasonForm,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """A deed that the reader may do now."""

    label: str
    url: str
    is_main: bool


def offers(case: RecoveryCase, staff) -> list[Offer]:
    """What the reader may do with the case now."""
    if not case.is_open:
        return []
    # A case that anything came in for is not taken back, and a second write-off waits for the first.
    pending = any(one.state == WriteOffProposal.State.PENDING for one in case.proposals.all())
    closed = {"write-off", "cancel"} if pending else {"cancel"} if case.balance != case.claimed else set()
    return [
        Offer(page.title, reverse(f"recovery:{name}", args=[case.pk]), is_main=name == "refund")
        for name, page in DEEDS.items()
        if name not in closed and staff.has_perm(page.right)
    ]


def case_in_sight(staff, **keys) -> RecoveryCase:
    """The case, with what its pages say of it. Raises Http404 for one that is not in sight."""
    cases = RecoveryCase.objects.visible_to(staff).select_related("person", "programme", "area", "opened_by")
    case = cases.filter(**keys).first()
    if case is None:
        raise Http404(NOT_HERE)
    return case


def _facts(case: RecoveryCase) -> list[tuple[str, str]]:
    return [
        ("姓名", case.person.name), ("补贴项目", case.programme.name), ("错发原因", case.get_reason_display()),
        ("应追缴（元）", f"{case.claimed:,.2f}"), ("未追回（元）", f"{case.balance:,.2f}"),
        ("状态", case.get_state_display()),
    ]  # fmt: skip


@deed_page(SEE)
@require_safe
def listed(request):
    """The list stands with the other lists of the admin."""
    return redirect(LIST)


@deed_page(SEE)
@require_http_methods(FORM_METHODS)
def take(request, pk: int, deed: str):
    """Enter something into the ledger of a case, ask for a write-off, or take the case back."""
    case, page = case_in_sight(request.user, pk=pk), DEEDS[deed]
    form = page.form(request.POST or None, **_told_to(page.form, case))
    if form.is_valid() and done_by(request, form, page.deed, case=case, **form.cleaned_data):
        say(request, page.done)
        return redirect(ONE, case.pk)
    here = reverse(f"recovery:{deed}", args=[pk])
    is_offered = any(one.url == here for one in offers(case, request.user))
    return _answer(request, form, case, title=page.title, lead=page.lead, is_offered=is_offered)


def _told_to(form: type[forms.Form], case: RecoveryCase) -> dict:
    if form is OffsetForm:
        return {"payments": left_of_all(case)}
    return {"initial": {"amount": case.balance}} if form is WriteOffForm else {}


@deed_page(SEE)
@require_http_methods(FORM_METHODS)
def reverse_entry(request, pk: int):
    """冲销 one entry of the ledger."""
    entry = RecoveryEntry.objects.visible_to(request.user).filter(pk=pk).first()
    if entry is None:
        raise Http404(NOT_HERE)
    case, form = case_in_sight(request.user, pk=entry.case_id), ReasonForm(request.POST or None)
    if form.is_valid() and done_by(request, form, actions.reverse_entry, entry=entry, **form.cleaned_data):
        say(request, "已冲销。")
        return redirect(ONE, case.pk)
    lead = f"{entry.get_kind_display()} {entry.amount:,.2f} 元，{entry.day:%Y-%m-%d}。冲销后两条记录都留在台账里。"
    return _answer(request, form, case, title="冲销", lead=lead, is_offered=may_reverse(entry, request.user))


def may_reverse(entry: RecoveryEntry, staff) -> bool:
    """Whether the reader may reverse the entry now."""
    right = actions.RIGHT_OF.get(entry.kind)
    if right is None or not staff.has_perm(right) or hasattr(entry, "reversal"):
        return False
    return not is_same_person(staff, entry.proposed_by)


@deed_page(SEE)
@require_http_methods(FORM_METHODS)
def decide(request, pk: int):
    """Approve a write-off or leave the money to be got back."""
    proposal = (
        WriteOffProposal.objects.visible_to(request.user).select_related("proposed_by", "case").filter(pk=pk).first()
    )
    if proposal is None:
        raise Http404(NOT_HERE)
    case, form = case_in_sight(request.user, pk=proposal.case_id), DecisionForm(request.POST or None)
    if form.is_valid() and _decided(request, form, proposal):
        return redirect(ONE, case.pk)
    lead = f"{proposal.proposed_by}申请核销 {proposal.amount:,.2f} 元，理由：{proposal.reason}"
    return _answer(request, form, case, title="审批核销", lead=lead, is_offered=may_decide(proposal, request.user))


def _decided(request, form, proposal: WriteOffProposal) -> bool:
    approved = form.cleaned_data["decision"] == WriteOffProposal.State.APPROVED
    deed = actions.approve_write_off if approved else actions.refuse_write_off
    done = done_by(request, form, deed, proposal=proposal, answer=form.cleaned_data["answer"])
    if done:
        say(request, "已批准核销。" if approved else "没有批准核销，继续追缴。")
    return done


def may_decide(proposal: WriteOffProposal, staff) -> bool:
    """Whether the reader may approve or refuse the write-off now."""
    waits = proposal.state == WriteOffProposal.State.PENDING and proposal.case.is_open
    return waits and staff.has_perm(actions.APPROVE) and not is_same_person(staff, proposal.proposed_by)


def _answer(request, form, case: RecoveryCase, *, title: str, lead: str, is_offered: bool):
    context = {
        "form": form, "title": title, "button": title, "facts": _facts(case), "case": case, "back": LIST,
        "lead": lead if is_offered else "", "is_closed": not is_offered and not form.is_bound,
    }  # fmt: skip
    return render(request, "subsidies/recovery/deed.html", context, status=422 if form.is_bound else 200)


# -- opening a case ----------------------------------------------------------------------------------------------


@deed_page(actions.RECOVER)
@require_http_methods(FORM_METHODS)
def open_case(request, pk: int):
    """Choose the wrong months of somebody whom the reader's place has paid, also of who has moved on since."""
    person, paid = _paid_person(request.user, pk)
    asked = FromForm(request.GET, payments=list(claimable(paid)))
    since = [one for one in asked.payments if asked.since and f"{one.month:%Y-%m}" >= asked.since]
    chosen = [str(one.pk) for one in since] if request.GET.get("month") else []
    form = OpenForm(request.POST or None, payments=asked.payments, initial={"payments": chosen})
    if form.is_valid():
        opened: list[RecoveryCase] = []
        told = {"person": person, "programme": asked.chosen, **form.told()}
        if done_by(request, form, lambda **said: opened.append(actions.open_recovery(**said)), **told):
            say(request, "已立案追缴。")
            return redirect(ONE, opened[0].pk)
    context = {
        "form": form, "asked": asked, "title": "立案追缴", "button": "立案追缴", "person": person, "back": LIST,
        "lead": f"{person.name}：选择错发的月份。", "is_closed": not asked.payments and not form.is_bound,
        "in_sight": Person.objects.visible_to(request.user).filter(pk=pk).exists(),
    }  # fmt: skip
    return render(request, "subsidies/recovery/open.html", context, status=422 if form.is_bound else 200)


def _paid_person(staff, pk: int) -> tuple[Person, QuerySet[Payment]]:
    """The person and their payments in sight, the earliest first. Raises Http404 where there are none."""
    paid = Payment.objects.visible_to(staff).live().filter(person=pk).select_related("programme", "roll")
    person = Person.objects.filter(pk=pk).first() if paid.exists() else None
    if person is None:
        raise Http404(NOT_HERE)
    return person, paid.defer("account_no").order_by("programme__position", "programme__code", "month", "pk")
