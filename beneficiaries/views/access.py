"""Who may open a page of a deed; a foreign record is answered like one that does not exist."""

from django.http import Http404
from django.shortcuts import redirect, render

from beneficiaries.exports import disability_name, place_name, register_state
from beneficiaries.models import Person
from lianyungang_cdpf.accounts.deed_pages import deed_page, done_by, say
from lianyungang_cdpf.accounts.lost_updates import NOT_HERE, Seen
from lianyungang_cdpf.masking import mask_id_number

__all__ = ["Seen", "deed_page", "deed_response", "done_by", "facts_of", "person_or_404", "say", "to_person"]


def person_or_404(staff, pk: int) -> Person:
    """The person in the staff member's scope, with what pages show of them."""
    people = Person.objects.visible_to(staff).select_related("area__parent__parent", "diagnosis")
    person = people.prefetch_related("certificates", "hardships").filter(pk=pk).first()
    if person is None:
        raise Http404(NOT_HERE)
    return person


def facts_of(person: Person) -> list[tuple[str, str]]:
    """What says whom a page is about, masked."""
    return [
        ("姓名", person.name), ("身份证号", mask_id_number(person.id_number)), ("性别", person.get_sex_display()),
        ("出生日期", f"{person.birth_date:%Y-%m-%d}"), ("残疾类别等级", disability_name(person) or "—"),
        ("地区", place_name(person)), ("档案状态", register_state(person)),
    ]  # fmt: skip


def to_person(person: Person):
    """Back to the person's page."""
    return redirect("admin:beneficiaries_person_change", person.pk)


def deed_response(request, form, *, title: str, person: Person | None = None, seen: Seen | None = None, **context):
    """The page of a deed: facts, form and button; 422 when something must be put right, 409 when others came first."""
    context = {"title": title, "form": form, "person": person, **context, **(seen.context if seen else {})}
    if person is not None:
        context.setdefault("facts", facts_of(person))
    status = seen.status(form) if seen else 422 if form.is_bound else 200
    return render(request, "beneficiaries/deed.html", context, status=status)
