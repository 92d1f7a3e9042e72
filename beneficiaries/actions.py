"""Deeds on the register of people: one person at a time. Whole files go through the intake."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from beneficiaries.disability_parts import parts_problem
from beneficiaries.identity import (
    account_digest,
    certificate_digest,
    id_digest,
    id_tail_digest,
    person_seal,
    phone_digest,
    pinyin_of,
)
from beneficiaries.models import Basis, Certificate, Guardian, Person, Sex
from beneficiaries.moving import keep_residence
from beneficiaries.register_stamp import stamp_register
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import EncryptedTextField
from lianyungang_cdpf.intake.tables import birth_date_of, name_key, sex_of
from lianyungang_cdpf.masking import MASKS, hidden

SEXES = {"男": Sex.MALE, "女": Sex.FEMALE}
KNOWN_ELSEWHERE = "该身份证号已建档，请与市残联联系办理迁移。"
KNOWN_HERE = "该身份证号在本辖区已经建档，请查找原档案修改，不要重复建档。"


def prepare_person(person: Person) -> Person:
    """Bring a person's search keys, digests, sex and birth date in step with name and numbers, without saving.

    The ID number must be normalised and right (GB 11643-1999): sex and birth date come from it.
    """
    person.name_key = name_key(person.name)
    person.pinyin, person.initials = pinyin_of(person.name)
    person.id_digest = id_digest(person.id_number)
    person.id_tail_digest = id_tail_digest(person.id_number)
    person.sex = SEXES[sex_of(person.id_number)]
    person.birth_date = birth_date_of(person.id_number)
    person.phone_digest = phone_digest(person.phone)
    person.account_digest = account_digest(person.account_no)
    person.seal = person_seal(person.name_key, person.id_digest, person.phone_digest, person.account_digest)
    return person


def prepare_certificate(certificate: Certificate) -> Certificate:
    """Bring digest, category and grade in step with a normalised certificate number, without saving."""
    certificate.number_digest = certificate_digest(certificate.number)
    certificate.category, certificate.grade = int(certificate.number[18]), int(certificate.number[19])
    return certificate


def prepare_guardian(guardian: Guardian) -> Guardian:
    """Bring a guardian's digests in step with their numbers, without saving."""
    guardian.id_digest = id_digest(guardian.id_number)
    guardian.phone_digest = phone_digest(guardian.phone)
    return guardian


@transaction.atomic
def save_person(*, by, person: Person, certificates=(), hardships=(), guardians=(), diagnoses=()) -> Person:
    """Write a new or changed person with what is given of them; their payments stay as they are.

    `by` is the Staff who does it. A certificate makes anybody a holder; who moves leaves the old address on file.
    Raises ValidationError when the ID number is on file already, here or elsewhere.
    """
    prepare_person(person)
    refuse_known(by=by, person=person)
    if certificates:
        person.basis = Basis.HOLDER
    changed = _changed_labels(person)
    deed = "修改残疾人档案" if person.pk else "新增残疾人档案"
    if person.pk:
        _keep_old_place(person)
    person.save()
    for guardian in guardians:
        prepare_guardian(guardian).on_file = _on_file(by, person, guardian)
    for certificate in certificates:
        prepare_certificate(certificate)
        _drop_stale_parts(certificate)
    given = {"残疾人证": certificates, "困难情况": hardships, "监护人": guardians, "儿童诊断": diagnoses}
    for label, records in given.items():
        for one in records:
            one.person = person
            one.save()
            changed.append(label)
    stamp_register()
    record(by=by, deed=deed, on=person, summary="、".join(dict.fromkeys(changed)))
    return person


def _drop_stale_parts(certificate: Certificate) -> None:
    """Forget the parts of a multiple disability that no longer make up the whole: they are entered anew."""
    parts = certificate.parts.all() if certificate.pk else Certificate.objects.none()
    told = dict(parts.values_list("category", "grade"))
    if told and parts_problem(certificate.category, certificate.grade, told):
        parts.delete()


def _keep_old_place(person: Person) -> None:
    """Remember where somebody lived when the area of their record is about to change."""
    stored = Person.objects.select_related("area").get(pk=person.pk)
    if stored.area_id != person.area_id:
        keep_residence(stored, localdate())


def _on_file(by, person: Person, guardian: Guardian) -> Person | None:
    """The guardian's own record, as far as the staff member sees it."""
    if not guardian.id_digest:
        return None
    own = Person.objects.visible_to(by).filter(id_digest=guardian.id_digest)
    return own.exclude(pk=person.pk).first()


def refuse_known(*, by, person: Person) -> None:
    """Raise ValidationError when another record has, or had, the ID number; of a foreign one only that is told."""
    twins = Person.objects.numbered(person.id_number).exclude(pk=person.pk)
    if twins.exists():
        raise ValidationError(KNOWN_HERE if twins.visible_to(by).exists() else KNOWN_ELSEWHERE, code="known")


def _changed_labels(person: Person) -> list[str]:
    """Labels of the fields that differ from what is stored; of numbers also from what to what, masked. No other value
    may stand in an audit line."""
    stored = Person.objects.filter(pk=person.pk).first()
    if stored is None:
        return []
    fields = (field for field in Person._meta.concrete_fields if field.editable)
    changed = [field for field in fields if getattr(stored, field.attname) != getattr(person, field.attname)]
    return [f"{field.verbose_name}{_from_to(field, stored, person)}" for field in changed]


def _from_to(field, before: Person, after: Person) -> str:
    if not isinstance(field, EncryptedTextField):
        return ""
    mask = MASKS.get(field.name, hidden)
    shown = (mask(getattr(one, field.attname) or "") or "空" for one in (before, after))
    return f" {'→'.join(shown)}"
