"""From the register to the timeline: certificates, hardship, family, and what became of the record."""

from collections.abc import Iterator
from datetime import date, timedelta

from beneficiaries.models import Certificate, HardshipStatus
from beneficiaries.people import records_in_force
from beneficiaries.person_page import events_of
from lianyungang_cdpf.masking import mask_certificate_no, mask_phone
from lianyungang_cdpf.pages.one_person.entries import Entry, Group, Subject, sentence


def _line(word: str, title: str, day: date | None, detail: str = "", **more) -> Entry:
    return Entry(Group.RECORDS, word, title, day, detail, **more)


def _has_ended(record, today: date) -> bool:
    return record.valid_to is not None and record.valid_to < today


def certificates(subject: Subject) -> Iterator[Entry]:
    """Issued, regraded, and expired where no other certificate took over the day after."""
    held = sorted(subject.person.certificates.all(), key=lambda one: (one.valid_from or date.min, one.pk))
    before = None
    for one in held:
        yield _line("证件", _issued(one, before), one.valid_from, _told_of(one))
        if _has_ended(one, subject.today) and not records_in_force(held, one.valid_to + timedelta(days=1)):
            yield _line("证件", f"残疾人证到期：{one}", one.valid_to, mask_certificate_no(one.number))
        before = one


def _issued(one: Certificate, before: Certificate | None) -> str:
    if before is None or one.valid_from is None:
        return f"残疾人证：{one}"
    if str(one) != str(before):
        return f"残疾人证等级变更：{before}变为{one}"
    return f"换领残疾人证：{one}"


def _told_of(one: Certificate) -> str:
    until = f"有效至 {one.valid_to:%Y-%m-%d}" if one.valid_to else ""
    status = "" if one.status == "valid" else f"状态：{one.get_status_display()}"
    return sentence(mask_certificate_no(one.number), until, status)


def hardships(subject: Subject) -> Iterator[Entry]:
    """Statuses from the day on which they begin, and their end once it has come."""
    for one in subject.person.hardships.all():
        yield _line("困难", f"困难情况：{one}", one.valid_from, _until(one))
        if _has_ended(one, subject.today):
            yield _line("困难", f"困难情况终止：{one}", one.valid_to)


def _until(one: HardshipStatus) -> str:
    return f"至 {one.valid_to:%Y-%m-%d}" if one.valid_to else ""


def family(subject: Subject) -> Iterator[Entry]:
    """Guardians, households lived in, and what a hospital wrote of a child without a certificate."""
    for one in subject.person.guardians.all():
        phone = f"电话 {mask_phone(one.phone)}" if one.phone else ""
        yield _line("家庭", f"监护人：{one.name}（{one}）", one.valid_from, phone)
        if _has_ended(one, subject.today):
            yield _line("家庭", f"不再担任监护人：{one.name}", one.valid_to)
    for one in subject.person.memberships.all():
        yield _line("家庭", f"登记到家庭户，与户主关系：{one}", one.valid_from)
        if _has_ended(one, subject.today):
            yield _line("家庭", "离开家庭户", one.valid_to)
    diagnosis = getattr(subject.person, "diagnosis", None)
    if diagnosis:
        more = sentence(diagnosis.text, diagnosis.hospital)
        yield _line("诊断", f"诊断：{diagnosis}", diagnosis.diagnosed_on, more)


def changes(subject: Subject) -> Iterator[Entry]:
    """Death, moving, transfers and merges, as the person's own page has them."""
    for event in events_of(subject.person):
        yield _line("档案", event.what, event.day, event.more, void=event.void)
