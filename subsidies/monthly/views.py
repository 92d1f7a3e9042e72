"""与上月相比: what a roll changes against the month before, person by person and in sum, and why."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.exports import Workbook
from subsidies.approval.views import SEE, roll_in_sight
from subsidies.monthly.actions import give_reasons, may_give_reasons
from subsidies.monthly.differences import Differences
from subsidies.monthly.forms import ListForm, ReasonForm
from subsidies.monthly.lines import DifferencesFile, lines

SEE_PAYMENTS = "subsidies.view_payment"
PER_PAGE = 50


def differences_page(view):
    """Who may open the pages: who sees rolls and what they pay."""
    return deed_page(SEE)(deed_page(SEE_PAYMENTS)(view))


@differences_page
@require_http_methods(FORM_METHODS)
def listed(request, pk: int):
    """The differences of a roll; POST writes the reason of those chosen."""
    roll, form = roll_in_sight(request, pk), ListForm(request.GET)
    is_valid = form.is_valid()
    reason = ReasonForm(request.POST or None, kind=form.cleaned_data.get("kind", ""))
    if request.method == "POST" and is_valid and reason.is_valid():
        told = reason.chosen(request.POST.getlist("chosen"))
        if done_by(request, reason, give_reasons, roll=roll, **told):
            say(request, f"{roll.reference}：变动原因已保存。")
            query = request.GET.urlencode()
            return redirect(reverse("monthly:differences", args=[pk]) + (f"?{query}" if query else ""))
    differences = Differences(roll)
    context = {
        "title": "与上月相比", "roll": roll, "form": form, "differences": differences, "sums": differences.sums(),
        "reason_form": reason if may_give_reasons(roll, request.user) else None,
        "ticked": request.POST.getlist("chosen"),
    }  # fmt: skip
    if is_valid:
        page = Paginator([one for one in differences.found if form.takes(one)], PER_PAGE).get_page(
            request.GET.get("page")
        )
        context |= {"page": page, "lines": lines(page, request.user)}
    status = 422 if request.method == "POST" else 200 if is_valid else 400
    return render(request, "subsidies/monthly/differences.html", context, status=status)


@differences_page
@require_safe
def as_xlsx(request, pk: int):
    """The differences as a workbook, as the page lists them."""
    roll, form = roll_in_sight(request, pk), ListForm(request.GET)
    if not form.is_valid():
        return redirect("monthly:differences", pk)
    shown = lines([one for one in Differences(roll).found if form.takes(one)], request.user)
    content = Workbook().export_data(DifferencesFile().export(shown))
    record(by=request.user, deed="导出逐月变动", on=roll, summary=f"{roll.reference}：{len(shown)} 行，xlsx")
    response = HttpResponse(content, content_type=Workbook().get_content_type())
    response.headers["Content-Disposition"] = f'attachment; filename="differences-{roll.month:%Y%m}-{roll.pk}.xlsx"'
    return response
