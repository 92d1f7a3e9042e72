"""Deeds on courses: holding one, correcting it with everybody who is on it, finishing, and what rolls make of it."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.bulk import insert_rows, update_rows
from lianyungang_cdpf.intake.offices import place_of
from services.fitness import is_error, served_facts, unfit
from services.models import CourseAttendance, Service, TrainingCourse
from services.stamping import span, stamp

FINISH = "services.change_courseattendance"
NOBODY_LEFT = "所选的人都已经结业或已撤销。"
# What the people on a course have of it in their own records: of any service, and of this sort only.
SHARED = ("content", "institution", "served_on", "ended_on", "occasion")
OWN = ("hours", "level")


@transaction.atomic
def record_course(*, by, course: TrainingCourse) -> TrainingCourse:
    """Write a new course; a zone's staff record those of their zone, others say which office in their place it is."""
    if by.zone_id or course.area_id is None:
        course.area, course.zone = place_of(by)
    elif not Area.objects.choosable_by(by).filter(pk=course.area_id).exists():
        raise ValidationError("举办地区不在您的辖区内，请重新选择。", code="forbidden")
    course.recorded_by, course.recorded_at = by, timezone.now()
    course.save()
    record(by=by, deed="登记培训班", on=course, summary=str(course))
    return course


@transaction.atomic
def amend_course(*, by, course: TrainingCourse) -> TrainingCourse:
    """Write what was corrected of a course, and of everybody who is on it. Raises ValidationError; then nothing is."""
    before = TrainingCourse.objects.held_by(by).select_for_update(of=("self",)).filter(pk=course.pk).first()
    if before is None:
        raise ValidationError("这个培训班不是本单位举办的，不能修改。", code="forbidden")
    course.area_id, course.zone_id, course.job_id = before.area_id, before.zone_id, before.job_id
    attendances = on_course(course).select_for_update(of=("self",))
    spans = [span(one) for one in attendances]
    attendances = followed(course, attendances)
    if refused := list(amendment_refused(before, course, attendances)):
        raise ValidationError(refused)
    course.save()
    update_rows(Service, "id", SHARED, ([one.pk, *_values(one, SHARED)] for one in attendances))
    update_rows(CourseAttendance, "service_ptr_id", OWN, ([one.pk, *_values(one, OWN)] for one in attendances))
    stamp([*spans, *map(span, attendances)])
    record(by=by, deed="修改培训班", on=course, summary=f"{course}，学员 {len(attendances)} 人")
    return course


def on_course(course: TrainingCourse):
    """The standing records of everybody who is on a course, whatever their place."""
    return course.attendances.standing().select_related("kind", "person").order_by("pk")


def followed(course: TrainingCourse, attendances: Iterable[CourseAttendance]) -> list[CourseAttendance]:
    """The records as the course now makes them; without saving."""
    attendances = list(attendances)
    for one in attendances:
        one.course = course
        one.settle()
    return attendances


def amendment_refused(
    before: TrainingCourse, course: TrainingCourse, attendances: list[CourseAttendance]
) -> Iterator[str]:
    """Sentences of what speaks against a correction, by the records that have followed it."""
    if any(one.completed_on and (one.finished_early or one.completed_on < one.served_on) for one in attendances):
        yield "已有学员在新的日期之前结业：请核对日期，或先更正学员的结业日期。"
    if any(one.hours and one.attended_hours and one.attended_hours > one.hours for one in attendances):
        yield "已有学员的实到课时多于新的课时：请核对课时，或先更正学员的实到课时。"
    if before.key == course.key or not attendances:
        return
    people = [one.person for one in attendances]
    others = CourseAttendance.objects.standing().filter(
        person__any_of=[one.pk for one in people], occasion=attendances[0].occasion
    )
    if others.exclude(course=course.pk).exists():
        yield "已有学员另外登记过同一天开班的同一培训：请先撤销重复的记录。"
    if before.starts_on != course.starts_on:
        facts, today = served_facts(people), timezone.localdate()
        codes = [list(unfit(one.kind, facts[one.person_id], one, today)) for one in attendances]
        count = sum(any(map(is_error, found)) for found in codes)
        if count:
            yield f"按新的开班日期，{count} 名学员不符合培训条件（年龄、残疾人证，或日期晚于今天）：请核对日期。"


def _values(one: CourseAttendance, names: tuple[str, ...]) -> list:
    return [getattr(one, name) for name in names]


@transaction.atomic
def finish_attendances(*, by, attendances, completed_on: date) -> int:
    """登记结业 of those who are on courses and have not finished; how many. Raises ValidationError; then nobody has.

    `attendances` is a queryset; of it what is out of sight, taken back or finished already is left alone.
    """
    if not by.has_perm(FINISH):
        raise ValidationError("您的角色不能登记结业。", code="forbidden")
    if completed_on > timezone.localdate():
        raise ValidationError("结业日期不能晚于今天。", code="day")
    chosen = CourseAttendance.objects.visible_to(by).unfinished().filter(pk__any_of=list(_keys(attendances)))
    # Courses before who is on them, as amend_course does: nobody is marked by days that are being corrected.
    held = TrainingCourse.objects.filter(pk__in=chosen.order_by().values("course")).order_by("pk")
    list(held.select_for_update(of=("self",)).values_list("pk", flat=True))
    rows = list(chosen.select_related("kind", "course").select_for_update(of=("self",)).order_by("pk"))
    if not rows:
        raise ValidationError(NOBODY_LEFT, code="none")
    for one in rows:
        one.completed_on = completed_on
        one.settle()
    early = sum(one.finished_early or completed_on < one.served_on for one in rows)
    if early:
        raise ValidationError(f"所选的人中有 {early} 人的培训在这一天还没有结束：请核对结业日期。", code="early")
    update_rows(Service, "id", ("counted_on",), ((one.pk, one.counted_on) for one in rows))
    update_rows(CourseAttendance, "service_ptr_id", ("completed_on",), ((one.pk, one.completed_on) for one in rows))
    stamp(map(span, rows))
    courses = {one.course for one in rows if one.course_id}
    on = courses.pop() if len(courses) == 1 else None
    record(by=by, deed="登记结业", on=on, summary=f"{len(rows)} 人，结业日期 {completed_on:%Y-%m-%d}")
    return len(rows)


def _keys(attendances) -> Iterable[int]:
    return attendances.order_by().values_list("pk", flat=True)


def put_on_courses(*, by, place, job, attendances: list[CourseAttendance]) -> None:
    """Make the courses that are not held yet, at the office of `place`, and bring who attends them in step.

    A fixed number of statements, inside a transaction. Raises IntegrityError when a course was made or taken away
    meanwhile, so that the rows are judged again.
    """
    area, zone = place_of(place)
    made = {one.course.key: one.course for one in attendances if one.course.pk is None}
    for course in made.values():
        course.area_id, course.zone_id, course.job_id = area.pk, zone and zone.pk, job.pk
        course.recorded_by_id, course.recorded_at = by.pk, timezone.now()
    fields = [field for field in TrainingCourse._meta.concrete_fields if not field.primary_key]
    rows = [[getattr(course, field.attname) for field in fields] for course in made.values()]
    insert_rows(TrainingCourse, [field.column for field in fields], rows, matched=False)
    held = TrainingCourse.objects.held_at(area, zone).filter(starts_on__any_of=list({key[-1] for key in made}))
    for course in held.order_by():
        if course.key in made:
            made[course.key].pk = course.pk
    keys = {one.course.pk for one in attendances}
    courses = TrainingCourse.objects.select_for_update(of=("self",)).filter(pk__any_of=list(keys)).in_bulk()
    if len(courses) != len(keys):
        raise IntegrityError("a course was taken away")
    for one in attendances:
        one.course = courses[one.course.pk]
        one.settle()


def take_courses_away(job) -> int:
    """Remove the courses that an undone roll made and that nobody else is on; how many."""
    standing = CourseAttendance.objects.standing().filter(course__job=job).order_by().values("course")
    idle = list(TrainingCourse.objects.filter(job=job).exclude(pk__in=standing).values_list("pk", flat=True))
    if idle:
        # Who was taken back keeps what was taught, by whom and when.
        CourseAttendance.objects.filter(course__any_of=idle).update(course=None)
        TrainingCourse.objects.filter(pk__any_of=idle).delete()
    return len(idle)
