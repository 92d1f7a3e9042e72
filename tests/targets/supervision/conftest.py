"""海州 lags behind its goal of the first target: 2 of 8 people, 6 due.

lagging              the target         due          a day in a fortnight
issue(...)           an order of the city clerk to 海州, or to another unit
answer(order)        the reply of 海州's clerk
"""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate


@pytest.fixture
def lagging(city, make_person, pay):
    from lianyungang_cdpf.targets import scopes
    from lianyungang_cdpf.targets.models import Allocation, Demonstration, Target

    Demonstration.objects.create(as_of=date(2019, 9, 30), people=1, seed=1)
    target = Target.objects.select_related("plan").get(key="hardship_subsidy")
    for unit in scopes.units():
        place = {"zone": unit.zone} if unit.zone else {"area": unit.area}
        Allocation.objects.create(target=target, goal=8, **place)
    for month in (2, 5):
        pay(make_person(area="320706006"), month)
    return target


@pytest.fixture
def due():
    return localdate() + timedelta(days=14)


@pytest.fixture
def issue(lagging, due, city_clerk):
    from lianyungang_cdpf.targets import scopes
    from lianyungang_cdpf.targets.supervision.actions import issue_order

    def make(code="320706", by=city_clerk, text="请说明滞后原因，提出追赶措施。", **told):
        told = {"target": lagging, "due_on": due} | told
        return issue_order(scope=scopes.on_the_board(code), text=text, by=by, **told)

    return make


@pytest.fixture
def answer(haizhou_clerk):
    from lianyungang_cdpf.targets.supervision.actions import answer_order

    def make(order, text="银行账号核对较慢，10 月底前补发到位。", by=haizhou_clerk, **told):
        return answer_order(order=order, text=text, by=by, **told)

    return make
