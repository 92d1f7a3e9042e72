"""What the portal recognises in a file: which roll it has become already, and what is not as it was posted."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.recognition import Change, Comparison, compare, posted_alike, posted_before
from lianyungang_cdpf.intake.views.access import job_or_404, staff_page
from lianyungang_cdpf.intake.views.findings import TEXT_FILE
from lianyungang_cdpf.intake.views.result import rolls_of
from lianyungang_cdpf.intake.views.wording import count_of, money_of, month_of, shortened
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number

# Rows of both files together up to which the preview compares by itself: some 20 µs each.
AT_ONCE = 6_000
PER_PAGE = 50
WHATS = {"changed": "有变化", "added": "新增", "removed": "减少"}
MASKS = {"id_number": mask_id_number, "certificate_no": mask_certificate_no, "account_no": mask_account_no}


@dataclass(frozen=True)
class Line:
    """A row that is not as it was posted: where it stands, whose it is, and each field before and after."""

    sheet: str
    row: int
    name: str
    id_number: str
    fields: tuple[tuple[str, str, str], ...]


def earlier_of(job: ImportJob, staff) -> dict:
    """A posted import as the pages name it: its file, who posted it and when, and its rolls."""
    return {
        "uid": job.uid,
        "file_name": shortened(job.file_name, 90),
        "staff": shown(job.staff),
        "finished_at": job.finished_at,
        "rows": count_of(job.applied_rows),
        "rolls": rolls_of(job, staff)["first"],
        "name": _name_of(job),
    }


def _name_of(job: ImportJob) -> str:
    return shown(job.summary.get("result", {}).get("reference") or f"批次 {job.pk}")


def known_of(job: ImportJob, staff) -> dict:
    """For the preview: the import that holds the same rows, or how the file differs from the roll of its month."""
    kind = kind_named(job.kind)
    if alike := posted_alike(job, staff):
        return {"alike": earlier_of(alike, staff), "same_bytes": alike.sha256 == job.sha256}
    before = posted_before(job, staff) if kind and kind.keeps_rows else None
    if before is None:
        return {}
    small = job.rows_total + before.rows_total <= AT_ONCE
    counts = _counts(compare(job, before, kind)) if small else None
    return {"before": earlier_of(before, staff), "counts": counts}


def _counts(comparison: Comparison) -> list[tuple[str, str, str]]:
    """(word, address part, count) of each kind of change."""
    return [(name, what, count_of(len(getattr(comparison, what)))) for what, name in WHATS.items()]


@staff_page
@require_safe
def compared(request, uid):
    """The rows that are not as posted, page by page; ?what= is changed, added or removed."""
    job = job_or_404(request.user, uid)
    kind = kind_named(job.kind)
    before = posted_before(job, request.user) if kind and kind.keeps_rows else None
    context = {"job": job, "short_name": shortened(job.file_name, 90), "month": month_of(job.month)}
    if before is not None:
        context |= _differences(request, compare(job, before, kind), kind)
        context["before"] = earlier_of(before, request.user)
    return render(request, "intake/compare.html", context)


def _differences(request, comparison: Comparison, kind) -> dict:
    what = request.GET.get("what", "")
    what = what if what in WHATS else next((one for one in WHATS if getattr(comparison, one)), "changed")
    page = Paginator(getattr(comparison, what), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "counts": _counts(comparison),
        "unchanged": count_of(comparison.unchanged),
        "what": what,
        "what_name": WHATS[what],
        "page": page,
        "lines": [_line(change, kind) for change in page],
    }


def _line(change: Change, kind) -> Line:
    row = change.after or change.before
    return Line(
        sheet=shown(row.sheet) or TEXT_FILE,
        row=row.row,
        name=shown(row.values.get("name")),
        id_number=shown(mask_id_number(row.values.get("id_number") or "")),
        fields=_fields(change, kind),
    )


def _fields(change: Change, kind) -> tuple[tuple[str, str, str], ...]:
    """(field, before, after) of what differs; of a row that is new or gone its amount."""
    if change.fields:
        return tuple(_field(name, change, kind) for name in change.fields)
    row = change.after or change.before
    return (("金额", *_sides(change, money_of(row.values.get("amount")) or "—")),) if "amount" in kind.compared else ()


def _sides(change: Change, text: str) -> tuple[str, str]:
    return ("—", text) if change.before is None else (text, "—")


def _field(name: str, change: Change, kind) -> tuple[str, str, str]:
    before, after = (_shown(name, row.values.get(name)) for row in (change.before, change.after))
    if before == after:
        # Both sides look alike behind their masks.
        after = f"{after}（遮盖的几位有变化）"
    return kind.compared[name], before, after


def _shown(name: str, value) -> str:
    if value in (None, ""):
        return "空白"
    if name == "amount":
        return money_of(value) or shown(value)
    return shown(MASKS.get(name, str)(str(value)))
