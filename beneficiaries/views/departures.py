"""Pages on which a death or a moving out is recorded or corrected."""

from django.views.decorators.http import require_http_methods

from beneficiaries.deed_forms import CorrectionForm, DepartureForm
from beneficiaries.departures import COLUMN, correct_departure, record_death, record_moving_out
from beneficiaries.views.access import Seen, deed_page, deed_response, person_or_404, say, to_person
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS

PERMISSION = "beneficiaries.change_person"
WORDS = {"death": "去世", "moving_out": "迁出本市"}


@deed_page(PERMISSION)
@require_http_methods(FORM_METHODS)
def depart(request, pk, kind):
    """Record a death or a moving out."""
    person = person_or_404(request.user, pk)
    seen, form = Seen(request, person, boxes={COLUMN[kind]: "day"}), DepartureForm(request.POST or None, kind=kind)
    if form.is_valid():
        day, reason = form.cleaned_data["day"], form.cleaned_data["reason"]
        if kind == "death":
            done = seen.done(form, record_death, person=person, died_on=day, source=reason)
        else:
            done = seen.done(form, record_moving_out, person=person, moved_out_on=day, reason=reason)
        if done:
            say(request, f"已登记{WORDS[kind]}，之后月份的花名册会拦下此人。")
            return to_person(person)
    title = f"登记{WORDS[kind]}"
    return deed_response(request, form, title=title, person=person, seen=seen, button=title)


@deed_page(PERMISSION)
@require_http_methods(FORM_METHODS)
def correct(request, pk, kind):
    """Correct or take back what was recorded."""
    person = person_or_404(request.user, pk)
    seen, form = Seen(request, person, boxes={COLUMN[kind]: "day"}), CorrectionForm(request.POST or None)
    if form.is_valid():
        told = {"kind": kind, "day": form.cleaned_data["day"], "reason": form.cleaned_data["reason"]}
        if seen.done(form, correct_departure, person=person, **told):
            say(request, f"已更正{WORDS[kind]}记录。")
            return to_person(person)
    day = getattr(person, COLUMN[kind])
    lead = f"现登记的{WORDS[kind]}日期是 {day:%Y-%m-%d}。" if day else f"现在没有登记{WORDS[kind]}日期。"
    title = f"更正{WORDS[kind]}记录"
    return deed_response(request, form, title=title, person=person, seen=seen, lead=lead, button="更正")
