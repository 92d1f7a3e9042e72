"""Claims about 本周变化: every day's figures are kept as told, and the board compares only with what was kept."""

from datetime import date, timedelta

import pytest
import time_machine

from lianyungang_cdpf.management.demonstration.week import keep_the_week_before
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.board import board_of
from lianyungang_cdpf.targets.cockpit import week
from lianyungang_cdpf.targets.cockpit.models import DayFigure
from lianyungang_cdpf.targets.lines import Line
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.progress import Row
from lianyungang_cdpf.targets.snapshots import Rate
from subsidies.models import Roll
from tests.targets.conftest import touch

TODAY = date(2019, 11, 28)
KEY = "hardship_subsidy"


@pytest.fixture
def on():
    """`with on(day):` the calendar shows that day at noon."""
    return lambda day: time_machine.travel(f"{day}T12:00:00+08:00", tick=False)


def told(scope=None, as_of=TODAY, is_now=True):
    return board_of(scope or scopes.city(), year=2019, as_of=as_of, is_now=is_now).week


def changes(found):
    return {one.row.target.key: one.difference for one in found.changed}


def test_without_a_kept_day_the_board_says_so(city):
    assert told().changed == [] and "还没有留存过每日的数" in told().finding


def test_a_day_is_kept_once_with_what_was_told_first(make_person, pay, on):
    with on(TODAY):
        pay(make_person(), 1)
        assert week.keep_today() == 25 * 11
        pay(make_person(), 1)
        assert week.keep_today() == 0
    assert DayFigure.objects.get(target__key=KEY, place="320700/").value == 1
    assert DayFigure.objects.get(target__key=KEY, place="unit:320706").value == 1


def test_a_figure_younger_than_a_week_is_not_compared_with(make_person, pay, on):
    with on(TODAY - timedelta(days=6)):
        week.keep_today()
    pay(make_person(), 1)
    assert told().changed == []
    assert told().finding == "每日的数从 11 月 22 日开始留存，满 7 天后列出变化。"


def test_the_latest_day_at_least_a_week_ago_is_compared_with(make_person, pay, void, on):
    first = pay(make_person(), 1)
    for days in (9, 7):
        with on(TODAY - timedelta(days=days)):
            week.keep_today()
        pay(make_person(), 1)
    assert changes(told()) == {KEY: 1}
    assert told().finding == "自 11 月 21 日以来，1 项有变化，其余 24 项没有变化。"
    void(first)
    assert changes(told()) == {}
    assert told().finding == "自 11 月 21 日以来，25 项都没有变化。"


def test_what_was_taken_back_is_told_as_less(make_person, pay, void, on):
    payment = pay(make_person(), 1)
    with on(TODAY - timedelta(days=7)):
        week.keep_today()
    void(payment)
    (change,) = told().changed
    assert (change.said, change.from_to) == ("−1 人", "1 → 0")
    assert "其中 1 项减少（更正、撤销或退回）" in told().finding


def test_a_unit_is_told_its_own_change(make_person, pay, on):
    with on(TODAY - timedelta(days=7)):
        week.keep_today()
    pay(make_person(area="320722101"), 1)
    assert changes(told(scopes.on_the_board("320722"))) == {KEY: 1}
    assert changes(told(scopes.on_the_board("320706"))) == {}


def test_another_day_than_now_is_not_compared(city, on):
    with on(TODAY - timedelta(days=7)):
        week.keep_today()
    assert told(is_now=False).since is None and "选了别的截止日期" in told(is_now=False).finding


def test_a_rate_is_told_in_percentage_points(city):
    target = Target.objects.select_related("plan").get(key="family_doctor_rate")
    rates = [Rate(98, 100)] * 11
    row = Row(target, scopes.city(), 2019, TODAY, 98, [rate.numerator for rate in rates], rates)
    change = week.Change(Line(row), before=95, whole_before=99)
    assert change.from_to == "95.95% → 98.00%"
    assert change.said == "+2.05 个百分点（达到 +3，应统计 +1）"
    assert week.Change(Line(row), before=98, whole_before=99).is_one
    assert not week.Change(Line(row), before=98, whole_before=100).is_one
    assert week.Change(Line(row), before=0, whole_before=0).brief == "分母为 0，不比较"


def test_days_older_than_two_months_are_forgotten(city, on):
    for days in (61, 0):
        with on(TODAY - timedelta(days=days)):
            week.keep_today()
    assert set(DayFigure.objects.values_list("day", flat=True)) == {TODAY}


def test_the_demonstrations_week_is_counted_from_its_dated_records(make_person, pay):
    for month in (1, 9):
        payment = pay(make_person(), month)
    # September's roll was paid on the 28th, after the day that is kept.
    keep_the_week_before(date(2019, 9, 30))
    assert DayFigure.objects.get(target__key=KEY, place="320700/").value == 1
    Roll.objects.filter(pk=payment.roll_id).update(paid_on=date(2019, 9, 23))
    touch(payment.month, KEY)
    DayFigure.objects.all().delete()
    keep_the_week_before(date(2019, 9, 30))
    assert set(DayFigure.objects.values_list("day", flat=True)) == {date(2019, 9, 23)}
    assert DayFigure.objects.get(target__key=KEY, place="320700/").value == 2
