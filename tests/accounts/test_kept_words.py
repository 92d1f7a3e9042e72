"""What in an address is somebody's number, and how it is kept out of there."""

import pytest
from django.http import QueryDict

from lianyungang_cdpf.accounts.kept_words import KEPT, MOST_KEPT, keep, tells_a_number, without_numbers, words_of


@pytest.mark.parametrize(
    ("name", "value", "tells"),
    [
        ("q", "32070119750303001X", True), ("q", "320701 19750303 0013", True), ("q", "320701197503030013", True),
        ("q", "19000006430", True), ("q", "190-0000-6430", True), ("q", "0518-85123456", True),
        ("q", "6299999630040357070", True), ("q", "张三 19000006430", True), ("q", "12345678", True),
        ("term", "32070119750303001342", True), ("person__phone", "19000006430", True),
        ("e", "32070119750303001X", True),
        ("q", "0013", False), ("q", "郑志", False), ("q", "20190930发放名册.xlsx", False), ("q", "2019-09-30", False),
        ("q", "320706003", False), ("place", "320706003001", False), ("month", "2019-09", False),
        ("person__id__exact", "1234567890", False), ("uid", "0b9c1f52-1234-4a4e-9a55-446655440000", False),
        ("version", "a446655440000123456789f", False), ("between", "2019-01-01 2019-12-31", False),
    ],
)  # fmt: skip
def test_numbers_of_people_are_told_from_days_divisions_keys_and_fingerprints(name, value, tells):
    assert tells_a_number(name, value) is tells


def test_an_address_without_a_number_is_left_as_it_is():
    assert without_numbers(QueryDict("q=郑志&place=320706003&o=1"), {}) is None


def test_without_a_session_the_number_is_left_out():
    assert without_numbers(QueryDict("q=19000006430&o=1")).urlencode() == "o=1"


def test_the_same_words_have_one_mark_and_the_session_holds_no_number_in_the_clear():
    session = {}
    mark = keep(session, "19000006430")
    assert keep(session, "19000006430") == mark and len(session[KEPT]) == 1
    assert "19000006430" not in str(session) and "6430" not in mark
    assert words_of(session, mark) == "19000006430"


def test_another_session_does_not_know_the_mark():
    mark = keep({}, "19000006430")
    assert words_of({}, mark) is None
    stolen = {KEPT: [[mark, "0101" + "00" * 60]]}
    assert words_of(stolen, mark) is None


def test_a_session_remembers_the_last_searches_only():
    session = {}
    marks = [keep(session, f"1900000{number:04}") for number in range(MOST_KEPT + 1)]
    assert words_of(session, marks[0]) is None
    assert [words_of(session, mark)[-4:] for mark in marks[1:]] == [f"{n:04}" for n in range(1, MOST_KEPT + 1)]
