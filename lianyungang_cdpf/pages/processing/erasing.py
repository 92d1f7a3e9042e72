"""删除 (个人信息保护法 art. 47): a record that nobody needs any more goes, or what of it nobody needs.

What the law keeps is known by the retention rules: a record whose rule is never purged, other than the person's own
file, keeps the file too. Whoever still is served, paid or asked for money keeps the way to reach and to pay them.
"""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, ProtectedError
from django.utils.timezone import localdate

from beneficiaries.actions import prepare_person
from beneficiaries.merging import pointing_fields
from beneficiaries.models import (
    CertificateStatus,
    Guardian,
    Household,
    HouseholdMember,
    Person,
    Residence,
    Transfer,
)
from beneficiaries.people import records_in_force
from beneficiaries.register_stamp import stamp_register
from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.retention import rules
from lianyungang_cdpf.fields import seal_rows
from lianyungang_cdpf.pages.processing.catalogue import USES
from lianyungang_cdpf.pages.processing.own_data import Application
from services.models import FacilityStay
from subsidies.models import BankLine, ComparisonCase, Payment, RecoveryCase, Roll

ERASE = "pages.erase_person"
# The rules by which records are part of the person's own file, and go with it.
OWN = {"people", "merged_records", "transfers"}
# What reaches and pays somebody; name, number and what was paid stay.
CONTACTS = ("address", "phone", "bank_name", "account_no", "account_holder")
HOLDER = (
    "本人持有有效的残疾人证：残联按《残疾人保障法》《中华人民共和国残疾人证管理办法》办证、管理和服务，仍需要保存。"
    "证件注销后可以再申请。"
)
SERVED = "本人没有登记去世或迁出，也持有有效的残疾人证：联系方式和账户用于服务和发放，仍需要保存；有误的可以更正。"
NOTHING = "没有登记联系方式和账户，没有可以清除的内容。"
# Rolls that are not paid yet.
UNPAID = (Roll.State.POSTED, Roll.State.SUBMITTED, Roll.State.APPROVED)


@dataclass(frozen=True)
class Reasons:
    """Why the whole file, and why the ways to reach and pay somebody, must stay; nothing where they may go."""

    whole: list[str]
    contacts: list[str]


def why_kept(person: Person) -> Reasons:
    """What stands against either, as sentences for the applicant."""
    open_matters, holds = list(_open_matters(person)), _holds_certificate(person)
    served = holds and not (person.died_on or person.moved_out_on)
    return Reasons(
        whole=[HOLDER] * served + open_matters + list(_kept_by_law(person)),
        contacts=[SERVED] * served + open_matters + [NOTHING] * (not _has_contacts(person)),
    )


def _holds_certificate(person: Person) -> bool:
    held = records_in_force(person.certificates.all(), localdate())
    return any(one.status == CertificateStatus.VALID for one in held)


def _has_contacts(person: Person) -> bool:
    held = any(getattr(person, name) for name in CONTACTS) or any(one.phone for one in person.guardians.all())
    return held or any(homes.exists() for homes in _homes(person))


def _homes(person: Person) -> tuple[models.QuerySet, models.QuerySet]:
    """Former homes and households with an address that says where this person lives or lived, and nobody else now.

    A household that something else than its members names keeps its address, as in `_remove_empty`.
    """
    named = Exists(HouseholdMember.objects.filter(household=OuterRef("pk"), person=person))
    households = Household.objects.filter(named).exclude(address="")
    for pointing in Household._meta.related_objects:
        others = pointing.related_model._base_manager.filter(**{pointing.field.name: OuterRef("pk")})
        if pointing.related_model is HouseholdMember:
            others = others.filter(valid_to=None).exclude(person=person)
        households = households.exclude(Exists(others))
    return Residence.objects.filter(person=person).exclude(address=""), households


def _open_matters(person: Person):
    """Sentences of what is under way with the person."""
    mine = {"person": person}
    matters = (
        (Payment.objects.filter(**mine, live=True, roll__state__in=UNPAID), "有一笔补贴还没有发放"),
        (BankLine.objects.filter(payment__person=person, outcome="waiting"), "有一笔报盘银行还没有回盘"),
        (RecoveryCase.objects.filter(**mine, state="open"), "有一件追缴还没有办结"),
        (ComparisonCase.objects.filter(**mine).open(), "有一件数据比对问题还没有处理"),
        (Transfer.objects.filter(**mine, state="pending"), "有一件迁移申请还没有办结"),
        (FacilityStay.objects.filter(**mine, left_on=None, cancelled_at=None), "还在残疾人之家在册"),
    )
    for rows, words in matters:
        if rows.exists():
            yield f"{words}，办结后可以再申请。"


def _kept_by_law(person: Person):
    """For each rule that keeps a record about the person, which ledgers hold some and why they must."""
    kept: dict[str, list[str]] = {}
    for field in pointing_fields():
        uses = USES[field.model]
        # Who is no part of the file but only named in it: a guardian of somebody else.
        if uses.kept in OWN or not field.model._base_manager.filter(**{field.name: person}).exists():
            continue
        kept.setdefault(uses.kept, []).append(str(field.model._meta.verbose_name))
    for code, ledgers in kept.items():
        rule = rules()[code]
        names = "、".join(dict.fromkeys(ledgers))
        yield f"有“{names}”记录。{rule.kept_because}依据：{rule.basis}{'' if rule.is_seen else '（待核实）'}。"


@transaction.atomic
def erase_person(*, by, person: Person, application: Application) -> None:
    """Delete a person's file with what belongs to it alone. Raises ValidationError with what law or matter keeps it."""
    person = _locked(person, by=by)
    if reasons := why_kept(person).whole:
        raise ValidationError(reasons, code="kept")
    households = list(Household.objects.filter(members__person=person).distinct())
    record(by=by, deed="删除个人信息", on=person, summary=f"整份档案；{application}")
    try:
        person.delete()
    except ProtectedError as error:
        raise ValidationError("还有其他记录指向这份档案，不能删除。", code="kept") from error
    for household in households:
        _remove_empty(household)
    stamp_register()


def _remove_empty(household: Household) -> None:
    """An address without anybody says where somebody lived; one that a service names stays with the service."""
    pointing = (
        one
        for one in household._meta.related_objects
        if one.related_model._base_manager.filter(**{one.field.name: household}).exists()
    )
    if not any(pointing):
        household.delete()


@transaction.atomic
def empty_contacts(*, by, person: Person, application: Application) -> None:
    """Empty how somebody was reached and paid, their guardians' phones and the homes' addresses too.

    What was paid and done stays, and so does the address of a household in which somebody else lives.

    Raises ValidationError while the person is served or something is under way.
    """
    person = _locked(person, by=by)
    if reasons := why_kept(person).contacts:
        raise ValidationError(reasons, code="kept")
    for name in CONTACTS:
        setattr(person, name, "")
    prepare_person(person).save()
    for homes in _homes(person):
        homes.update(address="")
    guardians = Guardian.objects.filter(person=person)
    guardians.update(phone="", phone_digest="")
    seal_rows(guardians, Guardian._meta.get_field("seal").of)
    stamp_register()
    record(by=by, deed="清除联系方式和账户", on=person, summary=str(application))


def _locked(person: Person, *, by) -> Person:
    lock_rows(Person, person.pk)
    people: models.QuerySet[Person] = Person.objects.visible_to(by)
    held = people.filter(pk=person.pk).first()
    if held is None or not by.has_perm(ERASE):
        raise ValidationError("您的角色不能删除此人的个人信息。", code="forbidden")
    return held
