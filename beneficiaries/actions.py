"""Deeds on the register of people: one person at a time. Whole files go through the intake."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beneficiaries.identity import (
    account_digest,
    certificate_digest,
    id_digest,
    id_tail_digest,
    phone_digest,
    pinyin_of,
)
from beneficiaries.models import Certificate, Person, Sex
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.tables import birth_date_of, name_key, sex_of

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
    return person


def prepare_certificate(certificate: Certificate) -> Certificate:
    """Bring digest, category and grade in step with a normalised certificate number, without saving."""
    certificate.number_digest = certificate_digest(certificate.number)
    certificate.category, certificate.grade = int(certificate.number[18]), int(certificate.number[19])
    return certificate


@transaction.atomic
def save_person(*, by, person: Person, certificates=(), hardships=()) -> Person:
    """Write a new or changed person with the certificates and hardships given; their payments stay as they are.

    `by` is the Staff who does it. Raises ValidationError when the ID number is on file already, here or elsewhere.
    """
    prepare_person(person)
    refuse_known(by=by, person=person)
    changed = _changed_labels(person)
    deed = "修改残疾人档案" if person.pk else "新增残疾人档案"
    person.save()
    for certificate in certificates:
        certificate.person = person
        prepare_certificate(certificate).save()
        changed.append("残疾人证")
    for hardship in hardships:
        hardship.person = person
        hardship.save()
        changed.append("困难情况")
    record(by=by, deed=deed, on=person, summary="、".join(dict.fromkeys(changed)))
    return person


def refuse_known(*, by, person: Person) -> None:
    """Raise ValidationError when another record has the ID number; of a foreign one nothing but that is told."""
    twins = Person.objects.filter(id_digest=id_digest(person.id_number)).exclude(pk=person.pk)
    if twins.exists():
        raise ValidationError(KNOWN_HERE if twins.visible_to(by).exists() else KNOWN_ELSEWHERE, code="known")


def _changed_labels(person: Person) -> list[str]:
    """Labels of the fields that differ from what is stored: which ones the audit line may say, their values never."""
    stored = Person.objects.filter(pk=person.pk).first()
    if stored is None:
        return []
    fields = (field for field in Person._meta.concrete_fields if field.editable)
    return [
        str(field.verbose_name) for field in fields if getattr(stored, field.attname) != getattr(person, field.attname)
    ]
