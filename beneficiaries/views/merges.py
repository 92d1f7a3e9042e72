"""Pages on which two records of one person become one: find the other, compare, choose, say why."""

from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods

from beneficiaries import merging
from beneficiaries.deed_forms import FindTwinForm, MergeForm
from beneficiaries.exports import place_name
from beneficiaries.models import Person
from beneficiaries.people import records_in_force
from beneficiaries.views.access import Seen, deed_page, deed_response, person_or_404, say, to_person
from lianyungang_cdpf.accounts.deed_pages import FORM_METHODS
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number, mask_phone


@deed_page(merging.PERMISSION)
@require_http_methods(FORM_METHODS)
def find_twin(request, pk):
    """Find the other record by its ID number; POST, so that the number stands in no address."""
    person = person_or_404(request.user, pk)
    form = FindTwinForm(request.POST or None, staff=request.user, person=person)
    if form.is_valid():
        return redirect("people:merge", person.pk, form.twin.pk)
    lead = "同一人有两份档案时，把另一份并入这一份：花名册、证件等全部转入，停用的号码仍可查到。"
    return deed_response(request, form, title="合并重复档案", person=person, lead=lead, button="查找并比较")


@deed_page(merging.PERMISSION)
@require_http_methods(FORM_METHODS)
def merge(request, pk, other):
    """Compare two records side by side, choose, and merge the second into the first."""
    kept, gone = person_or_404(request.user, pk), person_or_404(request.user, other)
    if kept.pk == gone.pk:
        return redirect("people:find_twin", kept.pk)
    seen = Seen(request, kept, gone, lines=lambda: _rows_of(kept, gone))
    lines = compared(kept, gone)
    form = MergeForm(request.POST or None, differing=[name for name, *_, differs in lines if differs])
    if form.is_valid():
        told = {"kept": kept, "gone": gone, "reason": form.cleaned_data["reason"], "taken": form.taken}
        if seen.done(form, merging.merge_people, **told):
            say(request, "已合并。停用的身份证号记为曾用号码，仍可查到此人。")
            return to_person(kept)
    context = {
        "title": "比较并合并", "kept": kept, "gone": gone, "form": form,
        "lines": [{"label": merging.LABELS[name], "kept": one, "gone": two, "box": form[name] if differs else None}
                  for name, one, two, differs in lines],
        "clashes": list(merging.conflicts(kept, gone)) if not form.is_bound else [],
        **seen.context,
    }  # fmt: skip
    return render(request, "beneficiaries/merge.html", context, status=seen.status(form))


def _rows_of(*people: Person) -> list:
    """What hangs off the people and is compared, as it stands."""
    held = (rows for person in people for rows in (person.certificates, person.hardships))
    return [row for rows in held for row in rows.order_by("pk")]


def compared(kept: Person, gone: Person) -> list[tuple[str, str, str, bool]]:
    """(choice, the kept record's value, the other's, whether one must choose), masked.

    Where only one of them says something, that is taken without asking.
    """
    lines = []
    for name in merging.LABELS:
        one, two = SHOWN[name](kept), SHOWN[name](gone)
        lines.append((name, one or "—", two or "—", bool(one and two) and _whole(name, kept) != _whole(name, gone)))
    return lines


def _whole(name: str, person: Person):
    """What is compared: the values themselves, not what the mask leaves of them."""
    if name in merging.FIELDS:
        return [getattr(person, field) for field in merging.FIELDS[name]]
    return SHOWN[name](person)


def _account(person: Person) -> str:
    return " ".join(filter(None, (person.bank_name, mask_account_no(person.account_no), person.account_holder)))


def _certificates(person: Person) -> str:
    held = records_in_force(person.certificates.all(), localdate())
    return "、".join(f"{one}（{one.get_status_display()}，{mask_certificate_no(one.number)}）" for one in held)


SHOWN = {
    "name": lambda person: person.name,
    "id_number": lambda person: mask_id_number(person.id_number),
    "basis": lambda person: person.get_basis_display(),
    "area": lambda person: " ".join(filter(None, (place_name(person), person.address))),
    "hukou_type": lambda person: person.get_hukou_type_display(),
    "phone": lambda person: mask_phone(person.phone),
    "account": _account,
    "died_on": lambda person: f"{person.died_on:%Y-%m-%d}" if person.died_on else "",
    "moved_out_on": lambda person: f"{person.moved_out_on:%Y-%m-%d}" if person.moved_out_on else "",
    "certificate": _certificates,
    "hardship": lambda person: "、".join(one.status for one in records_in_force(person.hardships.all(), localdate())),
}
