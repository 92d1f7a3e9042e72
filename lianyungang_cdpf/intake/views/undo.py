"""撤销导入: the reason is asked for, and what stands in the way is named; done, or nothing has changed."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, say
from lianyungang_cdpf.accounts.form_fields import text_field
from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.undoing import UndoRefused, undo_import
from lianyungang_cdpf.intake.views.access import NOT_HERE, job_or_404, may_post, staff_page
from lianyungang_cdpf.intake.views.wording import count_of

HERE = "intake:undo"
NOT_UNDOING = "您的角色不能撤销这次导入。请联系有入账权限的经办人员。"


class UndoForm(forms.Form):
    """Why an import is taken back."""

    reason = text_field("撤销原因", length=200, help_text="如：传错文件、名册有误、重复导入。")


@staff_page
@require_http_methods(FORM_METHODS)
def undo(request, uid):
    """Take a posted import back, whole or not at all."""
    job = job_or_404(request.user, uid)
    kind = kind_named(job.kind)
    if kind is None or kind.undo_page != HERE:
        raise Http404(NOT_HERE)
    if not may_post(request.user, job):
        raise PermissionDenied(NOT_UNDOING)
    form = UndoForm(request.POST or None)
    refusal = _attempt(request, job, form) if form.is_valid() else None
    if form.is_valid() and refusal is None:
        say(request, "已撤销这次导入。")
        return redirect("intake:job", uid=job.uid)
    context = _context(request, job, kind, form, refusal)
    return render(request, "intake/undo.html", context, status=_status(form, refusal))


def _attempt(request, job: ImportJob, form: UndoForm) -> UndoRefused | None:
    """What hinders the deed; None when it was done."""
    try:
        undo_import(by=request.user, job=job, reason=form.cleaned_data["reason"])
    except UndoRefused as refusal:
        form.add_error(None, refusal.sentence)
        return refusal
    return None


def _status(form: UndoForm, refusal: UndoRefused | None) -> int:
    if refusal:
        return 409
    return 422 if form.is_bound else 200


def _context(request, job: ImportJob, kind, form: UndoForm, refusal: UndoRefused | None) -> dict:
    way = kind.in_the_way(request.user, refusal.obstacles) if refusal else []
    hidden = len(refusal.obstacles) - len(way) if refusal else 0
    return {
        "title": "撤销导入", "job": job, "form": form, "button": "撤销这次导入", "in_the_way": way,
        "more": count_of(hidden) if hidden else "", "is_closed": job.state != ImportJob.State.POSTED,
        "back": "intake:front",
        "facts": [
            ("种类", kind.label), ("文件", shown(job.file_name)), ("入账行数", count_of(job.applied_rows)),
            ("状态", job.get_state_display()),
        ],
        "lead": "新增的记录删除或停止计入，更改的记录恢复原值；导入以后又有变动的，整批都不撤销，并列出是谁。",
    }  # fmt: skip
