"""Targets 3, 16, 17 and 18 in the words of their counting rules (targets-2019.json), with their traps; other aid."""

from datetime import date

import pytest

from beneficiaries.departures import record_death
from beneficiaries.models import Person
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.recount import recount
from lianyungang_cdpf.targets.tallies import figures, refresh
from services.models import Service, ServiceKind
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, HAIZHOU


@pytest.fixture
def reached(city):
    """reached(key): the city's figure of the 2019 target at the end of the year, by tally and by recount alike."""

    def figure(key):
        target = Target.objects.select_related("plan").get(plan__year=2019, key=key)
        refresh([target])
        told = figures([target], ["320700/"]).get((target.pk, "320700/"), [0] * 12)
        assert told == recount(target).get("320700/", [0] * 12)
        return told[-1]

    return figure


# -- 3 托养: distinct persons in care in the year, whatever the mode ---------------------------------------------------


def test_who_changes_the_mode_of_care_in_the_year_is_one_person(make_service, make_person, reached):
    person, other = make_person(), make_person("李四")
    make_service(person, "respite_care", date(2019, 1, 1), mode="residential", ended_on=date(2019, 4, 30))
    make_service(person, "respite_care", date(2019, 5, 1), mode="day", ended_on=date(2019, 8, 31))
    make_service(person, "respite_care", date(2019, 9, 1), mode="home")
    make_service(other, "respite_care", date(2019, 9, 1), mode="home")
    assert reached("respite_care") == 2


def test_care_over_new_year_counts_in_both_years(make_service, make_person, counted):
    make_service(make_person(), "respite_care", date(2018, 11, 1), mode="day", ended_on=date(2019, 2, 28))
    years = (2017, 2018, 2019, 2020)
    assert [counted("services.persons_going_on", "respite_care", year) for year in years] == [0, 1, 1, 0]


@pytest.mark.parametrize(("until", "figure"), [(None, 1), (date(2019, 1, 1), 1), (date(2018, 12, 31), 0)])
def test_who_has_not_left_is_still_in_care(until, figure, make_service, make_person, reached):
    make_service(make_person(), "respite_care", date(2017, 11, 1), mode="residential", ended_on=until)
    assert reached("respite_care") == figure


def test_care_that_was_taken_back_counts_no_more(make_service, make_person, cancelled, reached):
    placement = make_service(make_person(), "respite_care", mode="day")
    assert reached("respite_care") == 1
    cancelled(placement)
    assert reached("respite_care") == 0


def test_care_counts_where_the_person_lived_then(make_service, make_person, counted):
    person = make_person()
    make_service(person, "respite_care", mode="day")
    person.area = type(person.area).objects.get(code=DONGHAI_TOWN)
    person.save()
    make_service(person, "respite_care", date(2019, 9, 1), mode="residential")
    places = (HAIZHOU, DONGHAI, "320700")
    assert [counted("services.persons_going_on", "respite_care", area=area) for area in places] == [1, 1, 1]


# -- 16 实名制培训: distinct persons who finished a course in the year ------------------------------------------------


def test_two_courses_are_one_person_and_two_person_times(make_service, make_person, counted, reached):
    person = make_person()
    for month, course in ((3, "盲人按摩"), (6, "电商客服")):
        finished = date(2019, month, 28)
        make_service(person, "real_name_training", date(2019, month, 1), content=course, completed_on=finished)
    assert reached("real_name_training") == 1
    assert counted("services.person_times", "real_name_training") == 2


def test_a_course_that_was_not_finished_does_not_count(make_service, make_person, reached):
    make_service(make_person(), "real_name_training", ended_on=date(2019, 4, 30))
    assert Service.objects.count() == 1 and reached("real_name_training") == 0


def test_a_course_counts_in_the_year_in_which_it_was_finished(make_service, make_person, counted):
    make_service(make_person(), "real_name_training", date(2018, 12, 1), completed_on=date(2019, 1, 15))
    assert [counted("services.persons", "real_name_training", year) for year in (2018, 2019)] == [0, 1]


# -- 17 新增实名制就业: distinct persons newly employed, not employed on 31 December before ---------------------------


def test_re_employment_in_the_year_counts_once(make_service, make_person, reached):
    person = make_person()
    make_service(person, "new_employment", date(2019, 3, 1), institution="甲公司", ended_on=date(2019, 6, 30))
    make_service(person, "new_employment", date(2019, 8, 1), institution="乙公司")
    assert reached("new_employment") == 1


@pytest.mark.parametrize(
    ("until", "figure"),
    [(None, 0), (date(2019, 1, 31), 0), (date(2018, 12, 31), 0), (date(2018, 12, 30), 1)],
)
def test_who_was_employed_at_the_end_of_last_year_is_not_new(until, figure, make_service, make_person, reached):
    person = make_person()
    make_service(person, "new_employment", date(2017, 5, 1), institution="旧单位", ended_on=until)
    make_service(person, "new_employment", date(2019, 2, 1), institution="新单位")
    assert reached("new_employment") == figure


def test_an_older_employment_recorded_or_taken_back_later_moves_the_figure(
    make_service, make_person, cancelled, reached
):
    person = make_person()
    make_service(person, "new_employment", date(2019, 2, 1), institution="新单位")
    assert reached("new_employment") == 1
    older = make_service(person, "new_employment", date(2016, 5, 1), institution="旧单位")
    assert reached("new_employment") == 0
    cancelled(older)
    assert reached("new_employment") == 1


def test_who_is_said_to_have_been_employed_does_not_count_now_and_next_year_neither(make_service, make_person, counted):
    person = make_person()
    make_service(person, "new_employment", date(2019, 2, 1), institution="甲公司", was_employed=True)
    make_service(person, "new_employment", date(2020, 3, 1), institution="乙公司")
    assert [counted("services.newly_employed", "new_employment", year) for year in (2019, 2020)] == [0, 0]


def test_supported_and_new_employment_are_counted_apart(make_service, make_person, reached):
    person = make_person()
    make_service(person, "supported_employment", date(2018, 5, 1), ended_on=date(2019, 3, 31))
    make_service(person, "new_employment", date(2019, 4, 1), institution="甲公司")
    assert (reached("supported_employment"), reached("new_employment")) == (1, 1)


# -- 18 辅助性就业: distinct persons at work in an organisation in the year -------------------------------------------


def test_a_supported_worker_of_two_organisations_is_one_person(make_service, make_person, reached):
    person = make_person()
    make_service(person, "supported_employment", date(2019, 1, 5), institution="甲之家", ended_on=date(2019, 5, 31))
    make_service(person, "supported_employment", date(2019, 6, 1), institution="乙之家")
    assert reached("supported_employment") == 1


@pytest.mark.parametrize(("until", "figure"), [(None, 1), (date(2019, 1, 1), 1), (date(2018, 12, 31), 0)])
def test_who_works_on_from_last_year_counts_and_who_left_does_not(until, figure, make_service, make_person, reached):
    make_service(make_person(), "supported_employment", date(2017, 5, 1), ended_on=until)
    assert reached("supported_employment") == figure


# -- other aid: kinds that a plan may put numbers on -----------------------------------------------------------------


def test_a_new_kind_of_activity_is_a_target_without_code(make_service, make_person, reached, city_clerk):
    ServiceKind.objects.create(code="culture", name="残疾人文化活动", unit="人次")
    pattern = Target.objects.get(plan__year=2019, key="respite_care")
    Target.objects.create(
        plan=pattern.plan, number=26, key="culture", name="残疾人文化活动", group=pattern.group, unit="人次", goal=5000,
        metric="services.person_times", kind="culture", progress_mode="cumulative_flow",
    )  # fmt: skip
    person = make_person()
    for day in (1, 2, 3):
        make_service(person, "culture", date(2019, 5, day), content="合唱")
    assert reached("culture") == 3


@pytest.mark.parametrize(
    ("kind", "way", "figure"),
    [
        ("medical_aid", "person_times", 2), ("poverty_relief", "persons", 1), ("entrepreneurship", "persons", 1),
        ("culture_sport", "person_times", 2), ("housing_aid", "households", 1),
    ],
)  # fmt: skip
def test_the_aid_that_the_report_names_can_be_counted(kind, way, figure, make_service, make_person, counted):
    from beneficiaries.models import Household, HouseholdMember

    person = make_person()
    household = Household.objects.create(area=person.area)
    HouseholdMember.objects.create(household=household, person=person, relation="head")
    for day in (1, 2):
        make_service(person, kind, date(2019, 5, day), household=household)
    assert counted(f"services.{way}", kind) == figure


@pytest.mark.parametrize("gone", ["died_on", "moved_out_on"])
def test_who_died_or_left_is_not_in_care_in_later_years(gone, make_service, make_person, haizhou_clerk, counted):
    person = make_person(category=4, grade=1)
    make_service(person, "respite_care", date(2018, 3, 1), mode="residential")
    years = (2018, 2019)
    assert [counted("services.persons_going_on", "respite_care", year) for year in years] == [1, 1]
    Person.objects.filter(pk=person.pk).update(**{gone: date(2018, 6, 1)})
    assert [counted("services.persons_going_on", "respite_care", year) for year in years] == [1, 0]


def test_a_death_moves_the_board(make_service, make_person, haizhou_clerk, reached):
    person = make_person(category=4, grade=1)
    make_service(person, "respite_care", date(2018, 3, 1), mode="residential")
    assert reached("respite_care") == 1
    record_death(by=haizhou_clerk, person=person, died_on=date(2018, 6, 1), source="家属")
    assert reached("respite_care") == 0


def test_who_was_employed_by_one_record_of_the_year_is_not_new_by_another(make_service, make_person, reached):
    person = make_person(category=4, grade=3)
    make_service(person, "new_employment", date(2019, 8, 1), institution="乙公司")
    assert reached("new_employment") == 1
    make_service(person, "new_employment", date(2019, 2, 1), institution="甲公司", was_employed=True)
    assert reached("new_employment") == 0
