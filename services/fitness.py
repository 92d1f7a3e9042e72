"""Whether a kind of service is meant for a person, by what the register has of them on the day of the service.

Forms and rolls ask the same question and say the same sentences. The limits are data of the kind.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from beneficiaries.models import (
    Category,
    Certificate,
    CertificateStatus,
    ChildDiagnosis,
    DisabilityPart,
    Hardship,
    HardshipStatus,
    HouseholdMember,
)
from beneficiaries.people import CHILDREN_UNDER, age_on
from services.models import Proof, Service, ServiceKind

SENTENCES = {
    "SERVICE_DATES": "服务日期不对：不能早于出生日期、晚于今天，结束、签收、验收日期不能早于开始日期，请核对。",
    "SERVED_AFTER_DEATH": "档案登记此人在服务日期之前已去世或迁出本市：请核对日期，属实的从名册中删除。",
    "SERVICE_AGE": "服务当日的年龄不在本项服务的范围之内（按身份证号计算）：请核对日期和号码。",
    "SERVICE_PROOF": "服务当日没有有效的残疾人证：请先核对并更新档案。",
    "SERVICE_DIAGNOSIS": "服务当日没有有效的残疾人证，也没有当日有效的儿童诊断（未满 18 周岁，诊断日期不晚于服务）："
    "请先更新档案。",
    "SERVICE_CATEGORY": "残疾类别或等级不在本项服务的范围之内（有的另看年龄，以档案为准）：请核对，或先更新档案。",
    "ALREADY_SERVED": "同一项服务已经登记过：请删除此行；原记录有误的，先撤销原记录。",
    "AMOUNT_SIZE": "金额应小于一亿元、只到分：请核对。",
    "DEVICE_UNKNOWN": "辅具目录中没有这种辅具：请按目录写名称，确属新品种的请市残联先加入目录。",
    "HOUSEHOLD_MISSING": "本项服务按户统计，此人在服务当日没有登记家庭户：请先登记家庭户。",
    "W_DEVICES_ONLY": "改造内容只是发放辅具，不算无障碍改造：可以登记，但不计入进度。",
    "W_ACCEPTANCE_DAY": "没有验收日期：可以登记，按完工日期计入；有验收日期的请补填。",
    "COURSE_END": "写明已结业，但没有结业日期，也没有培训结束日期：请填写。",
    "COURSE_DIFFERS": "结束日期或课时与同一期培训班不一致：请核对，确属登记有误的先更正培训班。",
    "COURSE_HOURS": "实到课时多于培训班的课时：请核对。",
    "FINISHED_EARLY": "结业日期不能早于培训的结束日期：请核对。",
    "W_FINISHED_BY_DAY": "没有写结业情况和证书编号，按结业日期视为已结业：请核对，没有结业的写明“未结业”。",
    "SCHOOL_MISSING": "已入学的没有写学校：请填写学校，送教上门的填写派出教师的学校。",
    "REASON_MISSING": "没有入学的没有写原因：请填写原因，经批准延缓或免予入学的写明文号。",
    "W_NOT_FINISHED": "没有写明结业，也没有证书编号：可以登记，按未结业不计入进度。",
    "W_EMPLOYED_BEFORE": "上年末已就业：可以登记，不计入新增就业。",
    "W_NO_HARDSHIP": "档案中没有困难情况：可以登记，请核对救助对象认定材料，并补登困难情况。",
}

SEVERE = 2  # 重度: grades 1 and 2
# A certificate that has ended was good until its last day. Since when one is frozen, nobody has recorded.
ENDED = frozenset({CertificateStatus.EXPIRED, CertificateStatus.CANCELLED, CertificateStatus.TRANSFERRED_OUT})
# What is said of whom the service is for, not of what was done.
OF_PERSON = frozenset({"SERVICE_AGE", "SERVICE_PROOF", "SERVICE_DIAGNOSIS", "SERVICE_CATEGORY"})


@dataclass(slots=True)
class Served:
    """What the register has of somebody that may matter for a service."""

    born: date
    died_on: date | None = None
    moved_out_on: date | None = None
    # (category, grade, status, valid_from, valid_to, pk) in the order recorded.
    certificates: list[tuple] = field(default_factory=list)
    # Categories behind a certificate of category 7 with their grades, by the certificate's pk.
    parts: dict[int, dict[int, int]] = field(default_factory=dict)
    hardships: list[tuple] = field(default_factory=list)
    # (category, diagnosed_on) of a child without a certificate.
    diagnosis: tuple[int, date | None] | None = None
    # (household, valid_from, valid_to), in the order recorded.
    memberships: list[tuple] = field(default_factory=list)

    def household_on(self, day: date) -> int | None:
        """The household in which they live on the day, of several the one recorded last."""
        held = [household for household, start, end in self.memberships if _in_force(start, end, day)]
        return held[-1] if held else None

    def certificate_on(self, day: date, today: date) -> tuple | None:
        """The certificate that was valid on the day, of several the one recorded last.

        One that is cancelled or expired by now was valid until the last day that it says, if that day has passed: a
        later one is the term for which it was made out, and does not say when it ended.
        """
        held = [one for one in self.certificates if _in_force(one[3], one[4], day) and _was_valid(one, today)]
        return held[-1] if held else None

    def suspected_on(self, day: date) -> int | None:
        """The category of the diagnosis that stands in for a certificate on the day: of a child, made by then."""
        if self.diagnosis is None or age_on(self.born, day) >= CHILDREN_UNDER:
            return None
        category, diagnosed_on = self.diagnosis
        return category if diagnosed_on is None or diagnosed_on <= day else None

    def grades_of(self, certificate: tuple) -> dict[int, int | None]:
        """Category and grade of a certificate and of its parts."""
        return {certificate[0]: certificate[1]} | self.parts.get(certificate[5], {})

    def is_poor_on(self, day: date) -> bool:
        """Whether the household has any hardship status on the day but 普通."""
        return any(status != Hardship.NONE and _in_force(start, end, day) for status, start, end in self.hardships)


def is_error(code: str) -> bool:
    """Whether a finding keeps a service from being recorded; the others only warn."""
    return not code.startswith("W_")


def _was_valid(certificate: tuple, today: date) -> bool:
    status, ended_on = certificate[2], certificate[4]
    return status == CertificateStatus.VALID or (status in ENDED and ended_on is not None and ended_on < today)


def _in_force(start: date | None, end: date | None, day: date) -> bool:
    return (start is None or start <= day) and (end is None or end >= day)


def place_in_household(kind: ServiceKind, one: Served, service: Service) -> None:
    """Give a service that is counted by household the one in which the person lives on its day."""
    service.household_id = one.household_on(service.served_on) if kind.is_per_household else None


def unfit(kind: ServiceKind, one: Served, service: Service, today: date) -> Iterator[str]:
    """What speaks against the service, as codes of SENTENCES; those that begin with W_ only warn."""
    day = service.served_on
    ended, counted = service.ended_on, service.counted_on
    is_backwards = any(end is not None and end < day for end in (ended, counted))
    # A contract ends in days to come; nothing counts before its day.
    if not one.born <= day <= today or is_backwards or (counted is not None and counted > today):
        yield "SERVICE_DATES"
        return
    if any(gone is not None and gone < day for gone in (one.died_on, one.moved_out_on)):
        yield "SERVED_AFTER_DEATH"
    age = age_on(one.born, day)
    if (kind.min_age is not None and age < kind.min_age) or (kind.max_age is not None and age > kind.max_age):
        yield "SERVICE_AGE"
    yield from _unproven(kind, one, day, today)
    if kind.is_per_household and service.household_id is None:
        yield "HOUSEHOLD_MISSING"
    if kind.asks_hardship and not one.is_poor_on(day):
        yield "W_NO_HARDSHIP"


def _unproven(kind: ServiceKind, one: Served, day: date, today: date) -> Iterator[str]:
    certificate, suspected = one.certificate_on(day, today), one.suspected_on(day)
    if certificate is None and kind.proof == Proof.CERTIFICATE:
        yield "SERVICE_PROOF"
        return
    if certificate is None and kind.proof == Proof.CERTIFICATE_OR_DIAGNOSIS and suspected is None:
        yield "SERVICE_DIAGNOSIS"
        return
    held = one.grades_of(certificate) if certificate else {} if suspected is None else {suspected: None}
    # Of several disabilities whose parts nobody has recorded, none can be ruled out.
    is_open = held.keys() == {int(Category.MULTIPLE)}
    is_another = not is_open and not _is_meant_for(kind, held, age_on(one.born, day))
    is_light = bool(kind.max_grade) and (certificate is None or certificate[1] > kind.max_grade)
    if is_another or is_light:
        yield "SERVICE_CATEGORY"


def _is_meant_for(kind: ServiceKind, held: dict[int, int | None], age: int) -> bool:
    """Whether one of the disabilities is of those that the kind names for the age, and severe where it has to be."""
    is_older = kind.older_from is not None and age >= kind.older_from
    limits = [limit for limit in (kind.categories, kind.older_categories if is_older else []) if limit]
    if not limits and not kind.severe_categories:
        return True
    if not limits and len(held) > 1:
        # Several disabilities are what their parts are: as a category of its own, 多重 is under no limit.
        held = {category: grade for category, grade in held.items() if category != Category.MULTIPLE}
    return any(
        all(category in limit for limit in limits)
        and (category not in kind.severe_categories or (grade is not None and grade <= SEVERE))
        for category, grade in held.items()
    )


def served_facts(people: Iterable) -> dict[int, Served]:
    """By key what the register has of people (anything with pk, birth_date, died_on, moved_out_on); five statements."""
    found = {one.pk: Served(one.birth_date, one.died_on, one.moved_out_on) for one in people}
    keys = list(found)
    columns = ("person_id", "category", "grade", "status", "valid_from", "valid_to", "pk")
    for person, *certificate in Certificate.objects.filter(person__any_of=keys).order_by("pk").values_list(*columns):
        found[person].certificates.append(tuple(certificate))
    parts = DisabilityPart.objects.filter(certificate__person__any_of=keys).order_by()
    columns = ("certificate__person", "certificate", "category", "grade")
    for person, certificate, category, grade in parts.values_list(*columns):
        found[person].parts.setdefault(certificate, {})[category] = grade
    hardships = HardshipStatus.objects.filter(person__any_of=keys).order_by()
    for person, *hardship in hardships.values_list("person_id", "status", "valid_from", "valid_to"):
        found[person].hardships.append(tuple(hardship))
    memberships = HouseholdMember.objects.filter(person__any_of=keys).order_by("pk")
    for person, *membership in memberships.values_list("person_id", "household_id", "valid_from", "valid_to"):
        found[person].memberships.append(tuple(membership))
    diagnoses = ChildDiagnosis.objects.filter(person__any_of=keys).order_by()
    for person, *diagnosis in diagnoses.values_list("person_id", "suspected_category", "diagnosed_on"):
        found[person].diagnosis = tuple(diagnosis)
    return found
