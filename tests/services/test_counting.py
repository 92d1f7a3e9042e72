"""Targets that services move, in the words of their counting rules (targets-2019.json), with their traps."""

from datetime import date

import pytest

from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.recount import recount
from lianyungang_cdpf.targets.tallies import figures, refresh
from services.models import DeviceType, Service, ServiceKind
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, HAIZHOU, make_id

CHILD = date(2012, 6, 1)


@pytest.fixture
def target(city):
    def of(key):
        return Target.objects.select_related("plan").get(plan__year=2019, key=key)

    return of


@pytest.fixture
def reached(target):
    """reached(key): the city's figure of the target at the end of the year, by tally and by recount alike."""

    def figure(key):
        one = target(key)
        refresh([one])
        told = figures([one], ["320700/"]).get((one.pk, "320700/"), [0] * 12)
        assert told == recount(one).get("320700/", [0] * 12)
        return told[-1]

    return figure


@pytest.fixture
def household_of():
    from beneficiaries.models import Household, HouseholdMember

    def make(head, *others):
        household = Household.objects.create(area=head.area)
        for person in (head, *others):
            relation = "head" if person is head else "child"
            HouseholdMember.objects.create(household=household, person=person, relation=relation)
        return household

    return make


# -- 11 儿童康复训练: distinct children trained in the year, aged 0-14 on the day of admission ------------------------


def test_a_child_trained_twice_in_a_year_counts_once(make_service, make_person, reached):
    child, other = (make_person(id_number=make_id(number, CHILD)) for number in (1, 2))
    for month in (2, 8):
        make_service(child, "child_rehab_training", date(2019, month, 1))
    make_service(other, "child_rehab_training", date(2019, 5, 1))
    assert reached("child_rehab_training") == 2


def test_a_training_from_last_year_counts_when_it_went_on_in_this_one(make_service, make_person, reached):
    went_on, ended, is_open = (make_person(id_number=make_id(number, CHILD)) for number in (1, 2, 3))
    begun = date(2018, 11, 1)
    make_service(went_on, "child_rehab_training", begun, ended_on=date(2019, 3, 31))
    make_service(ended, "child_rehab_training", begun, ended_on=date(2018, 12, 31))
    make_service(is_open, "child_rehab_training", begun)
    assert reached("child_rehab_training") == 1


def test_a_training_taken_back_counts_no_more(make_service, make_person, cancelled, reached):
    training = make_service(make_person(id_number=make_id(1, CHILD)), "child_rehab_training")
    assert reached("child_rehab_training") == 1
    cancelled(training)
    assert reached("child_rehab_training") == 0


# -- 12 白内障手术: operated eyes ------------------------------------------------------------------------------------


def test_two_eyes_are_two_cases(make_service, make_person, reached):
    patient = make_person()
    for eye in ("left", "right"):
        make_service(patient, "cataract_surgery", eye=eye)
    assert reached("cataract_surgery") == 2


def test_a_surgery_counts_where_the_patient_lived_then(make_service, make_person, counted):
    patient = make_person()
    make_service(patient, "cataract_surgery", eye="left")
    patient.area = type(patient.area).objects.get(code=DONGHAI_TOWN)
    patient.save()
    make_service(patient, "cataract_surgery", date(2019, 9, 1), eye="right")
    assert [counted("services.cases", "cataract_surgery", area=area) for area in (HAIZHOU, DONGHAI)] == [1, 1]


# -- 14 辅具: pieces signed for --------------------------------------------------------------------------------------


def test_devices_count_by_pieces_once_signed_for(make_service, make_person, reached):
    person, wheelchair = make_person(), DeviceType.objects.get(code="wheelchair")
    signed = date(2019, 3, 5)
    make_service(person, "assistive_devices", device=wheelchair, quantity=2, signed_on=signed)
    cane = DeviceType.objects.get(code="white_cane")
    make_service(person, "assistive_devices", device=cane, quantity=3, signed_on=signed)
    make_service(person, "assistive_devices", date(2019, 4, 1), device=cane, quantity=7)
    assert reached("assistive_devices") == 5


@pytest.mark.parametrize("nature", ["loan", "exchange", "repair", "return"])
def test_only_what_is_handed_out_for_good_counts(nature, make_service, make_person, reached):
    wheelchair = DeviceType.objects.get(code="wheelchair")
    make_service(
        make_person(), "assistive_devices", device=wheelchair, nature=nature, quantity=4, signed_on=date(2019, 3, 5)
    )
    assert Service.objects.count() == 1 and reached("assistive_devices") == 0


def test_a_device_handed_out_in_december_and_signed_for_in_january_counts_next_year(make_service, make_person, counted):
    wheelchair = DeviceType.objects.get(code="wheelchair")
    make_service(make_person(), "assistive_devices", date(2018, 12, 30), device=wheelchair, signed_on=date(2019, 1, 2))
    assert [counted("services.pieces", "assistive_devices", year) for year in (2018, 2019)] == [0, 1]


# -- what an administrator adds --------------------------------------------------------------------------------------


def test_a_new_kind_is_counted_in_any_of_the_plain_ways(make_service, make_person, counted, household_of):
    ServiceKind.objects.create(code="chess", name="象棋进社区", unit="人次", is_per_household=True)
    first, second = make_person(), make_person("李四")
    household = household_of(first, second)
    for person, day in ((first, 1), (first, 2), (second, 2)):
        make_service(person, "chess", date(2019, 4, day), quantity=5, household=household)
    ways = ("persons", "person_times", "pieces", "households")
    assert [counted(f"services.{way}", "chess") for way in ways] == [2, 3, 15, 1]


# -- 10 体检, 13 精神病人救助: distinct persons of the year ------------------------------------------------------------


def test_somebody_examined_twice_counts_once(make_service, make_person, reached):
    person = make_person()
    for month in (3, 9):
        make_service(person, "health_check", date(2019, month, 1))
    make_service(make_person("李四"), "health_check", date(2018, 12, 31))
    assert reached("health_check") == 1


def test_medication_and_hospital_are_one_person(make_service, make_person, cancelled, reached):
    person, other, from_last_year = make_person(), make_person("李四"), make_person("王五")
    make_service(person, "psychiatric_aid", date(2019, 1, 5), mode="medication", months=6)
    make_service(person, "psychiatric_aid", date(2019, 8, 1), mode="inpatient", months=1)
    cancelled(make_service(other, "psychiatric_aid", date(2019, 8, 1), mode="inpatient"))
    make_service(from_last_year, "psychiatric_aid", date(2018, 10, 1), mode="medication", ended_on=date(2019, 3, 31))
    assert reached("psychiatric_aid") == 2


# -- 15 无障碍改造: households accepted in the year --------------------------------------------------------------------


@pytest.fixture
def modified(make_service):
    def make(person, household, accepted="passed", on=date(2019, 6, 20), **fields):
        return make_service(
            person, "home_accessibility", household=household, acceptance=accepted, accepted_on=on, content="坡道",
            **fields,
        )  # fmt: skip

    return make


def test_two_members_of_a_household_are_one_household(modified, make_person, household_of, reached):
    first, second, third = (make_person(name) for name in ("甲", "乙", "丙"))
    household = household_of(first, second)
    modified(first, household)
    modified(second, household, on=date(2019, 8, 1))
    modified(third, household_of(third))
    assert reached("home_accessibility") == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"accepted": "pending", "on": None},
        {"accepted": "failed"},
        {"on": date(2020, 1, 2)},
        {"devices_only": True},
    ],
)
def test_only_works_accepted_in_the_year_count(fields, modified, make_person, household_of, reached):
    person = make_person()
    modified(person, household_of(person), **fields)
    assert reached("home_accessibility") == 0
