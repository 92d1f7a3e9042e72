"""完整号码导出: the lists of one's own and of what waits, one export, and the deeds on it. Another place's is a 404."""

from django import forms
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.lost_updates import NOT_HERE
from lianyungang_cdpf.audit.reasons import reason_field
from lianyungang_cdpf.intake.uploads import UnreadableUpload
from lianyungang_cdpf.intake.views.attached import HEADERS
from lianyungang_cdpf.pages.exports import actions
from lianyungang_cdpf.pages.exports.lists import MODELS, chosen_by, ledger_of, resource_of
from lianyungang_cdpf.pages.exports.models import APPROVE, REQUEST, VIEW, UnmaskedExport

SHOWN = 50
PURPOSES = ("入户走访和服务", "向银行核对账户", "向民政、人社等部门报送", "上级部门检查调阅")
State = UnmaskedExport.State


class AskForm(forms.Form):
    """What the list is for and who gets it."""

    purpose = reason_field(
        "用途", suggestions=PURPOSES, help_text="写明办什么事，不要写姓名和号码；会写进文件和操作日志。"
    )
    recipient = reason_field(
        "接收人", shortest=2, help_text="谁会拿到这份文件，例如“本科室经办人员”“县区财政局社保科”。"
    )


class RefuseForm(forms.Form):
    """Why not."""

    answer = reason_field("不批准的原因")


def export_or_404(staff, pk: int) -> UnmaskedExport:
    """The export that a page may show to the staff member. Raises Http404 for any other."""
    exports = UnmaskedExport.objects.open_to(staff)
    exports = exports.select_related("area", "zone", "requested_by", "decided_by")
    export = exports.filter(pk=pk).first()
    if export is None:
        raise Http404(NOT_HERE)
    return export


@deed_page(VIEW)
@require_safe
def index(request):
    """What waits for the reader, and their own requests, the latest first."""
    told = ("requested_by", "decided_by", "area", "zone")
    waiting = UnmaskedExport.objects.waiting_for(request.user).select_related(*told)
    own = UnmaskedExport.objects.visible_to(request.user).filter(requested_by=request.user).select_related(*told)
    lists = [
        (label, _list_address(code))
        for code, label in UnmaskedExport.Ledger.choices
        if ledger_of(code).has_view_permission(request)
    ]
    context = {
        "title": "完整号码导出", "waiting": waiting[:SHOWN], "own": own[:SHOWN], "lists": lists,
        "may_approve": request.user.has_perm(APPROVE), "may_ask": request.user.has_perm(REQUEST),
    }  # fmt: skip
    return render(request, "pages/exports/list.html", context)


@deed_page(REQUEST)
@require_http_methods(FORM_METHODS)
def ask(request, code: str):
    """Ask for the rows of a list, as filtered by this address."""
    if code not in MODELS:
        raise Http404(NOT_HERE)
    if not ledger_of(code).has_export_permission(request):
        raise PermissionDenied
    try:
        keys, narrowed = chosen_by(request, code)
    except IncorrectLookupParameters:
        return redirect("exports:ask", code)
    form = AskForm(request.POST or None)
    made: list[UnmaskedExport] = []

    def deed(**said):
        made.append(actions.request_export(**said))

    told = {"code": code, "keys": keys, "narrowed": narrowed}
    if form.is_valid() and done_by(request, form, deed, **told, **form.cleaned_data):
        say(request, "已提出申请。批准后由系统制作文件，请到本页下载。")
        return redirect("exports:one", made[0].pk)
    label = UnmaskedExport.Ledger(code).label
    context = {
        "title": f"申请导出完整号码：{label}", "form": form, "button": "提出申请", "list_address": _list_address(code),
        "facts": _facts_of_request(request, code, len(keys), narrowed),
    }  # fmt: skip
    return render(request, "pages/exports/ask.html", context, status=422 if form.is_bound else 200)


def _list_address(code: str) -> str:
    opts = MODELS[code]._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")


def _facts_of_request(request, code: str, rows: int, narrowed: str) -> list[tuple[str, str]]:
    resource = resource_of(code)
    columns = resource.columns_for(request.user)
    whole = [heading for heading in resource.whole if columns[heading] is not resource.columns[heading]]
    masked = [heading for heading in resource.whole if heading not in whole]
    facts = [
        ("清单", UnmaskedExport.Ledger(code).label), ("行数", f"{rows:,}"), ("筛选条件", narrowed or "全部"),
        ("显示完整的列", "、".join(whole)),
    ]  # fmt: skip
    return [*facts, ("仍然遮盖的列", f"{'、'.join(masked)}（只有财务可看）")] if masked else facts


@deed_page(VIEW)
@require_safe
def one(request, pk: int):
    """One export: what was asked for, how it stands, and what the reader may do."""
    return _page(request, export_or_404(request.user, pk))


def _page(request, export: UnmaskedExport, problem: str = "", status: int = 200):
    is_own = export.requested_by_id == request.user.pk
    may_decide = UnmaskedExport.objects.waiting_for(request.user).filter(pk=export.pk).exists()
    context = {
        "title": str(export), "export": export, "problem": problem, "is_own": is_own, "may_decide": may_decide,
        "facts": _facts(export), "may_take": is_own and export.is_to_be_had,
    }  # fmt: skip
    return render(request, "pages/exports/one.html", context, status=status)


def _facts(export: UnmaskedExport) -> list[tuple[str, str]]:
    facts = [
        ("清单", export.get_ledger_display()), ("行数", f"{export.row_count:,}"),
        ("筛选条件", export.narrowed or "全部"), ("用途", export.purpose), ("接收人", export.recipient),
        ("申请人", f"{export.requested_by}（{export.place}）"), ("申请时间", _when(export.requested_at)),
        ("审批人", str(export.decided_by or "")), ("审批时间", _when(export.decided_at)),
        ("文件行数", "" if export.made_rows is None else f"{export.made_rows:,}"),
        ("失效时间", _when(export.expires_at)),
        ("下载次数", str(export.downloads or "")), ("最近下载", _when(export.downloaded_at)),
    ]  # fmt: skip
    return [(word, text) for word, text in facts if text]


def _when(moment) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


@deed_page(APPROVE)
@require_POST
def approve(request, pk: int):
    """Let the file be made; the worker takes it up."""
    export = export_or_404(request.user, pk)
    try:
        actions.approve_export(by=request.user, export=export)
    except ValidationError as error:
        return _page(request, export_or_404(request.user, pk), error.messages[0], 409)
    say(request, "已批准，系统正在制作文件。")
    return redirect("exports:one", pk)


@deed_page(APPROVE)
@require_http_methods(FORM_METHODS)
def refuse(request, pk: int):
    """Say no, with the reason."""
    export = export_or_404(request.user, pk)
    form = RefuseForm(request.POST or None)
    if form.is_valid() and done_by(request, form, actions.refuse_export, export=export, **form.cleaned_data):
        say(request, "已答复申请人：不批准。")
        return redirect("exports:one", pk)
    context = {
        "title": "不批准导出", "form": form, "button": "不批准", "export": export, "facts": _facts(export),
        "is_closed": export.state != State.REQUESTED and not form.is_bound, "back": "exports:index",
    }  # fmt: skip
    return render(request, "pages/exports/refuse.html", context, status=422 if form.is_bound else 200)


@deed_page(REQUEST)
@require_POST
def password(request, pk: int):
    """What opens the file, on this answer only."""
    export = export_or_404(request.user, pk)
    try:
        shown = actions.show_password(by=request.user, export=export)
    except ValidationError as error:
        return _page(request, export_or_404(request.user, pk), error.messages[0], 409)
    response = render(request, "pages/exports/password.html", {"title": "打开密码", "export": export, "shown": shown})
    response.headers["Cache-Control"] = "no-store, private"
    return response


@deed_page(REQUEST)
@require_POST
def file(request, pk: int):
    """The encrypted workbook, to who asked for it."""
    export = export_or_404(request.user, pk)
    try:
        content = actions.take_out(by=request.user, export=export)
    except ValidationError as error:
        return _page(request, export_or_404(request.user, pk), error.messages[0], 409)
    except UnreadableUpload as lost:
        return _page(request, export, lost.sentence, 409)
    response = StreamingHttpResponse(content, content_type="application/octet-stream", headers=HEADERS)
    response.headers["Content-Length"] = str(export.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{export.ledger}-{export.pk}.xlsx"'
    return response
