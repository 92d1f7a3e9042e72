"""结转下月: the next month's roll out of this one, with what changes; and the blank form for changes."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, say
from lianyungang_cdpf.intake.kinds import Kind
from lianyungang_cdpf.intake.workbooks.template import blank_form
from subsidies.approval.views import SEE, roll_in_sight
from subsidies.models import Roll
from subsidies.monthly.actions import IMPORT, carry_forward, may_carry
from subsidies.monthly.carry_forms import CarryForm, LineFormSet
from subsidies.monthly.carrying import following
from subsidies.monthly.changes import ChangesRoll, read_changes
from subsidies.monthly.comparing import Office

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@deed_page(SEE)
@deed_page(IMPORT)
@require_http_methods(FORM_METHODS)
def carry(request, pk: int):
    """Choose the rolls, say what changes, and go on with the import of the next month."""
    roll = roll_in_sight(request, pk)
    rolls = Roll.objects.visible_to(request.user).standing().filter(
        Office.of(roll).rolls, programme=roll.programme, month=roll.month, payment_count__gt=0
    ).order_by("pk")  # fmt: skip
    form = CarryForm(request.POST or None, request.FILES or None, rolls=rolls)
    lines = LineFormSet(request.POST or None, prefix="lines")
    is_allowed = may_carry(roll, request.user)
    if request.method == "POST" and is_allowed and (job := _sent(request, form, lines)):
        say(request, "已生成下月的花名册，请核对后入账。")
        return redirect("intake:job", uid=job.uid)
    context = {
        "title": "结转下月", "roll": roll, "form": form, "lines": lines, "is_allowed": is_allowed,
        "next_month": following(roll.month),
    }  # fmt: skip
    return render(request, "subsidies/monthly/carry.html", context, status=422 if request.method == "POST" else 200)


def _sent(request, form: CarryForm, lines):
    """The import, or None with what stands against it above the form."""
    if not (form.is_valid() and lines.is_valid()):
        return None
    data = form.cleaned_data
    try:
        changes = lines.changes()
        if data["file"]:
            changes += read_changes(data["file"], data["file"].name)
        return carry_forward(by=request.user, rolls=data["rolls"], changes=changes, by_standard=data["by_standard"])
    except ValidationError as error:
        form.add_error(None, error)
        return None


class ChangesForm(Kind):
    """变动表, as a blank form is made of it."""

    code, label, roll = "changes", "变动表", ChangesRoll


@deed_page(IMPORT)
@require_safe
def blank(request):
    """The blank form for changes."""
    response = HttpResponse(blank_form(ChangesForm()), content_type=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="changes.xlsx"'
    return response
