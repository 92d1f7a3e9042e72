"""Who is owed a month, who was paid without a claim: each rule with its trap, in agreement with a roll's judge."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beneficiaries.identity import certificate_digest
from beneficiaries.models import Certificate, HardshipStatus
from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.intake.kinds import Context
from lianyungang_cdpf.intake.tables import DataRow
from subsidies.judging import RollJudge
from subsidies.models import Payment, PaymentAcceptance, Programme, ProgrammeCheck, Standard
from subsidies.owed.claims import both, owed_in, undue_in
from subsidies.owed.lines import lines
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, HAIZHOU_TOWN
from tests.subsidies.owed.conftest import MARCH

APRIL = date(2019, 4, 1)


def owed(staff, month=MARCH, programme="hardship_subsidy", place=None):
    found = owed_in(staff, Programme.objects.get(code=programme), month, place)
    return {line.person.pk: line.amount for line in found.lines}


def undue(staff, month=MARCH, programme="hardship_subsidy"):
    found = undue_in(staff, Programme.objects.get(code=programme), month, None)
    return {line.person.pk: line.codes for line in found.lines}


def certify(person, grade, valid_from=None, valid_to=None, status="valid", category=4):
    number = f"{person.id_number}{category}{grade}"
    return Certificate.objects.create(
        person=person, number=number, number_digest=certificate_digest(number), category=category, grade=grade,
        valid_from=valid_from, valid_to=valid_to, status=status,
    )  # fmt: skip


# -- owed ------------------------------------------------------------------------------------------------------------


def test_who_qualifies_and_was_not_paid_is_owed_the_standard_of_the_month(haizhou_clerk, poor, make_roll):
    unpaid, paid = poor("未发"), poor("已发")
    make_roll(paid)
    assert owed(haizhou_clerk) == {unpaid.pk: Decimal("370.00")}
    assert owed(haizhou_clerk, APRIL).keys() == {unpaid.pk, paid.pk}


def test_a_payment_taken_back_leaves_the_month_owed(haizhou_clerk, poor, make_roll):
    person = poor()
    make_roll(person).payments.update(live=False)
    assert owed(haizhou_clerk).keys() == {person.pk}


def test_a_payment_of_another_programme_leaves_the_month_owed(haizhou_clerk, poor, make_roll):
    person = poor()
    make_roll(person, programme="nursing_subsidy")
    assert owed(haizhou_clerk).keys() == {person.pk}
    assert owed(haizhou_clerk, programme="nursing_subsidy") == {}


def test_the_month_of_death_and_of_moving_out_is_the_last_that_is_owed(haizhou_clerk, poor):
    poor("已故", died_on=date(2019, 2, 28)), poor("迁出", moved_out_on=date(2019, 2, 28))
    dying, moving = poor("当月故", died_on=MARCH), poor("当月迁", moved_out_on=MARCH)
    assert owed(haizhou_clerk).keys() == {dying.pk, moving.pk}


@pytest.mark.parametrize("status", ["expired", "cancelled", "frozen", "transferred_out"])
def test_who_has_no_valid_certificate_is_owed_nothing(haizhou_clerk, poor, make_person, status):
    poor().certificates.update(status=status)
    make_person("未持证儿童", basis="uncertified_child", hardship="低保")
    lapsed = make_person("到期", hardship="低保")
    certify(lapsed, 1, date(2009, 3, 1), date(2019, 2, 28))
    assert owed(haizhou_clerk) == {}
    assert owed(haizhou_clerk, date(2019, 2, 1)).keys() == {lapsed.pk}


def test_of_two_grades_the_one_in_force_in_the_month_says_how_much(haizhou_clerk, poor, make_person):
    person = make_person(hardship="低保")
    certify(person, 1, date(2015, 1, 1), date(2019, 3, 31))
    certify(person, 2, APRIL)
    assert owed(haizhou_clerk) == {person.pk: Decimal("370.00")}
    assert owed(haizhou_clerk, APRIL) == {person.pk: Decimal("300.00")}


def test_a_hardship_that_ended_last_month_gives_no_claim(haizhou_clerk, poor):
    ended, last_day = poor("甲", hardship=""), poor("乙", hardship="")
    HardshipStatus.objects.create(person=ended, status="低保", valid_to=date(2019, 2, 28))
    HardshipStatus.objects.create(person=last_day, status="低保", valid_to=MARCH)
    assert owed(haizhou_clerk).keys() == {last_day.pk}


def test_a_check_that_the_programme_has_relaxed_gives_nobody_a_claim(haizhou_clerk, poor, living):
    poor("普通", hardship="普通"), poor("已故", died_on=date(2019, 2, 1))
    for code in ("INELIGIBLE_HOUSEHOLD", "PERSON_DEAD"):
        ProgrammeCheck.objects.update_or_create(programme=living, code=code, defaults={"severity": "ignore"})
    assert owed(haizhou_clerk) == {}


def test_who_qualifies_without_a_standard_is_counted_and_not_listed(haizhou_clerk, poor, living):
    poor()
    Standard.objects.filter(programme=living).update(effective_from=APRIL, effective_to=None)
    found = owed_in(haizhou_clerk, living, MARCH, None)
    assert (found.lines, found.without_standard) == ([], 1)


def test_who_was_paid_by_another_county_is_counted_there_and_owed_nothing(haizhou_clerk, city_clerk, poor, make_roll):
    person, others = poor(), poor("未发")
    make_roll(person, area=DONGHAI).payments.update(area=Area.objects.get(code=DONGHAI_TOWN))
    found = owed_in(haizhou_clerk, Programme.objects.get(code="hardship_subsidy"), MARCH, None)
    assert [line.person.pk for line in found.lines] == [others.pk]
    assert found.elsewhere == 1
    assert owed_in(city_clerk, Programme.objects.get(code="hardship_subsidy"), MARCH, None).elsewhere == 0


def test_everybody_sees_the_people_of_their_own_place(haizhou_clerk, donghai_clerk, city_clerk, make_staff, poor):
    here, there = poor("甲"), poor("乙", area=DONGHAI_TOWN)
    zone = Zone.objects.filter(areas__level="town").distinct().first()
    zoned = poor("丙", area=zone.areas.filter(level="town").first().code)
    zone_clerk = make_staff("zone", zone.key)
    assert owed(zone_clerk).keys() == {zoned.pk}
    assert here.pk in owed(haizhou_clerk) and there.pk not in owed(haizhou_clerk)
    assert there.pk in owed(donghai_clerk) and here.pk not in owed(donghai_clerk)
    assert owed(city_clerk).keys() == {here.pk, there.pk, zoned.pk}


def test_a_place_narrows_the_list_to_who_lives_there(city_clerk, poor):
    here, there = poor("甲"), poor("乙", area=DONGHAI_TOWN)
    assert owed(city_clerk, place=Area.objects.get(code=HAIZHOU_TOWN)).keys() == {here.pk}
    assert owed(city_clerk, place=Area.objects.get(code=DONGHAI)).keys() == {there.pk}


# -- paid without a claim --------------------------------------------------------------------------------------------


def test_who_was_paid_and_does_not_qualify_is_listed_with_every_reason(haizhou_clerk, poor, make_roll, make_person):
    dead = poor("已故", died_on=date(2019, 2, 11), hardship="普通")
    moved = poor("迁出", moved_out_on=date(2019, 2, 12))
    lapsed, bare = make_person("到期", hardship="低保"), make_person("无证", hardship="低保")
    certify(lapsed, 1, date(2009, 3, 1), date(2019, 2, 28))
    make_roll(dead, moved, lapsed, bare, poor("正常"))
    assert undue(haizhou_clerk) == {
        dead.pk: ("PERSON_DEAD", "INELIGIBLE_HOUSEHOLD"), moved.pk: ("WRONG_DISTRICT",),
        lapsed.pk: ("CERT_EXPIRED",), bare.pk: ("INELIGIBLE_GRADE",),
    }  # fmt: skip


def test_a_grade_that_the_programme_does_not_ask_for_is_no_claim(haizhou_clerk, poor, make_roll):
    light, mental, unpaid = poor("肢体三级", grade=3), poor("精神三级", grade=3, category=6), poor("未发", grade=3)
    make_roll(light, mental, programme="nursing_subsidy", amount="80.00")
    assert undue(haizhou_clerk, programme="nursing_subsidy") == {light.pk: ("INELIGIBLE_GRADE",)}
    assert unpaid.pk not in owed(haizhou_clerk, programme="nursing_subsidy")


def test_a_payment_taken_back_or_of_another_month_is_not_listed(haizhou_clerk, poor, make_roll):
    make_roll(poor("撤销", hardship="普通")).payments.update(live=False)
    make_roll(poor("四月", hardship="普通"), month=APRIL, reference="R-2")
    assert undue(haizhou_clerk) == {}


def test_what_a_reviewer_accepted_is_no_reason(haizhou_clerk, make_staff, poor, make_roll):
    person, other = poor("甲"), poor("乙")
    Certificate.objects.filter(person__in=[person, other]).update(status="expired")
    make_roll(person, other)
    PaymentAcceptance.objects.create(
        payment=Payment.objects.get(person=person), codes="NAME_MISMATCH,CERT_EXPIRED", reason="换证办理中，已见回执",
        accepted_by=make_staff("reviewer", role="district_reviewer"), accepted_at="2019-03-05T00:00:00Z",
        uploaded_by=haizhou_clerk,
    )  # fmt: skip
    assert undue(haizhou_clerk) == {other.pk: ("CERT_EXPIRED",)}


def test_a_check_that_the_programme_has_relaxed_calls_nothing_back(haizhou_clerk, poor, make_roll, living):
    make_roll(poor(hardship="普通"))
    check = {"programme": living, "code": "INELIGIBLE_HOUSEHOLD"}
    ProgrammeCheck.objects.update_or_create(**check, defaults={"severity": "warning"})
    assert undue(haizhou_clerk) == {}


def test_who_moved_to_another_county_after_being_paid_is_only_counted(haizhou_clerk, donghai_clerk, poor, make_roll):
    person = poor(hardship="普通")
    make_roll(person)
    person.area = Area.objects.get(code=DONGHAI_TOWN)
    person.save()
    found = undue_in(haizhou_clerk, Programme.objects.get(code="hardship_subsidy"), MARCH, None)
    assert (found.lines, found.elsewhere) == ([], 1)
    assert undue(donghai_clerk) == {}


# -- both ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def mixed(poor, make_person, make_roll):
    """People of all sorts, some of them paid for March."""
    people = [
        poor(f"人{number}", category=category, grade=grade, hardship=hardship, area=area)
        for number, (category, grade, hardship, area) in enumerate(
            (category, grade, hardship, area)
            for category in (1, 5)
            for grade in (1, 2, 3, 4)
            for hardship in ("低保", "一户多残", "普通", "")
            for area in (HAIZHOU_TOWN, DONGHAI_TOWN)
        )
    ]
    people += [poor("已故", died_on=date(2019, 2, 1)), poor("迁出", moved_out_on=date(2019, 2, 1))]
    people += [make_person("无证", hardship="低保")]
    expiring = make_person("换证", hardship="低保")
    certify(expiring, 1, date(2009, 1, 1), date(2019, 3, 10), category=4)
    certify(expiring, 2, date(2019, 3, 11), category=4)
    make_roll(*people[::5])
    make_roll(*people[::4], programme="nursing_subsidy", reference="R-2")
    return [*people, expiring]


@pytest.mark.parametrize("programme", ["hardship_subsidy", "nursing_subsidy"])
def test_exactly_those_owed_are_valid_on_a_roll_with_the_amount_said(
    city_clerk, haizhou_clerk, donghai_clerk, mixed, programme
):
    """One row for each person, with the amount that is owed, or any for who is owed nothing."""
    programme = Programme.objects.get(code=programme)
    amounts = set(Standard.objects.filter(programme=programme).values_list("amount", flat=True))
    for staff in (city_clerk, haizhou_clerk, donghai_clerk):
        said = owed(staff, programme=programme.code)
        valid = {}
        for amount in amounts:
            rows = [
                DataRow("表", number, {"name": one.name, "id_number": one.id_number, "amount": amount}, [])
                for number, one in enumerate(mixed)
            ]
            outcomes = RollJudge(programme, Context(staff=staff, month=MARCH)).judge(rows)
            valid |= {mixed[one.row].pk: amount for one in outcomes if not one.codes and not one.warnings}
        assert said == valid and len(said) > 1


def test_the_summary_is_both_lists_of_the_whole_place(city_clerk, mixed, living):
    for_all = both(city_clerk, living, MARCH)
    each = owed_in(city_clerk, living, MARCH, None), undue_in(city_clerk, living, MARCH, None)
    for whole, alone in zip(for_all, each, strict=True):
        assert [(one.person.pk, one.amount, one.codes) for one in whole.lines] == [
            (one.person.pk, one.amount, one.codes) for one in alone.lines
        ]
        assert whole.total == sum(one.amount for one in alone.lines) > 0


def test_the_number_of_statements_does_not_grow_with_the_people(city_clerk, living, poor, make_roll):
    def statements():
        with CaptureQueriesContext(connection) as asked:
            both(city_clerk, living, MARCH)
        return len(asked)

    poor("甲"), make_roll(poor("乙", hardship="普通"))
    few = statements()
    for number in range(12):
        poor(f"人{number}", area=(HAIZHOU_TOWN, DONGHAI_TOWN)[number % 2])
    make_roll(*(poor(f"退{number}", hardship="普通") for number in range(6)), reference="R-2")
    assert statements() == few <= 12


def test_each_line_says_the_rule_by_which_or_against_which(haizhou_clerk, living, poor, make_roll, make_person):
    poor("应补")
    dead, lapsed = poor("已故", died_on=date(2019, 2, 11)), make_person("到期", hardship="低保")
    certify(lapsed, 1, date(2009, 3, 1), MARCH - timedelta(days=1))
    make_roll(dead, lapsed, poor("普通", hardship="普通"), make_person("无证"))
    found, paid = both(haizhou_clerk, living, MARCH)
    (line,) = lines(found.lines, living, haizhou_clerk)
    assert (line.certificate, line.hardship) == ("肢体一级", "低保")
    assert line.why.startswith("残疾人证：各类别一级、二级、三级、四级。困难情况：低保。标准：370.00 元，")
    why = {one.person.name: one.why for one in lines(paid.lines, living, haizhou_clerk)}
    assert why["已故"] == "已于 2019-02-11 死亡。" and why["到期"] == "残疾人证已于 2019-02-28 到期。"
    assert why["普通"].startswith("困难情况为“普通”，不符合。享受条件：残疾人证：")
    assert why["无证"].startswith("该月没有残疾人证。该月没有登记困难情况。享受条件：")
