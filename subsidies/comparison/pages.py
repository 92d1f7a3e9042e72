"""数据比对: the work list of cases, one case with its payments, and the deeds: run, give to somebody, settle."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.exports import Workbook
from subsidies.comparison.actions import RUN, SEE, SETTLE, assign_case, run_comparison, settle_case
from subsidies.comparison.exports import CasesFile, case_place
from subsidies.comparison.forms import AssignForm, FindForm, RunForm, SettleForm
from subsidies.comparison.models import CaseKind, ComparisonCase
from subsidies.models import Payment, RecoveryCase, RollType
from subsidies.recovery.actions import RECOVER
from subsidies.recovery.ledger import claimable

PER_PAGE, MOST_ROWS = 50, 50_000
LIST = "comparison:cases"
# These are about more than the payments of one person and programme.
WIDER = (CaseKind.SHARED_ACCOUNT, CaseKind.TWO_COUNTIES)


def cases_in_sight(staff):
    """The cases with what a line says of them."""
    cases = ComparisonCase.objects.visible_to(staff)
    return cases.select_related("person", "programme", "area__parent__parent", "list_type", "owner")


@deed_page(SEE)
@require_safe
def cases(request):
    """The work list, the nearest deadline first."""
    form = FindForm(request.GET, staff=request.user)
    context = {"title": "数据比对", "form": form, "today": localdate()}
    if not form.is_valid():
        return render(request, "subsidies/comparison/cases.html", context, status=400)
    page = Paginator(form.found(cases_in_sight(request.user)), PER_PAGE).get_page(request.GET.get("page"))
    context |= {"page": page, "cases": page, "may_run": request.user.has_perm(RUN)}
    return render(request, "subsidies/comparison/cases.html", context)


@deed_page(SEE)
@require_safe
def as_xlsx(request):
    """The work list as a workbook, as the page lists it."""
    form = FindForm(request.GET, staff=request.user)
    if not form.is_valid():
        context = {"title": "数据比对", "form": form, "today": localdate()}
        return render(request, "subsidies/comparison/cases.html", context, status=400)
    shown = form.found(cases_in_sight(request.user))[:MOST_ROWS]
    content = Workbook().export_data(CasesFile().export(shown))
    record(by=request.user, deed="导出比对问题", summary=f"{len(shown)} 行，xlsx")
    response = HttpResponse(content, content_type=Workbook().get_content_type())
    response.headers["Content-Disposition"] = f'attachment; filename="cases-{localdate():%Y%m%d}.xlsx"'
    return response


@deed_page(RUN)
@require_http_methods(FORM_METHODS)
def run(request):
    """Compare a month."""
    form = RunForm(request.POST or None, staff=request.user)
    if form.is_valid():
        month, place = form.cleaned_data["month"], form.cleaned_data["place"]
        done = []
        if done_by(request, form, lambda **told: done.append(run_comparison(**told)), month=month, place=place):
            say(request, f"{month:%Y-%m} 比对完成：{done[0]}。")
            return redirect(LIST)
    context = {
        "title": "运行数据比对", "button": "开始比对", "form": form,
        "lead": "把所选月份的发放与残疾人档案和已导入的各种名单比对，发现的问题进入待处理清单。",
    }  # fmt: skip
    return render(request, "subsidies/comparison/deed.html", context, status=422 if form.is_bound else 200)


def case_in_sight(request, pk: int) -> ComparisonCase:
    """The case. Raises Http404 for one that is not in sight."""
    case = cases_in_sight(request.user).select_related("settled_by", "source").filter(pk=pk).first()
    if case is None:
        raise Http404(NOT_HERE)
    return case


def payments_of(case: ComparisonCase, staff):
    """The payments that a case is about, as far as the reader sees them."""
    payments = Payment.objects.visible_to(staff).live().filter(programme__roll_type=RollType.MONTHLY)
    payments = payments.select_related("roll", "programme", "person", "area__parent__parent").order_by("month", "pk")
    payments = payments.filter(month__range=(case.first_month, case.last_month))
    own = payments.filter(person=case.person_id)
    if case.kind == CaseKind.SHARED_ACCOUNT:
        accounts = own.exclude(account_digest="").order_by().values("account_digest")
        return payments.filter(account_digest__in=accounts)
    return own.filter(programme=case.programme_id) if case.programme_id and case.kind not in WIDER else own


def recovery_of(case: ComparisonCase, staff) -> dict:
    """For the case's page: the recoveries of what it found that the reader sees, and whether they may open one."""
    if case.outcome != ComparisonCase.Outcome.RECOVER:
        return {}
    found = payments_of(case, staff).filter(person=case.person_id, programme=case.programme_id)
    recoveries = RecoveryCase.objects.visible_to(staff).filter(lines__live=True, lines__payment__in=found.order_by())
    return {
        "recoveries": recoveries.distinct().order_by("pk"),
        "may_recover": staff.has_perm(RECOVER) and claimable(found).exists(),
    }


@deed_page(SEE)
@require_safe
def one(request, pk: int):
    """One case: what was found, the payments concerned, what became of it."""
    case = case_in_sight(request, pk)
    payments = payments_of(case, request.user)[:PER_PAGE]
    context = {
        "title": f"{case.person.name}：{case.get_kind_display()}", "case": case, "facts": facts_of(case),
        "payments": payments, "most": PER_PAGE,
        "sees_person": request.user.has_perm("beneficiaries.view_person")
        and Person.objects.visible_to(request.user).filter(pk=case.person_id).exists(),
        "may_assign": case.is_open and (request.user.has_perm(RUN) or request.user.has_perm(SETTLE)),
        "may_settle": case.is_open and request.user.has_perm(SETTLE),
        **recovery_of(case, request.user),
    }  # fmt: skip
    return render(request, "subsidies/comparison/case.html", context)


def facts_of(case: ComparisonCase) -> list[tuple[str, object]]:
    """What is told of a case, as (word, value)."""
    return [
        ("问题", case.get_kind_display()), ("补贴项目", case.programme or "—"), ("所属地区", case_place(case)),
        ("发现的情况", case.finding), ("起始日期", f"{case.since or '—'}"), ("错发月数", case.months),
        ("错发金额（元）", case.money), ("发现日期", f"{case.found_on}"), ("最近一次发现", f"{case.seen_on}"),
        ("责任人", case.owner or "未指定"), ("处理期限", f"{case.due_on}"), ("处理结果", case.get_outcome_display()),
    ]  # fmt: skip


@deed_page(SEE)
@require_http_methods(FORM_METHODS)
def assign(request, pk: int):
    """Give a case to somebody."""
    case = case_in_sight(request, pk)
    form = AssignForm(request.POST or None, case=case, staff=request.user)
    return _deed(request, case, form, assign_case, "指定责任人", "已指定责任人。")


@deed_page(SETTLE)
@require_http_methods(FORM_METHODS)
def settle(request, pk: int):
    """Say what comes of a case."""
    case = case_in_sight(request, pk)
    form = SettleForm(request.POST or None, case=case)
    return _deed(request, case, form, settle_case, "处理比对问题", "已处理。")


def _deed(request, case: ComparisonCase, form, deed, title: str, done: str):
    if form.is_valid() and done_by(request, form, deed, case=case, **form.cleaned_data):
        say(request, f"{case.person.name}：{done}")
        return redirect("comparison:case", case.pk)
    context = {
        "title": title, "button": title, "form": form, "case": case, "facts": facts_of(case)[:7],
        "is_closed": not case.is_open and not form.is_bound, "back": LIST, "here": reverse(LIST),
    }  # fmt: skip
    return render(request, "subsidies/comparison/deed.html", context, status=422 if form.is_bound else 200)
