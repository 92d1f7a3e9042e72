"""The board equals a recount in plain SQL for every county, zone, town and month, also after corrections."""

import random
from datetime import date

import pytest
from django.db import connection

from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.progress import progress
from lianyungang_cdpf.targets.recount import breaches
from subsidies.models import Payment, Roll

KINDS = ("hardship_subsidy", "nursing_subsidy")
PEOPLE = 120
# Months whose rolls wait; of those that are paid the bank returns some payments.
UNPAID = (5, 12)

BY_PATH = """
    SELECT COUNT(DISTINCT p.person_id) FROM subsidies_payment p JOIN accounts_area a ON a.id = p.area_id
    JOIN subsidies_programme g ON g.id = p.programme_id JOIN subsidies_roll r ON r.id = p.roll_id
    WHERE p.live AND r.state IN ('paid', 'archived') AND p.returned_on IS NULL
    AND g.code = %s AND p.month >= %s AND p.month <= %s AND substr(a.path, 1, %s) = %s"""
BY_UNIT = """
    SELECT COUNT(DISTINCT p.person_id) FROM subsidies_payment p JOIN accounts_area a ON a.id = p.area_id
    JOIN subsidies_programme g ON g.id = p.programme_id JOIN subsidies_roll r ON r.id = p.roll_id
    WHERE p.live AND r.state IN ('paid', 'archived') AND p.returned_on IS NULL
    AND g.code = %s AND p.month >= %s AND p.month <= %s AND a.unit_key = %s"""


def recounted(scope, kind, month) -> int:
    """What the records say in plain SQL, by nothing that the portal wrote for counting."""
    days = [date(2019, 1, 1), date(2019, month, 1)]
    with connection.cursor() as cursor:
        if scope.is_unit:
            cursor.execute(BY_UNIT, [kind, *days, scope.place.split(":")[1]])
        else:
            cursor.execute(BY_PATH, [kind, *days, len(scope.place), scope.place])
        return cursor.fetchone()[0]


def returned(chance) -> dict:
    return {"returned_on": date(2019, 12, 28), "return_reason": "账号已注销"} if chance.random() < 0.1 else {}


@pytest.fixture
def year_of_2019(make_person, make_roll):
    """Two programmes, twelve months; some people move, some stop, some are first paid late; 2018 and 2020 beside."""
    chance = random.Random(2019)
    areas = list(Area.objects.filter(level=Level.TOWN)) + list(Area.objects.filter(level=Level.VILLAGE)[:40])
    people = [(make_person(), chance.choice(areas), chance.choice(areas), chance.randint(1, 12)) for _ in range(PEOPLE)]
    payments = []
    for kind in KINDS:
        for year, months in ((2018, [12]), (2019, range(1, 13)), (2020, [1])):
            for month in months:
                roll = make_roll(date(year, month, 1), kind)
                if month in UNPAID:
                    Roll.objects.filter(pk=roll.pk).update(state="posted", paid_on=None)
                payments += [
                    Payment(roll=roll, person=person, programme=roll.programme, month=roll.month, amount=100,
                            area=before if month < moves else after, **returned(chance))
                    for person, before, after, moves in people if chance.random() < 0.3
                ]  # fmt: skip
        ChangeStamp.objects.touch(source="subsidies.payment", kind=kind, year=2019)
    Payment.objects.bulk_create(payments)
    return chance


def correct_and_delete(chance):
    """A roll undone, single payments undone and corrected to another area, others deleted; each touches the stamp."""
    paid = Payment.objects.filter(month__year=2019, programme__code="hardship_subsidy")
    town = Area.objects.filter(level=Level.TOWN).last()
    Payment.objects.filter(roll=paid.first().roll).update(live=False)
    chosen = chance.sample(list(paid.values_list("pk", flat=True)), 60)
    Payment.objects.filter(pk__in=chosen[:20]).update(live=False)
    Payment.objects.filter(pk__in=chosen[20:40]).update(area=town)
    Payment.objects.filter(pk__in=chosen[40:]).delete()
    ChangeStamp.objects.touch(source="subsidies.payment", kind="hardship_subsidy", year=2019)


def assert_the_board_equals_the_records():
    places = [scopes.city(), *scopes.units(), *map(scopes.of_area, Area.objects.filter(level=Level.COUNTY)),
              *map(scopes.of_area, Area.objects.filter(level=Level.TOWN))]  # fmt: skip
    rows = progress(year=2019, scopes=places, as_of=date(2019, 12, 31))
    for scope in places:
        for row in rows[scope.place]:
            if row.connected:
                plain = [recounted(scope, row.target.kind, month) for month in range(1, 13)]
                assert list(row.months) == plain, (scope.name, row.target.name)


def test_the_board_equals_a_plain_recount_everywhere_and_still_after_corrections(year_of_2019):
    assert_the_board_equals_the_records()
    correct_and_delete(year_of_2019)
    assert_the_board_equals_the_records()
    assert breaches() == []


def test_the_ten_units_hold_every_town_once(city):
    towns, units = Area.objects.filter(level=Level.TOWN), scopes.units()
    held = [code for unit in units for code in towns.filter(unit_key=unit.code).values_list("code", flat=True)]
    assert len(units) == 10
    assert sorted(held) == sorted(towns.values_list("code", flat=True))
