"""One-time codes by the published vectors, as people type them, and the picture that an app reads."""

import base64
import re
from datetime import UTC, datetime

import pytest

from lianyungang_cdpf.accounts.factor import codes

# RFC 6238, appendix B (SHA-1), the last six of its eight digits.
KEY = base64.b32encode(b"12345678901234567890").decode()
VECTORS = [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")]


@pytest.mark.parametrize(("second", "code"), VECTORS)
def test_codes_are_those_of_the_standard(second, code):
    assert codes.matching_step(KEY, code, datetime.fromtimestamp(second, UTC)) == second // 30


@pytest.mark.parametrize(("late", "taken"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_one_step_fast_or_slow(late, taken):
    moment = datetime.fromtimestamp(1111111109 + late, UTC)
    assert (codes.matching_step(KEY, "081804", moment) is not None) is taken


def test_a_step_that_was_taken_and_those_before_it_count_no_more():
    moment = datetime.fromtimestamp(59, UTC)
    assert codes.matching_step(KEY, "287082", moment, after=0) == 1
    assert codes.matching_step(KEY, "287082", moment, after=1) is None


@pytest.mark.parametrize("typed", ["AB3DE-FGH45", "ab3de fgh45", "ａｂ３ｄｅ－ｆｇｈ４５", " ab3de—fgh45 "])
def test_a_code_may_be_typed_as_it_comes(typed):
    assert codes.plain(typed) == "ab3defgh45"


def test_recovery_codes_are_ten_different_ones_without_mistakable_letters():
    made = codes.new_recovery_codes()
    assert len(set(made)) == 10
    assert all(re.fullmatch("[2-9a-hjkmnp-z]{5}-[2-9a-hjkmnp-z]{5}", code) for code in made)


def test_the_picture_needs_no_style_and_the_address_says_whose_key_it_is():
    address = codes.address_of(KEY, "周明")
    assert address == f"otpauth://totp/%E6%99%BA%E6%85%A7%E6%AE%8B%E8%81%94%3A%E5%91%A8%E6%98%8E?secret={KEY}" + (
        "&issuer=%E6%99%BA%E6%85%A7%E6%AE%8B%E8%81%94"
    )
    picture = codes.picture_of(address)
    assert picture.startswith("<svg") and "style" not in picture and "script" not in picture
    assert codes.in_fours("ABCDEFGHIJ") == "ABCD EFGH IJ"
