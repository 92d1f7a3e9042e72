"""Pages of the board: the year's targets, one target at a place, and the persons whom it counts there.

A place outside the reader's own is a 404, like one that does not exist.
"""

from functools import wraps
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.targets import behind, counted, lists_out, reached, scopes, tables_out
from lianyungang_cdpf.targets.board import board_of
from lianyungang_cdpf.targets.changes import Asked, changes_of
from lianyungang_cdpf.targets.cockpit import charts
from lianyungang_cdpf.targets.cockpit.files import as_file
from lianyungang_cdpf.targets.cockpit.money import money_of
from lianyungang_cdpf.targets.forms import BetweenForm, WhenForm
from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.place import place_of
from lianyungang_cdpf.targets.reached import Who
from lianyungang_cdpf.targets.reporting.told import last_locked
from lianyungang_cdpf.targets.supervision.of_place import of_place

NO_PLACE = "没有这个地方的进度，或者它不在您的辖区内。"
NO_TARGET = "该年度没有这项目标。"
NO_CHART = "没有这张图，或者年度、日期不对。"
NO_DAY = "年度或日期不对，请从页面上下载。"
NO_FIGURES = "这项目标尚未接入，没有数字可以下载。"


def _of_the_board(view):
    """Signed in, allowed to see the board, and with a year and a day to see it as of."""

    @wraps(view)
    @login_required
    @permission_required("targets.view_target", raise_exception=True)
    def wrapped(request, **path):
        form = WhenForm(request.GET)
        own = scopes.of_staff(request.user)
        if own is None:
            raise Http404(NO_PLACE)
        if not form.years:
            return render(request, "targets/no_plan.html", {"title": "目标进度"})
        return view(request, form=form, own=own, **path)

    return wrapped


def _page(request, template, form, context):
    """The page, with a 400 when the address asks for a year or a day that there is not."""
    query = urlencode(form.asked) if form.is_valid() else ""
    context |= {"form": form, "query": f"?{query}" if query else "", "and_query": f"&{query}" if query else ""}
    # The frame would ask for the mark again.
    context["demonstration"] = form.demonstration
    return render(request, template, context, status=200 if form.is_valid() else 400)


@_of_the_board
def board(request, *, form, own):
    """The front page of those who may see it: the year's targets for the city, or for the reader's own place."""
    order = "behind" if request.GET.get("order") == "behind" else "group"
    return _page(request, "targets/board.html", form, {"board": _board(request, form, own), "order": order})


@_of_the_board
def wall(request, *, form, own):
    """The board for a screen on a wall, which asks for itself again every few minutes."""
    context = {"board": _board(request, form, own), "seconds": settings.BOARD_REFRESH_SECONDS}
    return _page(request, "targets/wall.html", form, context | {"told_at": timezone.localtime()})


def _board(request, form, own):
    year, as_of = form.chosen()
    return board_of(own, year=year, as_of=as_of, asked=request.GET.get("t", ""), is_now=form.is_now())


@_of_the_board
def targets_xlsx(request, *, form, own):
    """The board's table as a workbook."""
    _refuse_wrong_day(form)
    shown = _board(request, form, own)
    heads, rows = tables_out.targets_of(shown.lines)
    about, name = f"{own.name}，{shown.year} 年截至 {shown.as_of:%Y-%m-%d}", f"board-{own.code}-{shown.as_of:%Y%m%d}"
    on = Plan.objects.filter(year=shown.year).first()
    return lists_out.table(request.user, heads, rows, what="目标进度", on=on, about=about, name=name)


@_of_the_board
def months_xlsx(request, *, form, own, key, code):
    """The months of a target at a place as a workbook."""
    page = _counted(request, form, own, key, code, below=False)
    heads, rows = tables_out.months_of(page)
    return lists_out.table_of(request.user, page.row, heads, rows, what="逐月数字", name="months")


@_of_the_board
def places_xlsx(request, *, form, own, key, code):
    """The places below as a workbook."""
    page = _counted(request, form, own, key, code)
    heads, rows = tables_out.places_of(page)
    return lists_out.table_of(request.user, page.row, heads, rows, what="各地数字", name="places")


def _refuse_wrong_day(form) -> None:
    """Raises Http404 for a wrong year or day: a file can't say so."""
    if not form.is_valid():
        raise Http404(NO_DAY)


def _counted(request, form, own, key, code, **how):
    """The target at the place. Raises Http404 for a wrong day and where nothing is counted yet."""
    _refuse_wrong_day(form)
    page = _place(request, form, own, key, code, **how)
    if not page.row.connected:
        raise Http404(NO_FIGURES)
    return page


@_of_the_board
def year_file(request, *, form, own, key, code):
    """The numbers of the chart of a target's year at a place."""
    page = _place(request, form, own, key, code, below=False)
    return _chart_file(request, form, charts.year_of(page.line) if page.row.connected else None)


@_of_the_board
def places_file(request, *, form, own, key, code):
    """The numbers of the chart that compares the places below."""
    page = _place(request, form, own, key, code)
    has_chart = page.row.connected and page.children
    return _chart_file(request, form, charts.places_of(page.line, page.children) if has_chart else None)


@_of_the_board
def money_file(request, *, form, own, code):
    """The numbers of the chart of money paid."""
    year, as_of = form.chosen()
    money = money_of(open_scope(request.user, code), year=year, as_of=as_of)
    return _chart_file(request, form, charts.money_paid(money))


def _chart_file(request, form, chart):
    """The chart as a file. Raises Http404 for what has no chart, as for a wrong year or day: a file can't say so."""
    if chart is None or not form.is_valid():
        raise Http404(NO_CHART)
    year, as_of = form.chosen()
    record(by=request.user, deed="导出图表", summary=f"{chart.title}，截至 {as_of:%Y-%m-%d}，csv")
    return as_file(chart, year=year, as_of=as_of)


@_of_the_board
def place(request, *, form, own, key, code=None):
    """One target at a place (the reader's own without a code): its rule, its months and the places below."""
    page = _place(request, form, own, key, code)
    context = {
        "place": page, "may_list": _may_list(request, page), "may_list_records": _may_list_records(request, page),
        "locked": last_locked(page.row, request.user), "supervision": of_place(request.user, page),
    }  # fmt: skip
    return _page(request, "targets/place.html", form, context)


@_of_the_board
@permission_required("beneficiaries.view_person", raise_exception=True)
def people(request, *, form, own, key, code):
    """The persons whom the target counts at a place, page by page; of a rate also whom it should reach and misses."""
    page, number = _listed(request, form, own, key, code), request.GET.get("page")
    if page.row.is_rate:
        who = Who.asked(request.GET.get("who"))
        listed = reached.page_of(page.row, who, staff=request.user, number=number)
        return _listing(request, "targets/reached.html", form, listed, {"place": page, "who": who, "whose": list(Who)})
    listed = counted.page_of(page.row, staff=request.user, number=number)
    return _listing(request, "targets/people.html", form, listed, {"place": page})


@_of_the_board
@permission_required("beneficiaries.view_person", raise_exception=True)
def people_xlsx(request, *, form, own, key, code):
    """The same persons as a workbook, all pages of it."""
    row = _listed(request, form, own, key, code).row
    if row.is_rate:
        who = Who.asked(request.GET.get("who"))
        shown = reached.People(row, who, request.user)
        lines = lists_out.in_windows(len(shown), shown.__getitem__)
        return lists_out.workbook(request.user, row, lists_out.ReachedFile, lines, what=who.word)
    firsts = counted.FirstCounted(row, request.user)
    lines = lists_out.in_windows(len(firsts), lambda window: firsts.told(firsts[window]))
    return lists_out.workbook(request.user, row, lists_out.CountedFile, lines, what="计入的人员")


@_of_the_board
def records(request, *, form, own, key, code):
    """The records that the target counts at a place, where its subjects are no people."""
    page = _recorded(request, form, own, key, code)
    listed = behind.page_of(page.row, staff=request.user, number=request.GET.get("page"))
    return _listing(request, "targets/records.html", form, listed, {"place": page})


@_of_the_board
def records_xlsx(request, *, form, own, key, code):
    """The same records as a workbook, all pages of it."""
    row = _recorded(request, form, own, key, code).row
    shown = behind.records_of(row, request.user)
    lines = lists_out.in_windows(len(shown), shown.__getitem__)
    return lists_out.workbook(request.user, row, lists_out.RecordsFile, lines, what="计入的记录")


@_of_the_board
def why(request, *, form, own, key, code):
    """Why the figure changed: what was done between two days that could change it."""
    page = _place(request, form, own, key, code, below=False)
    between = BetweenForm(request.GET)
    context = {"place": page, "between": between}
    if not between.is_valid():
        return render(request, "targets/why.html", context | {"form": form, "query": ""}, status=400)
    listed = Paginator(_changes(request, page, between), counted.PER_PAGE).get_page(request.GET.get("page"))
    return _page(request, "targets/why.html", form, context | {"page": listed, "changes": list(listed)})


@_of_the_board
def why_xlsx(request, *, form, own, key, code):
    """The same as a workbook, all pages of it."""
    between = BetweenForm(request.GET)
    _refuse_wrong_day(form)
    _refuse_wrong_day(between)
    page = _place(request, form, own, key, code, below=False)
    changes = tables_out.changes_of(_changes(request, page, between))
    return lists_out.table_of(request.user, page.row, tables_out.CHANGES, changes, what="数字变化的事项", name="why")


def _changes(request, page, between) -> list:
    return changes_of(Asked(page.line.target, page.scope, staff=request.user, **between.cleaned_data))


def _listed(request, form, own, key, code):
    """The target at the place. Raises Http404 where it counts no people."""
    page = _place(request, form, own, key, code, below=False)
    if not _may_list(request, page):
        raise Http404("这项目标没有人员名单。")
    return page


def _recorded(request, form, own, key, code):
    """The target at the place. Raises Http404 where no records are listed, PermissionDenied where not to the reader."""
    page = _place(request, form, own, key, code, below=False)
    if not behind.lists_records(page.line.target):
        raise Http404("这项目标没有记录清单。")
    if not _may_list_records(request, page):
        raise PermissionDenied
    return page


def _listing(request, template, form, listed, context):
    around = listed.paginator.get_elided_page_range(listed.number, on_each_side=2, on_ends=1)
    return _page(request, template, form, {**context, "listed": listed, "around": around})


def _place(request, form, own, key, code, *, below=True):
    """The target at the place. Raises Http404 for an unknown target and for a place that is not open to the reader."""
    scope = own if code is None else open_scope(request.user, code)
    year, as_of = form.chosen()
    page = place_of(scope, own=own, key=key, year=year, as_of=as_of, below=below)
    if page is None:
        raise Http404(NO_TARGET)
    return page


def open_scope(staff, code):
    """The row of the board or the area of the code. Raises Http404 where it is not open to the reader."""
    try:
        scope = scopes.on_the_board(code)
    except scopes.UnknownPlace:
        raise Http404(NO_PLACE) from None
    if not scopes.is_open_to(staff, scope):
        raise Http404(NO_PLACE)
    return scope


def _may_list(request, page) -> bool:
    return request.user.has_perm("beneficiaries.view_person") and counted.counts_persons(page.line.target)


def _may_list_records(request, page) -> bool:
    target = page.line.target
    return behind.lists_records(target) and request.user.has_perm(behind.right_to_see(target))
