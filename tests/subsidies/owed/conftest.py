"""People who would be paid 370 yuan for March 2019: grade one, 低保, in a town of Haizhou."""

from datetime import date

import pytest

from subsidies.models import Programme

MARCH = date(2019, 3, 1)


@pytest.fixture
def poor(standards, make_person):
    def make(name="张三", *, category=4, grade=1, hardship="低保", **fields):
        return make_person(name, category=category, grade=grade, hardship=hardship, **fields)

    return make


@pytest.fixture
def living(standards):
    """The programme that asks for grade and household."""
    return Programme.objects.get(code="hardship_subsidy")
