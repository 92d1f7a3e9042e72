"""Pages of transfers: offering somebody, asking for somebody, and answering."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from beneficiaries import moving
from beneficiaries.deed_forms import AnswerForm, AskForm, OfferForm, towns_of
from beneficiaries.models import Transfer
from beneficiaries.transfers import unit_of
from beneficiaries.views.access import Seen, deed_page, deed_response, done_by, person_or_404, say, to_person
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.masking import mask_id_number

LIST = "admin:beneficiaries_transfer_changelist"


@deed_page(moving.PERMISSION)
@require_http_methods(FORM_METHODS)
def offer(request, pk):
    """Ask another unit to take a person in."""
    person = person_or_404(request.user, pk)
    seen, form = Seen(request, person), OfferForm(request.POST or None, own=unit_of(request.user))
    if form.is_valid() and seen.done(form, moving.offer_person, person=person, **form.cleaned_data):
        say(request, "已提出迁出申请，等待迁入地同意；同意之前档案仍由本单位管理。")
        return to_person(person)
    lead = "迁入地同意并选定乡镇（街道）后，档案转到迁入地；以前的发放记录保持不变。"
    told = {"title": "迁往其他县区", "lead": lead, "button": "提出迁出申请"}
    return deed_response(request, form, person=person, seen=seen, **told)


@deed_page(moving.PERMISSION)
@require_http_methods(FORM_METHODS)
def ask(request):
    """Ask for somebody who is on file elsewhere; nothing is told but that the request was sent."""
    unit = unit_of(request.user)
    if not unit:
        raise PermissionDenied(moving.NOT_A_SIDE)
    form = AskForm(request.POST or None, own=unit)
    if form.is_valid() and done_by(request, form, moving.ask_for_person, **form.cleaned_data):
        say(request, moving.SENT)
        return redirect(LIST)
    lead = "按姓名和完整身份证号提出。系统不显示此人在哪里建档；迁出地同意后，档案转到所选的乡镇（街道）。"
    return deed_response(request, form, title="申请迁入", lead=lead, button="发送迁入申请", back=LIST)


@deed_page(moving.PERMISSION)
@require_http_methods(FORM_METHODS)
def answer(request, pk):
    """Agree, refuse or withdraw."""
    requests = Transfer.objects.visible_to(request.user).seen_by(request.user)
    transfer = requests.select_related("receiving_area").filter(pk=pk).first()
    if transfer is None:
        raise Http404(NOT_HERE)
    unit = unit_of(request.user)
    # Each side is told only its own half of a request: the page says that it has changed, not what.
    seen = Seen(request, transfer, tells_values=False)
    form = AnswerForm(request.POST or None, **_choices(unit, transfer))
    if form.is_valid() and _do(request, form, transfer, seen):
        return redirect(LIST)
    return deed_response(
        request, form, title=f"迁移申请：{transfer.name}", facts=_facts(unit, transfer), button="确定", back=LIST,
        seen=seen, is_closed=not form.fields["deed"].choices,
    )  # fmt: skip


def _choices(unit: str, transfer: Transfer) -> dict:
    if moving.may_answer(unit, transfer):
        takes_in = moving.side_of(unit, transfer) == Transfer.Side.RECEIVING
        deeds = [("agree", "同意迁入" if takes_in else "同意迁出"), ("refuse", "退回申请")]
        return {"deeds": deeds, "towns": towns_of(unit) if takes_in else None}
    return {"deeds": [("withdraw", "撤回申请")] if moving.may_withdraw(unit, transfer) else []}


def _do(request, form, transfer: Transfer, seen: Seen) -> bool:
    told = form.cleaned_data
    deeds = {
        "agree": (
            moving.agree_to_transfer,
            {"town": told.get("town"), "answer": told["answer"]},
            "已同意，档案已转到迁入地。",
        ),
        "refuse": (moving.refuse_transfer, {"answer": told["answer"]}, "已退回申请。"),
        "withdraw": (moving.withdraw_transfer, {"answer": told["answer"]}, "已撤回申请。"),
    }
    deed, arguments, sentence = deeds[told["deed"]]
    if not seen.done(form, deed, transfer=transfer, **arguments):
        return False
    say(request, sentence)
    return True


def _facts(unit: str, transfer: Transfer) -> list[tuple[str, str]]:
    told = moving.tells_giving_unit(unit, transfer, to_city=transfer.viewer_is_city)
    facts = [
        ("姓名", transfer.name), ("身份证号", mask_id_number(transfer.id_number)),
        ("提出方", transfer.get_requested_from_display()),
        ("迁出单位", (transfer.giving_name or "未找到档案") if told else "办结后显示"),
        ("迁入单位", transfer.receiving_name),
        ("迁入乡镇（街道）", str(transfer.receiving_area or "由迁入地选定")),
        ("迁移原因", transfer.reason), ("状态", transfer.get_state_display()),
    ]  # fmt: skip
    return facts + [("办理意见", transfer.answer)] * bool(transfer.answer)
