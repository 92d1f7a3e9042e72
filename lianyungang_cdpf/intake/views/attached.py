"""Files of records on pages: taken within a quota, shown, and taken out with a line in the audit log."""

from functools import wraps

from django.http import Http404, StreamingHttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.attached import AttachedFile
from lianyungang_cdpf.intake.attaching import EXTENSIONS, LIMITS, content_of
from lianyungang_cdpf.intake.forms import UploadQuota
from lianyungang_cdpf.intake.uploads import UnreadableUpload

# A sandbox without anything: should a browser ever take the bytes for a page, it runs and loads nothing.
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store, private",
}


def takes_a_file(view):
    """The view(request, ..., quota) of a form with a file: what is larger than the limit is let go as it arrives."""
    checked = csrf_protect(view)

    # The quota must stand before the body is read, and the CSRF middleware reads it: so it is checked inside.
    @csrf_exempt
    @require_http_methods(FORM_METHODS)
    @wraps(view)
    def page(request, *args, **kwargs):
        quota = UploadQuota(request, LIMITS.max_upload_bytes)
        if request.method == "POST":
            request.upload_handlers.insert(0, quota)
        return checked(request, *args, quota=quota, **kwargs)

    return page


def shown(attached: AttachedFile) -> StreamingHttpResponse:
    """A photo, to be shown on a page. 404 for what is no picture."""
    if not attached.is_image:
        raise Http404(NOT_HERE)
    return _file(attached, "inline")


def taken_out(staff, attached: AttachedFile) -> StreamingHttpResponse:
    """The file, with a line in the audit log."""
    response = _file(attached, "attachment")
    record(by=staff, deed=f"下载{attached.NOUN}", on=attached.owner, summary=f"编号 {attached.pk}")
    return response


def _file(attached: AttachedFile, disposition: str) -> StreamingHttpResponse:
    """The file as what it was found to be, under a name of our own: what the clerk called it reaches no header."""
    if not attached.stored_name:
        raise Http404(NOT_HERE)
    try:
        content = content_of(attached)
    except UnreadableUpload as lost:
        raise Http404(lost.sentence) from lost
    owner = attached.owner
    name = f"{owner._meta.model_name}-{owner.pk}-{attached.pk}{EXTENSIONS[attached.media_type]}"
    headers = {**HEADERS, "Content-Length": str(attached.size)}
    headers["Content-Disposition"] = f'{disposition}; filename="{name}"'
    return StreamingHttpResponse(content, content_type=attached.media_type, headers=headers)
