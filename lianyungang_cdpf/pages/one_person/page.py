"""The page: who the person is, this year's allowances, the timeline, and what somebody must look at."""

from dataclasses import dataclass
from datetime import date

from django.db.models import prefetch_related_objects
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from beneficiaries.exports import hardship_names, place_name, register_state
from beneficiaries.models import Certificate, CertificateStatus, Guardian, Person
from beneficiaries.people import age_on, current_certificate, records_in_force
from beneficiaries.person_page import PageFacts, page_facts
from beneficiaries.views.access import person_or_404
from lianyungang_cdpf.accounts.deed_pages import deed_page
from lianyungang_cdpf.audit.actions import record_view
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number, mask_phone
from lianyungang_cdpf.pages.one_person.checks import Check, checks_of
from lianyungang_cdpf.pages.one_person.entries import Subject
from lianyungang_cdpf.pages.one_person.needs import unmet_needs
from lianyungang_cdpf.pages.one_person.paid import MONTHS, PaidYear, monthly_years
from lianyungang_cdpf.pages.one_person.timeline import Timeline, timeline_of
from lianyungang_cdpf.pages.reveals.catalogue import RIGHT, numbers_of
from services.models import RehabilitationNeed

SEVERE = 2


@dataclass(frozen=True)
class OnePerson:
    """Ready for the template; `about` are (word, text, look, address) of what is on file, numbers masked.

    A look is "id" for numbers, "o" or "b" for a state of the frame, "" for plain text. The address is that of the page
    that shows the number whole, for who may see it, else "".
    """

    person: Person
    who: str
    about: list[tuple[str, str, str, str]]
    facts: PageFacts
    year: PaidYear | None
    timeline: Timeline
    needs: list[RehabilitationNeed]
    checks: list[Check]


@deed_page("beneficiaries.view_person")
@require_safe
def one_person(request, pk):
    """一人一档 of a person in the reader's scope; 404 for everybody else's."""
    person = person_or_404(request.user, pk)
    record_view(by=request.user, on=person)
    prefetch_related_objects([person], "certificates__parts", "guardians", "memberships")
    page = page_of(Subject(person, request.user, localdate()), request.GET.get("show", ""))
    return render(request, "pages/one_person.html", {"page": page, "person": person, "months": MONTHS})


def page_of(subject: Subject, asked: str) -> OnePerson:
    """Everything on the page in a fixed number of statements, however long the history."""
    person, facts = subject.person, page_facts(subject.staff, subject.person)
    years = monthly_years(subject)
    return OnePerson(
        person=person,
        who=f"{person.get_sex_display()}，{age_on(person.birth_date, person.died_on or subject.today)} 岁",
        about=_about(subject, facts),
        facts=facts,
        year=years[-1] if years else None,
        timeline=timeline_of(subject, asked),
        needs=unmet_needs(subject),
        checks=checks_of(subject, facts.notices),
    )


def _about(subject: Subject, facts: PageFacts) -> list[tuple[str, str, str, str]]:
    """What is known; what is not on file has no line."""
    person, certificate, whole = subject.person, _certificate(subject), _whole(subject)
    guardians = records_in_force(person.guardians.all(), subject.today)
    account = " ".join(filter(None, (person.bank_name, mask_account_no(person.account_no))))
    about = [
        ("身份证号", mask_id_number(person.id_number), "id", whole.get(("id-number", person.pk), "")),
        ("曾用身份证号", "、".join(facts.former), "id", ""),
        *_of_certificate(certificate, subject.today, whole),
        ("多重残疾明细", "；".join(words for _, words, _ in facts.parts if words), "", ""),
        ("建档类别", person.get_basis_display(), "", ""),
        ("档案状态", register_state(person), "", ""),
        ("地区", place_name(person), "", ""),
        ("困难情况", hardship_names(person), "", ""),
        ("联系电话", mask_phone(person.phone), "id", whole.get(("phone", person.pk), "")),
        ("监护人", "、".join(f"{one.name}（{one}）" for one in guardians), "", ""),
        *_of_guardians(person, whole),
        ("银行账号", account, "", whole.get(("account", person.pk), "")),
    ]
    return [line for line in about if line[1]]


def _whole(subject: Subject) -> dict[tuple[str, int], str]:
    """The addresses of the pages that show a number whole, by number and record; none for who may not see them."""
    if not subject.staff.has_perm(RIGHT):
        return {}
    return {(one.number.code, one.record.pk): one.address for one in numbers_of(subject.person)}


def _of_guardians(person: Person, whole: dict) -> list[tuple[str, str, str, str]]:
    """The guardians' numbers, for who may ask for them whole: who calls a guardian."""
    numbers = numbers_of(person) if whole else ()
    return [(one.label, one.shown, "id", one.address) for one in numbers if isinstance(one.record, Guardian)]


def _of_certificate(certificate, today: date, whole: dict) -> list[tuple[str, str, str, str]]:
    if certificate is None:
        return []
    number = mask_certificate_no(certificate.number)
    return [
        ("残疾人证号", number, "id", whole.get(("certificate", certificate.pk), "")),
        ("类别与等级", _disability(certificate), "", ""),
        ("证件状态", *_state(certificate, today), ""),
    ]


def _certificate(subject: Subject) -> Certificate | None:
    """The one that counts today, else the one that ran out last."""
    held = current_certificate(subject.person, subject.today)
    return held or max(subject.person.certificates.all(), key=lambda one: one.valid_to or date.min, default=None)


def _disability(certificate) -> str:
    return f"{certificate}（重度）" if certificate.grade <= SEVERE else str(certificate)


def _state(certificate, today: date) -> tuple[str, str]:
    """(words, look): 有效 only while it is in force."""
    words = certificate.get_status_display()
    until = f"至 {certificate.valid_to:%Y-%m-%d}" if certificate.valid_to else ""
    if certificate.status != CertificateStatus.VALID:
        return words, "b"
    if not records_in_force([certificate], today):
        return CertificateStatus.EXPIRED.label + f"（{until}）", "b"
    return f"{words} {until}".strip(), "o"
