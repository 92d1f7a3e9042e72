from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianyungang_cdpf.intake.tables import birth_date_of, certificate_core, id_problem, normalise_id, sex_of

WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]


def id_number(born: date, sequence: int) -> str:
    body = f"320701{born:%Y%m%d}{sequence:03d}"
    rest = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11
    return body + "X" * (rest == 2) + str((12 - rest) % 11) * (rest != 2)


births = st.dates(date(1900, 1, 1), date(2020, 12, 31))
numbers = st.builds(id_number, births, st.integers(0, 999))


@given(births, st.integers(0, 999))
def test_a_right_number_tells_birth_date_and_sex(born, sequence):
    number = id_number(born, sequence)
    assert id_problem(number) is None
    assert birth_date_of(number) == born
    assert sex_of(number) == ("男" if sequence % 2 else "女")


@given(numbers, st.integers(0, 17), st.integers(1, 9))
def test_any_one_wrong_digit_is_found(number, place, step):
    wrong = "0123456789"[(int(number[place].replace("X", "0")) + step) % 10]
    changed = number[:place] + wrong + number[place + 1 :]
    assert id_problem(changed) == ("ID_CHECKSUM" if changed != number else None)


@given(numbers, st.integers(0, 16))
def test_two_neighbouring_digits_changed_round_are_found(number, place):
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert id_problem(swapped) in {"ID_CHECKSUM", "ID_FORMAT"}


@given(numbers)
def test_office_writings_of_one_number_are_alike(number):
    full_width = "".join(chr(ord(character) + 0xFEE0) for character in number)
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}"
    for written in (
        full_width,
        spaced,
        number.lower(),
        f"'{number}",
        f'="{number}"',
        f"\ufeff{number}\n",
        f"{number}\t",
    ):
        assert normalise_id(written) == number


@given(st.text(max_size=30))
def test_normalising_twice_is_normalising_once(text):
    assert normalise_id(normalise_id(text)) == normalise_id(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "ID_FORMAT"),
        ("320701800101001", "ID_FORMAT"),
        ("32070119800101001", "ID_FORMAT"),
        ("3207011980010100123", "ID_FORMAT"),
        ("32070119O001010017", "ID_FORMAT"),
        ("X20701198001010017", "ID_FORMAT"),
        ("３２０７０１１９８００１０１００１７", "ID_FORMAT"),
        ("٣٢٠٧٠١١٩٨٠٠١٠١٠٠١٧", "ID_FORMAT"),
        ("3.20701E+17", "ID_PRECISION_LOST"),
        ("3.20701195208217E+17", "ID_PRECISION_LOST"),
    ],
)
def test_malformed_numbers_are_named(text, problem):
    assert id_problem(text) == problem


def test_impossible_birth_dates_are_a_wrong_number():
    tomorrow = date.today() + timedelta(days=1)
    assert id_problem(id_number(tomorrow, 1)) == "ID_CHECKSUM"
    assert id_problem(id_number(date(1899, 12, 31), 1)) == "ID_CHECKSUM"
    assert birth_date_of("320701198002300010") is None
    assert sex_of("3207") is None


def test_reissues_of_a_certificate_have_one_core():
    number = id_number(date(1960, 5, 1), 12) + "42"
    assert {certificate_core(number + suffix) for suffix in ("", "B1", "B2", "B12")} == {number}
