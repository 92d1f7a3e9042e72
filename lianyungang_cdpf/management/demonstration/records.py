"""The invented city's records, written in bulk."""

import random
from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from beneficiaries.identity import (
    account_digest,
    id_digest,
    id_tail_digest,
    person_seal,
    phone_digest,
    pinyin_of,
)
from beneficiaries.models import Certificate, HardshipStatus, Person
from beneficiaries.register_apply import CERTIFICATE_COLUMNS, HARDSHIP_COLUMNS, PERSON_COLUMNS, certificate_rows, place
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.fields import encrypt
from lianyungang_cdpf.intake.actions import place_of
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.tables import birth_date_of, name_key, sex_of
from lianyungang_cdpf.management.demonstration.people import Invented
from subsidies.models import Payment, Programme, Roll
from subsidies.posting import COLUMNS, PLACE, payment_seals, stamp_years
from subsidies.standards import StandardBook


def write_people(people: list[Invented]) -> dict[str, int]:
    """Insert people with their certificates and hardship; returns their keys by ID number."""
    now = timezone.now()
    insert_rows(Person, PERSON_COLUMNS, (_person(one, now) for one in people))
    keys = dict(Person.objects.order_by().values_list("id_digest", "pk"))
    found = {one.id_number: keys[id_digest(one.id_number)] for one in people}
    told = [(found[one.id_number], one.certificate_no, one.category, one.grade, "valid") for one in people]
    insert_rows(Certificate, CERTIFICATE_COLUMNS, ((*row, None, None) for row in certificate_rows(told)))
    insert_rows(HardshipStatus, HARDSHIP_COLUMNS, ((found[one.id_number], one.hardship, None, None) for one in people))
    return found


def _person(one: Invented, now: datetime) -> tuple:
    sex = "M" if sex_of(one.id_number) == "男" else "F"
    digests = id_digest(one.id_number), phone_digest(one.phone), account_digest(one.account_no)
    return (
        one.name, name_key(one.name), *pinyin_of(one.name), encrypt(one.id_number, place(Person, "id_number")),
        digests[0], id_tail_digest(one.id_number), sex, birth_date_of(one.id_number), one.area.pk,
        one.village, "", one.hukou_type, encrypt(one.phone, place(Person, "phone")), digests[1],
        one.bank_name, encrypt(one.account_no, place(Person, "account_no")), digests[2], "",
        one.died_on, None, person_seal(name_key(one.name), *digests), now, now,
    )  # fmt: skip


class Payroll:
    """Nine months of posted rolls: by programme, month and unit, one roll with the payments of its people."""

    def __init__(self, keys: dict[str, int], clerks: dict[str, Staff], seed: int):
        self.keys, self.clerks = keys, clerks
        self.dice = random.Random(seed + 1)  # noqa: S311 - invented data, no secrets

    def enrol(self, programme: Programme, people: list[Invented], year: int) -> list[tuple[Invented, int]]:
        """Who is paid, and from which month of the year on: most from January, the others admitted month by month."""
        book, share = StandardBook(programme), SHARE[programme.code]
        enrolled = []
        for one in people:
            qualifies = book.is_eligible_grade(one.category, one.grade) and book.is_eligible_household({one.hardship})
            alive = not one.died_on or one.died_on.year >= year
            if qualifies and alive and self.dice.random() < share * TAKE_UP[one.area.unit_key]:
                late = self.dice.random() < LATE_SHARE
                enrolled.append((one, self.dice.randint(2, 9) if late else 1))
        return enrolled

    def post(self, programme: Programme, enrolled: list[tuple[Invented, int]], months: list[date]) -> None:
        """Write the rolls and payments of the months; all but the last month's rolls are paid."""
        book = StandardBook(programme)
        for month in months:
            by_unit = defaultdict(list)
            for one, since in enrolled:
                if since <= month.month and not (one.died_on and one.died_on < month):
                    by_unit[one.area.unit_key].append(one)
            for unit, people in sorted(by_unit.items()):
                self._post_roll(programme, book, month, unit, people, paid=month != months[-1])
        stamp_years(programme, {month.year for month in months})

    def _post_roll(self, programme, book, month: date, unit: str, people: list[Invented], *, paid: bool) -> None:
        clerk = self.clerks[unit]
        area, zone = place_of(clerk)
        roll = Roll.objects.create(
            programme=programme, month=month, area=area, zone=zone, posted_by=clerk,
            reference=f"{month:%Y%m}-{unit}-D{programme.position}",
            state=Roll.State.PAID if paid else Roll.State.POSTED, paid_on=month.replace(day=25) if paid else None,
        )  # fmt: skip
        rows = [self._payment(roll, row, one, book, month) for row, one in enumerate(people, start=4)]
        seals = payment_seals(roll, ((month, self.keys[one.id_number], one.account_no) for one in people))
        insert_rows(Payment, COLUMNS, ((*row, seal or None) for row, seal in zip(rows, seals, strict=True)))
        total = sum((row[6] for row in rows), Decimal(0))
        Roll.objects.filter(pk=roll.pk).update(
            row_count=len(rows), payment_count=len(rows), total=total, frozen_at=timezone.now() if paid else None
        )

    def _payment(self, roll: Roll, row: int, one: Invented, book: StandardBook, month: date) -> tuple:
        """As COLUMNS hold it, but for the seal."""
        standard = book.amount_for(month, one.grade, one.area.path, one.hukou_type, "")
        return (
            roll.pk, "Sheet1", row, self.keys[one.id_number], roll.programme_id, month, standard.amount, one.area.pk,
            standard.pk, standard.amount, encrypt(one.account_no, PLACE), account_digest(one.account_no), "", True,
        )  # fmt: skip


LATE_SHARE = 0.06
# Share of the register's qualified people who applied, so that the goals of 36,000 and 17,000 are in reach.
SHARE = defaultdict(lambda: 1.0, {"nursing_subsidy": 0.69})
# Share of those who qualify that each unit has on its rolls; 灌南县 lags.
TAKE_UP = defaultdict(
    lambda: 0.97,
    {"320706": 0.985, "320703": 0.98, "320707": 0.97, "320722": 0.98, "320723": 0.95, "320724": 0.74, "lyg_htz": 0.93},
)
