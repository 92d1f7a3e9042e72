"""Two counties with a record of everything, and the staff of one of them who try to see the other."""

from copy import deepcopy
from itertools import count

import pytest

from tests.fixtures_city import kept_for_a_module, person_maker, staff_maker
from tests.isolation.world import DONGHAI, HAIZHOU, build

# Numbers of ID numbers that no test's own people have.
OF_THE_COUNTIES = 400

# Everybody who works below the city, by role and place.
OUTSIDERS = {
    "district_clerk": "320706",
    "district_reviewer": "320706",
    "civil_affairs_approver": "320706",
    "finance": "320706",
    "town_clerk": "320706006",
}


@pytest.fixture(scope="module")
def two_counties(city_copy, django_db_blocker):
    """Both counties, built once for the tests of a module."""

    def built():
        makers = staff_maker(), person_maker(count(OF_THE_COUNTIES))
        return build(HAIZHOU, *makers), build(DONGHAI, *makers)

    yield from kept_for_a_module(city_copy, django_db_blocker, built)


@pytest.fixture
def haizhou(two_counties, city):
    return deepcopy(two_counties[0])


@pytest.fixture
def donghai(two_counties, city):
    """The foreign county, made after the own one."""
    return deepcopy(two_counties[1])


@pytest.fixture
def outsiders(make_staff, sign_in):
    """(staff, client) of Haizhou in each role; a test goes through them, which is faster than a test for each."""
    staff = [make_staff(f"outsider_{role}", area=place, role=role) for role, place in OUTSIDERS.items()]
    return [(each, sign_in(each)) for each in staff]
