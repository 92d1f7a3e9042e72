"""What is done with an import: answer its questions, post it, give it up, start it again. Each may be sent twice."""

from functools import wraps

from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from lianyungang_cdpf.intake.actions import (
    ImportConflict,
    confirm_import,
    discard_import,
    post_import,
    retry_import,
)
from lianyungang_cdpf.intake.learning import learn_headings
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.intake.views.access import job_or_404, may_import, may_post, may_retry, staff_page
from lianyungang_cdpf.intake.views.headings import headings_of
from lianyungang_cdpf.intake.views.job import job_page

State = ImportJob.State
NOT_POSTING = "您的角色不能入账。请由有入账权限的经办人员核对后入账。"
NOT_IMPORTING = "您的角色不能处理这次导入。"


def deed(allowed, refusal: str, reached: set):
    """A POST about one import. In a state of `reached` the deed is done already, and the answer is the same."""

    def decorate(view):
        @staff_page
        @require_POST
        @wraps(view)
        def page(request, uid):
            job = job_or_404(request.user, uid)
            if not allowed(request.user, job):
                raise PermissionDenied(refusal)
            if job.state not in reached:
                problem, status = _attempt(view, request, job)
                if problem:
                    job.refresh_from_db()
                    return job_page(request, job, problem=shown(problem), status=status)
            return redirect("intake:job", uid=job.uid)

        return page

    return decorate


def _attempt(view, request, job) -> tuple[str, int]:
    """The sentence and status of what hinders the deed; "" when it was done."""
    try:
        return view(request, job) or "", 422
    except (Refused, ImportConflict) as hindrance:
        return hindrance.sentence, 409


@deed(may_import, NOT_IMPORTING, set())
def confirm(request, job):
    """The clerk answers what the file contradicts; every question has to be ticked."""
    if job.confirmed_at is not None:
        return ""
    asked = range(len(job.summary.get("questions") or []))
    if not all(request.POST.get(f"question_{index}") for index in asked):
        return "还有问题没有确认。请逐项核对并勾选；不能确认的，请放弃本次导入，改正文件后重新上传。"
    confirm_import(job=job, by=request.user)
    return ""


@deed(may_post, NOT_POSTING, {State.POSTING, State.POSTED})
def post(request, job):
    """Enter the valid rows, or all rows if all are right."""
    mode = request.POST.get("mode", "")
    if mode not in {"all", "valid"}:
        return "请选择怎样入账。"
    post_import(job=job, by=request.user, all_or_nothing=mode == "all")
    return ""


@deed(may_import, NOT_IMPORTING, set())
def headings(request, job):
    """The clerk says what headings of the file mean; it is read again with them, and they are remembered."""
    choices = {one.key: request.POST.get(one.name, "") for one in headings_of(job)}
    learn_headings(job=job, by=request.user, choices={key: field for key, field in choices.items() if field})
    return ""


@deed(may_import, NOT_IMPORTING, {State.DISCARDED})
def discard(request, job):
    """Give the file up; nothing of it enters the records."""
    discard_import(job=job, by=request.user)
    return ""


@deed(may_retry, NOT_IMPORTING, {State.QUEUED, State.READING, State.POSTING})
def retry(request, job):
    """Start a failed import again."""
    retry_import(job=job, by=request.user)
    return ""
