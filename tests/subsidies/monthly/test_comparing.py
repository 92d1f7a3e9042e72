"""What differs between a roll and the month before it, person by person."""

from datetime import date
from decimal import Decimal

import pytest

from lianyungang_cdpf.accounts.models import Zone
from subsidies.actions import undo_roll
from subsidies.models import Payment, Roll
from subsidies.monthly.comparing import TwoMonths
from subsidies.monthly.differences import Differences
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN
from tests.subsidies.monthly.conftest import FEBRUARY


def told(roll) -> set[tuple[str, str]]:
    """Name and kind of each difference."""
    from beneficiaries.models import Person

    names = dict(Person.objects.values_list("pk", "name"))
    return {(names[one.person], one.kind.value) for one in TwoMonths(roll).changes()}


def change(roll, person, **fields):
    Payment.objects.filter(roll=roll, person=person).update(**fields)


def test_new_stopped_and_unchanged_are_told_apart(february, march, make_person):
    stays, goes, comes = make_person("留"), make_person("去"), make_person("来")
    february(stays, goes)
    assert told(march(stays, comes)) == {("去", "stopped"), ("来", "new")}


def test_another_amount_and_another_account_are_two_differences(february, march, make_person):
    amount, account, both = make_person("金额"), make_person("账号"), make_person("都变")
    february(amount, account, both)
    roll = march(amount, account, both)
    change(roll, amount, amount=Decimal("260"))
    change(roll, account, account_digest="b" * 64)
    change(roll, both, amount=Decimal("260"), account_digest="b" * 64)
    assert told(roll) == {("金额", "amount"), ("账号", "account"), ("都变", "amount"), ("都变", "account")}


def test_another_holder_is_another_account_but_ones_own_name_is_none(february, march, make_person):
    own, other = make_person("张三"), make_person("李四")
    february(own, other)
    roll = march(own, other)
    change(roll, own, account_holder="张　三")
    change(roll, other, account_holder="王五")
    assert told(roll) == {("李四", "account")}


def test_the_first_month_of_a_place_has_no_differences(march, make_roll, make_person):
    make_roll(make_person(area=DONGHAI_TOWN), area=DONGHAI, month=FEBRUARY, reference="DH-2")
    roll = march(make_person())
    assert (TwoMonths(roll).month_before, told(roll)) == (None, set())


def test_a_second_roll_of_the_month_settles_who_is_missing_on_the_first(february, march, make_person):
    one, other = make_person("甲"), make_person("乙")
    february(one, other)
    first = march(one)
    assert told(first) == {("乙", "stopped")}
    second = march(other, reference="R-3b")
    assert (told(first), told(second)) == (set(), set())
    undo_roll(roll=second, by=second.posted_by)
    assert told(first) == {("乙", "stopped")}


def test_each_roll_answers_for_its_own_rows(february, march, make_person):
    stays, first, second = make_person("留"), make_person("甲"), make_person("乙")
    february(stays)
    one = march(stays, first)
    assert told(march(second, reference="R-3b")) == {("乙", "new")}
    assert told(one) == {("甲", "new")}


def test_who_is_paid_by_another_county_has_moved(february, march, make_roll, make_person):
    comes, goes, stays = make_person("来"), make_person("去"), make_person("留")
    make_roll(comes, area=DONGHAI, month=FEBRUARY, reference="DH-2")
    february(goes, stays)
    make_roll(goes, area=DONGHAI, month=date(2019, 3, 1), reference="DH-3")
    assert told(march(comes, stays)) == {("来", "moved_in"), ("去", "moved_out")}


def test_a_roll_that_was_undone_is_no_month_before(february, march, make_person):
    gone = february(make_person("甲"))
    Roll.objects.filter(pk=gone.pk).update(state="undone", payment_count=0)
    Payment.objects.filter(roll=gone).update(live=False)
    assert TwoMonths(march(make_person())).month_before is None


def test_a_month_without_a_roll_is_passed_over(march, make_roll, make_person):
    person = make_person("甲")
    make_roll(person, month=date(2018, 12, 1), reference="R-12")
    roll = march(make_person("乙"))
    assert TwoMonths(roll).month_before == date(2018, 12, 1)
    assert told(roll) == {("甲", "stopped"), ("乙", "new")}


def test_back_pay_for_the_month_before_does_not_make_somebody_old(february, march, make_person):
    stays, late = make_person("留"), make_person("补")
    february(stays)
    roll = march(stays, late)
    Payment.objects.create(
        roll=roll, person=late, programme=roll.programme, month=FEBRUARY, amount=Decimal("370"), area=late.area
    )
    assert told(roll) == {("补", "new")}


def test_another_programme_is_another_roll(february, march, make_person):
    person = make_person("甲")
    february(person, programme="nursing_subsidy")
    assert TwoMonths(march(person)).month_before is None


def test_a_zone_has_its_own_months(february, march, make_person):
    zone, person = Zone.objects.first(), make_person("甲")
    february(person, area="320700", zone=zone)
    february(make_person("乙"), area="320700", reference="R-2c")
    assert told(march(make_person("丙"), area="320700", zone=zone)) == {("甲", "stopped"), ("丙", "new")}


def test_the_sums_add_up_to_the_two_months(february, march, make_person):
    stays, goes, comes, both = (make_person(name) for name in "留去来变")
    february(stays, goes, both)
    roll = march(stays, comes, both)
    change(roll, both, amount=Decimal("300"), account_digest="b" * 64)
    sums = {one.label: (one.people, *one.shown) for one in Differences(roll).sums()}
    assert sums == {
        "新增": (1, "0.00", "370.00", "+370.00"), "停发": (1, "370.00", "0.00", "-370.00"),
        "金额变更": (1, "370.00", "300.00", "-70.00"), "账号变更": (1, "370.00", "300.00", "-70.00"),
        "跨县区转入": (0, "0.00", "0.00", "+0.00"), "跨县区转出": (0, "0.00", "0.00", "+0.00"),
        "没有变动": (1, "370.00", "370.00", "+0.00"), "合计（每人只计一次）": (4, "1,110.00", "1,040.00", "-70.00"),
    }  # fmt: skip


@pytest.mark.parametrize("programme", ["pension_premium", "education_grant", "commercial_insurance"])
def test_what_is_not_paid_by_the_month_is_not_compared(february, march, make_person, programme):
    february(make_person(), programme=programme)
    differences = Differences(march(make_person(), programme=programme))
    assert (differences.month_before, differences.found) == (None, [])
