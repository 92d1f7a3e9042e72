"""Pages of 任务分解: the table of a plan, the grid of one target, and taking an imported split back.

A place outside the reader's own is a 404, like one that does not exist.
"""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.views.undo import UndoForm
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.actions import SplitRefused, split_goals, undo_split
from lianyungang_cdpf.targets.lists_out import table
from lianyungang_cdpf.targets.models import AllocationChange, Plan
from lianyungang_cdpf.targets.progress import default_day, demonstration
from lianyungang_cdpf.targets.split_forms import SplitForm
from lianyungang_cdpf.targets.split_pages import KIND, Sheet, SheetRow, history, imports
from lianyungang_cdpf.targets.splits import may_split, own_goals
from lianyungang_cdpf.targets.views import NO_PLACE, NO_TARGET, open_scope

NO_PLAN = "没有这一年的年度计划。"


def _of_the_split(view):
    """Signed in, and allowed to see goals."""

    @wraps(view)
    @login_required
    @permission_required("targets.view_allocation", raise_exception=True)
    def wrapped(request, **path):
        return view(request, **path)

    return wrapped


@_of_the_split
def front(request):
    """The latest plan's table of the reader's own place."""
    own, plan = scopes.of_staff(request.user), Plan.objects.first()
    if own is None:
        raise Http404(NO_PLACE)
    if plan is None:
        return render(request, "targets/no_plan.html", {"title": "任务分解"})
    return redirect("split:sheet", year=plan.year, code=own.code)


@_of_the_split
def sheet(request, *, year, code):
    """任务分解表 of a place."""
    shown = Sheet(_plan(year), open_scope(request.user, code))
    mine = may_split(request.user, shown.scope)
    jobs = imports(year, request.user) if mine else []
    context = {"sheet": shown, "may_split": mine, "jobs": jobs, "years": _years()}
    return render(request, "targets/split.html", context)


@_of_the_split
@require_safe
def sheet_xlsx(request, *, year, code):
    """The table as a workbook."""
    shown = Sheet(_plan(year), open_scope(request.user, code))
    told = {"what": "任务分解表", "on": shown.plan, "about": f"{shown.scope.name}，{year} 年"}
    return table(request.user, shown.heads, shown.cells, **told, name=f"split-{year}-{code}")


@_of_the_split
@require_http_methods(FORM_METHODS)
def goal(request, *, year, code, key):
    """One target's goals for the places below, all saved or none; and what they were before."""
    scope, plan = open_scope(request.user, code), _plan(year)
    target = plan.targets.select_related("plan").filter(key=key).first()
    if target is None:
        raise Http404(NO_TARGET)
    mine = may_split(request.user, scope)
    if request.method == "POST" and not mine:
        raise PermissionDenied
    places = scopes.children(scope) if scope.is_city or scope.is_unit else []
    form = SplitForm(
        request.POST or None, target=target, places=places,
        initial={"effective_on": default_day(year, demonstration())},
    )  # fmt: skip
    if form.is_valid() and _saved(request, form):
        return redirect("split:goal", year=year, code=code, key=key)
    own = own_goals(scope, [target]).get(target.pk)
    row = SheetRow(target, scope, own, form.goals)
    context = {
        "form": form, "row": row, "scope": scope, "plan": plan, "may_split": mine,
        "past": history(target, [scope, *places], request.user),
    }  # fmt: skip
    return render(request, "targets/split_goal.html", context, status=422 if form.errors else 200)


def _saved(request, form) -> bool:
    try:
        changed = split_goals(wanted=form.wanted(), by=request.user)
    except SplitRefused as refused:
        form.refuse(refused.problems)
        return False
    if changed:
        messages.success(request, f"已保存：{changed} 处分解目标有变动，调整记录见下。")
    else:
        messages.info(request, "没有改动，分解目标与原来相同。")
    return True


@deed_page("targets.split_goal")
@require_http_methods(FORM_METHODS)
def undo(request, *, uid):
    """Take an imported split back, whole or not at all."""
    job = ImportJob.objects.visible_to(request.user).filter(uid=uid, kind=KIND).first()
    if job is None:
        raise Http404(NOT_HERE)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and done_by(request, form, undo_split, job=job, **form.cleaned_data):
        say(request, "已撤销这次导入，它改动的分解目标恢复为导入以前的数。")
        return redirect("split:sheet", year=job.month.year, code=scopes.of_staff(request.user).code)
    changed = AllocationChange.objects.filter(job=job, undone_at=None).count()
    facts = [("文件", job.file_name), ("改动的分解目标", f"{changed:,} 处"), ("状态", job.get_state_display())]
    context = {
        "title": "撤销分解目标导入", "form": form, "facts": facts, "job": job, "button": "撤销这次导入",
        "lead": "这次导入改动的分解目标恢复为导入以前的数，调整记录留下；导入以后又调整过的，不能整批撤销。",
    }  # fmt: skip
    return render(request, "intake/undo.html", context, status=422 if form.is_bound else 200)


def _plan(year) -> Plan:
    plan = Plan.objects.filter(year=year).first()
    if plan is None:
        raise Http404(NO_PLAN)
    return plan


def _years() -> list[int]:
    return list(Plan.objects.values_list("year", flat=True))
