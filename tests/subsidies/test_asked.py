"""Who only tells what they are is judged as a roll's row of the same person would be, and nobody is looked up."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.intake.kinds import Context
from lianyungang_cdpf.intake.periods import PERIODS
from lianyungang_cdpf.intake.tables import DataRow
from subsidies.asked import AGE_UNTOLD, NOT_STUDYING, Asked, Studies, answers
from subsidies.judging import RollJudge
from subsidies.loading import load_standards
from subsidies.models import Programme, ProgrammeCheck, Standard
from subsidies.yearly.grants import GrantJudge
from subsidies.yearly.policies import PolicyJudge
from subsidies.yearly.premiums import PremiumJudge
from tests.fixtures_city import HAIZHOU_TOWN, make_id

JUDGES = {"monthly": RollJudge, "pension": PremiumJudge, "insurance": PolicyJudge, "education": GrantJudge}
# born, category, grade, status of the certificate, hardship, hukou, draws a pension, stage of their own schooling
PEOPLE = [
    (1980, 4, 1, "valid", "低保", "rural", False, ""),
    (1980, 4, 2, "valid", "", "town", False, ""),
    (1980, 4, 3, "valid", "低保边缘", "", False, ""),
    (1980, 5, 3, "valid", "", "", False, ""),
    (1980, 6, 3, "valid", "特困", "", True, ""),
    (1980, 1, 4, "valid", "一户多残", "", False, ""),
    (1980, 1, 1, "expired", "低保", "", False, ""),
    (1980, 1, 1, "cancelled", "低保", "", True, ""),
    (1980, None, None, "", "低保", "", False, ""),
    (1930, 4, 1, "valid", "依老养残", "", False, ""),
    (2015, 2, 1, "valid", "低收入", "", False, "小学"),
    (2008, 7, 2, "valid", "低保", "rural", False, "高中"),
    (2008, 3, 4, "expired", "", "", False, "高中"),
]


@pytest.fixture
def office(city, haizhou_clerk):
    source = settings.BASE_DIR / "fixtures" / "demonstration-standards.json"
    load_standards(json.loads(source.read_text(encoding="utf-8")))
    return haizhou_clerk


def asked_of(born, category, grade, status, hardship, hukou, draws, stage):
    return Asked(
        born=date(born, 6, 7), certificate=(category, grade, status) if category else None,
        statuses=(hardship,) if hardship else (), hukou_type=hukou,
        area_path=Area.objects.get(code=HAIZHOU_TOWN).path, draws_pension=draws, stage=stage,
        studies=Studies.SELF if stage else Studies.NOBODY,
    )  # fmt: skip


def on_file(make_person, number, one):
    born, category, grade, status, hardship, hukou, *_ = one
    person = make_person(
        id_number=make_id(number, date(born, 6, 7)), category=category, grade=grade, hardship=hardship,
        hukou_type=hukou,
    )  # fmt: skip
    if category:
        person.certificates.update(status=status)
    return person


def codes_of_row(staff, person, programme, amount, draws, stage):
    """What the roll's own judge finds of a row of the person on file, with the amount."""
    month = localdate().replace(day=1)
    term = None if programme.period == "policy" else PERIODS[programme.period].holding(month)
    values = {"name": person.name, "id_number": person.id_number, "amount": amount}
    if programme.roll_type == "pension":
        values["drawing"] = "yes" if draws else "no"
    if programme.roll_type == "insurance":
        values |= {"starts_on": month, "ends_on": month.replace(year=month.year + 1), "policy_no": "P1"}
    if programme.roll_type == "education":
        values["stage"] = stage
    judge = JUDGES[programme.roll_type](programme, Context(staff=staff, month=term))
    (outcome,) = judge.judge([DataRow("表", 2, values, [])])
    return outcome.codes


@pytest.mark.parametrize("one", PEOPLE, ids=str)
def test_an_answer_is_what_the_rolls_judge_says_of_the_same_person(office, make_person, one):
    *_, draws, stage = one
    person = on_file(make_person, 7, one)
    for answer in answers(asked_of(*one), localdate()):
        if answer.programme.roll_type == "education" and not stage:
            assert answer.codes == (NOT_STUDYING,)
            continue
        amount = answer.standard.amount if answer.standard else Decimal("50.00")
        found = codes_of_row(office, person, answer.programme, amount, draws, stage)
        # A row also has an amount, which is wrong where there is none to be told.
        unlike = set(found) ^ set(answer.codes)
        assert not unlike or (answer.codes and unlike == {"AMOUNT_NOT_STANDARD"}), answer.programme.code


def test_the_table_has_somebody_for_and_against_each_programme(office):
    found = [answer for one in PEOPLE for answer in answers(asked_of(*one), localdate())]
    for programme in Programme.objects.all():
        assert {answer.qualifies for answer in found if answer.programme == programme} == {True, False}


def test_a_child_at_school_is_judged_by_the_parents_certificate(office, make_person):
    def grant(status):
        asked = Asked(
            date(1980, 6, 7), (4, 1, status), area_path="320700/", studies=Studies.CHILD, stage="高中"
        )  # fmt: skip
        return next(one for one in answers(asked, localdate()) if one.programme.code == "education_grant")

    assert (grant("valid").codes, grant("valid").standard.amount) == ((), Decimal("1000.00"))
    assert "PARENT_CERT_INVALID" in grant("expired").codes
    Programme.objects.filter(code="education_grant").update(age_to=20)
    assert grant("valid").codes == (AGE_UNTOLD,)


def test_a_relaxed_check_still_gives_nobody_a_claim(office):
    ProgrammeCheck.objects.filter(code="INELIGIBLE_GRADE").update(severity="warning")
    light = asked_of(1980, 1, 4, "valid", "", "", False, "")
    told = {one.programme.code: one.codes for one in answers(light, localdate())}
    assert told["nursing_subsidy"] == ("INELIGIBLE_GRADE",)


def test_the_standard_is_that_of_the_place(office):
    programme = Programme.objects.get(code="nursing_subsidy")
    area = Area.objects.get(code="320706")
    Standard.objects.create(programme=programme, effective_from=date(2018, 1, 1), grade=1, area=area, amount=777)
    for path, amount in ((area.path, 777), ("320700/320722/", 130)):
        asked = Asked(date(1980, 6, 7), (4, 1, "valid"), area_path=path)
        told = {one.programme.code: one for one in answers(asked, localdate())}
        assert told["nursing_subsidy"].standard.amount == amount


def test_no_record_of_people_is_read_and_nothing_is_written(office, make_person):
    make_person(category=4, grade=1)
    asked = Asked(date(1980, 6, 7), (4, 1, "valid"), studies=Studies.CHILD, stage="高中")
    with CaptureQueriesContext(connection) as counted:
        assert answers(asked, localdate())
    said = " ".join(query["sql"] for query in counted)
    assert all(query["sql"].startswith("SELECT") for query in counted) and len(counted) <= 25
    for table in ("beneficiaries_", "subsidies_payment", "subsidies_roll", "subsidies_educationgrant"):
        assert table not in said
