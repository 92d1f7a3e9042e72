"""Claims about the forecast: where the pace leads, what each month must bring, and what can't be said."""

from calendar import monthrange
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lianyungang_cdpf.targets.forecast import (
    ahead_of,
    forecast_of,
    months_complete,
    months_left,
    needed_per_month,
    span_of,
)
from lianyungang_cdpf.targets.models import Plan, ProgressMode, Target
from lianyungang_cdpf.targets.pace import due_count, month_end, share_due
from lianyungang_cdpf.targets.progress import Row
from lianyungang_cdpf.targets.snapshots import Rate

YEAR = 2019
FLOW, COVERAGE = ProgressMode.CUMULATIVE_FLOW, ProgressMode.COVERAGE_STOCK
BATCH, WORKS, RATE = ProgressMode.ANNUAL_BATCH, ProgressMode.MILESTONE, ProgressMode.RATE_SNAPSHOT


def cumulated(*new):
    """What is done by the end of each of twelve months; nothing new in those that are not given."""
    done = [sum(new[: month + 1]) for month in range(len(new))]
    return done + [sum(new)] * (12 - len(new))


def row(*, day, goal=1200, new=(), mode=FLOW, schedule=(), due_month=None, unit="人"):
    target = Target(plan=Plan(year=YEAR), progress_mode=mode, due_month=due_month, unit=unit)
    target.schedule = tuple((date(YEAR, month, at), Fraction(share, 100)) for month, at, share in schedule)
    return Row(target, None, YEAR, date(YEAR, *day), goal, cumulated(*new))


def even(share):
    """A share for each month's end, a twelfth a month."""
    return Fraction(share.month, 12)


def test_an_even_pace_leads_straight_on():
    span = span_of(months=cumulated(*[100] * 9), year=YEAR, as_of=date(YEAR, 9, 30), share=even)
    assert (span.low, span.expected, span.high, span.months, span.per_month) == (1200, 1200, 1200, 6, 100)


def test_the_range_runs_from_the_slowest_to_the_fastest_of_the_last_six_complete_months():
    new = [900, 0, 0, 50, 60, 70, 80, 90, 100]
    span = span_of(months=cumulated(*new), year=YEAR, as_of=date(YEAR, 9, 30), share=even)
    done = sum(new)
    assert (span.low, span.expected, span.high) == (done + 3 * 50, done + 3 * 75, done + 3 * 100)


def test_the_present_month_is_not_taken_for_a_complete_one():
    new = [100] * 8 + [10]
    span = span_of(months=cumulated(*new), year=YEAR, as_of=date(YEAR, 9, 5), share=even)
    assert (span.low, span.high) == (1200, 1200)


def test_what_the_present_month_has_brought_is_never_forecast_away():
    new = [1] * 8 + [500]
    span = span_of(months=cumulated(*new), year=YEAR, as_of=date(YEAR, 9, 29), share=even)
    assert (span.low, span.expected, span.high) == (508, 508, 508)


def test_fewer_than_three_complete_months_forecast_nothing():
    two = {"months": cumulated(10, 20, 30), "year": YEAR, "share": even}
    assert span_of(as_of=date(YEAR, 3, 30), **two) is None
    assert span_of(as_of=date(YEAR, 3, 31), **two).months == 3


def test_a_slow_season_of_the_plan_is_no_slow_office():
    """Half of the goal is planned for the last quarter: who is on the curve now ends at the goal."""
    schedule = [(6, 30, 20), (9, 30, 50), (12, 31, 100)]
    on_curve = row(day=(9, 30), schedule=schedule)
    done = [due_count(12_000_000, share_due(on_curve.target, YEAR, month_end(YEAR, at))) for at in range(1, 13)]
    told = forecast_of(Row(on_curve.target, None, YEAR, on_curve.as_of, 12_000_000, done))
    assert all(abs(end - 12_000_000) < 50 for end in (told.low, told.expected, told.high))
    straight = row(day=(9, 30))
    told = forecast_of(Row(straight.target, None, YEAR, straight.as_of, 12_000_000, done))
    assert told.expected < 10_000_000


def test_months_without_a_planned_share_say_nothing():
    schedule = [(3, 31, 0), (6, 30, 60), (12, 31, 100)]
    told = forecast_of(row(day=(5, 31), new=[5, 5, 5, 100, 100], schedule=schedule))
    assert told.expected is None and "有计划数的完整月份还不满 3 个" in told.sentence
    assert forecast_of(row(day=(6, 30), new=[5, 5, 5, 100, 100, 100], schedule=schedule)).months == 3


def test_after_the_end_of_the_curve_there_is_nothing_to_go_by():
    told = forecast_of(row(day=(11, 15), new=[100] * 10, schedule=[(5, 31, 50), (10, 31, 100)]))
    assert told.expected is None and "计划进度已经到 100%" in told.sentence
    assert told.needed_per_month == 200 // 1.5 + 1


@pytest.mark.parametrize(
    ("day", "left"),
    [((9, 30), Fraction(3)), ((9, 15), Fraction(7, 2)), ((1, 1), 11 + Fraction(30, 31)), ((11, 30), Fraction(1)),
     ((12, 1), Fraction(1)), ((12, 30), Fraction(1)), ((12, 31), Fraction(0))],
)  # fmt: skip
def test_the_present_month_counts_by_its_days_and_the_last_one_whole(day, left):
    assert months_left(YEAR, date(YEAR, *day)) == left


def test_before_the_year_all_months_are_left_and_after_it_none():
    assert (months_left(YEAR, date(2018, 6, 1)), months_left(YEAR, date(2020, 1, 1))) == (12, 0)
    assert (months_complete(YEAR, date(2018, 12, 31)), months_complete(YEAR, date(2020, 1, 1))) == (0, 12)


DAYS = st.dates(date(YEAR, 1, 1), date(YEAR, 12, 31))


@given(st.lists(st.integers(0, 5000), min_size=12, max_size=12), DAYS, st.data())
def test_a_forecast_is_never_below_what_is_done_and_lies_in_its_range(new, day, data):
    until = data.draw(st.sampled_from([10, 11, 12]))
    schedule = data.draw(st.sampled_from([(), ((4, 30, 5), (until, 30, 100))]))
    one = row(day=(day.month, day.day), new=new, schedule=schedule)
    span = span_of(months=one.months, year=YEAR, as_of=day, share=lambda at: share_due(one.target, YEAR, at))
    assume(span)
    assert one.value <= span.low <= span.expected <= span.high


@given(st.integers(1, 10**6), DAYS)
def test_what_is_needed_each_month_makes_up_for_what_lacks_and_one_less_does_not(lacking, day):
    left = months_left(YEAR, day)
    assume(left)
    needed = needed_per_month(lacking, left)
    assert (needed - 1) * left < lacking <= needed * left
    days = monthrange(YEAR, day.month)[1]
    assert left <= 12 - day.month + (day.day < days) or day.month == 12


@pytest.mark.parametrize(
    ("new", "verdict"),
    [
        ([100] * 9, "预计年底完成 1,200 人，为全年目标的 100.00%，可以完成。"),
        ([200, 200, 200, 60, 140, 100, 100, 100, 100], "为全年目标的 125.00%。全年目标已经完成。"),
        ([100, 100, 100, 90, 110, 100, 100, 100, 100], "大体可以完成，但按最慢的月份会差"),
        ([100, 100, 100, 90, 110, 90, 90, 90, 100], "按最快的月份才能完成。"),
        ([50, 50, 50, 40, 60, 50, 50, 50, 50], "按最快的月份也差"),
        ([0] * 9, "预计年底完成 0 人，为全年目标的 0.00%，预计差 1,200 人。"),
    ],
)
def test_the_verdict_tells_whether_the_goal_is_in_reach(new, verdict):
    target = row(day=(9, 30)).target
    target.schedule = tuple((month_end(YEAR, at), Fraction(at, 12)) for at in range(1, 13))
    told = forecast_of(Row(target, None, YEAR, date(YEAR, 9, 30), 1200, cumulated(*new)))
    assert verdict in told.sentence


def test_what_is_needed_is_told_beside_what_the_months_have_brought():
    told = forecast_of(row(day=(9, 30), new=[50] * 9))
    assert told.needed_per_month == 250
    assert told.need == "要完成全年目标，以后每月需 250 人；近 6 个完整月平均每月 50 人。"


def test_in_mid_month_it_is_said_that_its_days_count():
    told = forecast_of(row(day=(9, 15), new=[50] * 8))
    assert told.needed_per_month == 229 and "以后每月需 229 人（本月余下的天数按天折算）" in told.need


def test_in_december_what_lacks_is_due_in_december():
    told = forecast_of(row(day=(12, 15), new=[100] * 11))
    assert (told.needed_per_month, told.need) == (100, "要完成全年目标，12 月底前还需 100 人。")


def test_a_goal_that_is_reached_says_so():
    assert forecast_of(row(day=(6, 30), new=[200] * 6)).need == "全年目标已经完成。"
    told = forecast_of(row(day=(6, 30), new=[300] * 6))
    assert (told.needed_per_month, told.need) == (0, "全年目标已经完成，超出 600 人。")
    assert told.expected > 3600 - 30


def test_a_goal_of_0_and_no_goal_are_no_reproach():
    told = forecast_of(row(day=(6, 30), goal=0, new=[1] * 6))
    assert (told.needed_per_month, told.need) == (0, "全年目标为 0，没有必须完成的数量。")
    told = forecast_of(row(day=(6, 30), goal=None, new=[1] * 6))
    assert (told.needed_per_month, told.need) == (None, "目标尚未分解，不计算以后每月所需。")
    assert told.expected == 12 and "全年目标的" not in told.sentence


def test_the_first_months_say_that_it_is_too_early():
    told = forecast_of(row(day=(1, 20), new=[40]))
    assert told.outlook == "完整月份还不满 3 个，暂不推算年底数。"
    assert (told.low, told.expected, told.high) == (None, None, None)
    assert told.needed_per_month == needed_per_month(1160, 11 + Fraction(11, 31))


@pytest.mark.parametrize(
    ("goal", "sentence", "needed"),
    [(1200, "全年已经结束，完成 1,100 人，为全年目标的 91.66%，差 100 人。", None),
     (1100, "全年已经结束，完成 1,100 人，为全年目标的 100.00%。全年目标已经完成。", 0),
     (0, "全年已经结束，完成 1,100 人。全年目标为 0，没有必须完成的数量。", 0),
     (None, "全年已经结束，完成 1,100 人。目标尚未分解，不计算以后每月所需。", None)],
)  # fmt: skip
def test_a_year_that_is_over_has_a_result(goal, sentence, needed):
    told = forecast_of(row(day=(12, 31), goal=goal, new=[100] * 11))
    assert (told.sentence, told.needed_per_month) == (sentence, needed)
    assert (told.low, told.expected, told.high) == (1100, 1100, 1100)


def test_coverage_stands_as_it_is():
    told = forecast_of(row(day=(9, 30), mode=COVERAGE, new=[1100, 1, 2, 3]))
    assert (told.low, told.expected, told.high, told.is_by_pace) == (1106, 1106, 1106, False)
    assert told.sentence == (
        "在册覆盖不按月推算：现有 1,106 人，已计入的到年底仍然计入。要完成全年目标，以后每月需 32 人。"
    )


def test_works_are_told_by_their_next_planned_point():
    schedule = [(6, 30, 40), (11, 30, 100)]
    told = forecast_of(row(day=(5, 31), goal=50, mode=WORKS, new=[15], schedule=schedule, unit="个"))
    assert told.sentence == (
        "建设节点不按月推算。下一个计划节点是 6 月 30 日，累计应完成 20 个，还差 5 个。"
        "要完成全年目标，以后每月需 5 个。"
    )
    assert (told.expected, told.needed_per_month) == (None, 5)
    on_the_day = forecast_of(row(day=(6, 30), goal=50, mode=WORKS, new=[50], schedule=schedule, unit="个"))
    assert "11 月 30 日，累计应完成 50 个，已经达到。" in on_the_day.sentence
    late = forecast_of(row(day=(12, 1), goal=50, mode=WORKS, new=[15], schedule=schedule, unit="个"))
    assert "计划节点都已到期。" in late.sentence


def test_a_batch_has_a_month_and_no_share_of_a_month():
    told = forecast_of(row(day=(9, 30), mode=BATCH, due_month=10, new=[0, 200]))
    assert told.sentence == "年度集中办理不按月推算。计划 10 月完成。要完成全年目标，还需 1,000 人。"
    assert (told.needed_per_month, told.expected) == (None, None)
    assert "计划的 10 月已到。" in forecast_of(row(day=(10, 1), mode=BATCH, due_month=10)).sentence
    assert forecast_of(row(day=(9, 30), mode=BATCH, new=[1200])).needed_per_month == 0


def rate(numerator, denominator, goal=98, metric="services.served_rate"):
    target = Target(plan=Plan(year=YEAR), progress_mode=RATE, unit="%", metric=metric)
    return Row(target, None, YEAR, date(YEAR, 1, 31), goal, [numerator], [Rate(numerator, denominator)])


def test_a_rate_is_not_forecast_and_its_shortfall_is_a_number_of_people():
    told = forecast_of(rate(1489, 1520))
    assert told.sentence == "比率只看当天，不按月推算：现为 97.96%，目标 98%，还差 1 人。"
    assert (told.low, told.expected, told.high, told.needed_per_month) == (None, None, None, None)
    assert "已达到目标 98%" in forecast_of(rate(98, 100)).sentence
    assert "目标尚未分解" in forecast_of(rate(98, 100, goal=None)).sentence
    assert "分母为 0" in forecast_of(rate(0, 0)).sentence


def test_what_the_portal_does_not_hold_is_not_forecast():
    away = row(day=(9, 30))
    told = forecast_of(Row(away.target, None, YEAR, away.as_of, 1200, None))
    assert told.sentence == "系统还没有这项工作的台账，不作预测。" and told.needed_per_month is None


@given(st.sampled_from([FLOW, COVERAGE, BATCH, WORKS]), st.dates(date(2018, 12, 25), date(2020, 1, 5)),
       st.sampled_from([None, 0, 1, 500]), st.lists(st.integers(0, 100), min_size=12, max_size=12))  # fmt: skip
def test_every_row_has_a_clean_sentence(mode, day, goal, new):
    one = row(day=(1, 1), mode=mode, goal=goal, new=new)
    told = forecast_of(Row(one.target, None, YEAR, day, goal, one.months))
    assert told.sentence.endswith("。") and "None" not in told.sentence and "。。" not in told.sentence
    if told.needed_per_month and day + timedelta(days=1) < date(2020, 1, 1):
        assert goal > one.value or day.year < YEAR


def test_the_months_ahead_lead_from_what_is_done_to_the_years_end():
    one = row(day=(9, 30), goal=1200, new=[900, 0, 0, 50, 60, 70, 80, 90, 100], schedule=((6, 30, 50), (12, 31, 100)))
    ahead, told = ahead_of(one), one.forecast
    assert ahead[:9] == [None] * 9 and ahead[11] == (told.low, told.expected, told.high)
    assert one.value <= ahead[9][1] <= ahead[10][1] <= ahead[11][1]
    assert all(low <= middle <= high for low, middle, high in ahead[9:])


def test_the_present_month_is_still_ahead_until_it_is_over():
    assert [at for at, one in enumerate(ahead_of(row(day=(9, 5), new=[100] * 8)), start=1) if one] == [9, 10, 11, 12]


@pytest.mark.parametrize("mode", [COVERAGE, BATCH, WORKS])
def test_what_is_not_forecast_by_its_pace_has_no_months_ahead(mode):
    assert ahead_of(row(day=(9, 30), new=[100] * 9, mode=mode)) == []


def test_nothing_is_ahead_when_the_year_is_over_or_too_few_months_have_gone():
    assert ahead_of(row(day=(12, 31), new=[100] * 12)) == ahead_of(row(day=(2, 28), new=[100] * 2)) == []
