"""Courses: held by an office, seen by those below it; what they say, everybody on them has; who finished, counts."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.metrics.models import ChangeStamp
from services.actions import cancel_service
from services.courses import amend_course, finish_attendances, record_course
from services.invariants import breaches
from services.models import CourseAttendance, TrainingCourse
from tests.fixtures_city import DONGHAI_TOWN

BEGUN, OVER = date(2019, 3, 4), date(2019, 3, 15)


@pytest.fixture
def hold(haizhou_clerk):
    """hold(**fields): a course of Haizhou from 4 to 15 March 2019."""

    def held(by=haizhou_clerk, **fields):
        told = {"name": "盲人按摩", "institution": "市一校", "starts_on": BEGUN, "ends_on": OVER, "hours": 80, **fields}
        return record_course(by=by, course=TrainingCourse(**told))

    return held


@pytest.fixture
def attend(make_service, make_person):
    """attend(course, name="甲", **fields): somebody new who is put on the course."""

    def attending(course, name="甲", area=None, **fields):
        where = {"area": area} if area else {}
        person = make_person(name, category=4, grade=3, **where)
        return make_service(person, "real_name_training", course.starts_on, course=course, **fields)

    return attending


def chosen(*attendances):
    return CourseAttendance.objects.filter(pk__in=[one.pk for one in attendances])


# -- the course itself -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"ends_on": date(2019, 3, 3)}, "training_course_dates_in_order"),
        ({"hours": 0}, "training_course_has_hours"),
        ({"places": 0}, "training_course_has_places"),
        ({"institution": ""}, "training_course_says_what_and_by_whom"),
    ],
)
def test_what_can_not_be_is_refused_by_the_database(wrong, name, hold):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        hold(**wrong)


def test_an_office_holds_a_course_once_and_another_office_may_hold_one_like_it(hold, donghai_clerk, make_staff):
    hold()
    with pytest.raises(IntegrityError), transaction.atomic():
        hold()
    hold(by=donghai_clerk)
    zone = make_staff("zone", area="xuwei")
    hold(by=zone)
    with pytest.raises(IntegrityError), transaction.atomic():
        hold(by=zone)
    assert TrainingCourse.objects.count() == 3


def test_nobody_attends_longer_than_the_course_is_held(hold, attend):
    with pytest.raises(IntegrityError, match="course_attended_no_longer_than_held"), transaction.atomic():
        attend(hold(), attended_hours=81)


def test_a_course_is_seen_from_below_and_not_from_beside(hold, city_clerk, haizhou_clerk, donghai_clerk, make_staff):
    of_city, of_county, of_zone = hold(by=city_clerk), hold(), hold(by=make_staff("zone", area="xuwei"))
    town_clerk = make_staff("town", area="320706006", role="town_clerk")
    of_town = hold(by=town_clerk)
    everything = {of_city, of_county, of_zone, of_town}
    seen = {
        city_clerk: everything, haizhou_clerk: {of_city, of_county, of_town}, donghai_clerk: {of_city},
        town_clerk: {of_city, of_county, of_town}, of_zone.recorded_by: {of_city, of_zone},
    }  # fmt: skip
    for staff, courses in seen.items():
        assert set(TrainingCourse.objects.visible_to(staff)) == courses, staff
    town_clerk.area.zone = of_zone.zone
    town_clerk.area.save()
    assert set(TrainingCourse.objects.visible_to(town_clerk)) == everything, "a zone's towns go to the zone's courses"
    own = {haizhou_clerk: {of_county, of_town}, town_clerk: {of_town}, of_zone.recorded_by: {of_zone}}
    for staff, courses in own.items():
        assert set(TrainingCourse.objects.held_by(staff)) == courses, staff


def test_a_course_can_not_be_recorded_for_a_foreign_county(haizhou_clerk):
    course = TrainingCourse(name="电商", institution="市一校", starts_on=BEGUN, area=Area.objects.get(code="320722"))
    with pytest.raises(ValidationError, match="不在您的辖区内"):
        record_course(by=haizhou_clerk, course=course)
    assert not TrainingCourse.objects.exists()


def test_a_course_is_to_come_going_on_or_over(hold):
    today = localdate()
    day = timedelta(days=1)
    courses = {
        "to_come": hold(starts_on=today + day, ends_on=None), "going_on": hold(starts_on=today - day, ends_on=today),
        "over": hold(starts_on=today - 2 * day, ends_on=today - day),
    }  # fmt: skip
    open_end = hold(name="电商", starts_on=today, ends_on=None)
    for stage, course in courses.items():
        found = set(getattr(TrainingCourse.objects, stage)(today))
        assert found == {course, open_end} if stage == "going_on" else {course}, stage
    assert [one.stage() for one in (*courses.values(), open_end)] == ["未开班", "培训中", "已结束", "培训中"]


# -- what the course says, everybody on it has -----------------------------------------------------------------------


def test_who_is_on_a_course_has_its_days_institution_and_content(hold, attend):
    one = attend(hold(level="初级"))
    one.refresh_from_db()
    assert (one.content, one.institution, one.served_on, one.ended_on) == ("盲人按摩", "市一校", BEGUN, OVER)
    assert (one.hours, one.level, one.counted_on) == (80, "初级", None)
    assert not list(breaches())


def test_a_record_that_says_otherwise_than_its_course_is_found(hold, attend):
    one = attend(hold())
    CourseAttendance.objects.filter(pk=one.pk).update(institution="别的学校")
    assert list(breaches()) == [f"服务记录 {one.pk} 与它的培训班不一致。"]


def test_a_correction_of_the_course_is_one_of_everybody_on_it(hold, attend, cancelled, haizhou_clerk):
    course = hold()
    one, gone = attend(course), cancelled(attend(course, "乙"))
    before = ChangeStamp.objects.version_of(source="services.service", kind="real_name_training", year=2019)
    course.name, course.starts_on, course.hours = "保健按摩", date(2019, 3, 5), 60
    amend_course(by=haizhou_clerk, course=course)
    one.refresh_from_db()
    assert (one.content, one.served_on, one.hours) == ("保健按摩", date(2019, 3, 5), 60)
    assert one.occasion == "2019-03-05 保健按摩 市一校"
    gone.refresh_from_db()
    assert (gone.content, gone.served_on) == ("盲人按摩", BEGUN), "what was taken back stays as it was"
    assert ChangeStamp.objects.version_of(source="services.service", kind="real_name_training", year=2019) > before
    assert AuditLine.objects.get(deed="修改培训班").summary.endswith("学员 1 人")
    assert not list(breaches())


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"ends_on": date(2019, 3, 20)}, "已有学员在新的日期之前结业"),
        ({"starts_on": date(2019, 3, 18), "ends_on": date(2019, 3, 18)}, "已有学员在新的日期之前结业"),
        ({"hours": 70}, "实到课时多于新的课时"),
        ({"starts_on": date(1930, 3, 4)}, "不符合培训条件"),
    ],
)
def test_a_correction_that_makes_somebody_s_record_wrong_is_refused(told, sentence, hold, attend, haizhou_clerk):
    course = hold()
    one = attend(course, completed_on=OVER, attended_hours=76)
    for name, value in told.items():
        setattr(course, name, value)
    with pytest.raises(ValidationError, match=sentence):
        amend_course(by=haizhou_clerk, course=course)
    one.refresh_from_db()
    assert (one.served_on, one.ended_on, one.hours) == (BEGUN, OVER, 80)


def test_two_courses_are_not_made_one_for_somebody_on_both(hold, attend, make_service, haizhou_clerk, city_clerk):
    first, second = hold(), hold(by=city_clerk, name="电商")
    one = attend(first)
    make_service(one.person, "real_name_training", BEGUN, course=second)
    second.name = "盲人按摩"
    with pytest.raises(ValidationError, match="另外登记过"):
        amend_course(by=city_clerk, course=second)


def test_only_the_office_that_holds_a_course_corrects_it(hold, city_clerk, haizhou_clerk):
    course = hold(by=city_clerk)
    course.name = "电商"
    with pytest.raises(ValidationError, match="不是本单位举办的"):
        amend_course(by=haizhou_clerk, course=course)
    course.refresh_from_db()
    assert course.name == "盲人按摩"


# -- finishing -------------------------------------------------------------------------------------------------------


def test_those_who_finished_are_marked_in_one_deed_and_count(hold, attend, haizhou_clerk, counted):
    course = hold()
    rows = [attend(course, name) for name in "甲乙丙"]
    assert counted("services.persons", "real_name_training") == 0
    assert finish_attendances(by=haizhou_clerk, attendances=chosen(*rows[:2]), completed_on=OVER) == 2
    assert counted("services.persons", "real_name_training") == 2
    finished = course.attendances.filter(completed_on__isnull=False).values_list("counted_on", "person__name")
    assert set(finished) == {(OVER, "甲"), (OVER, "乙")}
    line = AuditLine.objects.get(deed="登记结业")
    assert (line.username, line.object_id, line.summary) == (
        haizhou_clerk.username, str(course.pk), "2 人，结业日期 2019-03-15",
    )  # fmt: skip


def test_who_finished_or_was_taken_back_is_left_alone(hold, attend, cancelled, haizhou_clerk):
    course = hold()
    finished, gone, other = (
        attend(course, "甲", completed_on=OVER),
        cancelled(attend(course, "乙")),
        attend(course, "丙"),
    )
    day = date(2019, 4, 1)
    assert finish_attendances(by=haizhou_clerk, attendances=chosen(finished, gone, other), completed_on=day) == 1
    days = dict(CourseAttendance.objects.values_list("person__name", "completed_on"))
    assert days == {"甲": OVER, "乙": None, "丙": day}
    with pytest.raises(ValidationError, match="都已经结业或已撤销"):
        finish_attendances(by=haizhou_clerk, attendances=chosen(finished, gone), completed_on=day)


@pytest.mark.parametrize(
    ("day", "sentence"), [(date(2019, 3, 14), "1 人的培训在这一天还没有结束"), (date(2999, 1, 1), "不能晚于今天")]
)
def test_nobody_finishes_before_the_course_is_over_and_then_nobody_of_the_selection(
    day, sentence, hold, attend, haizhou_clerk
):
    rows = attend(hold(), "甲"), attend(hold(name="电商", ends_on=date(2019, 3, 8)), "乙")
    with pytest.raises(ValidationError, match=sentence):
        finish_attendances(by=haizhou_clerk, attendances=chosen(*rows), completed_on=day)
    assert CourseAttendance.objects.unfinished().count() == 2


def test_people_of_another_county_are_not_marked_nor_by_a_role_that_may_not(
    hold, attend, city_clerk, haizhou_clerk, make_staff
):
    course = hold(by=city_clerk)
    own, foreign = attend(course, "甲"), attend(course, "乙", area=DONGHAI_TOWN)
    assert finish_attendances(by=haizhou_clerk, attendances=chosen(own, foreign), completed_on=OVER) == 1
    assert list(CourseAttendance.objects.unfinished()) == [foreign]
    reviewer = make_staff("reviewer", role="district_reviewer")
    with pytest.raises(ValidationError, match="不能登记结业"):
        finish_attendances(by=reviewer, attendances=chosen(own), completed_on=OVER)


def test_marking_many_asks_no_more_than_marking_few(hold, attend, haizhou_clerk):
    def statements(rows):
        with CaptureQueriesContext(connection) as asked:
            finish_attendances(by=haizhou_clerk, attendances=chosen(*rows), completed_on=OVER)
        return len(asked)

    few = [attend(hold(name="甲班"), "甲")]
    many = [attend(course, name) for course in (hold(name="乙班"), hold(name="丙班")) for name in "甲乙丙丁"]
    statements([attend(hold(name="丁班"), "甲")])  # makes the year's stamp
    # PostgreSQL takes one more than SQLite: the course is locked by a statement of its own.
    assert statements(many) == statements(few) <= 16


def test_numbers_of_a_course_are_of_the_people_in_sight(hold, attend, cancelled, city_clerk, haizhou_clerk):
    course = hold(by=city_clerk)
    attend(course, "甲", completed_on=OVER)
    attend(course, "乙", area=DONGHAI_TOWN)
    cancelled(attend(course, "丙"))
    told = {
        staff: TrainingCourse.objects.with_people(staff).values_list("people", "finished").get()
        for staff in (city_clerk, haizhou_clerk)
    }
    assert told == {city_clerk: (2, 1), haizhou_clerk: (1, 1)}


def test_taking_somebody_back_leaves_the_course(hold, attend, haizhou_clerk):
    course = hold()
    cancel_service(by=haizhou_clerk, service=attend(course), reason="登记错人")
    assert TrainingCourse.objects.filter(pk=course.pk).exists()
