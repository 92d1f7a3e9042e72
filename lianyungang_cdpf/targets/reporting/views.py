"""Pages of 月报: the year's matrix, a unit's month, the city's deeds, and the differences to what was reported.

A place outside the reader's own is a 404, like one that does not exist.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.audit.exports import MAX_ROWS
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.lists_out import table
from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.reporting import actions, exports
from lianyungang_cdpf.targets.reporting.actions import CHECK, CLOSE
from lianyungang_cdpf.targets.reporting.days import months_asked
from lianyungang_cdpf.targets.reporting.differences import (
    ChangesFile,
    Difference,
    can_be_compared,
    difference_of,
    shown,
)
from lianyungang_cdpf.targets.reporting.forms import NotesForm, PlainForm, ReturnForm
from lianyungang_cdpf.targets.reporting.models import ReportFigure
from lianyungang_cdpf.targets.reporting.overview import Overview
from lianyungang_cdpf.targets.reporting.page import ReportPage
from lianyungang_cdpf.targets.views import NO_PLACE, open_scope

SEE = "targets.view_monthlyreport"
NO_MONTH = "没有这一年、这个月的月报。"
NO_DIFFERENCE = "这份月报还没有报送，或者这项目标不能与报送时比较。"
PER_PAGE = 50


@deed_page(SEE)
@require_safe
def front(request):
    """The latest plan's year."""
    if scopes.of_staff(request.user) is None:
        raise Http404(NO_PLACE)
    plan = Plan.objects.first()
    if plan is None:
        return render(request, "targets/no_plan.html", {"title": "月报"})
    return redirect("report:year", year=plan.year)


@deed_page(SEE)
@require_safe
def year(request, *, year):
    """Units down and months across: all for the city, else the reader's own unit."""
    overview = Overview(_plan(year), _units(request.user), request.user)
    context = {
        "overview": overview, "years": list(Plan.objects.values_list("year", flat=True)),
        "may_check": actions.may_check(request.user), "may_close": _may_close(request.user),
    }  # fmt: skip
    return render(request, "targets/reporting/year.html", context)


@deed_page(SEE)
@require_http_methods(FORM_METHODS)
def report(request, *, year, month, code):
    """A unit's month: to be written and sent in by the unit, to be looked at by who sees it."""
    page = _page(request, year, month, code)
    mine = actions.may_report(request.user, page.unit)
    if request.method == "POST" and not mine:
        raise PermissionDenied
    is_written = mine and page.is_open and page.version is None
    form = NotesForm(_sent(request), lines=page.lines, report=page.report) if is_written else None
    if request.method == "POST" and form is None:
        say(request, f"{page.month} 月月报现在不能修改。")
        return _back(page)
    if form is not None and form.is_valid() and _written(request, page, form):
        return _back(page)
    context = {
        "page": page, "form": form, "mine": mine,
        "may_check": page.is_waiting and actions.may_check(request.user),
    }  # fmt: skip
    return render(request, "targets/reporting/report.html", context, status=422 if form and form.errors else 200)


def _written(request, page: ReportPage, form: NotesForm) -> bool:
    """Keep the notes, or send the month in; whether it was done."""
    told = {"plan": page.plan, "month": page.month, "unit": page.unit, "notes": form.notes(), "by": request.user}
    try:
        if "keep" in request.POST:
            actions.keep_notes(**told)
            say(request, "说明已保存，还没有报送。")
        else:
            version = actions.submit_report(**told, round=form.cleaned_data["round"])
            say(request, f"{page.month} 月月报已报送，等待市级审核。" + ("已标记为迟报。" if version.is_late else ""))
    except actions.NotesRefused as refused:
        form.refuse(refused.problems)
    except ValidationError as error:
        form.add_error(None, error)
    return form.is_valid()


@deed_page(CHECK)
@require_http_methods(FORM_METHODS)
def send_back(request, *, year, month, code):
    """Return a month to its unit."""
    return _decide(request, _page(request, year, month, code), ReturnForm, actions.return_report, {
        "title": "退回月报", "button": "退回", "done": "已退回，区县改正后重新报送。",
        "lead": "退回后区县修改说明或更正台账，再报一次；这一次报送的数字留下备查。",
    })  # fmt: skip


@deed_page(CHECK)
@require_http_methods(FORM_METHODS)
def lock(request, *, year, month, code):
    """Lock a month as reported."""
    return _decide(request, _page(request, year, month, code), PlainForm, actions.lock_report, {
        "title": "锁定月报", "button": "审核通过并锁定", "done": "已锁定，以后的更正以差异反映。",
        "lead": "锁定后不能解锁：报送的数字保持不变，以后台账有更正的，列为与现数的差异。",
    })  # fmt: skip


def _decide(request, page: ReportPage, form_class, deed, words):
    if page.report is None or not actions.may_check(request.user):
        raise Http404(NO_MONTH)
    form = form_class(_sent(request), initial={"round": page.round})
    told = {"report": page.report}
    if form.is_valid() and done_by(request, form, deed, **told, **form.cleaned_data):
        say(request, words["done"])
        return _back(page)
    facts = [("单位", page.unit.name), ("月份", f"{page.plan.year} 年 {page.month} 月"), ("状态", page.cell.word)]
    facts += [("报送人", page.version.submitted_by)] if page.version else []
    facts += [("与现数不同", f"{len(page.differing)} 项")] if page.version else []
    context = words | {
        "form": form, "facts": facts, "page": page, "back": "report:index",
        "is_closed": not page.is_waiting and not form.is_bound,
    }  # fmt: skip
    return render(request, "targets/reporting/deed.html", context, status=422 if form.is_bound else 200)


@deed_page(CLOSE)
@require_http_methods(FORM_METHODS)
def close(request, *, year):
    """年终封账, or what is missing for it."""
    if not _may_close(request.user):
        raise PermissionDenied
    plan, form = _plan(year), PlainForm(_sent(request))
    if form.is_valid() and done_by(request, form, actions.close_year, plan=plan):
        say(request, f"{year} 年已年终封账。")
        return redirect("report:year", year=year)
    overview = Overview(plan, scopes.units(), request.user)
    context = {"form": form, "overview": overview, "lacking": actions.not_locked(plan)}
    return render(request, "targets/reporting/close.html", context, status=422 if form.is_bound else 200)


@deed_page(SEE)
@require_safe
def differences(request, *, year, month, code):
    """Every target of a reported month against the records as they are now."""
    page = _page(request, year, month, code)
    told = _differences(page)
    context = {"page": page, "differences": told, "changed": [one for one in told if one.changes]}
    return render(request, "targets/reporting/differences.html", context)


@deed_page(SEE)
@require_safe
def difference(request, *, year, month, code, key):
    """One target's difference, with the records that were added or went."""
    page = _page(request, year, month, code)
    told = _difference(_figure(page, key), page)
    listed = Paginator(told.changes, PER_PAGE).get_page(request.GET.get("page"))
    lines = shown(told, listed.object_list, request.user)
    context = {"report": page, "difference": told, "page": listed, "lines": lines}
    return render(request, "targets/reporting/difference.html", context)


@deed_page(SEE)
@require_safe
def as_xlsx(request, *, year, month, code, key):
    """One target's difference as a workbook."""
    page = _page(request, year, month, code)
    told = _difference(_figure(page, key), page)
    heads, read = list(ChangesFile.columns), ChangesFile.columns.values()
    rows = [[one(line) for one in read] for line in shown(told, told.changes[:MAX_ROWS], request.user)]
    name = f"{key}-{year}{month:02d}-{code}"
    return table(request.user, heads, rows, what="月报差异", on=page.report, about=told.target.name, name=name)


@deed_page(SEE)
@require_safe
def differences_xlsx(request, *, year, month, code):
    """Every target of a reported month against the records as they are now, as a workbook."""
    page = _page(request, year, month, code)
    rows = exports.differences_of(_differences(page))
    return _table(request, page, exports.DIFFERENCES, rows, what="月报与现数的差异", name="differences")


@deed_page(SEE)
@require_safe
def figures_xlsx(request, *, year, month, code):
    """A unit's month as a workbook. Raises Http404 before the month is over: there is no figure yet."""
    page = _page(request, year, month, code)
    if not page.lines:
        raise Http404(NO_MONTH)
    return _table(request, page, exports.FIGURES, exports.figures_of(page.lines), what="月报", name="figures")


def _table(request, page: ReportPage, heads, rows, *, what, name):
    about = f"{page.unit.name} {page.plan.year} 年 {page.month} 月"
    file = f"report-{page.plan.year}{page.month:02d}-{page.unit.code}-{name}"
    return table(request.user, heads, rows, what=what, on=page.report or page.plan, about=about, name=file)


@deed_page(SEE)
@require_safe
def year_xlsx(request, *, year):
    """Units down and months across, as a workbook."""
    plan, units = _plan(year), _units(request.user)
    heads, rows = exports.year_of(Overview(plan, units, request.user))
    about = f"{year} 年"
    return table(request.user, heads, rows, what="月报总览", on=plan, about=about, name=f"reports-{year}")


def _differences(page: ReportPage) -> list[Difference]:
    """Those that can be compared. Raises Http404 for a month that was not sent in."""
    if page.version is None:
        raise Http404(NO_DIFFERENCE)
    return [_difference(figure, page) for figure in _figures(page) if can_be_compared(figure)]


def _figures(page: ReportPage):
    figures = ReportFigure.objects.filter(version=page.version).order_by("target__number")
    return figures.select_related("target__plan", "version__report__plan", "counted")


def _figure(page: ReportPage, key: str) -> ReportFigure:
    figure = _figures(page).filter(target__key=key).first() if page.version else None
    if figure is None or not can_be_compared(figure):
        raise Http404(NO_DIFFERENCE)
    return figure


def _difference(figure: ReportFigure, page: ReportPage) -> Difference:
    return difference_of(figure, page.unit)


def _page(request, year, month, code) -> ReportPage:
    """The unit's month. Raises Http404 for what is no unit, is not open to the reader, or is no month of a plan."""
    unit, plan = open_scope(request.user, code), _plan(year)
    if not unit.is_unit or month not in months_asked(plan):
        raise Http404(NO_PLACE)
    return ReportPage(plan, month, unit, request.user, request.GET.get("version", ""))


def _sent(request):
    """What a form was sent with; a deed that asks nothing is sent empty."""
    return request.POST if request.method == "POST" else None


def _plan(year) -> Plan:
    plan = Plan.objects.filter(year=year).first()
    if plan is None:
        raise Http404(NO_MONTH)
    return plan


def _units(staff) -> list:
    own = scopes.of_staff(staff)
    if own is None:
        raise Http404(NO_PLACE)
    return scopes.units() if own.is_city else [own] if own.is_unit else []


def _may_close(staff) -> bool:
    return staff.has_perm(CLOSE) and staff.is_city_wide


def _back(page: ReportPage):
    return redirect("report:month", year=page.plan.year, month=page.month, code=page.unit.code)
