"""银行: a roll's money, its files and their lines; making, re-issuing and withdrawing files."""

from django import forms
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.admin import WHOLE_ACCOUNT
from beneficiaries.admin.files import masked_id_of, with_sight
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.masking import mask_account_no
from subsidies.approval.views import SEE, roll_in_sight
from subsidies.bank.actions import (
    PERMISSION,
    make_bank_file,
    to_be_reissued,
    to_be_sent,
    why_no_file,
    withdraw_bank_file,
)
from subsidies.bank.forms import MakeForm, ReissueForm, WithdrawForm
from subsidies.bank.models import BankFile, BankLayout, BankLine
from subsidies.bank.money import money_of, returned_of
from subsidies.models import Roll

PER_PAGE = 50
READ = require_http_methods(FORM_METHODS)


def bank_page(view):
    """A page of a deed with bank files: by who makes them and sees whole accounts; others get 403."""
    return deed_page(SEE)(deed_page(PERMISSION)(deed_page(WHOLE_ACCOUNT)(view)))


def file_in_sight(request, pk: int, number: int) -> BankFile:
    """The file of a roll that is in sight. Raises Http404."""
    roll = roll_in_sight(request, pk)
    file = roll.bank_files.select_related("layout", "added_by", "removed_by").filter(number=number).first()
    if file is None:
        raise Http404(NOT_HERE)
    file.roll = roll
    return file


def may_make(request, roll: Roll) -> bool:
    """Whether the reader may make files of the roll now."""
    return not why_no_file(roll, request.user)


@deed_page(SEE)
@require_safe
def overview(request, pk: int):
    """The roll's money in three parts, its files, and the people whose money came back, fifty to a page."""
    roll = roll_in_sight(request, pk)
    page = Paginator(with_sight(returned_of(roll, request.user), request.user), PER_PAGE).get_page(
        request.GET.get("page")
    )
    for payment in page:
        payment.id_shown = masked_id_of(payment.person, payment.person_in_sight)
        payment.account_shown = mask_account_no(payment.account_no)
    may = may_make(request, roll)
    exports = BankLayout.objects.visible_to(request.user).filter(active=True, purpose=BankLayout.Purpose.EXPORT)
    context = {
        "title": "银行报盘和回盘", "roll": roll, "money": money_of(roll), "may_make": may, "page": page,
        "files": roll.bank_files.select_related("layout", "added_by").order_by("number"),
        "to_send": to_be_sent(roll).count() if may else 0, "to_reissue": to_be_reissued(roll).count() if may else 0,
        "exports": exports if request.user.has_perm(WHOLE_ACCOUNT) and roll.digest else (),
    }  # fmt: skip
    return render(request, "subsidies/bank/overview.html", context)


@deed_page(SEE)
@require_safe
def one_file(request, pk: int, number: int):
    """A file's lines with what the bank says of each; accounts masked, also for who may download the file."""
    file = file_in_sight(request, pk, number)
    lines = file.lines.select_related("payment__person").order_by("number")
    outcome = request.GET.get("outcome", "")
    if outcome in BankLine.Outcome.values:
        lines = lines.filter(outcome=outcome)
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    for line in page:
        line.account_shown = mask_account_no(line.account_no)
    context = {
        "title": f"第 {file.number} 个报盘文件", "file": file, "roll": file.roll, "page": page, "outcome": outcome,
        "outcomes": BankLine.Outcome.choices, "returns": file.returns.select_related("applied_by"),
        "may_make": may_make(request, file.roll) and not file.removed_at,
        "is_untouched": not file.lines.exclude(outcome=BankLine.Outcome.WAITING).exists(),
    }  # fmt: skip
    return render(request, "subsidies/bank/file.html", context)


@bank_page
@READ
def make(request, pk: int):
    """Make the roll's file."""
    roll = roll_in_sight(request, pk)
    form = MakeForm(request.POST or None, staff=request.user)
    layout = form.cleaned_data["layout"] if form.is_valid() else None
    if layout and done_by(request, form, make_bank_file, roll=roll, layout=layout):
        say(request, f"{roll.reference}：已生成报盘文件，请下载后送银行。")
        return redirect("bank:overview", roll.pk)
    refusal, waiting = why_no_file(roll, request.user), to_be_sent(roll).count()
    lead = f"列入 {waiting:,} 笔尚未报盘的发放；没有银行账号的不列入，在“重发”中填写账号。"
    if roll.is_paid:
        lead += "这个花名册已标记为已发放：请确认银行还没有付过这些款，以免重复发放。"
    return _deed(request, roll, form, "生成报盘文件", refusal or lead, is_closed=bool(refusal) or not waiting)


@bank_page
@READ
def withdraw(request, pk: int, number: int):
    """Take a file back that the bank has not worked on."""
    file = file_in_sight(request, pk, number)
    form = WithdrawForm(request.POST or None)
    if form.is_valid() and done_by(request, form, withdraw_bank_file, file=file, **form.cleaned_data):
        say(request, f"{file}：已作废，其中的发放可以重新报盘。")
        return redirect("bank:overview", pk)
    lead = "只有银行还没有处理的文件可以作废。请先确认银行没有收到，或已撤回。"
    closed = bool(file.removed_at) or file.lines.exclude(outcome=BankLine.Outcome.WAITING).exists()
    return _deed(request, file.roll, form, f"作废第 {number} 个报盘文件", lead, is_closed=closed)


@bank_page
@READ
def reissue(request, pk: int):
    """Send returned payments again, with an account and a holder typed for each; fifty to a page."""
    roll = roll_in_sight(request, pk)
    refusal = why_no_file(roll, request.user)
    payments = to_be_reissued(roll).select_related("person").order_by("pk")
    page = Paginator(payments, PER_PAGE).get_page(request.GET.get("page"))
    form = ReissueForm(request.POST or None, staff=request.user, payments=list(page))
    if form.is_valid():
        told = {"roll": roll, "layout": form.cleaned_data["layout"], "corrected": form.corrected}
        if done_by(request, form, make_bank_file, **told):
            say(request, f"{roll.reference}：已生成重发文件，{len(form.corrected)} 笔，请下载后送银行。")
            return redirect("bank:overview", roll.pk)
    rows = form.rows()
    for payment, *_ in rows:
        payment.account_shown = mask_account_no(payment.account_no)
    context = {"title": "重发退回款", "roll": roll, "form": form, "rows": rows, "page": page, "refusal": refusal}
    return render(request, "subsidies/bank/reissue.html", context, status=422 if form.is_bound else 200)


def nothing_to_send(request, roll: Roll, title: str, sentence: str):
    """A page that says why there is no such file of the roll (409)."""
    return _deed(request, roll, forms.Form(), title, sentence, is_closed=True, status=409)


def _deed(request, roll: Roll, form, title: str, lead: str, *, is_closed: bool, status: int = 200):
    context = {
        "form": form, "title": title, "button": title, "lead": lead, "roll": roll, "is_closed": is_closed,
        "facts": facts_of(roll), "back": "admin:subsidies_roll_changelist",
    }  # fmt: skip
    return render(request, "subsidies/bank/deed.html", context, status=422 if form.is_bound else status)


def facts_of(roll: Roll) -> list[tuple[str, str]]:
    """What stands above the forms of a roll's bank pages."""
    return [
        ("花名册", str(roll)), ("状态", roll.standing), ("发放笔数", f"{roll.payment_count:,}"),
        ("合计金额（元）", roll.money),
    ]  # fmt: skip
