"""Sums in capitals say the sum and no other, in the words that cashiers accept."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsidies.approval.capitals import FIGURES, in_capitals

WORTH = {"角": 10, "分": 1}
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"), ("0.05", "伍分"), ("0.50", "伍角整"), ("1", "壹元整"), ("10", "壹拾元整"),
        ("1200", "壹仟贰佰元整"), ("1409.50", "壹仟肆佰零玖元伍角整"), ("6007.14", "陆仟零柒元壹角肆分"),
        ("325.04", "叁佰贰拾伍元零肆分"), ("107000.53", "壹拾万柒仟元伍角叁分"),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
        ("10000001", "壹仟万零壹元整"), ("100000000", "壹亿元整"), ("100010000", "壹亿零壹万元整"),
        ("13320000.00", "壹仟叁佰叁拾贰万元整"), ("1000000000000", "壹万亿元整"), ("1000300000000", "壹万零叁亿元整"),
    ],
)  # fmt: skip
def test_sums_as_a_cashier_writes_them(amount, words):
    assert in_capitals(Decimal(amount)) == words


def read(words: str) -> Decimal:
    """The sum that the words say, read by the places alone."""
    whole, _, rest = words.partition("元") if "元" in words else ("", "", words)
    cents = sum(FIGURES.index(rest[at - 1]) * WORTH[one] for at, one in enumerate(rest) if one in WORTH)
    high, _, low = whole.rpartition("亿")
    return Decimal(_read(high) * 10**8 + _read(low)) + Decimal(cents) / 100


def _read(words: str) -> int:
    high, _, low = words.rpartition("万")
    return _read_group(high) * 10_000 + _read_group(low)


def _read_group(words: str) -> int:
    total, figure = 0, 0
    for one in words:
        if one in UNITS:
            total, figure = total + figure * UNITS[one], 0
        else:
            figure = FIGURES.index(one)
    return total + figure


@given(st.decimals(min_value=0, max_value=Decimal("9999999999999999.99"), places=2))
def test_the_words_say_the_sum_and_nothing_but_it(amount):
    words = in_capitals(amount)
    assert read(words) == amount
    assert "零零" not in words and not words.startswith("零") or amount == 0
    assert words.endswith("整") == (int(amount * 100) % 10 == 0)


@pytest.mark.parametrize("amount", ["-1", "0.001", "10000000000000000"])
def test_what_is_no_sum_is_refused(amount):
    with pytest.raises(ValueError, match="capitals"):
        in_capitals(Decimal(amount))
