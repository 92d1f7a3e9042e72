"""Claims about the numbers of bulletins: cut where they tell what was done, rounded up where they tell what lacks."""

from datetime import date
from fractions import Fraction

import pytest

from lianyungang_cdpf.targets.bulletin.numbers import (
    done_text,
    figures_in,
    lacking_text,
    points_ahead,
    points_behind,
    rate_text,
    share_text,
    strangers,
    until,
)


@pytest.mark.parametrize(
    ("number", "done", "lacking"),
    [(0, "0", "0"), (9999, "9999", "9999"), (10000, "1万", "1万"), (34210, "3.42万", "3.43万"),
     (34299, "3.42万", "3.43万"), (36000, "3.6万", "3.6万"), (19999, "1.99万", "2万"), (120050, "12万", "12.01万")],
)  # fmt: skip
def test_from_ten_thousand_on_numbers_are_told_in_wan(number, done, lacking):
    assert (done_text(number), lacking_text(number)) == (done, lacking)


@pytest.mark.parametrize(
    ("value", "goal", "share"),
    [(34210, 36000, "95.0%"), (35999, 36000, "99.9%"), (36000, 36000, "100%"), (36001, 36000, "100.0%"),
     (37150, 36000, "103.1%"), (1, 36000, "不足0.1%"), (36, 36000, "0.1%"), (1, 3, "33.3%")],
)  # fmt: skip
def test_a_share_is_cut_and_only_the_whole_is_100_per_cent(value, goal, share):
    assert share_text(value, goal) == share


@pytest.mark.parametrize(
    ("rate", "text"),
    [(Fraction(982, 10), "98.2%"), (Fraction(98), "98%"), (Fraction(979999, 10000), "97.99%"), (Fraction(100), "100%"),
     (Fraction(2449, 25), "97.96%"), (Fraction(0), "0%")],
)  # fmt: skip
def test_a_rate_is_cut_after_two_decimals(rate, text):
    assert rate_text(rate) == text


def test_what_is_ahead_is_cut_and_what_is_behind_is_rounded_up():
    assert points_ahead(Fraction(129, 100), 1) == "1.2个百分点"
    assert points_behind(Fraction(121, 100), 1) == "1.3个百分点"
    assert points_ahead(Fraction(9, 100), 1) == ""
    assert points_behind(Fraction(1, 100), 1) == "0.1个百分点"


def test_the_day_is_told_by_the_months_end_or_by_itself():
    assert until(date(2019, 9, 30)) == "截至9月底"
    assert until(date(2020, 2, 28)) == "截至2月28日"


def test_dates_and_ages_are_no_figures():
    assert figures_in("截至2019年9月底，实施0—14岁残疾儿童基本康复训练1，520名，完成76.0%") == ["1520", "76.0%"]
    assert figures_in("已为３．４２万名残疾人发放") == ["3.42万"]


SOURCE = "已为3.42万名残疾人发放困难生活补贴，完成年度目标的95.0%；已发放残疾人辅助器具6200件，完成年度目标的68.8%。"


def test_a_rewritten_sentence_with_the_records_figures_is_no_stranger():
    assert strangers("全市困难残疾人生活补贴发放3.42万人，占95.0%。辅具6200件。", SOURCE) == []


def test_a_figure_that_the_records_do_not_say_is_pointed_out_with_its_sentence():
    assert strangers("已为3.6万名残疾人发放困难生活补贴，完成年度目标的95.0%；辅具6200件。", SOURCE) == [
        ("已为3.6万名残疾人发放困难生活补贴，完成年度目标的95.0%", ["3.6万"])
    ]


def test_a_figure_that_stands_with_another_target_than_its_own_is_pointed_out():
    assert strangers("已为3.42万名残疾人发放困难生活补贴，完成年度目标的68.8%。", SOURCE) == [
        ("已为3.42万名残疾人发放困难生活补贴，完成年度目标的68.8%", ["68.8%"])
    ]
