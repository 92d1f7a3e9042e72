"""Pages on which a death or a moving out is recorded or corrected."""

from django.views.decorators.http import require_http_methods

from beneficiaries.deed_forms import CorrectionForm, DepartureForm
from beneficiaries.departures import COLUMN, correct_departure, record_death, record_moving_out
from beneficiaries.views.access import deed_page, deed_response, done_by, person_or_404, say, to_person

PERMISSION = "beneficiaries.change_person"
WORDS = {"death": "去世", "moving_out": "迁出本市"}
METHODS = ("GET", "HEAD", "POST")


@deed_page(PERMISSION)
@require_http_methods(METHODS)
def depart(request, pk, kind):
    """Record a death or a moving out."""
    person = person_or_404(request.user, pk)
    form = DepartureForm(request.POST or None, kind=kind)
    if form.is_valid():
        day, reason = form.cleaned_data["day"], form.cleaned_data["reason"]
        if kind == "death":
            done = done_by(request, form, record_death, person=person, died_on=day, source=reason)
        else:
            done = done_by(request, form, record_moving_out, person=person, moved_out_on=day, reason=reason)
        if done:
            say(request, f"已登记{WORDS[kind]}，之后月份的花名册会拦下此人。")
            return to_person(person)
    return deed_response(request, form, title=f"登记{WORDS[kind]}", person=person, button=f"登记{WORDS[kind]}")


@deed_page(PERMISSION)
@require_http_methods(METHODS)
def correct(request, pk, kind):
    """Correct or take back what was recorded."""
    person = person_or_404(request.user, pk)
    form = CorrectionForm(request.POST or None)
    if form.is_valid():
        told = {"kind": kind, "day": form.cleaned_data["day"], "reason": form.cleaned_data["reason"]}
        if done_by(request, form, correct_departure, person=person, **told):
            say(request, f"已更正{WORDS[kind]}记录。")
            return to_person(person)
    day = getattr(person, COLUMN[kind])
    lead = f"现登记的{WORDS[kind]}日期是 {day:%Y-%m-%d}。" if day else f"现在没有登记{WORDS[kind]}日期。"
    return deed_response(request, form, title=f"更正{WORDS[kind]}记录", person=person, lead=lead, button="更正")
