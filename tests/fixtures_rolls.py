"""A posted roll without a file behind it.

make_roll(*people, area="320706", zone=None, programme="hardship_subsidy", month=date(2019, 3, 1), amount="370.00",
          reference="R-1", **fields)    one live payment for each person, with area and account as of now
"""

from datetime import date
from decimal import Decimal

import pytest


@pytest.fixture
def make_roll(city, make_staff):
    from lianyungang_cdpf.accounts.models import Area, Staff
    from subsidies.models import Payment, Programme, Roll

    def poster():
        return Staff.objects.filter(username="poster").first() or make_staff("poster", "320700", "city_operator")

    def make(
        *people, area="320706", zone=None, programme="hardship_subsidy", month=date(2019, 3, 1), amount="370.00",
        reference="R-1", **fields,
    ):  # fmt: skip
        roll = Roll.objects.create(
            programme=Programme.objects.get(code=programme), month=month, area=Area.objects.get(code=area), zone=zone,
            reference=reference, row_count=len(people), payment_count=len(people),
            total=Decimal(amount) * len(people), posted_by=poster(), **fields,
        )  # fmt: skip
        for row, person in enumerate(people, start=2):
            Payment.objects.create(
                roll=roll, row=row, person=person, programme=roll.programme, month=month, amount=Decimal(amount),
                area=person.area, account_no=person.account_no or "6299999630040357070",
            )  # fmt: skip
        return roll

    return make
