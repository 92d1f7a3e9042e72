"""Pages on which a facility is brought to its next stage, the latest stage is taken back, or an import is undone."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from facilities.actions import PERMISSION, advance_stage, take_back_stage
from facilities.exports import place_name
from facilities.forms import AdvanceForm, TakeBackForm
from facilities.models import Facility, FacilityKind
from facilities.roll_apply import undo_import
from facilities.views.access import facility_or_404
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS, deed_page, done_by, say
from lianyungang_cdpf.accounts.scoped_admin import NOT_HERE
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.views.undo import UndoForm

IMPORT = "facilities.import_facility"


@deed_page(PERMISSION)
@require_http_methods(FORM_METHODS)
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
@require_http_methods(FORM_METHODS)
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


@deed_page(IMPORT)
@require_http_methods(FORM_METHODS)
def undo(request, uid):
    """Take an import of facilities back, whole or not at all."""
    job = ImportJob.objects.visible_to(request.user).filter(uid=uid, kind__in=_codes()).first()
    if job is None:
        raise Http404(NOT_HERE)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and done_by(request, form, undo_import, job=job, **form.cleaned_data):
        say(request, "已撤销这次导入：新增的设施已删除，更新的设施恢复原样。")
        return redirect("intake:job", job.uid)
    facts = [("文件", job.file_name), ("入账行数", f"{job.applied_rows:,}"), ("状态", job.get_state_display())]
    context = {
        "title": "撤销设施名册", "form": form, "facts": facts, "job": job, "button": "撤销这次导入",
        "lead": "新增的设施和阶段记录将删除，更新的设施恢复原样；导入之后又改过的，不能整批撤销。",
    }  # fmt: skip
    return render(request, "intake/undo.html", context, status=422 if form.is_bound else 200)


def _codes() -> list[str]:
    return list(FacilityKind.objects.values_list("code", flat=True))
