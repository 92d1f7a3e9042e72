"""Target 7: who is of school age on a day, who of them goes to school, and the traps of both sets."""

from datetime import date

import pytest

from beneficiaries.models import Certificate
from services.schooling import enrolled_children, school_age_children, unenrolled_children
from tests.fixtures_city import make_id

DAY = date(2019, 10, 1)


@pytest.fixture
def make_child(make_person):
    numbers = iter(range(100))

    def make(name, born=date(2010, 5, 1), **fields):
        values = {"category": 5, "grade": 2, **fields}
        return make_person(name, id_number=make_id(next(numbers), born), **values)

    return make


@pytest.fixture
def enrol(make_service):
    def written(child, schooling, day=date(2019, 9, 10), school_year=2019, **fields):
        told = {"school": "实验小学"} if schooling.endswith(("class", "school", "teaching")) else {"reason": "重病"}
        values = {"schooling": schooling, "school_year": school_year, **told, **fields}
        return make_service(child, "compulsory_enrolment_rate", day, **values)

    return written


def names(people):
    return set(people.values_list("name", flat=True))


@pytest.mark.parametrize(
    ("born", "is_of_age"),
    [
        (date(2013, 10, 1), True), (date(2013, 10, 2), False),  # six that day, and the day after
        (date(2003, 10, 2), True), (date(2003, 10, 1), False),  # sixteen the day after, and that day
    ],
)  # fmt: skip
def test_school_age_is_6_to_15_on_the_day(born, is_of_age, make_child):
    make_child("甲", born)
    assert school_age_children(DAY).exists() is is_of_age


def test_the_denominator_is_disabled_children_who_are_here(make_child):
    make_child("在校")
    make_child("未持证", category=None, basis="uncertified_child")
    make_child("亲属", category=None, basis="family_member")
    make_child("已故", died_on=DAY)
    make_child("以后去世", died_on=date(2019, 10, 2))
    make_child("迁出", moved_out_on=date(2019, 9, 1))
    Certificate.objects.filter(person=make_child("证已注销")).update(status="cancelled")
    assert names(school_age_children(DAY)) == {"在校", "未持证", "以后去世"}


def test_regular_special_and_home_teaching_are_enrolled_and_a_deferral_is_in_neither_set(make_child, enrol):
    for way in ("inclusive_class", "special_school", "home_teaching", "not_enrolled", "deferred"):
        enrol(make_child(way), way)
    make_child("没有登记")
    assert names(enrolled_children(DAY)) == {"inclusive_class", "special_school", "home_teaching"}
    assert names(unenrolled_children(DAY)) == {"not_enrolled", "没有登记"}
    assert school_age_children(DAY).count() == 5


def test_only_the_roster_of_the_days_school_year_as_written_by_then_counts(make_child, enrol, cancelled):
    enrol(make_child("去年"), "inclusive_class", date(2018, 9, 10), school_year=2018)
    enrol(make_child("以后"), "inclusive_class", date(2019, 10, 2))
    cancelled(enrol(make_child("已撤销"), "inclusive_class"))
    enrol(make_child("今年"), "inclusive_class")
    assert names(enrolled_children(DAY)) == {"今年"}
    assert names(enrolled_children(date(2019, 6, 1))) == {"去年"}


def test_who_is_too_old_goes_to_school_and_counts_in_neither_set(make_child, enrol):
    enrol(make_child("超龄", date(2003, 1, 1)), "special_school")
    assert not enrolled_children(DAY).exists() and not school_age_children(DAY).exists()
