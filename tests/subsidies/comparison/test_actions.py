"""What is done with a case, and what a later run makes of it."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from subsidies.comparison.actions import assign_case, run_comparison, settle_case
from subsidies.models import ComparisonCase
from tests.fixtures_city import DONGHAI_TOWN

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = (date(2019, month, 1) for month in (3, 4, 5))


@pytest.fixture
def reviewer(make_staff):
    return make_staff("shenhe", "320706", "district_reviewer")


@pytest.fixture
def dead(standards, make_person, make_roll):
    """Somebody who died in February and was paid for March."""
    person = make_person("王一", category=4, grade=1, hardship="低保", died_on=date(2019, 2, 3))
    make_roll(person)
    return person


def settled(case, by, outcome="stop", reason="死亡"):
    return settle_case(case=case, by=by, outcome=outcome, reason=reason)


def test_a_second_run_brings_the_open_case_up_to_date(haizhou_clerk, dead, make_roll):
    first = run_comparison(by=haizhou_clerk, month=MARCH)
    make_roll(dead, month=APRIL, reference="R-2")
    second = run_comparison(by=haizhou_clerk, month=APRIL)
    case = ComparisonCase.objects.get()
    assert (first.opened, second.opened, second.refreshed) == (1, 0, 1)
    assert (case.months, case.wrong_amount, case.last_month) == (2, Decimal("740.00"), APRIL)
    assert AuditLine.objects.filter(deed="运行数据比对").count() == 2


def test_a_run_of_an_earlier_month_takes_nothing_off_an_open_case(haizhou_clerk, dead, make_roll):
    make_roll(dead, month=APRIL, reference="R-2")
    run_comparison(by=haizhou_clerk, month=APRIL)
    run_comparison(by=haizhou_clerk, month=MARCH)
    case = ComparisonCase.objects.get()
    assert (case.months, case.wrong_amount, case.last_month) == (2, Decimal("740.00"), APRIL)


def test_the_county_that_paid_before_does_not_take_the_case_of_the_one_that_paid_last(
    haizhou_clerk, donghai_clerk, dead, make_roll
):
    home = Area.objects.get(code=DONGHAI_TOWN)
    dead.area = home
    dead.save()
    make_roll(dead, month=APRIL, reference="R-2")
    run_comparison(by=donghai_clerk, month=APRIL)
    run_comparison(by=haizhou_clerk, month=APRIL)
    case = ComparisonCase.objects.get()
    assert (case.area, case.last_month) == (home, APRIL)
    assert list(ComparisonCase.objects.visible_to(haizhou_clerk)) == []


def test_what_was_stopped_is_found_again_only_for_later_months(haizhou_clerk, reviewer, dead, make_roll):
    run_comparison(by=haizhou_clerk, month=MARCH)
    settled(ComparisonCase.objects.get(), reviewer, "recover", "死亡后多发，追缴")
    again = run_comparison(by=haizhou_clerk, month=MARCH)
    assert (again.opened, again.settled) == (0, 1)
    make_roll(dead, month=APRIL, reference="R-2")
    assert run_comparison(by=haizhou_clerk, month=APRIL).opened == 1
    case = ComparisonCase.objects.open().get()
    assert (case.months, case.wrong_amount, case.first_month) == (1, Decimal("370.00"), APRIL)


def test_what_is_within_the_rules_is_found_again_only_by_other_facts(haizhou_clerk, reviewer, dead, make_roll):
    run_comparison(by=haizhou_clerk, month=MARCH)
    settled(ComparisonCase.objects.get(), reviewer, "within_rules", "死亡日期登记有误，已核实")
    make_roll(dead, month=APRIL, reference="R-2")
    assert run_comparison(by=haizhou_clerk, month=APRIL).opened == 0
    dead.died_on = date(2019, 2, 20)
    dead.save()
    assert run_comparison(by=haizhou_clerk, month=APRIL).opened == 1


def test_settling_keeps_who_why_and_when_with_an_audit_line(reviewer, dead, make_case):
    case = settled(make_case(dead), reviewer)
    case.refresh_from_db()
    assert (case.outcome, case.reason, case.settled_by) == ("stop", "死亡", reviewer)
    line = AuditLine.objects.get(deed="处理比对问题")
    assert line.summary == "死亡后仍在发放：停发，1 个月，370.00 元" and line.object_id == str(case.pk)


@pytest.mark.parametrize(
    ("outcome", "reason", "code"),
    [
        ("stop", " ", "reason"), ("within_rules", "核实", "reason"), ("open", "死亡", "outcome"),
        ("gone", "死亡", "outcome"),
    ],
)  # fmt: skip
def test_a_case_is_not_settled_without_outcome_or_reason(reviewer, dead, make_case, outcome, reason, code):
    case = make_case(dead)
    with pytest.raises(ValidationError) as refused:
        settled(case, reviewer, outcome, reason)
    assert refused.value.code == code
    assert ComparisonCase.objects.get().is_open


def test_nothing_is_recovered_where_nothing_was_paid_wrongly(reviewer, dead, make_case):
    case = make_case(dead, "aged_110", months=0, wrong_amount=0)
    with pytest.raises(ValidationError, match="没有错发金额"):
        settled(case, reviewer, "recover", "追缴")


def test_a_settled_case_is_not_settled_or_given_away_again(reviewer, haizhou_clerk, dead, make_case):
    case = settled(make_case(dead), reviewer)
    for deed in (
        lambda: settled(case, reviewer),
        lambda: assign_case(case=case, by=reviewer, owner=haizhou_clerk, due_on=MAY),
    ):
        with pytest.raises(ValidationError, match="已经处理"):
            deed()


def test_a_clerk_runs_and_gives_away_and_does_not_settle(haizhou_clerk, reviewer, dead, make_case):
    case = make_case(dead)
    with pytest.raises(ValidationError, match="不能处理"):
        settled(case, haizhou_clerk)
    with pytest.raises(ValidationError, match="不能运行"):
        run_comparison(by=reviewer, month=MARCH)
    assign_case(case=case, by=haizhou_clerk, owner=reviewer, due_on=MAY)
    case.refresh_from_db()
    assert (case.owner, case.due_on) == (reviewer, MAY)


def test_an_owner_must_see_the_case_and_the_deadline_comes_after_it_was_found(
    haizhou_clerk, donghai_clerk, make_staff, dead, make_case
):
    case = make_case(dead)
    for owner in (donghai_clerk, make_staff("caiwu", "320706", "finance")):
        with pytest.raises(ValidationError, match="看不到"):
            assign_case(case=case, by=haizhou_clerk, owner=owner, due_on=MAY)
    with pytest.raises(ValidationError, match="不能早于"):
        assign_case(case=case, by=haizhou_clerk, owner=haizhou_clerk, due_on=date(2019, 3, 1))


def test_another_countys_reviewer_has_no_such_case(make_staff, dead, make_case):
    with pytest.raises(ValidationError, match="不在您的辖区内"):
        settled(make_case(dead), make_staff("donghai_shenhe", "320722", "district_reviewer"))


def test_two_records_with_the_same_open_case_are_settled_before_they_become_one(
    city_clerk, dead, make_person, make_case
):
    from beneficiaries.merging import merge_people

    twin = make_person("王一")
    make_case(dead), make_case(twin)
    with pytest.raises(ValidationError, match="比对问题（死亡后仍在发放"):
        merge_people(by=city_clerk, kept=dead, gone=twin, reason="同一人两份档案")
