"""The page of one import, whatever its state, and its progress for the script that watches it."""

from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianyungang_cdpf.intake.actions import can_retry, failed_posting
from lianyungang_cdpf.intake.keeping import expires_at, needs_file
from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.periods import MONTH
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.views.access import (
    job_or_404,
    may_accept,
    may_download,
    may_import,
    may_post,
    may_retry,
    staff_page,
    visible_jobs,
)
from lianyungang_cdpf.intake.views.compare import earlier_of, known_of
from lianyungang_cdpf.intake.views.decided import decided_of
from lianyungang_cdpf.intake.views.headings import headings_of
from lianyungang_cdpf.intake.views.preview import preview_of
from lianyungang_cdpf.intake.views.progress import WORKING, progress_of
from lianyungang_cdpf.intake.views.result import result_of
from lianyungang_cdpf.intake.views.wording import STATE_SIGNS, STEP_OF, month_of, shortened, size_of, steps_at

State = ImportJob.State


@staff_page
@require_safe
def job(request, uid):
    """One import: progress, preview or result."""
    return job_page(request, job_or_404(request.user, uid))


def job_page(request, job, *, problem: str = "", status: int = 200):
    """The page of the import; `problem` is the sentence about a deed that was not done."""
    kind = kind_named(job.kind)
    context = {
        "job": job,
        "problem": problem,
        "kind": kind,
        "kind_label": kind.label if kind else job.kind,
        "month": month_of(job.month, kind.period if kind else MONTH),
        "file_name": shown(job.file_name),
        "short_name": shortened(job.file_name, 90),
        "size": size_of(job.size),
        "sign": STATE_SIGNS[job.state],
        "place": job.zone or job.area,
        "staff_name": shown(job.staff),
        "steps": steps_at(STEP_OF[job.state]),
        "may_import": may_import(request.user, job),
        "may_post": may_post(request.user, job),
        "sentence": shown(job.sentence),
        "may_download": may_download(request.user, job),
        "expires_at": expires_at(job, kind),
        "needs_file": needs_file(job, kind),
        "has_file": bool(job.stored_name),
        "has_bad_rows": bool(job.summary.get("bad_rows")),
        **_body(request, job),
        **_decided(request, job, kind),
    }
    return render(request, "intake/job.html", context, status=status)


def _body(request, job) -> dict:
    """The template of the state and what it shows."""
    if job.state in WORKING:
        return {"body": "intake/working.html", "progress": progress_of(job)}
    if job.state == State.MAPPING:
        return {"body": "intake/mapping.html", "headings": headings_of(job)}
    if job.state == State.READY:
        shown_then = {"preview": preview_of(job), "asks": job.needs_confirmation, "headings": headings_of(job)}
        return {"body": "intake/preview.html", **shown_then, **known_of(job, request.user)}
    if job.state == State.POSTED:
        return {"body": "intake/posted.html", "result": result_of(job, request.user)}
    return {"body": "intake/ended.html"} | _ended(request, job)


def _ended(request, job) -> dict:
    """What can be done about an import that ended without rows, and which import a refused file had become."""
    earlier = visible_jobs(request.user).filter(pk=job.same_as_id).first() if job.same_as_id else None
    return {
        "can_retry": can_retry(job) and may_retry(request.user, job),
        "retries_posting": failed_posting(job),
        "earlier": earlier_of(earlier, request.user) if earlier else None,
    }


def _decided(request, job, kind) -> dict:
    """What was decided about rows, and whether the page with the rows is of use."""
    if job.state not in {State.READY, State.POSTED, State.UNDONE}:
        return {}
    return {"decided": decided_of(job, kind), "may_accept": may_accept(request.user)}


@staff_page
@require_safe
def status(request, uid):
    """How far the import is, as JSON: state, phase, rows, and one sentence that says it."""
    return JsonResponse(progress_of(job_or_404(request.user, uid)))
