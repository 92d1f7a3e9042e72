"""Pages on which a facility is brought to its next stage, or the latest stage is taken back."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from facilities.actions import PERMISSION, advance_stage, take_back_stage
from facilities.exports import place_name
from facilities.forms import AdvanceForm, TakeBackForm
from facilities.models import Facility
from facilities.views.access import METHODS, facility_or_404
from lianyungang_cdpf.accounts.deed_pages import deed_page, done_by, say


@deed_page(PERMISSION)
@require_http_methods(METHODS)
def advance(request, pk):
    """Record that the facility reached a stage."""
    facility = facility_or_404(request.user, pk)
    form = AdvanceForm(request.POST or None, facility=facility)
    if form.is_valid() and done_by(request, form, advance_stage, facility=facility, **form.cleaned_data):
        say(request, f"已登记“{dict(form.fields['to'].choices)[form.cleaned_data['to']]}”。")
        return redirect("facility:page", facility.pk)
    lead = "阶段按先后办理，日期不能早于上一阶段；验收时核对该种类的条件。"
    return _deed(request, form, facility, title="办理阶段", lead=lead, button="登记阶段")


@deed_page(PERMISSION)
@require_http_methods(METHODS)
def take_back(request, pk):
    """Take back the latest stage."""
    facility = facility_or_404(request.user, pk)
    form = TakeBackForm(request.POST or None)
    if form.is_valid() and done_by(request, form, take_back_stage, facility=facility, **form.cleaned_data):
        say(request, "已撤回最近的阶段，原记录和原因留在阶段记录里。")
        return redirect("facility:page", facility.pk)
    lead = f"撤回录错的阶段“{facility.get_stage_display()}”，设施回到上一阶段，计入的目标随之改变。"
    return _deed(request, form, facility, title="撤回阶段", lead=lead, button="撤回")


def _deed(request, form, facility: Facility, **context):
    facts = [("名称", facility.name), ("种类", facility.kind.name), ("地区", place_name(facility)),
             ("现在的阶段", facility.get_stage_display())]  # fmt: skip
    context |= {"form": form, "facility": facility, "facts": facts}
    return render(request, "facilities/deed.html", context, status=422 if form.is_bound else 200)
