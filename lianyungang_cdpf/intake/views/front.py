"""The first step: choose a file; below it the imports of one's place."""

import uuid
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lianyungang_cdpf.intake.actions import start_import
from lianyungang_cdpf.intake.forms import MEBIBYTE, ImportForm, UploadQuota
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.periods import MONTH
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.reading import REGISTER_LIMITS, ROLL_LIMITS, Refused
from lianyungang_cdpf.intake.views.access import staff_page, visible_jobs, visible_kinds
from lianyungang_cdpf.intake.views.wording import STATE_SIGNS, count_of, month_of, shortened, steps_at

PER_PAGE = 20
REMEMBERED = 20


# The quota must stand before the body is read, and the CSRF middleware reads it: so it is checked inside.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def front(request):
    """Choose a file (POST: 422 when it is refused, 413 when it is too large), and the imports of one's place."""
    quota = UploadQuota(request, REGISTER_LIMITS.max_upload_bytes)
    if request.method == "POST":
        request.upload_handlers.insert(0, quota)
    return _front(request, quota)


@csrf_protect
@staff_page
def _front(request, quota):
    if request.method == "POST":
        return _receive(request, quota)
    return _page(request, ImportForm(staff=request.user))


def _receive(request, quota):
    form = ImportForm(request.POST, request.FILES, staff=request.user, quota=quota)
    sent = request.session.get("intake_sent", {})
    # The id that the session knows, not the one sent: nobody reaches another's import by guessing.
    token = request.POST.get("token", "")[:36]
    if earlier := sent.get(token):
        return redirect("intake:job", uid=earlier)
    job = _started(request, form) if form.is_valid() else None
    if job is None:
        return _page(request, form, status=413 if quota.exceeded else 422)
    if token:
        request.session["intake_sent"] = dict([*sent.items(), (token, str(job.uid))][-REMEMBERED:])
    return redirect("intake:job", uid=job.uid)


def _started(request, form):
    """The new import, or None with the refusal at the file field."""
    data = form.cleaned_data
    try:
        return start_import(
            by=request.user,
            kind=form.kinds[data["kind"]],
            upload=data["file"],
            month=data["month"],
            paid_on=data.get("paid_on"),
        )
    except Refused as refusal:
        form.add_error("file", shown(refusal.sentence))
        return None


def _page(request, form, status=200):
    jobs, filters = _filtered(request)
    page = Paginator(jobs, PER_PAGE).get_page(request.GET.get("page"))
    kinds = {kind.code: kind for kind in visible_kinds(request.user)}
    context = {
        "form": form,
        "first_steps": steps_at(0),
        "can_import": bool(form.kinds),
        "token": uuid.uuid4(),
        "roll_limit": ROLL_LIMITS.max_upload_bytes // MEBIBYTE,
        "register_limit": REGISTER_LIMITS.max_upload_bytes // MEBIBYTE,
        "extensions": ROLL_LIMITS.allowed_extensions,
        "page": page,
        "jobs": [_line(job, kinds.get(job.kind), request.user.place_name) for job in page],
        "states": ImportJob.State.choices,
        "kinds": form.kinds.values() if form.kinds else kinds.values(),
        **filters,
    }
    return render(request, "intake/front.html", context, status=status)


def _filtered(request):
    """The imports that the list shows; a filter that is not on offer is no filter."""
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    jobs = visible_jobs(request.user).defer("summary")
    if state in ImportJob.State.values:
        jobs = jobs.filter(state=state)
    else:
        state = ""
    # An unknown kind finds nothing by itself, and a null byte would not reach the database.
    if kind and kind.isprintable():
        jobs = jobs.filter(kind=kind[:40])
    return jobs, {"state": state, "kind": kind}


@dataclass(frozen=True)
class Line:
    """One import in the list."""

    uid: uuid.UUID
    state: str
    sign: str
    kind: str
    month: str
    file_name: str
    rows: str
    staff: str
    place: str
    created_at: object


def _line(job, kind, own_place) -> Line:
    rows = job.applied_rows if job.state == ImportJob.State.POSTED else job.rows_total
    place = str(job.zone or job.area)
    return Line(
        uid=job.uid,
        state=job.get_state_display(),
        sign=STATE_SIGNS[job.state],
        kind=kind.label if kind else job.kind,
        month=month_of(job.month, kind.period if kind else MONTH),
        file_name=shortened(job.file_name),
        rows=count_of(rows) if rows else "",
        staff=shown(job.staff),
        place="" if place == own_place else place,
        created_at=job.created_at,
    )
