"""Payments made directly, as posting makes them: a live payment on a paid roll, and the stamp touched with it."""

from datetime import date

import pytest

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.metrics.models import ChangeStamp
from subsidies.models import Payment, Programme, Roll


def touch(month, kind):
    ChangeStamp.objects.touch(source="subsidies.payment", kind=kind, year=month.year)


@pytest.fixture
def make_roll(city_clerk):
    """make_roll(month=date, programme=code): a paid roll without payments."""

    def make(month, programme="hardship_subsidy"):
        number = Roll.objects.count() + 1
        return Roll.objects.create(
            programme=Programme.objects.get(code=programme),
            month=month,
            area=Area.objects.get(code="320700"),
            reference=f"试-{number}",
            state=Roll.State.PAID,
            paid_on=month.replace(day=28),
            posted_by=city_clerk,
        )

    return make


@pytest.fixture
def pay(make_roll):
    """pay(person, month=1, year=2019, area=code of the person's own, programme=code) -> the payment."""

    def make(person, month=1, year=2019, area=None, programme="hardship_subsidy"):
        first = date(year, month, 1)
        roll = make_roll(first, programme)
        payment = Payment.objects.create(
            roll=roll,
            person=person,
            programme=roll.programme,
            month=first,
            amount=100,
            area=Area.objects.get(code=area) if area else person.area,
        )
        touch(first, programme)
        return payment

    return make


@pytest.fixture
def void():
    """void(payment): undone, as an undone roll leaves it."""

    def make(payment):
        Payment.objects.filter(pk=payment.pk).update(live=False)
        touch(payment.month, payment.programme.code)

    return make


@pytest.fixture
def value():
    """value(code="", as_of=, key=) -> the figure of a target at a place (the city without a code)."""
    from lianyungang_cdpf.targets import scopes
    from lianyungang_cdpf.targets.progress import progress

    def of(code="", as_of=date(2019, 12, 31), key="hardship_subsidy", on_the_board=False):
        scope = (scopes.on_the_board if on_the_board else scopes.named)(code) if code else scopes.city()
        rows = progress(year=as_of.year, scopes=[scope], as_of=as_of)[scope.place]
        return next(row.value for row in rows if row.target.key == key)

    return of


@pytest.fixture
def offer(monkeypatch):
    """offer(metric, ...): the catalogue holds these too, until the test ends."""
    from lianyungang_cdpf.targets import catalogue

    apps = catalogue.offered()

    def make(*metrics):
        monkeypatch.setattr(catalogue, "offered", lambda: [*apps, *metrics])
        catalogue.catalogue.cache_clear()

    yield make
    monkeypatch.undo()
    catalogue.catalogue.cache_clear()
