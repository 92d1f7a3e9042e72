"""Courses out of 培训花名册: found or made in one step, taken away with the roll; who a row says has finished."""

from datetime import date

import pytest

from services.actions import undo_import
from services.courses import amend_course, record_course
from services.invariants import breaches
from services.models import CourseAttendance, TrainingCourse
from tests.fixtures_city import DONGHAI_TOWN

BEGUN, OVER = date(2019, 5, 6), date(2019, 5, 20)


@pytest.fixture
def learners(make_person):
    return [make_person(name, category=4, grade=3) for name in "甲乙丙丁戊己庚"]


def row(person, **told):
    return {
        "姓名": person.name, "身份证号": person.id_number, "培训项目": "盲人按摩", "培训机构": "市一校",
        "开班日期": "2019-05-06", "培训结束日期": "2019-05-20", "课时": "80", "证书编号": "PX1", **told,
    }  # fmt: skip


def finished():
    return dict(CourseAttendance.objects.values_list("person__name", "completed_on"))


def test_a_roll_makes_each_of_its_courses_once_at_the_office_that_sends_it(take_in, told, learners, haizhou_clerk):
    rows = [row(one) for one in learners[:3]] + [row(one, 培训项目="电商") for one in learners[3:5]]
    job = take_in("real_name_training", *rows)
    assert told(job) == {}
    made = TrainingCourse.objects.with_people(haizhou_clerk).order_by("pk")
    facts = made.values_list("name", "institution", "starts_on", "ends_on", "hours", "area__code", "people", "finished")
    assert list(facts) == [
        ("盲人按摩", "市一校", BEGUN, OVER, 80, "320706", 3, 3), ("电商", "市一校", BEGUN, OVER, 80, "320706", 2, 2),
    ]  # fmt: skip
    assert {one.job for one in made} == {job} and not list(breaches())


def test_a_later_roll_finds_the_course_and_another_county_makes_its_own(
    take_in, told, learners, make_person, donghai_clerk
):
    first = take_in("real_name_training", row(learners[0]))
    take_in("real_name_training", row(learners[1]))
    assert TrainingCourse.objects.get().job == first
    foreign = make_person("辛", area=DONGHAI_TOWN, category=4, grade=3)
    take_in("real_name_training", row(foreign), staff=donghai_clerk)
    assert list(TrainingCourse.objects.order_by("pk").values_list("area__code", flat=True)) == ["320706", "320722"]


def test_a_course_of_the_city_is_found_and_says_what_the_row_leaves_blank(take_in, told, learners, city_clerk):
    course = TrainingCourse(name="盲人按摩", institution="市一校", starts_on=BEGUN, ends_on=OVER, hours=80)
    record_course(by=city_clerk, course=course)
    job = take_in("real_name_training", row(learners[0], 培训结束日期="", 课时=""))
    assert told(job) == {} and TrainingCourse.objects.count() == 1
    one = CourseAttendance.objects.get()
    assert (one.course, one.ended_on, one.hours, one.completed_on) == (course, OVER, 80, OVER)


def test_rows_that_say_otherwise_than_their_course_are_found(take_in, told, learners):
    rows = [
        row(learners[0]),
        row(learners[1], 培训结束日期="2019-05-21"),
        row(learners[2], 课时="81"),
        row(learners[3], 实到课时="81"),
        row(learners[4], 实到课时="76"),
    ]
    job = take_in("real_name_training", *rows)
    assert told(job) == {3: "COURSE_DIFFERS", 4: "COURSE_DIFFERS", 5: "COURSE_HOURS"}
    facts = CourseAttendance.objects.values_list("person__name", "hours", "attended_hours")
    assert set(facts) == {("甲", 80, None), ("戊", 80, 76)}


def test_a_row_with_an_error_does_not_say_what_the_course_is_like(take_in, told, learners, make_person):
    uncertified = make_person("辛")
    rows = [row(uncertified, 培训结束日期="2019-05-30"), row(learners[0])]
    assert told(take_in("real_name_training", *rows)) == {2: "SERVICE_PROOF"}
    assert TrainingCourse.objects.get().ends_on == OVER


def test_the_day_of_finishing_is_read_only_of_who_finished(take_in, told, learners, counted):
    """结业日期 often stands in every row of a class, also of those who left it."""
    day = {"结业日期": "2019-05-25"}
    rows = [
        row(learners[0], 结业情况="已结业", **day),
        row(learners[1], 结业情况="中途退出", **day),
        row(learners[2], 结业情况="未结业", **day),
        row(learners[3], 结业情况="", **day),
        row(learners[4], 结业情况="", 证书编号="", **day),
        row(learners[5], 结业情况="", 证书编号=""),
        row(learners[6], 结业情况="已结业", 结业日期="2019-05-19"),
    ]
    job = take_in("real_name_training", *rows)
    assert told(job) == {6: "W_FINISHED_BY_DAY", 7: "W_NOT_FINISHED", 8: "FINISHED_EARLY"}
    day = date(2019, 5, 25)
    assert finished() == {"甲": day, "乙": None, "丙": None, "丁": day, "戊": day, "己": None}
    assert set(CourseAttendance.objects.values_list("ended_on", flat=True)) == {OVER}
    assert counted("services.persons", "real_name_training") == 3


def test_the_day_of_finishing_is_no_end_of_the_course(take_in, told, learners):
    job = take_in("real_name_training", row(learners[0], 培训结束日期="", 结业日期="2019-05-25"))
    assert told(job) == {} and finished() == {"甲": date(2019, 5, 25)}
    assert TrainingCourse.objects.get().ends_on is None and CourseAttendance.objects.get().ended_on is None


def test_undoing_a_roll_takes_away_the_courses_that_nobody_else_is_on(take_in, learners, haizhou_clerk):
    job = take_in("real_name_training", row(learners[0]), row(learners[1], 培训项目="电商"))
    take_in("real_name_training", row(learners[2], 培训项目="电商"))
    assert undo_import(by=haizhou_clerk, job=job, reason="项目填错") == 2
    assert TrainingCourse.objects.get().name == "电商"
    gone = CourseAttendance.objects.cancelled().order_by("pk")
    assert [(one.content, one.course_id is None) for one in gone] == [("盲人按摩", True), ("电商", False)]
    again = take_in("real_name_training", row(learners[0]), row(learners[1], 培训项目="电商"))
    assert again.applied_rows == 2 and TrainingCourse.objects.count() == 2


def test_a_course_corrected_after_the_roll_was_judged_is_followed(
    take_in, learners, haizhou_clerk, send, run_import, post
):
    take_in("real_name_training", row(learners[0]))
    headings = list(row(learners[1]))
    job = run_import(send(haizhou_clerk, "real_name_training", [headings, list(row(learners[1], 课时="").values())]))
    course = TrainingCourse.objects.get()
    course.hours = 60
    amend_course(by=haizhou_clerk, course=course)
    post(job)
    assert set(CourseAttendance.objects.values_list("hours", flat=True)) == {60} and not list(breaches())


@pytest.mark.parametrize("courses", [1, 30])
def test_a_roll_of_many_courses_is_judged_and_written_in_as_many_statements(
    courses, make_person, haizhou_clerk, django_assert_max_num_queries
):
    from lianyungang_cdpf.accounts.models import Area
    from lianyungang_cdpf.intake.kinds import Context, kind_named
    from lianyungang_cdpf.intake.models import ImportJob
    from lianyungang_cdpf.intake.tables import DataRow

    kind = kind_named("real_name_training")
    job = ImportJob.objects.create(
        kind=kind.code, staff=haizhou_clerk, area=Area.objects.get(code="320706"), file_name="a.xlsx", size=1,
        sha256="0" * 64,
    )  # fmt: skip
    rows = []
    for at in range(courses):
        person = make_person("甲", category=4, grade=3)
        values = {"name": "甲", "id_number": person.id_number, "content": f"第{at}期", "institution": "市一校",
                  "served_on": BEGUN, "ended_on": OVER, "certificate_no": "PX1"}  # fmt: skip
        rows.append(DataRow(None, at + 2, values, []))
    context = Context(haizhou_clerk)
    with django_assert_max_num_queries(45):
        outcomes = list(kind.judge(rows, context))
        assert not any(one.is_bad for one in outcomes)
        kind.apply(outcomes, context, job)
    assert TrainingCourse.objects.count() == CourseAttendance.objects.count() == courses
