"""No number under five of a town can be told, also not by whoever subtracts and knows how numbers are kept back."""

from collections import defaultdict
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from lianyungang_cdpf.pages.public.suppression import FEWEST, kept_back

NUMBERS = st.lists(st.integers(0, 60) | st.integers(0, 6), min_size=1, max_size=30)


@given(NUMBERS)
def test_a_small_number_is_never_shown(numbers):
    hidden = kept_back(numbers, sum(numbers))
    assert all(at in hidden for at, number in enumerate(numbers) if number < FEWEST)


@given(NUMBERS)
def test_nothing_is_kept_back_where_nothing_is_small(numbers):
    numbers = [number + FEWEST for number in numbers]
    assert kept_back(numbers, sum(numbers)) == set()


@given(NUMBERS, st.integers(-3, 3))
def test_a_hidden_small_number_may_be_any_small_number(numbers, apart):
    """Or nothing is shown at all. Who subtracts knows the sum of the hidden, and that added ones are five or more."""
    total = max(sum(numbers) + apart, 0)
    hidden = kept_back(numbers, total)
    small = [at for at in hidden if numbers[at] < FEWEST]
    if not small or len(hidden) == len(numbers):
        return
    left = total - sum(number for at, number in enumerate(numbers) if at not in hidden)
    added = len(hidden) - len(small)
    most = left - added * FEWEST  # of one small number, the others being 0
    assert added and most >= FEWEST - 1


def test_no_one_who_knows_the_rule_can_tell_a_small_number_from_what_is_shown():
    """Every way to fill three towns, by what a reader sees of it: each hidden number could be another."""
    seen = defaultdict(list)
    for numbers in product(range(10), repeat=3):
        hidden = kept_back(numbers, sum(numbers))
        shown = tuple(None if at in hidden else number for at, number in enumerate(numbers))
        seen[shown, sum(numbers)].append(numbers)
    for (shown, total), ways in seen.items():
        for at, number in enumerate(shown):
            # Where nobody is anywhere, nobody can be told.
            assert number is not None or total == 0 or len({way[at] for way in ways}) > 1, (shown, total)


@given(NUMBERS, st.randoms())
def test_hidden_numbers_could_be_exchanged_and_nobody_would_see(numbers, random):
    hidden = kept_back(numbers, sum(numbers))
    places = sorted(hidden)
    others = list(numbers)
    for place, source in zip(places, random.sample(places, len(places)), strict=True):
        others[place] = numbers[source]
    assert kept_back(others, sum(others)) == hidden
    # And among them is one that is not small, if there is any at all.
    assert not hidden or any(numbers[at] >= FEWEST for at in hidden) or max(numbers) < FEWEST


def test_one_small_town_takes_the_next_larger_ones_with_it():
    assert kept_back([3, 40, 12, 90], 145) == {0, 2}
    assert kept_back([0, 6, 40, 90], 136) == {0, 1, 2}
    assert kept_back([3, 12, 40, 12], 67) == {0, 1, 3}
    assert kept_back([7, 40, 12, 90], 149) == set()
    assert kept_back([3, 1], 4) == {0, 1}
