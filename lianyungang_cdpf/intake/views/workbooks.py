"""Workbooks to take away: the own file marked, the bad rows alone, and the blank form of a kind."""

import os

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.kinds import kind_named, kinds_for
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.intake.uploads import shown_name
from lianyungang_cdpf.intake.views.access import job_or_404, may_import, staff_page
from lianyungang_cdpf.intake.views.job import job_page
from lianyungang_cdpf.intake.views.rows import XLSX
from lianyungang_cdpf.intake.views.wording import month_of
from lianyungang_cdpf.intake.workbooks.making import Made, bad_rows_workbook, marked_workbook
from lianyungang_cdpf.intake.workbooks.template import blank_form

State = ImportJob.State
NOT_IMPORTING = "您的角色不能下载名册内容。需要的，请联系本单位有导入权限的经办人员。"
NOT_CHECKED = "这次导入没有核验结果，不能生成工作簿。"
NO_BAD_ROWS = "这个文件没有错误行，不需要改正。"
NO_KIND = "没有这个导入种类，或者您不能导入它。"
LONGEST_STEM = 80


@staff_page
@require_safe
def marked(request, uid):
    """The uploaded file with its bad cells coloured and commented; 409 with a sentence where there is none."""
    job, kind = _checked(request, uid)
    return _answer(request, job, "标注", lambda: marked_workbook(job, _known(job, kind)))


@staff_page
@require_safe
def bad_rows(request, uid):
    """Only the bad rows, to be corrected and sent in as they are."""
    job, kind = _checked(request, uid)
    return _answer(request, job, "待改正", lambda: _bad_rows(job, _known(job, kind)))


@staff_page
@require_safe
def template(request, kind):
    """The blank form of a kind that the staff member may import."""
    one = next((one for one in kinds_for(request.user) if one.code == kind), None)
    if one is None:
        raise Http404(NO_KIND)
    response = HttpResponse(blank_form(one), content_type=XLSX)
    return _attached(response, f"{one.label}_模板")


def _checked(request, uid):
    job = job_or_404(request.user, uid)
    if not may_import(request.user, job):
        raise PermissionDenied(NOT_IMPORTING)
    return job, kind_named(job.kind)


def _known(job, kind):
    """The kind of a checked import. Raises Refused."""
    if job.state not in (State.READY, State.POSTED, State.UNDONE) or kind is None:
        raise Refused(NOT_CHECKED)
    return kind


def _bad_rows(job, kind) -> Made:
    if not job.summary.get("bad_rows"):
        raise Refused(NO_BAD_ROWS)
    return bad_rows_workbook(job, kind, title_of(job, kind))


def title_of(job, kind) -> str:
    """A title that names place, month and kind as they were declared, so that the file contradicts nothing."""
    place = job.zone or job.area
    return f"{shown(place)}{month_of(job.month)}{kind.label}名册（待改正的行）"


def _answer(request, job, what: str, make):
    try:
        made = make()
    except Refused as refused:
        return job_page(request, job, problem=shown(refused.sentence), status=409)
    size = os.fstat(made.file.fileno()).st_size
    record(by=request.user, deed=f"下载{what}工作簿", on=job, summary=f"{made.rows} 行，{size} 字节")
    stem = shown_name(job.file_name).rpartition(".")[0][:LONGEST_STEM] or "名册"
    return _attached(FileResponse(made.file, content_type=XLSX), f"{stem}_{what}")


def _attached(response, stem: str):
    """As a file of this name; Django writes it by RFC 5987, so that no name can add a header."""
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{stem}.xlsx")
    response.headers["Cache-Control"] = "no-store, private"
    return response
