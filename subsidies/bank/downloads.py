"""Files that leave: a bank file as it was sent, and an approved roll in the layout of another system or office."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.attaching import content_of
from lianyungang_cdpf.intake.uploads import UnreadableUpload
from lianyungang_cdpf.intake.views.attached import HEADERS
from subsidies.approval.views import roll_in_sight
from subsidies.bank.facts import Facts, lines_of
from subsidies.bank.models import BankLayout
from subsidies.bank.views import bank_page, file_in_sight, nothing_to_send
from subsidies.bank.writing import MEDIA_TYPES, written
from subsidies.models import Payment


@bank_page
@require_safe
def file_as_sent(request, pk: int, number: int):
    """The very bytes that were made, checked against their digest before the first leaves."""
    file = file_in_sight(request, pk, number)
    title = f"下载第 {number} 个报盘文件"
    if not file.stored_name:
        return nothing_to_send(request, file.roll, title, "这个报盘文件已作废，不再提供下载。")
    try:
        content = content_of(file)
    except UnreadableUpload as lost:
        return nothing_to_send(request, file.roll, title, lost.sentence)
    record(by=request.user, deed="下载报盘文件", on=file.roll, summary=f"{file}：{file.sha256[:16]}")
    return _sent(StreamingHttpResponse(content, content_type=file.media_type), file.file_name, file.size)


@bank_page
@require_safe
def roll_list(request, pk: int, code: str):
    """An approved roll in a layout that is only taken out. Nothing is kept of it but the audit line."""
    roll = roll_in_sight(request, pk)
    layouts = BankLayout.objects.visible_to(request.user).filter(active=True, purpose=BankLayout.Purpose.EXPORT)
    layout = layouts.filter(code=code).first()
    if layout is None:
        raise Http404(NOT_HERE)
    # Before the last approval there is no digest: what is taken out could still be changed.
    if not roll.digest:
        return nothing_to_send(request, roll, f"下载{layout}", "花名册审批通过后才能下载上报清册。")
    facts = Facts(roll, layout.fields)
    lines = lines_of(Payment.objects.live().filter(roll=roll), layout.fields)
    content = written(layout, map(facts.row, lines))
    told = f"{roll.reference}：{layout}，{roll.payment_count:,} 笔，含完整身份证号和账号"
    record(by=request.user, deed="导出上报清册", on=roll, summary=told)
    response = HttpResponse(content, content_type=MEDIA_TYPES[layout.form])
    return _sent(response, f"roll-{roll.pk}-{layout.code}{layout.extension}", len(content))


def _sent(response, name: str, size: int):
    for header, value in HEADERS.items():
        response.headers[header] = value
    response.headers["Content-Length"] = str(size)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
