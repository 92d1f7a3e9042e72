"""A seeded September: some are paid in two counties, one unit has no goal; and who drafts and who issues."""

from datetime import date

import pytest

from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.bulletin.actions import draft_bulletin, issue_bulletin
from lianyungang_cdpf.targets.models import Allocation, Demonstration, Target

SEPTEMBER = date(2019, 9, 30)


@pytest.fixture
def seeded(city_clerk, make_person, pay):
    """As of 30 September: 3 of 4 paid in the city, 2 of 2 in Haizhou, 1 of 2 in Donghai, nobody in Ganyu."""
    Demonstration.objects.create(as_of=SEPTEMBER, people=3, seed=1)
    target = Target.objects.get(key="hardship_subsidy")
    Target.objects.filter(pk=target.pk).update(goal=4)
    for unit in scopes.units():
        if unit.code in ("320706", "320722", "320707"):
            Allocation.objects.create(target=target, area=unit.area, goal=2)
    for month, area in enumerate(["320706006", "320706006", "320722101"], start=1):
        pay(make_person(area=area), month)
    pay(make_person(area="320722101"), 10)
    return city_clerk


@pytest.fixture
def draft(seeded):
    """September's bulletin, drafted by the city's clerk."""
    return draft_bulletin(year=2019, month=9, by=seeded)


@pytest.fixture
def leader(make_staff):
    return make_staff("leader", area="320700", role="leader", name="理事长")


@pytest.fixture
def issued(draft, leader):
    """September's bulletin as number 1."""
    return issue_bulletin(bulletin=draft, by=leader, seen=draft.revision, issued_on=date(2019, 10, 9))
