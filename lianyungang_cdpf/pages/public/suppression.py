"""Which numbers of people of small places are kept back, so that nobody can be told from them. Knows no model.

A number under FEWEST is never shown. Where the others and their sum are shown, it could be had by subtraction: so
all numbers up to some larger one are kept back with it. Which those are depends on nothing but the numbers
themselves, so any two hidden ones could be exchanged and the reader would see the same: who knows this rule, and
subtracts, can't even tell which of the hidden numbers are the small ones.
"""

from collections.abc import Sequence
from itertools import groupby

FEWEST = 5  # the rule: no cell under 5 people by town


def kept_back(numbers: Sequence[int], total: int) -> set[int]:
    """The places in `numbers` that are not shown beside `total`, which need not be their sum.

    People in no town make the total larger, people counted in two towns make it smaller: a reader who subtracts does
    not know by how much, so of both differences the smaller one is reckoned with.
    """
    order = sorted(range(len(numbers)), key=numbers.__getitem__)
    hidden = {at for at in order if numbers[at] < FEWEST}
    if not hidden:
        return hidden
    added = 0
    for _, alike in groupby(order[len(hidden) :], key=numbers.__getitem__):
        if added and _is_wide(numbers, hidden, added, total):
            break
        alike = set(alike)
        hidden |= alike
        added += len(alike)
    return hidden


def _is_wide(numbers: Sequence[int], hidden: set[int], added: int, total: int) -> bool:
    """Whether a small number may be anything from 0 to FEWEST - 1, also for who knows how many were added to them.

    The added ones are FEWEST at least: what is left when they are taken at their least must reach for one small
    number at its most.
    """
    own = sum(numbers[at] for at in hidden)
    left = min(own, total - (sum(numbers) - own))
    return left - added * FEWEST >= FEWEST - 1
