"""去世 and 迁出本市: recorded with day and source, corrected with a reason, never edited away."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beneficiaries.models import Departure, HouseholdMember, Person
from beneficiaries.register_stamp import stamp_register
from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.audit.actions import record

COLUMN = {Departure.Kind.DEATH: "died_on", Departure.Kind.MOVING_OUT: "moved_out_on"}
WORD = {Departure.Kind.DEATH: "死亡", Departure.Kind.MOVING_OUT: "迁出"}


def day_problem(kind: str, day: date, person_born: date, died_on: date | None = None) -> str:
    """The Chinese sentence that says why a day can't be right; "" when it can."""
    word = WORD[kind]
    if day < person_born:
        return f"{word}日期不能早于出生日期。"
    if day > timezone.localdate():
        return f"{word}日期不能晚于今天。"
    if kind == Departure.Kind.MOVING_OUT and died_on and day > died_on:
        return "迁出日期不能晚于死亡日期。"
    return ""


@transaction.atomic
def record_death(*, by, person: Person, died_on: date, source: str) -> Departure:
    """Record that somebody died on a day; who says so stands in `source`.

    Raises ValidationError when a death is on record, or for a day before birth or in the future. Later rolls refuse.
    """
    return _record(by, person, Departure.Kind.DEATH, died_on, source)


@transaction.atomic
def record_moving_out(*, by, person: Person, moved_out_on: date, reason: str) -> Departure:
    """Record that somebody moved out of the city on a day, and where to or why. Raises ValidationError as a death."""
    return _record(by, person, Departure.Kind.MOVING_OUT, moved_out_on, reason)


def _record(by, person: Person, kind: str, day: date, reason: str) -> Departure:
    lock_rows(Person, person.pk)
    held = Person.objects.visible_to(by).get(pk=person.pk)
    if getattr(held, COLUMN[kind]):
        raise ValidationError(
            f"已登记{WORD[kind]}日期 {getattr(held, COLUMN[kind])}：有误的请先更正原记录。", code="known"
        )
    if problem := day_problem(kind, day, held.birth_date, held.died_on):
        raise ValidationError(problem, code="day")
    if not reason.strip():
        raise ValidationError("请填写信息来源或去向。", code="reason")
    setattr(held, COLUMN[kind], day)
    held.save(update_fields=[COLUMN[kind], "updated_at"])
    departure = Departure.objects.create(person=held, kind=kind, day=day, reason=reason.strip()[:100], recorded_by=by)
    # Whoever is gone no longer lives in the household.
    HouseholdMember.objects.filter(person=held, valid_to=None).exclude(valid_from__gt=day).update(valid_to=day)
    stamp_register()
    record(by=by, deed=f"登记{WORD[kind]}", on=held)
    return departure


@transaction.atomic
def correct_departure(*, by, person: Person, kind: str, reason: str, day: date | None = None) -> None:
    """Take a recorded death or moving out back, or with `day` move it to that day; the reason stays on file.

    Dates that came with a register have no record of their own: one is made, so that the correction stands somewhere.
    Raises ValidationError without a reason, when nothing is recorded, or for an impossible day.
    """
    lock_rows(Person, person.pk)
    held = Person.objects.visible_to(by).get(pk=person.pk)
    was = getattr(held, COLUMN[kind])
    if was is None:
        raise ValidationError(f"没有登记{WORD[kind]}日期，不用更正。", code="unknown")
    if not reason.strip():
        raise ValidationError("请填写更正原因。", code="reason")
    died_on = held.died_on if kind == Departure.Kind.MOVING_OUT else None
    if day and (problem := day_problem(kind, day, held.birth_date, died_on)):
        raise ValidationError(problem, code="day")
    standing = Departure.objects.filter(person=held, kind=kind, corrected_at=None).first()
    if standing is None:
        standing = Departure(person=held, kind=kind, day=was, reason="档案导入", recorded_by=by)
    standing.corrected_by, standing.corrected_at, standing.correction = by, timezone.now(), reason.strip()[:100]
    standing.save()
    setattr(held, COLUMN[kind], day)
    held.save(update_fields=[COLUMN[kind], "updated_at"])
    if day:
        Departure.objects.create(person=held, kind=kind, day=day, reason=standing.reason, recorded_by=by)
    stamp_register()
    record(by=by, deed=f"更正{WORD[kind]}记录", on=held)
