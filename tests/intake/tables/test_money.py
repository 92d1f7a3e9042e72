from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianyungang_cdpf.intake.reading import BadCell
from lianyungang_cdpf.intake.tables import BankAccount, Money
from lianyungang_cdpf.intake.tables.money import passes_luhn

amounts = st.decimals(0, 10**9, places=2)


@given(amounts)
def test_office_writings_of_one_amount_are_alike(amount):
    plain = str(amount)
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in plain)
    grouped = f"{amount:,}"
    for written in (
        plain,
        full_width,
        grouped,
        f"￥{grouped}",
        f"¥{plain}",
        f"人民币{plain}元",
        f" {plain}元 ",
        f"'{plain}",
    ):
        assert Money().clean(written) == (amount, None)


@given(st.integers(0, 10**7), st.integers(0, 99))
def test_a_numeric_cell_is_the_amount_that_excel_shows(yuan, fen):
    assert Money().clean(float(f"{yuan}.{fen:02d}")) == (Decimal(f"{yuan}.{fen:02d}"), None)


def test_the_rounding_of_formulas_does_not_show():
    assert Money().clean(119.99999999999999) == (Decimal(120), None)
    assert Money().clean(0.1 + 0.2) == (Decimal("0.3"), None)
    assert Money().clean(-0.0) == (Decimal(0), None)


@pytest.mark.parametrize("written", ["-150", -150, "￥-150", "-￥150.00", "－１５０", "−150", "人民币-150元"])
def test_below_zero_is_said_and_still_counted(written):
    assert Money().clean(written) == (Decimal(-150), "AMOUNT_NEGATIVE")


@pytest.mark.parametrize(
    "cell",
    [
        "120左右",
        "120/月",
        "NaN",
        "Infinity",
        "-inf",
        "1e3",
        "0x78",
        "(150)",
        "1_50",
        "见附表",
        "叁佰元",
        "1,02",
        "12,34",
        "--5",
        "٣٠٠",
        "③",
        "300.",
        ".5",
        "+5",
        "同上",
        "无",
        True,
        float("nan"),
        float("inf"),
        BadCell("error", "#N/A"),
        BadCell("formula", "=A1*B1"),
    ],
)
def test_anything_else_is_no_amount(cell):
    assert Money().clean(cell) == (None, "AMOUNT_FORMAT")


def luhn_by_hand(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0


@given(st.text("0123456789", min_size=8, max_size=24))
def test_luhn_agrees_with_the_rule_done_by_hand(digits):
    assert passes_luhn(digits) == luhn_by_hand(digits)
    assert BankAccount().clean(digits) == (digits, None if luhn_by_hand(digits) else "BANK_LUHN")


def test_accounts_are_read_as_offices_write_them():
    account = "6299995431530047213"
    account = next(account[:-1] + last for last in "0123456789" if passes_luhn(account[:-1] + last))
    full_width = "".join(chr(ord(digit) + 0xFEE0) for digit in account)
    for written in (account, f"'{account}", f'="{account}"', f"{account[:4]} {account[4:8]} {account[8:]}", full_width):
        assert BankAccount().clean(written) == (account, None)
    assert BankAccount().clean("6.29999E+18") == (None, "BANK_PRECISION_LOST")
    for wrong in ("见存折", "0", f"{account}X", BadCell("error", "#REF!")):
        assert BankAccount().clean(wrong)[1] == "BANK_LUHN"
