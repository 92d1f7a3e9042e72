"""试算 on the pages of rules: the form is checked as for saving and shown again with what it would do, unsaved."""

import re
from datetime import date

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.lost_updates import Unsaved
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.exports import Workbook
from subsidies.judging import Rules
from subsidies.models import Programme, ProgrammeCheck, Roll, RollType, Standard
from subsidies.trial.lines import MovesFile, by_place, lines, total_of
from subsidies.trial.moves import Kind, Trial, tried

# Pressed for the page that it holds as its value, and for the file.
SHOW, FILE, MONTH = "_trial", "_trial_file", "trial_month"
SEE = ("subsidies.view_payment", "beneficiaries.view_person")
PER_PAGE = 50
NOT_A_MONTH = "试算月份应写成 2019-03 的样子。"
NOT_MONTHLY = "试算只适用于按月发放的补贴项目。"
ANOTHER_PROGRAMME = "换了补贴项目的标准不能试算：请保留原标准，另外新增一条。"


def is_on_trial(request) -> bool:
    """Whether the form was sent to be tried, not to be saved."""
    return request.method == "POST" and (SHOW in request.POST or FILE in request.POST)


class OnTrial:
    """Mixed in before ScopedAdmin: the change form of a rule has a button that tries it.

    `rules_in(context)` gives (programme on file, programme in hand, Rules, first month) or a sentence why not.
    """

    change_form_template = "subsidies/trial/change_form.html"

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form)(form.__name__, (Unsaved, form), {}) if is_on_trial(request) else form

    def is_to_be_saved(self, request) -> bool:
        """A trial writes nothing; the version goes on with the form, to be compared when it is saved."""
        return not is_on_trial(request) and super().is_to_be_saved(request)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """As always. The trial is judged after the admin's transaction has ended: it must lock nobody out."""
        may_try = all(request.user.has_perm(right) for right in SEE)
        if is_on_trial(request) and not may_try:
            raise PermissionDenied
        told = {**(extra_context or {}), "may_try": may_try}
        response = super().changeform_view(request, object_id, form_url, told)
        context = getattr(response, "context_data", None)
        if not is_on_trial(request) or context is None or context["errors"]:
            return response
        refusal, trial = self._trial(request, context)
        if trial and FILE in request.POST:
            return _as_xlsx(request, trial)
        context |= {"trial_refusal": refusal, **(_shown(request, trial) if trial else {})}
        return response

    def _trial(self, request, context) -> tuple[str, Trial | None]:
        """Why there is none, or the trial."""
        found = self.rules_in(context)
        if isinstance(found, str):
            return found, None
        now, then, rules, first = found
        month = _month_of(request.POST.get(MONTH, ""), now, first)
        return ("", tried(request.user, now, then, rules, month)) if month else (NOT_A_MONTH, None)


def _month_of(text: str, programme: Programme, first: date | None) -> date | None:
    """The month that was asked for; by default the last with a roll, or the first in which the rule holds if later.

    None for a text that is no month.
    """
    text = text.strip()
    if not text:
        rolls = Roll.objects.standing().filter(programme=programme).order_by("-month")
        last = rolls.values_list("month", flat=True).first() or localdate().replace(day=1)
        return max(last, first) if first else last
    if not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])", text):
        return None
    return date.fromisoformat(f"{text}-01")


def _shown(request, trial: Trial) -> dict:
    """What the page says of the trial; four statements at most."""
    page = Paginator(trial.moves, PER_PAGE).get_page(request.POST.get(SHOW))
    return {
        "trial": trial, "trial_places": by_place(trial), "trial_total": total_of(trial), "trial_page": page,
        "trial_lines": lines(page, request.user), "trial_kinds": list(Kind),
    }  # fmt: skip


def _as_xlsx(request, trial: Trial) -> HttpResponse:
    shown = lines(trial.moves, request.user)
    content = Workbook().export_data(MovesFile().export(shown))
    record(by=request.user, deed="导出试算名单", summary=f"{len(shown)} 行，xlsx")
    response = HttpResponse(content, content_type=Workbook().get_content_type())
    response.headers["Content-Disposition"] = f'attachment; filename="trial-{trial.month:%Y%m}.xlsx"'
    return response


class StandardOnTrial(OnTrial):
    """A standard, new or changed, among the others of its programme."""

    def rules_in(self, context):
        """The standards as they would be: this one in its new form, the one that it follows ended before it."""
        standard = context["adminform"].form.instance
        if standard.programme.roll_type != RollType.MONTHLY:
            return NOT_MONTHLY
        others = list(Standard.objects.filter(programme=standard.programme_id).select_related("area"))
        if standard.pk and standard.pk not in {one.pk for one in others}:
            return ANOTHER_PROGRAMME
        ended = context["adminform"].form.ended
        in_hand = {one.pk: one for one in (*others, *filter(None, [ended, standard]))}
        now = Programme.objects.get(pk=standard.programme_id)
        return now, now, Rules(standards=list(in_hand.values())), standard.effective_from


class ProgrammeOnTrial(OnTrial):
    """A programme's conditions and the severity of its checks."""

    def rules_in(self, context):
        """The checks as the page lists them, of the programme as the form says it."""
        then = context["adminform"].form.instance
        if then.pk is None:
            return "新的补贴项目还没有标准，不能试算。"
        if then.roll_type != RollType.MONTHLY:
            return NOT_MONTHLY
        formsets = [one.formset for one in context["inline_admin_formsets"] if one.formset.model is ProgrammeCheck]
        checks = [form.instance for formset in formsets for form in formset.forms]
        severities = {check.code: check.severity for check in checks}
        return Programme.objects.get(pk=then.pk), then, Rules(severities=severities), None
