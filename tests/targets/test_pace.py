"""Claims about 序时进度: what is due on a day, and the light that follows."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianyungang_cdpf.targets.models import ProgressMode, Target
from lianyungang_cdpf.targets.pace import Light, light_of, months_gone, percent_text, share_due, time_gone


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


def test_the_thresholds_are_settings(settings):
    settings.LIGHT_ON_TRACK, settings.LIGHT_BEHIND = 95, 50
    assert light_of(value=95, goal=200, share=Fraction(1, 2)) is Light.ON_TRACK
    assert light_of(value=94, goal=200, share=Fraction(1, 2)) is Light.BEHIND
    assert light_of(value=49, goal=200, share=Fraction(1, 2)) is Light.LAGGING


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
