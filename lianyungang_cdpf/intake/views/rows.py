"""All rows with findings, page by page, and the same list to take away as .xlsx or .csv."""

import csv
import io

import xlsxwriter
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.plainsheet import PlainSheet
from lianyungang_cdpf.intake.presentation import FINDINGS, label, neutral
from lianyungang_cdpf.intake.views.access import job_or_404, may_import, staff_page
from lianyungang_cdpf.intake.views.findings import counts_of, finding_of, found_rows, left_out_rows
from lianyungang_cdpf.intake.views.wording import count_of, shortened

PER_PAGE = 50
LONGEST_CELL = 2_000  # characters; Excel takes 32,767, nobody reads more than a few lines
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Heading and width of each column of the list.
COLUMNS = {
    "性质": 8,
    "工作表": 16,
    "Excel 行号": 10,
    "姓名": 12,
    "身份证号（已遮盖）": 22,
    "金额（元）": 12,
    "问题": 26,
    "说明": 50,
    "怎么改": 50,
    "其他问题": 30,
}


@staff_page
@require_safe
def rows(request, uid):
    """Rows with errors, or with ?what=warnings those with warnings; ?code= narrows to one kind of finding."""
    job = job_or_404(request.user, uid)
    errors = request.GET.get("what") != "warnings"
    code = request.GET.get("code", "")
    code = code if code in FINDINGS else ""
    page = Paginator(found_rows(job, errors=errors, code=code), PER_PAGE).get_page(request.GET.get("page"))
    counts = counts_of(job, errors=errors)
    context = {
        "job": job,
        "may_import": may_import(request.user, job),
        "short_name": shortened(job.file_name, 90),
        "errors": errors,
        "code": code,
        "code_label": label(code) if code else "",
        "kinds": [(code, label(code), count_of(count)) for code, count in counts.items()],
        "page": page,
        "count": count_of(page.paginator.count),
        "findings": [finding_of(row) for row in page],
        "has_file": bool(job.stored_name),
        "has_bad_rows": bool(job.summary.get("bad_rows")),
    }
    return render(request, "intake/rows.html", context)


@staff_page
@require_safe
def as_xlsx(request, uid):
    """The whole list as a workbook; every cell is text, and none is a formula."""
    job = job_or_404(request.user, uid)
    content = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet("问题清单", PlainSheet)
        sheet.freeze_panes(1, 0)
        for column, width in enumerate(COLUMNS.values()):
            sheet.set_column(column, column, width)
        lines = 0
        for cells in _lines(job):
            for column, text in enumerate(cells):
                sheet.write_string(lines, column, text)
            lines += 1
    content.seek(0)
    _record(request, job, lines - 1, "xlsx")
    return FileResponse(content, as_attachment=True, filename=_name(job, "xlsx"), content_type=XLSX)


@staff_page
@require_safe
def as_csv(request, uid):
    """The whole list as text in UTF-8 with its mark, which Excel needs to show Chinese."""
    job = job_or_404(request.user, uid)
    content = io.StringIO(newline="")
    writer = csv.writer(content, quoting=csv.QUOTE_ALL)
    lines = 0
    for cells in _lines(job):
        writer.writerow(cells)
        lines += 1
    _record(request, job, lines - 1, "csv")
    response = HttpResponse(content.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{_name(job, "csv")}"'
    return response


def _lines(job):
    """The headings, then every row with errors, with warnings, and left out."""
    yield COLUMNS
    lists = (found_rows(job, errors=True), found_rows(job, errors=False), left_out_rows(job))
    for listed in lists:
        for row in listed.iterator(chunk_size=2_000):
            yield [neutral(text)[:LONGEST_CELL] for text in _cells(finding_of(row))]


def _cells(finding):
    kind = "错误" if finding.is_error else "删去" if finding.is_left_out else "提醒"
    return (
        kind,
        finding.sheet,
        finding.row,
        finding.name,
        finding.id_number,
        finding.amount.replace(",", ""),
        finding.label,
        finding.sentence,
        finding.fix,
        "、".join(finding.others),
    )


def _name(job, extension: str) -> str:
    """A name of our own: what the clerk called the file never reaches a header."""
    return f"import-{job.uid.hex[:8]}-rows.{extension}"


def _record(request, job, count: int, extension: str) -> None:
    record(by=request.user, deed="导出问题清单", on=job, summary=f"{count} 行，{extension}")
