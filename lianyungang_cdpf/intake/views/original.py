"""The uploaded file itself, for who may have it: with a reason, and a line in the audit log."""

import posixpath

from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.keeping import expires_at
from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.reading import ROLL_LIMITS
from lianyungang_cdpf.intake.uploads import BROKEN, UnreadableUpload, contents, sha256_of
from lianyungang_cdpf.intake.views.access import job_or_404, may_download, staff_page
from lianyungang_cdpf.intake.views.wording import shortened, size_of

NOT_DOWNLOADING = "您的角色不能下载原文件。需要的，请联系有导入权限的经办人员。"
# Chosen, not typed: what is typed might name a person, and the audit log holds no personal data.
REASONS = ("改正后重新上传", "与存档或签字原件核对", "答复群众查询或信访", "审计检查")


@staff_page
@require_http_methods(FORM_METHODS)
def original(request, uid):
    """Asks for the reason (GET), then sends the file (POST: 422 without a reason, 409 where it is not to be had)."""
    job = job_or_404(request.user, uid)
    if not may_download(request.user, job):
        raise PermissionDenied(NOT_DOWNLOADING)
    if request.method != "POST":
        return _page(request, job)
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        return _page(request, job, "请选择下载的原因。", 422)
    if not job.stored_name:
        return _page(request, job, "", 409)
    return _sent(request, job, reason)


def _sent(request, job, reason: str):
    """The file, deciphered as it goes; checked as a whole before the first byte leaves."""
    try:
        if sha256_of(job.stored_name) != job.sha256:
            raise UnreadableUpload(BROKEN)
    except UnreadableUpload as unreadable:
        return _page(request, job, unreadable.sentence, 409)
    record(by=request.user, deed="下载原文件", on=job, summary=f"{reason}，{job.sha256[:16]}")
    headers = {
        "Content-Disposition": f'attachment; filename="{_safe_name(job)}"',
        "Content-Length": str(job.size),
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store, private",
    }
    return StreamingHttpResponse(contents(job.stored_name), content_type="application/octet-stream", headers=headers)


def _safe_name(job) -> str:
    """A name of our own: what the clerk called the file never reaches a header."""
    extension = posixpath.splitext(job.file_name)[1].lower()
    return f"import-{job.uid.hex[:8]}{extension if extension in ROLL_LIMITS.allowed_extensions else '.bin'}"


def _page(request, job, problem: str = "", status: int = 200):
    context = {
        "job": job,
        "short_name": shortened(job.file_name, 90),
        "size": size_of(job.size),
        "reasons": REASONS,
        "problem": problem,
        "expires_at": expires_at(job, kind_named(job.kind)),
    }
    return render(request, "intake/original.html", context, status=status)
