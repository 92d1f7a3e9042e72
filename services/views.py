"""Pages on which a service or a stay, or a whole posted roll of them, is taken back with a reason."""

from functools import partial

from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.form_fields import text_field
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.masking import mask_id_number
from services import stay_actions, stay_posting
from services.actions import CANCEL, cancel_service, undo_import
from services.filters import state_of, stay_state_of
from services.models import FacilityStay, MonthlyAttendance, Service

LIST = "admin:services_service_changelist"
OF_STAYS = {"back": "admin:services_facilitystay_changelist", "ledger": "残疾人之家在册人员"}


class ReasonForm(forms.Form):
    """Why something is taken back."""

    reason = text_field("撤销原因", length=200, help_text="如：登记错人、重复登记、退款退货。")


@deed_page(CANCEL)
@require_http_methods(FORM_METHODS)
def cancel(request, pk):
    """撤销 one record."""
    records = Service.objects.visible_to(request.user).select_related("kind", "person", "area")
    service = records.filter(pk=pk).first()
    if service is None:
        raise Http404(NOT_HERE)
    facts = [
        ("姓名", service.person.name), ("身份证号", mask_id_number(service.person.id_number)),
        ("服务种类", service.kind.name), ("事项", service.occasion), ("状态", state_of(service)),
    ]  # fmt: skip
    return _taken_back(
        request, partial(cancel_service, service=service), "已撤销这条服务记录，进度不再计入。",
        title="撤销服务记录", facts=facts, is_closed=service.cancelled_at is not None,
    )  # fmt: skip


@deed_page(CANCEL)
@require_http_methods(FORM_METHODS)
def undo(request, uid):
    """撤销 all records of a posted roll."""
    job = ImportJob.objects.visible_to(request.user).filter(uid=uid, services__isnull=False).distinct().first()
    if job is None:
        raise Http404(NOT_HERE)
    standing = Service.objects.standing().filter(job=job).count()
    return _taken_back(
        request, partial(undo_import, job=job), "已撤销整个批次，进度不再计入。", **_of_import(job, f"{standing} 条")
    )


@deed_page(CANCEL)
@require_http_methods(FORM_METHODS)
def cancel_stay(request, pk):
    """撤销 one stay with its months."""
    stay = FacilityStay.objects.visible_to(request.user).select_related("facility", "person").filter(pk=pk).first()
    if stay is None:
        raise Http404(NOT_HERE)
    facts = [
        ("姓名", stay.person.name), ("身份证号", mask_id_number(stay.person.id_number)),
        ("残疾人之家", stay.facility.name), ("入家日期", f"{stay.admitted_on:%Y-%m-%d}"),
        ("出勤", f"{stay.attendance.standing().count()} 个月，一并撤销"), ("状态", stay_state_of(stay)),
    ]  # fmt: skip
    return _taken_back(
        request, partial(stay_actions.cancel_stay, stay=stay), "已撤销这条在册登记和它的出勤。",
        title="撤销在册登记", facts=facts, is_closed=stay.cancelled_at is not None, **OF_STAYS,
    )  # fmt: skip


@deed_page(CANCEL)
@require_http_methods(FORM_METHODS)
def undo_stays(request, uid):
    """撤销 what a posted roll of stays and months recorded."""
    job = ImportJob.objects.visible_to(request.user).filter(uid=uid, kind=stay_posting.CODE).first()
    if job is None:
        raise Http404(NOT_HERE)
    stays = FacilityStay.objects.standing().filter(job=job).count()
    months = MonthlyAttendance.objects.standing().filter(job=job).count()
    told = _of_import(job, f"在册登记 {stays} 条，出勤 {months} 条")
    return _taken_back(
        request, partial(stay_posting.undo_stays, job=job), "已撤销整个批次的在册登记和出勤。", **told, **OF_STAYS
    )


def _of_import(job: ImportJob, standing: str) -> dict:
    facts = [("文件", job.file_name), ("有效记录", standing), ("状态", job.get_state_display())]
    return {"title": "撤销整个批次", "facts": facts, "is_closed": job.state != ImportJob.State.POSTED}


def _taken_back(request, deed, done: str, *, back: str = LIST, ledger: str = "服务记录", **context):
    """Ask for the reason, then do the deed and say so; or the page with what stands against it."""
    form = ReasonForm(request.POST or None)
    if form.is_valid() and done_by(request, form, deed, **form.cleaned_data):
        say(request, done)
        return redirect(back)
    context = {"form": form, "button": "撤销", "back": back, "ledger": ledger, **context}
    return render(request, "services/cancel.html", context, status=422 if form.is_bound else 200)
