"""Two months of one county: `february` is on the books, `march` is the roll that is compared with it."""

from datetime import date

import pytest

FEBRUARY, MARCH = date(2019, 2, 1), date(2019, 3, 1)


@pytest.fixture
def february(make_roll):
    """february(*people, **fields): the paid roll of the month before."""

    def made(*people, reference="R-2", **fields):
        return make_roll(
            *people, month=FEBRUARY, reference=reference, state="paid", paid_on=date(2019, 2, 25), **fields
        )

    return made


@pytest.fixture
def march(make_roll):
    """march(*people, **fields): a posted roll of March 2019."""

    def made(*people, reference="R-3", **fields):
        return make_roll(*people, month=MARCH, reference=reference, **fields)

    return made


@pytest.fixture
def poor(standards, make_person):
    """A person who qualifies for 370 yuan: grade one, 低保, in a town of Haizhou."""

    def make(name="张三", *, category=4, grade=1, hardship="低保", **fields):
        return make_person(name, category=category, grade=grade, hardship=hardship, **fields)

    return make
