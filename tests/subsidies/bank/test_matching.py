"""Which line a row of the return answers where an account and an amount alone do not say."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subsidies.bank import matching
from subsidies.bank.matching import Found, Sent
from subsidies.bank.reading import Answer

DAY = date(2019, 3, 29)


def sent(number: int, name: str = "甲", amount: int = 370, id_digest: str = "", **more) -> Sent:
    told = {"holder": name, "outcome": "waiting", "outcome_on": None} | more
    return Sent(number, number, number, amount, "a", name=name, id_digest=id_digest, **told)


def answer(row: int = 1, is_paid: bool | None = True, amount: int = 370, **more) -> Answer:
    return Answer(row, "a", amount, is_paid, **more)


def laid(answers, lines, digests=()) -> Found:
    found = Found()
    for at, one in enumerate(answers):
        matching._place(one, lines, digests[at] if digests else "", found, DAY)
    return found


def test_a_familys_one_account_is_told_apart_by_id_number_then_name_then_line():
    lines = [sent(1, "甲", id_digest="x"), sent(2, "乙", id_digest="y"), sent(3, "乙", id_digest="z")]
    assert [one.line.number for one in laid([answer()], lines, ["z"]).paid] == [3]
    lines = [sent(1, "甲"), sent(2, "乙"), sent(3, "乙")]
    assert [one.line.number for one in laid([answer(name="乙", number=3)], lines).paid] == [3]
    lines = [sent(1, "甲", holder="丁"), sent(2, "乙")]
    assert [one.line.number for one in laid([answer(name="乙")], lines).paid] == [2], "the holder or the person"


def test_months_of_one_person_are_answered_one_after_the_other():
    lines = [sent(1), sent(2), sent(3)]
    found = laid([answer(1), answer(2, is_paid=False), answer(3), answer(4)], lines)
    assert [one.line.number for one in found.paid] == [1, 3] and [one.row for one in found.repeated] == [4]


def test_a_row_repeated_for_one_of_a_family_does_not_answer_for_another():
    lines = [sent(1, "甲"), sent(2, "乙")]
    found = laid([answer(1, name="甲"), answer(2, name="甲")], lines)
    assert len(found.paid) == len(found.repeated) == 1 and not lines[1].answered


@pytest.mark.parametrize(
    ("before", "is_paid", "expected"),
    [
        ("waiting", True, "paid"), ("waiting", False, "returned"), ("paid", True, "known"),
        ("returned", False, "known"), ("returned", True, "contrary"), ("paid", False, "returned"),
        ("withdrawn", True, "contrary"), ("paid", None, "pending"),
    ],
)  # fmt: skip
def test_what_the_line_says_so_far_decides_what_a_row_does(before, is_paid, expected):
    found = laid([answer(is_paid=is_paid)], [sent(1, outcome=before, outcome_on=DAY)])
    assert [name for name, rows in vars(found).items() if rows] == [expected]


def test_a_return_of_an_earlier_day_does_not_take_money_back():
    found = laid([answer(is_paid=False, day=date(2019, 3, 1))], [sent(1, outcome="paid", outcome_on=DAY)])
    assert len(found.contrary) == 1


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([370, 260, 0]), st.sampled_from([True, False, None])), max_size=8))
def test_every_row_is_in_one_list_and_no_line_is_answered_twice(rows):
    lines = [sent(1), sent(2), sent(3, amount=260)]
    found = laid([answer(at, is_paid, amount) for at, (amount, is_paid) in enumerate(rows)], lines)
    assert sum(len(one) for one in vars(found).values()) == len(rows)
    matched = [one.line.number for name in ("paid", "returned", "pending") for one in getattr(found, name)]
    assert len(matched) == len(set(matched))
    assert all(one.line.amount == one.answer.amount for one in (*found.paid, *found.returned))
