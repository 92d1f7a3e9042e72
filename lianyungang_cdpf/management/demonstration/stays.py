"""Who is on the registers of the invented city's 残疾人之家, and how many days of each month they were there."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone

from facilities.models import Facility
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.places import town_of
from lianyungang_cdpf.management.demonstration.clients import Client
from services.models import SERVING_KINDS, FacilityStay, MonthlyAttendance
from services.stay_actions import stamp_stays
from services.stays import most_days

REASONS = ("就业", "回家休养", "随家人迁居", "转到托养机构", "个人原因")
# Of a month of thirty days a home is open on 22.
OPEN = 22 / 30
CROWDED = 0.06
LEFT = 0.09


def write_stays(pools: dict[str, list[Client]], clerks: dict[str, Staff], seed: int, as_of: date) -> None:
    """Fill the homes that have opened with people of their own unit, those of the town first; most are not quite full.

    `pools` are the people whom a home is for; nobody is on two registers.
    """
    author = Author(random.Random(seed + 7), clerks, as_of)  # noqa: S311 - invented data, no secrets
    homes = Facility.objects.filter(kind__code__in=SERVING_KINDS, operating_on__lte=as_of).order_by("pk")
    by_unit: dict[str, list[Facility]] = {}
    for home in homes.select_related("kind", "area__parent__parent"):
        by_unit.setdefault(home.area.unit_key, []).append(home)
    for unit, own in by_unit.items():
        author.fill(own, pools.get(unit, []))
    author.write()


class Author:
    """Invents stays with their months and writes them all at once."""

    def __init__(self, dice: random.Random, clerks: dict[str, Staff], as_of: date):
        self.dice, self.clerks, self.as_of = dice, clerks, as_of
        self.stays: list[FacilityStay] = []
        self.months: list[MonthlyAttendance] = []
        self._now = timezone.now()

    def fill(self, homes: list[Facility], pool: list[Client]) -> None:
        """Give each home its people; where there are too few for all, each gets its part of them."""
        wanted = [round(home.capacity * self._share()) for home in homes]
        part, free = min(1, len(pool) / (sum(wanted) or 1)), list(pool)
        self.dice.shuffle(free)
        for home, number in zip(homes, wanted, strict=True):
            town = town_of(home.area)
            free.sort(key=lambda one, town=town: one.area != town)
            chosen, free = free[: int(number * part)], free[int(number * part) :]
            for client in chosen:
                self._stay(home, client)

    def _share(self) -> float:
        return self.dice.uniform(1.04, 1.15) if self.dice.random() < CROWDED else self.dice.uniform(0.55, 0.98)

    def _stay(self, home: Facility, client: Client) -> None:
        last = home.revoked_on or self.as_of
        begun = min(home.operating_on + timedelta(days=self.dice.randint(0, 90)), last - timedelta(days=7))
        begun = max(begun, home.operating_on)
        told = {"recorded_by": self.clerks[client.unit], "recorded_at": self._now}
        stay = FacilityStay(facility=home, person_id=client.person, area=client.area, admitted_on=begun, **told)
        if home.revoked_on:
            stay.left_on, stay.leaving_reason = home.revoked_on, "所在残疾人之家撤销"
        elif self.dice.random() < LEFT:
            stay.left_on = min(begun + timedelta(days=self.dice.randint(20, 150)), self.as_of)
            stay.leaving_reason = self.dice.choice(REASONS)
        self.stays.append(stay)
        diligence = self.dice.uniform(0.6, 1)
        for month in _months(begun, stay.left_on or self.as_of):
            most = most_days(begun, stay.left_on, month, self.as_of)
            was_away = self.dice.random() < 0.03
            days = 0 if was_away else round(most * OPEN * min(1, diligence * self.dice.uniform(0.85, 1.1)))
            self.months.append(MonthlyAttendance(stay=stay, month=month, days=days, **told))

    def write(self) -> None:
        """Two statements a thousand records, and the stamps."""
        FacilityStay.objects.bulk_create(self.stays, batch_size=1_000)
        MonthlyAttendance.objects.bulk_create(self.months, batch_size=1_000)
        stamp_stays({(one.facility.kind.code, one.admitted_on, one.left_on) for one in self.stays})


def _months(begun: date, until: date) -> Iterator[date]:
    """The first days of the months from the one day to the other."""
    month = begun.replace(day=1)
    while month <= until:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)
