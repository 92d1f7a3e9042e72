"""Deeds on households: who lives there, from when to when."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from beneficiaries.actions import KNOWN_ELSEWHERE, prepare_person
from beneficiaries.models import Basis, Household, HouseholdMember, Person, Relation
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.tables import name_key


@dataclass
class Living:
    """One line of a household as entered: a member on record (`member`) or somebody by name and ID number."""

    relation: str
    name: str = ""
    id_number: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    member: HouseholdMember | None = None


@transaction.atomic
def save_household(*, by, household: Household, living: list[Living]) -> Household:
    """Write a household and its lines; who is not on file yet is put on file as a family member (家庭成员).

    Raises ValidationError when somebody is known elsewhere, has another name, lives in another household, or when the
    household has not exactly one head now.
    """
    is_new = household.pk is None
    household.save()
    for one in living:
        if problem := line_problem(by=by, household=household, one=one):
            raise ValidationError(problem)
        member = one.member or HouseholdMember(household=household, person=_on_file(by, household, one))
        member.relation, member.valid_from, member.valid_to = one.relation, one.valid_from, one.valid_to
        member.save()
    heads = household.members.filter(relation=Relation.HEAD, valid_to=None).count()
    if heads != 1 and household.members.filter(valid_to=None).exists():
        raise ValidationError("一户要有一位户主：请把一位现有成员与户主关系填为“户主”。", code="head")
    record(by=by, deed="新增家庭户" if is_new else "修改家庭户", on=household, summary=f"{len(living)} 行")
    return household


def line_problem(*, by, household: Household, one: Living) -> str:
    """The Chinese sentence that says why a line can't stand; "" when it can. Of foreign people only that they exist."""
    person = one.member.person if one.member else Person.objects.numbered(one.id_number).first()
    if person is None:
        return ""
    if not Person.objects.visible_to(by).filter(pk=person.pk).exists():
        return KNOWN_ELSEWHERE
    if one.member is None and person.name_key != name_key(one.name)[:60]:
        return f"成员“{one.name}”与档案中该身份证号的姓名不一致，请核对。"
    others = HouseholdMember.objects.filter(person=person).exclude(pk=one.member.pk if one.member else None)
    if any(_overlap(one, other) for other in others):
        return f"{person.name}在这段时间已登记在另一户中：请先填写在那一户的终止日期，或更正本户的起止日期。"
    return ""


def _overlap(one, other) -> bool:
    """Whether two lines share more than the day of moving."""
    start, end = one.valid_from or date.min, one.valid_to or date.max
    return start < (other.valid_to or date.max) and (other.valid_from or date.min) < end


def _on_file(by, household: Household, one: Living) -> Person:
    """The person of the line, put on file as a family member where nobody has the number."""
    person = Person.objects.numbered(one.id_number).first()
    if person is None:
        person = prepare_person(
            Person(name=one.name, id_number=one.id_number, area=household.area, village=household.village,
                   basis=Basis.FAMILY_MEMBER)
        )  # fmt: skip
        person.save()
        record(by=by, deed="新增家庭成员档案", on=person)
    return person


def household_of(person: Person, day: date) -> HouseholdMember | None:
    """The membership in force on the day, with its household; None without one."""
    return person.memberships.current(day).select_related("household").order_by("-id").first()
