"""Which standard wins, and who qualifies."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from beneficiaries.models import Hardship
from subsidies.loading import shipped
from subsidies.standards import Eligibility, StandardBook, eligibility_in_words, validate_eligibility

TOWN = "320700/320706/320706006/"


@dataclass(frozen=True)
class Place:
    pk: int
    path: str


@dataclass(frozen=True)
class Row:
    pk: int
    effective_from: date = date(2018, 1, 1)
    effective_to: date | None = None
    grade: int | None = None
    area: Place | None = None
    hukou_type: str = ""
    household_class: str = ""
    amount: Decimal = Decimal("100.00")

    @property
    def area_id(self):
        return self.area.pk if self.area else None


class Rows(list):
    def select_related(self, *names):
        return self


@dataclass
class Paper:
    standards: Rows
    eligibility: dict


def book(*rows, eligibility=None):
    return StandardBook(Paper(Rows(rows), eligibility or {}))


CITY, COUNTY = Place(1, "320700/"), Place(2, "320700/320706/")
VILLAGE_LIKE = Place(3, TOWN)


def test_the_version_in_force_in_the_month_counts():
    old, new = Row(1, effective_to=date(2020, 12, 1)), Row(2, effective_from=date(2021, 1, 1))
    standards = book(old, new)
    assert standards.amount_for(date(2020, 12, 1), 1) is old
    assert standards.amount_for(date(2021, 1, 1), 1) is new
    assert standards.amount_for(date(2017, 12, 1), 1) is None


def test_a_standard_ending_on_the_last_day_of_a_month_holds_in_that_month():
    only = Row(1, effective_to=date(2020, 12, 31))
    assert book(only).amount_for(date(2020, 12, 1), 1) is only
    assert book(only).amount_for(date(2021, 1, 1), 1) is None


def test_a_standard_for_the_grade_beats_one_for_everybody():
    everybody, first = Row(1), Row(2, grade=1)
    assert book(everybody, first).amount_for(date(2019, 3, 1), 1) is first
    assert book(everybody, first).amount_for(date(2019, 3, 1), 2) is everybody


def test_more_attributes_beat_a_deeper_area():
    deep, rural = Row(1, area=VILLAGE_LIKE), Row(2, grade=1, hukou_type="rural")
    assert book(deep, rural).amount_for(date(2019, 3, 1), 1, TOWN, "rural") is rural


def test_a_deeper_area_beats_a_later_start():
    city, county = Row(1, area=CITY, effective_from=date(2019, 1, 1)), Row(2, area=COUNTY)
    assert book(city, county).amount_for(date(2019, 3, 1), 1, TOWN) is county


def test_the_later_of_two_alike_counts():
    first, second = Row(1), Row(2, effective_from=date(2019, 1, 1))
    assert book(second, first).amount_for(date(2019, 3, 1), 1) is second


def test_an_area_is_no_prefix_of_a_code():
    county = Row(1, area=Place(9, "320700/32070/"))
    assert book(county).amount_for(date(2019, 3, 1), 1, TOWN) is None


def test_a_household_class_is_one_of_the_persons_statuses():
    dibao = Row(1, household_class="低保")
    assert book(dibao).amount_for(date(2019, 3, 1), 1, TOWN, "", ("一户多残", "低保")) is dibao
    assert book(dibao).amount_for(date(2019, 3, 1), 1, TOWN, "", "低保") is dibao
    assert book(dibao).amount_for(date(2019, 3, 1), 1, TOWN, "", ("低保边缘",)) is None
    assert book(dibao).amount_for(date(2019, 3, 1), 1, TOWN) is None


months = st.builds(date, st.integers(2018, 2020), st.integers(1, 12), st.just(1))
rows = st.builds(
    Row,
    pk=st.just(0),
    effective_from=months,
    effective_to=st.none(),
    grade=st.sampled_from([None, 1, 2]),
    area=st.sampled_from([None, CITY, COUNTY, VILLAGE_LIKE]),
    hukou_type=st.sampled_from(["", "town", "rural"]),
    household_class=st.sampled_from(["", "低保"]),
)


def fits(row, month, grade, hukou, classes):
    return (
        row.effective_from <= month
        and row.grade in (None, grade)
        and row.hukou_type in ("", hukou)
        and row.household_class in ("", *classes)
    )


@given(
    st.lists(rows, max_size=8, unique_by=lambda row: (row.effective_from, row.grade, row.area, row.hukou_type)),
    months,
    st.sampled_from([1, 2, 3]),
    st.sampled_from(["", "town", "rural"]),
    st.sampled_from([(), ("低保",)]),
)
def test_no_fitting_standard_is_more_specific_than_the_one_found(listed, month, grade, hukou, classes):
    numbered = [Row(**{**row.__dict__, "pk": number}) for number, row in enumerate(listed)]
    found = book(*numbered).amount_for(month, grade, TOWN, hukou, classes)
    fitting = [row for row in numbered if fits(row, month, grade, hukou, classes)]
    assert (found is None) == (not fitting)

    def filled(row):
        return [row.grade, row.area, row.hukou_type or None, row.household_class or None]

    for row in fitting:
        more = sum(value is not None for value in filled(row)) - sum(value is not None for value in filled(found))
        assert more <= 0
        if more == 0:
            depth = len(row.area.path if row.area else "") - len(found.area.path if found.area else "")
            assert depth < 0 or (depth == 0 and row.effective_from <= found.effective_from)


@given(st.lists(rows, max_size=6), months, st.permutations(range(6)))
def test_the_answer_does_not_depend_on_the_order_of_the_rows(listed, month, order):
    numbered = [Row(**{**row.__dict__, "pk": number}) for number, row in enumerate(listed)]
    shuffled = [numbered[index] for index in order if index < len(numbered)]
    ask = (month, 1, TOWN, "rural", ("低保",))
    assert book(*numbered).amount_for(*ask) == book(*shuffled).amount_for(*ask)


def programme(code):
    return next(entry for entry in shipped()["programmes"] if entry["code"] == code)


def test_nursing_is_for_grades_one_and_two_and_for_third_grade_minds():
    nursing = Eligibility(programme("nursing_subsidy")["eligibility"])
    eligible = {(category, grade) for category in range(1, 8) for grade in range(1, 5)
                if nursing.is_eligible_grade(category, grade)}  # fmt: skip
    assert eligible == {(category, grade) for category in range(1, 8) for grade in (1, 2)} | {(5, 3), (6, 3)}
    assert nursing.is_eligible_household(()) and nursing.is_eligible_household({"普通"})


def test_hardship_needs_one_of_the_named_statuses():
    hardship = Eligibility(programme("hardship_subsidy")["eligibility"])
    assert hardship.is_eligible_grade(4, 4)
    assert hardship.is_eligible_household({"普通", "一户多残"})
    assert not hardship.is_eligible_household({"普通"})
    assert not hardship.is_eligible_household(())


def test_a_programme_without_conditions_qualifies_nobody():
    assert not Eligibility({}).is_eligible_grade(1, 1)
    assert eligibility_in_words({}) == "尚未填写享受条件，任何人都不符合。"


def test_a_person_without_certificate_never_qualifies():
    assert not Eligibility(programme("hardship_subsidy")["eligibility"]).is_eligible_grade(None, None)


def test_conditions_are_told_in_words():
    words = eligibility_in_words(programme("nursing_subsidy")["eligibility"])
    assert words == "残疾人证：各类别一级、二级；智力、精神三级。困难情况：不限。"


GOOD = {"certificate": [{"grades": [1], "categories": None}], "household_status": None}


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        ([], "应为一个对象"),
        ({}, "至少有一个条件"),
        (GOOD | {"households": []}, "不认识“households”"),
        (GOOD | {"certificate": [{"grades": [1]}]}, "第 1 个证件条件应恰好含"),
        (GOOD | {"certificate": [{"grades": [5], "categories": None}]}, "1 到 4 的残疾等级"),
        (GOOD | {"certificate": [{"grades": [True], "categories": None}]}, "1 到 4 的残疾等级"),
        (GOOD | {"certificate": [{"grades": [], "categories": None}]}, "1 到 4 的残疾等级"),
        (GOOD | {"certificate": [{"grades": None, "categories": [8]}]}, "1 到 7 的残疾类别"),
        (GOOD | {"household_status": "低保"}, "应为困难情况的列表"),
        (GOOD | {"household_status": ["低保户"]}, "“低保户”不认识"),
    ],
)
def test_malformed_conditions_get_a_sentence(conditions, sentence):
    with pytest.raises(ValidationError) as refused:
        validate_eligibility(conditions, Hardship.values)
    assert sentence in "".join(refused.value.messages)


def test_what_the_portal_ships_is_well_formed():
    for entry in shipped()["programmes"]:
        validate_eligibility(entry["eligibility"], Hardship.values)
