"""Who may be served on a day, by what the register says of that day: the one rule of forms and rolls."""

from datetime import date

import pytest

from beneficiaries.models import ChildDiagnosis
from services.fitness import served_facts, unfit
from services.models import HealthCheck, Service, ServiceKind
from tests.fixtures_city import make_id

TODAY, MARCH, AUGUST = date(2019, 9, 30), date(2019, 3, 4), date(2019, 8, 20)


@pytest.fixture
def speaks_against(city):
    """speaks_against(person, kind, day=MARCH): the codes of what speaks against it, warnings too."""

    def of(person, kind, day=MARCH):
        person.refresh_from_db()
        kind = ServiceKind.objects.get(code=kind)
        service = Service(kind=kind, person=person, served_on=day).settle()
        return list(unfit(kind, served_facts([person])[person.pk], service, TODAY))

    return of


@pytest.mark.parametrize("status", ["cancelled", "expired", "transferred_out"])
def test_a_certificate_that_ended_since_was_good_on_the_day_of_the_service(speaks_against, make_person, status):
    person = make_person(category=4, grade=2)
    person.certificates.update(status=status, valid_to=AUGUST)
    assert speaks_against(person, "real_name_training", MARCH) == []
    assert speaks_against(person, "real_name_training", AUGUST) == []
    assert speaks_against(person, "real_name_training", date(2019, 8, 21)) == ["SERVICE_PROOF"]


@pytest.mark.parametrize(
    ("status", "valid_to"),
    [("cancelled", None), ("cancelled", date(2025, 1, 1)), ("expired", None), ("frozen", AUGUST), ("frozen", None)],
)
def test_a_certificate_of_which_nobody_knows_when_it_ended_proves_nothing(
    speaks_against, make_person, status, valid_to
):
    person = make_person(category=4, grade=2)
    person.certificates.update(status=status, valid_to=valid_to)
    assert speaks_against(person, "real_name_training") == ["SERVICE_PROOF"]


def test_a_late_row_is_taken_in_as_the_form_takes_it(take_in, told, make_person):
    person = make_person("甲", category=4, grade=2)
    person.certificates.update(status="cancelled", valid_to=AUGUST)
    row = {"姓名": "甲", "身份证号": person.id_number, "体检机构": "县医院"}
    job = take_in("health_check", row | {"体检日期": "2019-03-04"}, row | {"体检日期": "2019-08-21"})
    assert list(told(job).values()) == ["SERVICE_DIAGNOSIS"]
    assert HealthCheck.objects.get().served_on == MARCH


@pytest.mark.parametrize("basis", ["family_member", "patient"])
def test_the_free_health_check_is_for_disabled_people(speaks_against, make_person, basis):
    assert speaks_against(make_person(basis=basis), "health_check") == ["SERVICE_DIAGNOSIS"]
    assert speaks_against(make_person(category=1, grade=4), "health_check") == []


@pytest.fixture
def child(make_person):
    """child(born, suspected=6, on=None): without a certificate, diagnosed on the day."""

    def make(born, suspected=6, on=None):
        person = make_person(id_number=make_id(1, born), basis="uncertified_child")
        ChildDiagnosis.objects.create(person=person, suspected_category=suspected, text="诊断", diagnosed_on=on)
        return person

    return make


@pytest.mark.parametrize(
    ("born", "diagnosed", "said"),
    [
        (date(2001, 3, 5), None, []),
        (date(2001, 3, 4), None, ["SERVICE_DIAGNOSIS"]),  # 18 on the day
        (date(2012, 6, 1), MARCH, []),
        (date(2012, 6, 1), date(2019, 3, 5), ["SERVICE_DIAGNOSIS"]),
    ],
)
def test_a_diagnosis_proves_for_a_child_and_from_its_day(speaks_against, child, born, diagnosed, said):
    assert speaks_against(child(born, on=diagnosed), "health_check") == said


@pytest.mark.parametrize(
    ("born", "category", "said"),
    [
        (date(2012, 3, 5), 5, []),  # six years old until the day after
        (date(2012, 3, 4), 5, ["SERVICE_CATEGORY"]),
        (date(2012, 3, 4), 4, []),
        (date(2012, 3, 4), 6, []),
        (date(2004, 3, 5), 2, ["SERVICE_CATEGORY"]),
    ],
)
def test_from_seven_on_training_is_for_limb_and_autism(speaks_against, make_person, born, category, said):
    person = make_person(id_number=make_id(1, born), category=category, grade=2)
    assert speaks_against(person, "child_rehab_training") == said


def test_from_seven_on_what_is_suspected_decides_of_a_child_without_a_certificate(speaks_against, child):
    suspected = child(date(2010, 1, 1), suspected=6)
    assert speaks_against(suspected, "child_rehab_training") == []
    suspected.diagnosis.delete()
    ChildDiagnosis.objects.create(person=suspected, suspected_category=5, text="诊断")
    assert speaks_against(suspected, "child_rehab_training") == ["SERVICE_CATEGORY"]


def test_the_limit_by_age_is_data_of_the_kind(speaks_against, make_person):
    person = make_person(id_number=make_id(1, date(2010, 1, 1)), category=5, grade=2)
    ServiceKind.objects.filter(code="child_rehab_training").update(older_categories=[4, 5, 6])
    assert speaks_against(person, "child_rehab_training") == []


@pytest.mark.parametrize(("grade", "said"), [(2, []), (3, ["SERVICE_CATEGORY"])])
def test_of_several_disabilities_the_parts_are_asked_whether_they_are_severe(speaks_against, make_person, grade, said):
    ServiceKind.objects.filter(code="culture_sport").update(proof="certificate", severe_categories=[1])
    person = make_person(category=7, grade=2)
    person.certificates.get().parts.create(category=1, grade=grade)
    assert speaks_against(person, "culture_sport") == said
