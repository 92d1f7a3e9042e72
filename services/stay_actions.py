"""Deeds on stays: recording one with its months, correcting it, taking it back; those of rolls: stay_posting.py."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localdate

from beneficiaries.models import Person
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.metrics.models import ChangeStamp
from services.actions import allow_cancelling
from services.counting import years_touched
from services.metrics import STAYS
from services.models import FacilityStay, MonthlyAttendance
from services.stays import most_days, overlaps

ELSEWHERE = "此人在{place}还有时间重叠的在册登记：先登记从那里退出，再登记入家。"
HIDDEN = "本辖区以外的残疾人之家"


def stamp_stays(spans: Iterable[tuple[str, date, date | None]]) -> None:
    """Say that stays at facilities of these kinds changed: (kind code, admitted_on, left_on)."""
    changed = {(code, year) for code, begun, ended in spans for year in years_touched(begun, None, ended)}
    for code, year in sorted(changed):
        ChangeStamp.objects.touch(source=STAYS, kind=code, year=year)


def _span(stay: FacilityStay) -> tuple[str, date, date | None]:
    return stay.facility.kind.code, stay.admitted_on, stay.left_on


@transaction.atomic
def save_stay(*, by, stay: FacilityStay, months: Iterable[MonthlyAttendance] = ()) -> FacilityStay:
    """Write a new stay, or what was corrected of one, with the months that were entered or changed.

    Raises ValidationError with what stands against it: another stay at the time, days outside of the stay.
    """
    # Held until the stay is written, so that nobody is admitted twice at a time.
    person = Person.objects.select_for_update(of=("self",)).get(pk=stay.person_id)
    before = FacilityStay.objects.select_for_update(of=("self",)).select_related("facility__kind").filter(pk=stay.pk)
    before = before.first() if stay.pk else None
    if before and before.cancelled_at:
        raise ValidationError("这条登记已经撤销，不能再修改。", code="cancelled")
    stay.area_id = before.area_id if before else person.area_id
    if before is None:
        stay.recorded_by, stay.recorded_at = by, timezone.now()
    refuse_unfit(stay, person, by)
    stay.save()
    months = list(months)
    for one in months:
        one.stay = stay
        if one.pk is None:
            one.recorded_by, one.recorded_at = by, timezone.now()
        one.save()
    _refuse_days_outside(stay)
    stamp_stays([_span(one) for one in (before, stay) if one])
    summary = "、".join(f"{one.month:%Y-%m}" for one in months)
    record(by=by, deed=f"{'修改' if before else '登记'}残疾人之家在册人员", on=stay, summary=summary)
    return stay


def refuse_unfit(stay: FacilityStay, person: Person, by) -> None:
    """Raise ValidationError when the days of a stay can't be: of the person, of the facility, of another stay."""
    if wrong := wrong_days(stay.admitted_on, stay.left_on, person, localdate()):
        raise ValidationError(wrong, code="dates")
    if wrong := after_closing(stay.admitted_on, stay.facility.revoked_on):
        raise ValidationError(wrong, code="revoked")
    others = FacilityStay.objects.standing().filter(person=person).exclude(pk=stay.pk)
    for other in others.select_related("facility"):
        is_here = other.facility_id == stay.facility_id
        is_again = is_here and other.admitted_on == stay.admitted_on
        if is_again or overlaps(stay.admitted_on, stay.left_on, other.admitted_on, other.left_on):
            is_seen = FacilityStay.objects.visible_to(by).filter(pk=other.pk).exists()
            place = f"“{other.facility}”" if is_seen else HIDDEN
            raise ValidationError(ELSEWHERE.format(place=place), code="elsewhere")


def wrong_days(admitted_on: date, left_on: date | None, person, today: date) -> str:
    """What is wrong with the days of a stay of the person (anything with birth_date, died_on, moved_out_on)."""
    if not person.birth_date <= admitted_on <= today or (left_on and not admitted_on <= left_on <= today):
        return "入家、退出日期不对：不能早于出生日期、晚于今天，退出不能早于入家，请核对。"
    if any(gone is not None and gone < admitted_on for gone in (person.died_on, person.moved_out_on)):
        return "档案登记此人在入家日期之前已去世或迁出本市：请核对日期。"
    return ""


def after_closing(admitted_on: date, revoked_on: date | None) -> str:
    """What is wrong with admitting somebody to a facility that was 撤销."""
    if revoked_on is None or admitted_on <= revoked_on:
        return ""
    return f"这个残疾人之家已于 {revoked_on:%Y-%m-%d} 撤销，不能再登记入家：请核对名称和日期。"


def wrong_month(stay, month: date, days: int, today: date) -> str:
    """What is wrong with so many days of the month (anything with admitted_on, left_on)."""
    most = most_days(stay.admitted_on, stay.left_on, month, today)
    if most == 0:
        return f"{month:%Y-%m} 不在在册期间之内，或者还没有到：请核对月份和入家、退出日期。"
    return f"{month:%Y-%m} 出勤最多 {most} 天（按在册日期计算）：请核对。" if days > most else ""


def _refuse_days_outside(stay: FacilityStay) -> None:
    for one in stay.attendance.filter(cancelled_at__isnull=True).order_by("month"):
        if wrong := wrong_month(stay, one.month, one.days, localdate()):
            raise ValidationError(wrong, code="outside")


@transaction.atomic
def cancel_stay(*, by, stay: FacilityStay, reason: str) -> FacilityStay:
    """撤销 one stay with its months, with a reason; it stays on file. Raises ValidationError."""
    allow_cancelling(by, reason)
    locked = FacilityStay.objects.visible_to(by).select_for_update(of=("self",)).select_related("facility__kind")
    stay = locked.filter(pk=stay.pk).first()
    if stay is None or stay.cancelled_at:
        raise ValidationError("这条登记已经撤销，或者不在您的辖区内。", code="cancelled")
    stay.cancelled_at, stay.cancelled_by, stay.cancel_reason = timezone.now(), by, reason.strip()[:200]
    stay.save(update_fields=["cancelled_at", "cancelled_by", "cancel_reason"])
    stamp_stays([_span(stay)])
    record(by=by, deed="撤销残疾人之家在册人员", on=stay)
    return stay
