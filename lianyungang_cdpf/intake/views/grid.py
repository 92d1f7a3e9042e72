"""The wrong rows of an import to correct one by one; reviewers accept here what may be accepted.

Every row is a form of its own and works without JavaScript; with it the row is fetched alone.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q
from django.http import Http404, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake import correcting
from lianyungang_cdpf.intake.actions import ImportConflict
from lianyungang_cdpf.intake.correcting import RowRefused
from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, RowDecision
from lianyungang_cdpf.intake.presentation import FINDINGS, label, shown
from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.intake.views.access import job_or_404, may_accept, may_import, staff_page
from lianyungang_cdpf.intake.views.findings import counts_of
from lianyungang_cdpf.intake.views.gridrows import Grid
from lianyungang_cdpf.intake.views.wording import count_of, money_of, month_of, shortened

PER_PAGE = 25
NO_KIND = "这个种类已经停用，不能逐行改正。"
NOT_EDITING = "您的角色不能改正这次导入。"
NOT_ACCEPTING = "您的角色不能接受例外。须由本辖区的审核人员接受。"
NO_ROW = "没有这一行。"
# What a form's button says is done: the deed, and what is said when it is done.
DEEDS = {
    "save": (correcting.correct_row, "已保存"),
    "leave": (correcting.leave_row_out, "已删去，不入账"),
    "back": (correcting.put_row_back, "已恢复成文件原样"),
    "accept": (correcting.accept_row, "已接受，现在可入账"),
    "withdraw": (correcting.withdraw_acceptance, "已撤回接受"),
}
OF_REVIEWERS = {"accept", "withdraw"}


@staff_page
@require_safe
def grid(request, uid):
    """The wrong rows and those decided about; ?what= narrows to one of them, ?code= to one kind of finding."""
    job = job_or_404(request.user, uid)
    if may_import(request.user, job):
        record(by=request.user, deed="打开改正页", on=job)
    return grid_page(request, job)


@staff_page
@require_POST
def decide(request, uid):
    """Correct, leave out, put back, accept or withdraw one row. JSON for the page's script, else back to the row."""
    job = job_or_404(request.user, uid)
    name = request.POST.get("do", "save")
    _require_right(request.user, job, name)
    sheet, row = request.POST.get("sheet", "")[:64], _number(request.POST.get("row"))
    problem, status, places = _attempt(request, job, name, sheet, row)
    said = problem or f"{DEEDS[name][1]}。"
    job.refresh_from_db()
    if "application/json" in request.headers.get("Accept", ""):
        return _answer(request, job, places | {(sheet, row)}, said, status, sheet, row)
    if problem:
        return grid_page(request, job, problem=(sheet, row, problem), status=status)
    kept = job.rows.filter(sheet=sheet, row=row).first()
    messages.success(request, f"第 {row} 行：{said}")
    query = request.GET.copy()
    query["at"] = kept.pk if kept else ""
    return redirect(
        f"{reverse('intake:grid', args=[job.uid])}?{query.urlencode()}#{_grid(request, job).anchor(sheet, row)}"
    )


def _require_right(staff, job, name: str) -> None:
    if name not in DEEDS:
        raise Http404(NO_ROW)
    if name in OF_REVIEWERS:
        if not may_accept(staff):
            raise PermissionDenied(NOT_ACCEPTING)
    elif not may_import(staff, job):
        raise PermissionDenied(NOT_EDITING)


def _number(text) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0


def _attempt(request, job, name: str, sheet: str, row: int) -> tuple[str, int, set]:
    """The sentence of what hinders the deed ("" when it was done), its status, and the rows judged anew."""
    place = {
        "job": job,
        "sheet": sheet,
        "row": row,
        "version": _number(request.POST.get("version")),
        "by": request.user,
    }
    if name == "save":
        prefix = "cell-"
        place["texts"] = {
            field.removeprefix(prefix): text for field, text in request.POST.items() if field.startswith(prefix)
        }
    elif name == "accept":
        place["reason"] = request.POST.get("reason", "")
    try:
        return "", 200, DEEDS[name][0](**place)
    except RowRefused as refusal:
        return refusal.sentence, 422, set()
    except (ImportConflict, Refused) as conflict:
        return conflict.sentence, 409, set()


def _grid(request, job) -> Grid:
    kind = kind_named(job.kind)
    if kind is None:
        raise Http404(NO_KIND)
    is_open = job.state == ImportJob.State.READY
    edits = may_import(request.user, job)
    return Grid(
        job, kind, may_edit=is_open and edits, may_accept=is_open and may_accept(request.user), sees_whole=edits
    )


def _answer(request, job, places: set, said: str, status: int, sheet: str, row: int) -> JsonResponse:
    """The rows as they are now, for those of them that the page shows; and what is counted."""
    grid = _grid(request, job)
    rows = _rows_of(job).filter(row__in={number for _, number in places})
    made = [one for one in grid.rows(rows) if (one.sheet, one.row) in places]
    mine = next((one for one in made if (one.sheet, one.row) == (sheet, row)), None)
    if mine is not None:
        others = f"另有 {len(made) - 1} 行随之重新核验。" if len(made) > 1 else ""
        now = "" if mine.word in said else f"现在{mine.word}{'：' + mine.labels if mine.codes else ''}。"
        said = f"第 {row} 行：{said}{now}{others}"
        if status != 200:
            mine.problem = said
    context = {"grid": grid, "job": job, "query": request.GET.urlencode()}
    html = {one.anchor: render_to_string("intake/grid_row.html", {**context, "row": one}, request) for one in made}
    return JsonResponse({"said": said, "rows": html, "counts": counts_shown(job)}, status=status)


def counts_shown(job) -> dict[str, str]:
    """The figures at the head of the page, by the names under which the script finds them."""
    summary = job.summary
    counts = {name: count_of(summary.get(name)) for name in ("valid_rows", "bad_rows", "left_out")}
    return counts | {"total": money_of(summary.get("total_valid_amount"))}


def _rows_of(job):
    """The rows as judged; what applying a register replaced stands in rows of its own."""
    return job.rows.exclude(verdict=ImportRow.Verdict.APPLIED).order_by("id")


def _listed(job, what: str, code: str, at: int):
    """Wrong rows and those decided about; the row just saved stays, whatever it is filtered by."""
    decided = Exists(RowDecision.objects.filter(job=job, sheet=OuterRef("sheet"), row=OuterRef("row")))
    bad = Q(verdict=ImportRow.Verdict.BAD)
    if code:
        # The primary finding stands first.
        listed = bad & (Q(codes=code) | Q(codes__startswith=f"{code},"))
    else:
        listed = {"bad": bad, "decided": Q(decided)}.get(what, bad | Q(decided))
    return _rows_of(job).filter(listed | Q(pk=at))


def grid_page(request, job, *, problem: tuple[str, int, str] | None = None, status: int = 200):
    """The page; `problem` is (sheet, row, sentence) about a decision that was not taken."""
    grid = _grid(request, job)
    code, what = request.GET.get("code", ""), request.GET.get("what", "")
    code = code if code in FINDINGS else ""
    page = Paginator(_listed(job, what, code, _number(request.GET.get("at"))), PER_PAGE).get_page(
        request.GET.get("page")
    )
    rows = grid.rows(page)
    if problem:
        _put_problem(rows, grid, job, problem)
    filters = QueryDict(mutable=True)
    filters.update({name: value for name, value in request.GET.items() if name in {"what", "code", "page"}})
    context = {
        "job": job,
        "grid": grid,
        "rows": rows,
        "page": page,
        "code": code,
        "what": what if what in {"bad", "decided"} else "",
        "kinds": [(one, label(one), count_of(count)) for one, count in counts_of(job, errors=True).items()],
        "counts": counts_shown(job),
        "has_money": any(column.summed for column in grid.kind.roll.columns.values()),
        "problem": problem[2] if problem else "",
        "query": filters.urlencode(),
        "heading": "改正错误行" if grid.sees_whole else "审核例外" if may_accept(request.user) else "错误行",
        "kind_label": grid.kind.label,
        "month": month_of(job.month),
        "short_name": shortened(job.file_name, 90),
        "state": shown(job.get_state_display()),
    }
    return render(request, "intake/grid.html", context, status=status)


def _put_problem(rows: list, grid: Grid, job, problem: tuple[str, int, str]) -> None:
    """The sentence at its row, which is shown with what it holds now even where the filter would not show it."""
    sheet, number, sentence = problem
    mine = next((one for one in rows if (one.sheet, one.row) == (sheet, number)), None)
    if mine is None:
        found = grid.rows(_rows_of(job).filter(sheet=sheet, row=number)[:1])
        rows[:0] = found
        mine = found[0] if found else None
    if mine is not None:
        mine.problem = sentence
