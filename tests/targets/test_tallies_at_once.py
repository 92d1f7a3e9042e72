"""Claims about several refreshers and readers at once, with real transactions on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction

from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Tally
from lianyungang_cdpf.targets.progress import progress
from lianyungang_cdpf.targets.recount import breaches
from subsidies.models import Payment


@pytest.fixture
def real_city(transactional_db, city):
    """The reference data, committed, so that other connections see it."""


def city_figure() -> int:
    """What a reader of the board sees, on a connection of their own."""
    try:
        scope = scopes.city()
        return progress(year=2019, scopes=[scope], as_of=date(2019, 12, 31))[scope.place][0].value
    finally:
        connection.close()


def in_threads(work, times, workers=4):
    with ThreadPoolExecutor(workers) as pool:
        return [future.result() for future in [pool.submit(work) for _ in range(times)]]


def test_refreshers_at_once_leave_one_set_of_right_tallies(real_city, make_person, pay):
    for number in range(4):
        pay(make_person(), number + 1)
    assert in_threads(city_figure, 8) == [4] * 8
    assert breaches() == []
    assert Tally.objects.filter(place=scopes.city().place, target__key="hardship_subsidy").count() == 4


def test_a_reader_during_a_posting_sees_the_old_figure_or_the_new_one(real_city, make_person, make_roll):
    people = [make_person() for _ in range(30)]
    roll = make_roll(date(2019, 3, 1))

    def payments(some):
        return [
            Payment(roll=roll, person=person, programme=roll.programme, month=roll.month, amount=100, area=person.area)
            for person in some
        ]

    def post(some):
        with transaction.atomic():
            Payment.objects.bulk_create(payments(some))
            ChangeStamp.objects.touch(source="subsidies.payment", kind="hardship_subsidy", year=2019)

    post(people[:10])
    assert city_figure() == 10
    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(city_figure) for _ in range(6)]
        post(people[10:])
        readers += [pool.submit(city_figure) for _ in range(6)]
        seen = {reader.result() for reader in readers}
    assert seen <= {10, 30}
    assert city_figure() == 30
    assert breaches() == []
