"""回盘: the bank's return is uploaded, looked through, and entered."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render

from lianyungang_cdpf.accounts.deed_pages import done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.intake.views.attached import takes_a_file
from lianyungang_cdpf.masking import mask_account_no
from subsidies.approval.views import StandForm
from subsidies.bank.actions import apply_return, found_in, receive_return
from subsidies.bank.forms import ReturnForm, today
from subsidies.bank.matching import Found, Match, Sent
from subsidies.bank.reading import Answer, Unread
from subsidies.bank.views import PER_PAGE, READ, bank_page, facts_of, file_in_sight


@bank_page
@takes_a_file
def receive(request, pk: int, number: int, quota):
    """Take the bank's return for a file."""
    file = file_in_sight(request, pk, number)
    form = ReturnForm(request.POST or None, request.FILES or None, initial=today())
    if form.is_valid():
        try:
            arrived = receive_return(file=file, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("upload", error)
        else:
            return redirect("bank:preview", pk, number, arrived.pk)
    context = {
        "form": form, "title": f"导入第 {number} 个报盘文件的回盘", "button": "上传并核对", "roll": file.roll,
        "lead": f"按“{file.layout}”格式读取。上传后先核对，确认后才记入。", "facts": facts_of(file.roll),
        "is_closed": bool(file.removed_at), "back": "admin:subsidies_roll_changelist",
    }  # fmt: skip
    return render(request, "subsidies/bank/deed.html", context, status=422 if form.is_bound else 200)


@bank_page
@READ
def preview(request, pk: int, number: int, key: int):
    """What the return says; POST enters it."""
    file = file_in_sight(request, pk, number)
    arrived = file.returns.select_related("applied_by").filter(pk=key).first()
    if arrived is None:
        raise Http404(NOT_HERE)
    arrived.file = file
    form = StandForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and done_by(request, form, apply_return, arrived=arrived):
        say(request, f"{file}：回盘已记入。")
        return redirect("bank:file", pk, number)
    context = {"title": "核对回盘", "roll": file.roll, "file": file, "arrived": arrived, "form": form}
    try:
        found = found_in(arrived)
    except ValidationError as error:
        context["unreadable"] = "".join(error.messages)
    else:
        lists = lists_of(found)
        chosen = next((one for one in lists if one.code == request.GET.get("list")), _first(lists))
        page = Paginator(chosen.rows, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"found": found, "lists": lists, "chosen": chosen, "page": page, "rows": map(shown, page)}
    return render(request, "subsidies/bank/preview.html", context, status=422 if form.is_bound else 200)


@dataclass(frozen=True)
class Listed:
    """One of the lists of a preview: its name, what it means, and whether somebody should look at it."""

    code: str
    label: str
    meaning: str
    rows: list
    is_odd: bool = True


def lists_of(found: Found) -> list[Listed]:
    """The lists of a return, what is entered first."""
    return [
        Listed("paid", "已付", "记入后这些发放为已付。", found.paid, is_odd=False),
        Listed("returned", "退回", "记入后这些发放为银行退回，可以重发。", found.returned, is_odd=False),
        Listed("unknown", "对不上的行", "文件里没有这个账号，不记入：请与银行核对。", found.unknown),
        Listed("repeated", "重复的行", "这一笔前面已有一行，不再记入：请与银行核对。", found.repeated),
        Listed("amounts", "金额不符", "账号对得上，金额与报盘不同，不记入：请与银行核对。", found.other_amounts),
        Listed("contrary", "与前次回盘矛盾", "前次回盘已记为退回，不再改为已付：重发的以新文件为准。", found.contrary),
        Listed("unread", "读不出的行", "账号、金额或日期读不出，不记入：请按说明处理。", found.unread),
        Listed("pending", "没有结果的行", "银行还没有写处理结果，仍为未回盘。", found.pending),
        Listed("left_out", "银行漏列", "报盘文件里有、回盘里没有，仍为未回盘。", found.left_out),
        Listed("known", "此前已记入", "与前次回盘一致，不再变动。", found.known, is_odd=False),
    ]


def _first(lists: list[Listed]) -> Listed:
    """What to look at first: what does not fit, else what is entered."""
    odd = [one for one in lists if one.is_odd and one.rows]
    return odd[0] if odd else next((one for one in lists if one.rows), lists[0])


def shown(one: Match | Answer | Unread | Sent) -> dict:
    """A row of any list as the page shows it; accounts masked."""
    if isinstance(one, Unread):
        return {"row": one.row, "note": one.why}
    if isinstance(one, Sent):
        return {"number": one.number, "name": one.name, "holder": one.holder, "amount": f"{one.amount:,.2f}"}
    answer, line = (one.answer, one.line) if isinstance(one, Match) else (one, None)
    told = {
        "row": answer.row, "name": answer.name, "account": mask_account_no(answer.account_no),
        "amount": f"{answer.amount:,.2f}", "note": answer.reason,
    }  # fmt: skip
    if line:
        told |= {"number": line.number, "name": line.name, "holder": line.holder, "day": one.day}
        if line.amount != answer.amount:
            told["note"] = f"报盘 {line.amount:,.2f} 元，回盘 {answer.amount:,.2f} 元"
    return told
