"""Somebody paid for months, and a case about some of them.

pay(person, 4, 5, programme=, amount="370.00", paid=True)   a roll of 2019 for each of these months; their payments
claim(person, 5, 6, by=clerk, **fields)   a case about these months; together with an account that does it
"""

from datetime import date
from itertools import count

import pytest


@pytest.fixture
def pay(make_roll):
    from subsidies.models import Payment, Roll

    numbers = count(1)

    def paid_for(person, *months, paid=True, area=None, **fields):
        found = []
        for month in months:
            state = {"state": Roll.State.PAID, "paid_on": date(2019, month, 28)} if paid else {}
            roll = make_roll(person, month=date(2019, month, 1), reference=f"RC-{next(numbers)}", **state, **fields)
            found.append(Payment.objects.select_related("roll", "programme").get(roll=roll))
        return found

    return paid_for


@pytest.fixture
def claim(pay, haizhou_clerk):
    from subsidies.models import Payment, Programme
    from subsidies.recovery.actions import open_recovery

    def opened(person, *months, by=haizhou_clerk, programme="hardship_subsidy", **fields):
        payments = Payment.objects.filter(
            person=person, month__in=[date(2019, month, 1) for month in months], programme__code=programme
        )
        told = {"reason": "death", "note": "死亡后仍在发放"} | fields
        return open_recovery(
            person=person, programme=Programme.objects.get(code=programme), payments=list(payments), by=by, **told
        )

    return opened


@pytest.fixture
def reviewer(make_staff):
    return make_staff("haizhou_reviewer", role="district_reviewer", name="海州审核员")


@pytest.fixture
def finance(make_staff):
    return make_staff("haizhou_finance", role="finance", name="海州财务")
