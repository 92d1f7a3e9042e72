"""Pages on which a service, or a whole posted roll of services, is taken back with a reason."""

from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lianyungang_cdpf.accounts.deed_pages import deed_page, done_by, say
from lianyungang_cdpf.accounts.form_fields import text_field
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.masking import mask_id_number
from services.actions import CANCEL, cancel_service, undo_import
from services.filters import state_of
from services.models import Service

METHODS = ("GET", "HEAD", "POST")
LIST = "admin:services_service_changelist"


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = text_field("撤销原因", length=200, help_text="如：登记错人、重复登记、退款退货。")


@deed_page(CANCEL)
@require_http_methods(METHODS)
def cancel(request, pk):
    """撤销 one record."""
    records = Service.objects.visible_to(request.user).select_related("kind", "person", "area")
    service = records.filter(pk=pk).first()
    if service is None:
        raise Http404(NOT_HERE)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and done_by(request, form, cancel_service, service=service, **form.cleaned_data):
        say(request, "已撤销这条服务记录，进度不再计入。")
        return redirect(LIST)
    facts = [
        ("姓名", service.person.name), ("身份证号", mask_id_number(service.person.id_number)),
        ("服务种类", service.kind.name), ("事项", service.occasion), ("状态", state_of(service)),
    ]  # fmt: skip
    return _page(request, form, title="撤销服务记录", facts=facts, is_closed=service.cancelled_at is not None)


@deed_page(CANCEL)
@require_http_methods(METHODS)
def undo(request, uid):
    """撤销 all records of a posted roll."""
    job = ImportJob.objects.visible_to(request.user).filter(uid=uid, services__isnull=False).distinct().first()
    if job is None:
        raise Http404(NOT_HERE)
    form = ReasonForm(request.POST or None)
    if form.is_valid() and done_by(request, form, undo_import, job=job, **form.cleaned_data):
        say(request, "已撤销整个批次，进度不再计入。")
        return redirect(LIST)
    standing = Service.objects.standing().filter(job=job).count()
    facts = [("文件", job.file_name), ("有效记录", f"{standing} 条"), ("状态", job.get_state_display())]
    is_closed = job.state != ImportJob.State.POSTED
    return _page(request, form, title="撤销整个批次", facts=facts, is_closed=is_closed)


def _page(request, form, **context):
    context |= {"form": form, "button": "撤销", "back": LIST}
    return render(request, "services/cancel.html", context, status=422 if form.is_bound else 200)
