"""A posted roll without a file behind it.

make_roll(*people, area="320706", zone=None, programme="hardship_subsidy", month=date(2019, 3, 1), amount="370.00",
          reference="R-1", **fields)    one live payment for each person, with area and account as of now
walk(roll, to="paid", paid_on=date(2019, 3, 28))   takes the roll's steps, each by an account of its place, until it is
                                                   submitted, reviewed, approved or paid; gives the roll as it then is
explain(roll, new="application", stopped="voluntary")   writes why the roll differs from the month before, by kind
taker(code, place)     that account for a step: prepare, review, confirm, pay, archive
"""

from datetime import date
from decimal import Decimal

import pytest

ROLES = {
    "prepare": "district_clerk", "review": "district_reviewer", "confirm": "civil_affairs_approver", "pay": "finance",
    "archive": "district_clerk",
}  # fmt: skip
CITY_ROLES = ROLES | {"prepare": "city_operator", "archive": "city_operator"}


@pytest.fixture
def taker(make_staff):
    from lianyungang_cdpf.accounts.models import Staff

    def find(code, place="320706"):
        username = f"{code}_{place}"
        roles = CITY_ROLES if place == "320700" else ROLES
        return Staff.objects.filter(username=username).first() or make_staff(username, place, roles[code])

    return find


@pytest.fixture
def explain(taker):
    from subsidies.monthly.actions import give_reasons

    def explained(roll, **codes):
        by = taker("prepare", roll.zone.key if roll.zone else roll.area.code)
        for kind, code in codes.items():
            give_reasons(roll=roll, by=by, kind=kind, code=code, every_open=True)

    return explained


@pytest.fixture
def walk(taker):
    from subsidies.approval.actions import approve_roll, submit_roll
    from subsidies.paying import mark_roll_paid

    def walked(roll, to="paid", paid_on=date(2019, 3, 28)):
        place = roll.zone.key if roll.zone else roll.area.code
        roll = submit_roll(roll=roll, by=taker("prepare", place))
        if to != "submitted":
            roll = approve_roll(roll=roll, by=taker("review", place))
        if to in ("approved", "paid"):
            roll = approve_roll(roll=roll, by=taker("confirm", place))
        return mark_roll_paid(roll=roll, by=taker("pay", place), paid_on=paid_on) if to == "paid" else roll

    return walked


@pytest.fixture
def make_roll(city, make_staff):
    from beneficiaries.identity import account_digest
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
            account = person.account_no or "6299999630040357070"
            Payment.objects.create(
                roll=roll, row=row, person=person, programme=roll.programme, month=month, amount=Decimal(amount),
                area=person.area, account_no=account, account_digest=account_digest(account),
            )  # fmt: skip
        return roll

    return make
