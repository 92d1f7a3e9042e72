"""Claims about 序时进度: what is due on a day, and the light that follows."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianyungang_cdpf.targets.models import Plan, ProgressMode, Target
from lianyungang_cdpf.targets.pace import (
    Light,
    due_count,
    light_of,
    lights_in_words,
    months_gone,
    percent_text,
    share_due,
    time_gone,
)
from lianyungang_cdpf.targets.planned_points import share_of


def due(mode, day, due_month=None):
    return share_due(Target(progress_mode=mode, due_month=due_month), 2019, day)


def test_a_flow_is_due_by_the_days_that_have_gone():
    assert due(ProgressMode.CUMULATIVE_FLOW, date(2019, 1, 1)) == Fraction(1, 365)
    assert due(ProgressMode.CUMULATIVE_FLOW, date(2019, 9, 30)) == Fraction(273, 365)
    assert due(ProgressMode.CUMULATIVE_FLOW, date(2019, 12, 31)) == 1


def test_a_leap_year_has_366_days():
    assert time_gone(2020, date(2020, 12, 30)) == Fraction(365, 366)
    assert time_gone(2020, date(2020, 2, 29)) == Fraction(60, 366)


def test_before_the_year_nothing_is_due_and_after_it_everything():
    for mode in ProgressMode.values:
        assert due(mode, date(2018, 12, 31)) == 0
        assert due(mode, date(2020, 1, 1)) == 1


def test_coverage_is_due_whole_from_the_first_day():
    assert due(ProgressMode.COVERAGE_STOCK, date(2019, 1, 1)) == 1


def test_an_annual_batch_is_due_from_its_month_on():
    assert due(ProgressMode.ANNUAL_BATCH, date(2019, 9, 30)) == 0
    assert due(ProgressMode.ANNUAL_BATCH, date(2019, 10, 1)) == 1
    assert due(ProgressMode.ANNUAL_BATCH, date(2019, 5, 31), due_month=6) == 0
    assert due(ProgressMode.ANNUAL_BATCH, date(2019, 6, 1), due_month=6) == 1


def test_a_milestone_is_due_in_december_unless_planned_otherwise():
    assert due(ProgressMode.MILESTONE, date(2019, 11, 30)) == 0
    assert due(ProgressMode.MILESTONE, date(2019, 12, 1)) == 1
    assert due(ProgressMode.MILESTONE, date(2019, 3, 1), due_month=3) == 1


def test_a_planned_month_changes_nothing_for_flow_coverage_and_rate():
    assert due(ProgressMode.CUMULATIVE_FLOW, date(2019, 1, 1), due_month=12) == Fraction(1, 365)
    assert due(ProgressMode.COVERAGE_STOCK, date(2019, 1, 1), due_month=12) == 1
    assert due(ProgressMode.RATE_SNAPSHOT, date(2019, 1, 1), due_month=12) == 1


@pytest.mark.parametrize(
    ("value", "light"),
    [(0, Light.LAGGING), (599, Light.LAGGING), (600, Light.BEHIND), (749, Light.BEHIND), (750, Light.ON_TRACK),
     (999, Light.ON_TRACK), (1000, Light.EARLY), (1500, Light.EARLY)],
)  # fmt: skip
def test_lights_stand_at_80_and_100_per_cent_of_what_is_due(value, light):
    assert light_of(value=value, goal=1000, share=Fraction(3, 4)) is light


def test_nothing_due_is_not_due_until_the_goal_is_reached():
    assert light_of(value=0, goal=10, share=Fraction(0)) is Light.NOT_DUE
    assert light_of(value=9, goal=10, share=Fraction(0)) is Light.NOT_DUE
    assert light_of(value=10, goal=10, share=Fraction(0)) is Light.EARLY


def test_coverage_that_reaches_the_goal_is_early_and_one_person_short_is_behind():
    assert light_of(value=36000, goal=36000, share=Fraction(1)) is Light.EARLY
    assert light_of(value=35999, goal=36000, share=Fraction(1)) is Light.BEHIND
    assert light_of(value=28800, goal=36000, share=Fraction(1)) is Light.BEHIND
    assert light_of(value=28799, goal=36000, share=Fraction(1)) is Light.LAGGING


def test_a_rate_is_never_finished_early_and_97_96_misses_98():
    assert light_of(value=Fraction(9843, 100), goal=98, share=Fraction(1), is_rate=True) is Light.ON_TRACK
    assert light_of(value=Fraction(148900, 1520), goal=98, share=Fraction(1), is_rate=True) is Light.BEHIND


def test_a_goal_of_0_asks_for_nothing_and_divides_nothing():
    assert light_of(value=0, goal=0, share=Fraction(1)) is Light.ON_TRACK
    assert percent_text(5, 0) is None


def test_other_thresholds_move_the_lights():
    def light(value):
        return light_of(value=value, goal=200, share=Fraction(1, 2), on_track=95, behind=50)

    assert [light(value) for value in (95, 94, 50, 49)] == [Light.ON_TRACK, Light.BEHIND, Light.BEHIND, Light.LAGGING]


def test_a_rate_gets_no_leeway_from_the_thresholds():
    told = {"goal": 98, "share": Fraction(1), "is_rate": True, "on_track": 95, "behind": 80}
    assert light_of(value=Fraction(9799, 100), **told) is Light.BEHIND
    assert light_of(value=Fraction(98), **told) is Light.ON_TRACK


@given(st.integers(0, 300), st.integers(1, 200), st.fractions(0, 1), st.integers(1, 100), st.integers(1, 100))
def test_a_lower_threshold_never_makes_a_light_worse(value, goal, share, one, other):
    worst_first = [Light.LAGGING, Light.BEHIND, Light.ON_TRACK]
    behind, on_track = sorted((one, other))
    strict = light_of(value=value, goal=goal, share=share, on_track=100, behind=behind)
    mild = light_of(value=value, goal=goal, share=share, on_track=on_track, behind=behind)
    if strict in worst_first:
        assert worst_first.index(mild) >= worst_first.index(strict)
    else:
        assert mild is strict


def test_the_thresholds_are_explained_as_the_plan_has_them():
    assert lights_in_words(Plan(year=2019)) == [
        ("达到序时", "完成数不低于今天应完成数"), ("略低", "80% 至不足 100%"), ("滞后", "不足 80%"),
    ]  # fmt: skip
    said = dict(lights_in_words(Plan(year=2019, on_track_from=95, behind_from=70)))
    assert said["达到序时"] == "完成数不低于今天应完成数的 95%（比率须达到目标）"
    assert (said["略低"], said["滞后"]) == ("70% 至不足 95%", "不足 70%")
    assert "略低" not in dict(lights_in_words(Plan(year=2019, on_track_from=90, behind_from=90)))


def planned(mode, *points):
    """A target with planned points: (month, day, per cent)."""
    target = Target(progress_mode=mode)
    target.schedule = tuple((date(2019, month, day), Fraction(share, 100)) for month, day, share in points)
    return target


CURVE = planned(ProgressMode.CUMULATIVE_FLOW, (3, 31, 10), (6, 30, 50), (11, 30, 100))


def test_a_planned_curve_runs_evenly_between_its_points():
    due = {day: share_due(CURVE, 2019, day) for day in (date(2019, 3, 31), date(2019, 6, 30), date(2019, 11, 30))}
    assert list(due.values()) == [Fraction(1, 10), Fraction(1, 2), Fraction(1)]
    assert share_due(CURVE, 2019, date(2019, 1, 1)) == Fraction(1, 900)
    assert share_due(CURVE, 2019, date(2019, 4, 30)) == Fraction(10, 100) + Fraction(40, 100) * Fraction(30, 91)
    assert share_due(CURVE, 2019, date(2019, 12, 31)) == 1


def test_a_milestone_is_due_on_its_day_and_not_before():
    works = planned(ProgressMode.MILESTONE, (6, 30, 40), (11, 30, 100))
    days = [date(2019, 6, 29), date(2019, 6, 30), date(2019, 11, 29), date(2019, 11, 30), date(2019, 12, 31)]
    assert [share_due(works, 2019, day) * 5 for day in days] == [0, 2, 2, 5, 5]


def test_planned_points_come_before_the_planned_month_of_a_batch():
    batch = planned(ProgressMode.ANNUAL_BATCH, (5, 31, 25), (12, 20, 100))
    assert [share_due(batch, 2019, date(2019, month, 31)) for month in (5, 10)] == [Fraction(1, 4)] * 2


def test_points_say_nothing_for_coverage_and_rates():
    for mode in (ProgressMode.COVERAGE_STOCK, ProgressMode.RATE_SNAPSHOT):
        assert share_due(planned(mode, (12, 31, 100)), 2019, date(2019, 1, 1)) == 1


def schedules():
    """Points that the form takes: days that rise, shares that do not fall, the whole at the end."""
    day = st.dates(date(2019, 1, 1), date(2019, 12, 31))
    pairs = st.lists(st.tuples(day, st.integers(0, 1_000_000)), min_size=1, max_size=12, unique_by=lambda pair: pair[0])

    def in_order(pairs):
        days, shares = sorted(day for day, _ in pairs), sorted(share for _, share in pairs)
        shares[-1] = 1_000_000
        return tuple((day, Fraction(share, 1_000_000)) for day, share in zip(days, shares, strict=True))

    return pairs.map(in_order)


@given(
    schedules(),
    st.sampled_from(ProgressMode.values),
    st.dates(date(2018, 12, 1), date(2020, 1, 31)),
    st.integers(0, 60),
)
def test_what_is_due_never_falls_and_lies_between_nothing_and_all(schedule, mode, day, later):
    target = Target(progress_mode=mode)
    target.schedule = schedule
    now, then = (share_due(target, 2019, one) for one in (day, day + timedelta(days=later)))
    assert 0 <= now <= then <= 1
    assert share_due(target, 2019, date(2019, 12, 31)) == 1


@given(st.integers(1, 1_000_000), st.data())
def test_a_number_survives_as_a_share_with_four_decimals(goal, data):
    number = data.draw(st.integers(0, goal))
    assert due_count(goal, Fraction(share_of(number, goal)) / 100) == number


def test_percentages_are_cut_and_never_rounded():
    assert percent_text(1489, 1520) == "97.96"
    assert percent_text(97999, 100000) == "97.99"
    assert percent_text(999999, 1000000) == "99.99"
    assert percent_text(0, 36000) == "0.00"
    assert percent_text(1, 3) == "33.33"
    assert percent_text(17246, 17000) == "101.44"
    assert percent_text(7, 100) == "7.00"


@given(st.integers(0, 10**7), st.integers(1, 10**6))
def test_a_cut_percentage_is_never_more_than_the_truth_and_less_than_a_hundredth_below(done, goal):
    cut = Fraction(percent_text(done, goal))
    truth = Fraction(done * 100, goal)
    assert cut <= truth < cut + Fraction(1, 100)


def test_the_month_of_the_day_counts():
    assert months_gone(2019, date(2019, 9, 1)) == 9
    assert months_gone(2019, date(2018, 12, 31)) == 0
    assert months_gone(2019, date(2020, 1, 1)) == 12
