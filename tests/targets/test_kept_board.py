"""The board is kept until anything that it tells of changes; then the next reader sees it as it is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.targets.models import Plan, Target


@pytest.fixture
def look(sign_in, city_clerk):
    """look(name, **query) -> (text of the page, statements that it took)."""
    client = sign_in(city_clerk)

    def opened(name="board:index", **query):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(reverse(name), {"year": 2019, "as_of": "2019-09-30", **query})
        assert answer.status_code == 200
        return answer.content.decode(), len(asked)

    return opened


@pytest.mark.parametrize("name", ["board:index", "board:wall"])
def test_an_unchanged_board_takes_few_statements_and_says_the_same(look, make_person, pay, name):
    pay(make_person(), 3)
    first, asked = look(name)
    again, asked_again = look(name)
    assert asked_again <= 6 < asked
    figures = [text[text.index('<main id="main"') :].split("wall-status")[0] for text in (first, again)]
    assert len(figures[0]) == len(figures[1])


def test_the_next_reader_sees_a_payment(look, make_person, pay):
    pay(make_person(), 3)
    before, _ = look()
    pay(make_person("乙"), 4)
    after, _ = look()
    assert before != after
    assert after.count("2 人") > before.count("2 人")


CHANGES = {
    "a place": (lambda: Area.objects.filter(code="320706").update(common_name="海州新区"), "海州新区"),
    "a target": (lambda: Target.objects.filter(number=1).update(name="困难补贴新名"), "困难补贴新名"),
    "a goal": (lambda: Target.objects.filter(number=1).update(goal=36_123), "36,123"),
    "a threshold": (lambda: Plan.objects.update(behind_from=77), "77%"),
}


@pytest.mark.parametrize(("change", "words"), CHANGES.values(), ids=CHANGES.keys())
def test_the_next_reader_sees_what_the_plan_and_the_places_are_called(look, make_person, pay, change, words):
    pay(make_person(), 3)
    assert words not in look()[0]
    change()
    assert words in look()[0]


def test_another_order_and_another_day_are_other_pages(look, make_person, pay):
    pay(make_person(), 9)
    pages = [look()[0], look(order="behind")[0], look(as_of="2019-08-31")[0], look(t="nursing_subsidy")[0]]
    assert len(set(pages)) == 4


def test_a_county_is_never_shown_what_was_kept_for_the_city(look, sign_in, haizhou_clerk, make_person, pay):
    pay(make_person(), 3)
    assert "地区排名" in look()[0]
    shown = sign_in(haizhou_clerk).get(reverse("board:index"), {"year": 2019, "as_of": "2019-09-30"}).content.decode()
    assert "地区排名" not in shown and "海州区" in shown
