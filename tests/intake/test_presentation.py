"""Every code has its words, and what is shown cannot deceive."""

import json

import pytest

from lianyungang_cdpf.intake.presentation import FINDINGS, OTHER, PRIMARY, fix, label, neutral, rank, shown

CODES = [
    "MISSING_REQUIRED",
    "ID_FORMAT",
    "ID_CHECKSUM",
    "ID_PRECISION_LOST",
    "UNKNOWN_PERSON",
    "NAME_MISMATCH",
    "PERSON_DEAD",
    "CERT_EXPIRED",
    "CERT_CANCELLED",
    "CERT_MISMATCH",
    "WRONG_DISTRICT",
    "DUPLICATE_IN_FILE",
    "ALREADY_PAID",
    "AMOUNT_NOT_STANDARD",
    "AMOUNT_NEGATIVE",
    "AMOUNT_FORMAT",
    "BANK_LUHN",
    "BANK_PRECISION_LOST",
    "INELIGIBLE_GRADE",
    "INELIGIBLE_HOUSEHOLD",
    "MONTH_INVALID",
    "MONTH_MISMATCH",
    "W_BANK_DIFFERS",
    "DECLARED_TOTAL_MISMATCH",
    "W_HIDDEN_ROWS",
    "W_HIDDEN_SHEET",
]
ORDER = [
    "MISSING_REQUIRED",
    "ID_FORMAT",
    "ID_PRECISION_LOST",
    "ID_CHECKSUM",
    "UNKNOWN_PERSON",
    "NAME_MISMATCH",
    "PERSON_DEAD",
    "CERT_",
    "WRONG_DISTRICT",
    "DUPLICATE_IN_FILE",
    "ALREADY_PAID",
    "INELIGIBLE_",
    "AMOUNT_",
    "BANK_",
    "MONTH_",
]


@pytest.mark.parametrize("code", CODES)
def test_every_code_says_in_chinese_what_is_wrong_and_what_to_do(code):
    assert (label(code), fix(code)) == FINDINGS[code]
    assert fix(code).endswith("。")
    assert not json.dumps(label(code), ensure_ascii=False).isascii()


def test_no_two_codes_are_called_the_same():
    assert len({name for name, _ in FINDINGS.values()}) == len(FINDINGS)


def test_a_code_without_words_is_another_problem():
    assert label("NEW_CODE") == OTHER[0]
    assert rank("NEW_CODE") == len(PRIMARY)


def test_the_order_is_that_of_the_reading_rules():
    places = [[rank(code) for code in CODES if code.startswith(prefix)] for prefix in ORDER]
    assert all(max(before) < min(after) for before, after in zip(places, places[1:], strict=False))


@pytest.mark.parametrize(
    ("text", "visible"),
    [
        ("孙玉梅", "孙玉梅"),
        ("孙\u202e玉梅", "孙⟨202E⟩玉梅"),
        ("a\r\nX: 1", "a⟨000D⟩⟨000A⟩X: 1"),
        ("\u200b\ufeff\u2066", "⟨200B⟩⟨FEFF⟩⟨2066⟩"),
        ("\x00", "⟨0000⟩"),
        ("𠮷\U0001f600", "𠮷\U0001f600"),
        ("\ud800", "\ufffd"),
        (None, ""),
        (12, "12"),
    ],
)
def test_what_cannot_be_seen_is_named(text, visible):
    assert shown(text) == visible


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", " =", "\t=", "\r="])
def test_no_cell_of_an_export_begins_as_a_formula(sign):
    assert neutral(f"{sign}cmd|' /C calc'!A0")[0] in "'⟨"


def test_an_ordinary_text_stays_as_it_is():
    assert neutral("320701********1234") == "320701********1234"
