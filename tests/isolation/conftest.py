"""Two counties with a record of everything, and the staff of one of them who try to see the other."""

import pytest

from tests.isolation.world import DONGHAI, HAIZHOU, build

# Everybody who works below the city, by role and place.
OUTSIDERS = {
    "district_clerk": "320706",
    "district_reviewer": "320706",
    "civil_affairs_approver": "320706",
    "finance": "320706",
    "town_clerk": "320706006",
}


@pytest.fixture
def haizhou(make_staff, make_person):
    return build(HAIZHOU, make_staff, make_person)


@pytest.fixture
def donghai(haizhou, make_staff, make_person):
    """The foreign county, made after the own one."""
    return build(DONGHAI, make_staff, make_person)


@pytest.fixture
def outsiders(make_staff, sign_in):
    """(staff, client) of Haizhou in each role; a test goes through them, which is faster than a test for each."""
    staff = [make_staff(f"outsider_{role}", area=place, role=role) for role, place in OUTSIDERS.items()]
    return [(each, sign_in(each)) for each in staff]
