"""The page of one import, whatever its state, and its progress for the script that watches it."""

from datetime import timedelta

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.views.access import job_or_404, may_import, may_post, staff_page
from lianyungang_cdpf.intake.views.headings import headings_of
from lianyungang_cdpf.intake.views.preview import preview_of
from lianyungang_cdpf.intake.views.result import result_of
from lianyungang_cdpf.intake.views.wording import STATE_SIGNS, STEP_OF, count_of, month_of, shortened, size_of, steps_at

State = ImportJob.State
WORKING = {State.QUEUED, State.READING, State.POSTING}


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
        "month": month_of(job.month),
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
        "has_file": bool(job.stored_name),
        "has_bad_rows": bool(job.summary.get("bad_rows")),
        **_body(request, job),
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
        return {"body": "intake/preview.html", **shown_then}
    if job.state == State.POSTED:
        return {"body": "intake/posted.html", "result": result_of(job, request.user)}
    return {"body": "intake/ended.html"}


@staff_page
@require_safe
def status(request, uid):
    """How far the import is, as JSON: state, phase, rows, and one sentence that says it."""
    return JsonResponse(progress_of(job_or_404(request.user, uid)))


def progress_of(job) -> dict:
    """Rows done and to do, and the sentence for them; `working` while there is something to wait for."""
    working = job.state in WORKING
    return {
        "state": job.state,
        "label": job.get_state_display(),
        "working": working,
        "phase": shown(job.phase),
        "rows_done": job.rows_done,
        "rows_total": job.rows_total,
        "sentence": _progress_sentence(job) if working else job.get_state_display(),
    }


def _progress_sentence(job) -> str:
    if job.state == State.QUEUED:
        return "排队中，轮到后自动开始。"
    if _is_stalled(job):
        return "处理中断，系统会自动重新接手，请稍候。"
    doing = shown(job.phase) or job.get_state_display()
    if not job.rows_total:
        return f"{doing}。"
    return f"{doing}：{count_of(job.rows_done)} 行，共 {count_of(job.rows_total)} 行。"


def _is_stalled(job) -> bool:
    """Whether the worker has been silent for so long that another one will take the job up."""
    patience = timedelta(seconds=settings.INTAKE_HEARTBEAT_SECONDS)
    return job.heartbeat_at is not None and job.heartbeat_at < timezone.now() - patience
