"""The first step: choose a file; below it the imports of one's place."""

import uuid

from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS
from lianyungang_cdpf.intake.actions import start_import
from lianyungang_cdpf.intake.forms import MEBIBYTE, ImportForm, UploadQuota
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.reading import REGISTER_LIMITS, ROLL_LIMITS, Refused
from lianyungang_cdpf.intake.recognition import AlreadyPosted
from lianyungang_cdpf.intake.views.access import staff_page
from lianyungang_cdpf.intake.views.compare import earlier_of
from lianyungang_cdpf.intake.views.listing import list_of
from lianyungang_cdpf.intake.views.wording import steps_at

REMEMBERED = 20


# The quota must stand before the body is read, and the CSRF middleware reads it: so it is checked inside.
@csrf_exempt
@require_http_methods(FORM_METHODS)
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
    job = started(request.user, form) if form.is_valid() else None
    if job is None:
        return _page(request, form, status=413 if quota.exceeded else 422)
    if token:
        request.session["intake_sent"] = dict([*sent.items(), (token, str(job.uid))][-REMEMBERED:])
    return redirect("intake:job", uid=job.uid)


def started(staff, form):
    """The new import out of a valid form, or None with the refusal at the file field."""
    data = form.cleaned_data
    try:
        return start_import(
            by=staff,
            kind=form.kinds[data["kind"]],
            upload=data["file"],
            month=data["month"],
            paid_on=data.get("paid_on"),
        )
    except Refused as refusal:
        # The import that the file has become, to be linked to.
        form.earlier = refusal.earlier if isinstance(refusal, AlreadyPosted) else None
        form.add_error("file", shown(refusal.sentence))
        return None


def _page(request, form, status=200):
    earlier = earlier_of(form.earlier, request.user) if form.earlier else None
    context = {
        "form": form,
        "first_steps": steps_at(0),
        "can_import": bool(form.kinds),
        "token": uuid.uuid4(),
        "roll_limit": ROLL_LIMITS.max_upload_bytes // MEBIBYTE,
        "register_limit": REGISTER_LIMITS.max_upload_bytes // MEBIBYTE,
        "extensions": ROLL_LIMITS.allowed_extensions,
        "earlier": earlier,
        **list_of(request),
    }
    return render(request, "intake/front.html", context, status=status)
