"""Judging twice says the same, and neither the order of rows nor that of rolls changes who is paid how much."""

import csv
from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianyungang_cdpf.intake.engine import judge_again
from lianyungang_cdpf.intake.kinds import Context, kind_named
from lianyungang_cdpf.intake.tables import DataRow
from tests.fixtures_corpus import DATA

pytestmark = pytest.mark.django_db
# The corpus is loaded once for the file, and every example leaves it as it was.
calm = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
MONTHS = (date(2019, 3, 1), date(2022, 3, 1))
PROGRAMMES = ("hardship_subsidy", "nursing_subsidy")
AMOUNTS = st.sampled_from([Decimal(text) for text in ("370", "260", "120", "110", "80", "60", "0.01", "370.005")])


@cache
def registered() -> list[dict]:
    with open(DATA / "register.csv", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@st.composite
def rows(draw, unique: bool = True):
    """Rows about people of the register, some with another amount, name, certificate or number of months."""
    places = draw(st.lists(st.integers(0, len(registered()) - 1), min_size=1, max_size=25, unique=unique))
    return [_values(draw, registered()[place]) for place in places]


def _values(draw, person: dict) -> dict:
    values = {"name": person["name"], "id_number": person["id_number"], "amount": draw(AMOUNTS)}
    odd = draw(st.sampled_from(["", "", "", "name", "certificate_no", "months", "account_no", "amount", "id_number"]))
    changes = {
        "name": "某某", "certificate_no": "32070119000101001X11", "months": 2, "account_no": "6299990000000000004",
        "amount": None, "id_number": "32070119000101001X",
    }  # fmt: skip
    return values | ({odd: changes[odd]} if odd else {})


def judged(staff, programme: str, month: date, listed: list[dict]):
    """The plan of these rows; each row is new, so that nothing is remembered from an earlier judgement."""
    data = [DataRow("表", number, dict(values), missing(values)) for number, values in enumerate(listed, start=3)]
    return data, judge_again(kind_named(programme), data, Context(staff=staff, month=month), {})


def missing(values: dict) -> list[tuple[str, str, str]]:
    """What reading says of a row without an amount."""
    return [] if values["amount"] is not None else [("MISSING_REQUIRED", "amount", "")]


def told(plan) -> list[tuple]:
    return [(one.row, one.codes, one.warnings, one.messages, one.amount, one.change) for one in plan.kept]


def totals(plan) -> tuple:
    return plan.data_rows, plan.valid_rows, plan.bad_rows, plan.total, plan.read_total, plan.codes, plan.warning_codes


@calm
@given(rows(unique=False), st.sampled_from(PROGRAMMES), st.sampled_from(MONTHS))
def test_judging_twice_says_the_same(corpus, listed, programme, month):
    staff = corpus.staff("320700")
    data, first = judged(staff, programme, month, listed)
    again = judge_again(kind_named(programme), data, Context(staff=staff, month=month), {})
    assert told(again) == told(first)
    assert told(judged(staff, programme, month, listed)[1]) == told(first)


@calm
@given(rows(), st.randoms(use_true_random=True), st.sampled_from(PROGRAMMES), st.sampled_from(MONTHS))
def test_the_order_of_rows_changes_no_total(corpus, listed, chance, programme, month):
    shuffled = chance.sample(listed, len(listed))
    one, other = (judged(corpus.staff("320700"), programme, month, order)[1] for order in (listed, shuffled))
    assert totals(one) == totals(other)


def paid(staff, month: date, parts: list[tuple[str, list[dict]]]) -> tuple:
    """Live payments, as person, programme, month and amount, and the rolls' totals, when the parts are posted one
    after the other."""
    from subsidies.models import Payment, Programme
    from subsidies.posting import open_roll, post_payments

    rolls = []
    with transaction.atomic():
        for programme, listed in parts:
            plan = judged(staff, programme, month, listed)[1]
            of = Programme.objects.get(code=programme)
            roll = open_roll(by=staff, programme=of, month=month, reference=f"any-{len(rolls)}")
            rolls.append(post_payments(by=staff, roll=roll, outcomes=plan.valid()))
        live = Payment.objects.live().filter(roll__in=rolls)
        found = set(live.values_list("person", "programme", "month", "amount"))
        transaction.set_rollback(True)
    return found, sorted((roll.programme.code, roll.payment_count, roll.total) for roll in rolls)


@calm
@given(rows(), rows(), st.sampled_from(MONTHS))
def test_the_order_of_posting_changes_no_total(corpus, hardship, nursing, month):
    parts = list(zip(PROGRAMMES, (hardship, nursing), strict=True))
    staff = corpus.staff("320700")
    assert paid(staff, month, parts) == paid(staff, month, parts[::-1])


@calm
@given(rows(), st.integers(1, 24), st.sampled_from(PROGRAMMES), st.sampled_from(MONTHS))
def test_a_list_cut_in_two_rolls_pays_as_one(corpus, listed, cut, programme, month):
    staff = corpus.staff("320700")
    whole, _ = paid(staff, month, [(programme, listed)])
    halves, rolls = paid(staff, month, [(programme, listed[cut:]), (programme, listed[:cut])])
    assert halves == whole
    assert sum(total for *_, total in rolls) == sum(amount for *_, amount in whole)
