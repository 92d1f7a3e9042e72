"""Files of supervision orders: adding, taking out, removing."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.intake.attaching import TOO_LARGE, remove_file
from lianyungang_cdpf.intake.forms import RemoveForm
from lianyungang_cdpf.intake.views.attached import taken_out, takes_a_file
from lianyungang_cdpf.targets.supervision.actions import SEE, attach, may_answer, may_issue
from lianyungang_cdpf.targets.supervision.forms import AttachForm
from lianyungang_cdpf.targets.supervision.models import SupervisionAttachment
from lianyungang_cdpf.targets.supervision.views import LIST, facts_of, may_remove, order_in_sight


@takes_a_file
@deed_page(SEE)
def add(request, pk: int, quota):
    """Add a file to an open order (POST: 422 when it is refused, 413 when it is too large)."""
    order = order_in_sight(request.user, pk)
    form = AttachForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if quota.exceeded:
        form.add_error("file", TOO_LARGE)
    if form.is_valid():
        told = {"order": order, "title": form.cleaned_data["title"], "upload": form.cleaned_data["file"]}
        if done_by(request, form, attach, **told):
            say(request, "已登记附件。")
            return redirect("supervision:order", order.pk)
    speaks = may_issue(request.user) or may_answer(request.user, order)
    context = {
        "title": "添加附件", "button": "登记", "lead": "文件加密保存，下载留有记录。",
        "is_closed": not (order.is_open and speaks) and not form.is_bound,
    }  # fmt: skip
    return _page(request, form, order, 413 if quota.exceeded else 422, **context)


@deed_page(SEE)
@require_POST
def download(request, pk: int):
    """A file, with a line in the audit log."""
    return taken_out(request.user, _attachment_or_404(request.user, pk))


@deed_page(SEE)
@require_http_methods(FORM_METHODS)
def remove(request, pk: int):
    """Take a file off an open order, with a reason."""
    attachment = _attachment_or_404(request.user, pk)
    order = order_in_sight(request.user, attachment.order_id)
    if not may_remove(attachment, order, request.user):
        raise PermissionDenied
    form = RemoveForm(request.POST or None)
    if form.is_valid() and done_by(request, form, remove_file, attached=attachment, **form.cleaned_data):
        say(request, "已删除，文件不再保存。")
        return redirect("supervision:order", order.pk)
    lead = f"“{attachment.title}”的文件将从系统中删除，不能恢复；名称和删除原因留下。"
    return _page(request, form, order, 422, title="删除附件", lead=lead, button="删除")


def _attachment_or_404(staff, pk: int) -> SupervisionAttachment:
    attachments = SupervisionAttachment.objects.visible_to(staff).kept().select_related("order", "added_by__area")
    attachment = attachments.filter(pk=pk).first()
    if attachment is None:
        raise Http404(NOT_HERE)
    return attachment


def _page(request, form, order, refused: int, **context):
    context |= {"form": form, "order": order, "facts": facts_of(order)[:4], "back": LIST}
    return render(request, "targets/supervision/deed.html", context, status=refused if form.is_bound else 200)
