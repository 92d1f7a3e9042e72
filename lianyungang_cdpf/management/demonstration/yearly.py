"""The invented city's yearly batches by the end of September: a first part of premiums, policies and grants."""

import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils import timezone

from beneficiaries.family import NewMember, add_family_members
from beneficiaries.identity import account_digest
from beneficiaries.people import age_on
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.fields import encrypt
from lianyungang_cdpf.intake.actions import place_of
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.tables import birth_date_of
from lianyungang_cdpf.management.demonstration.people import Invented, made_id_number
from subsidies.counting import years_counted
from subsidies.models import InsurancePolicy, Payment, PensionPremium, Programme, Roll, Stage
from subsidies.posting import PLACE, payment_seals, stamp_years
from subsidies.standards import StandardBook
from subsidies.yearly.grants import write_grants
from subsidies.yearly.posting import WITH_POLICY, write_details
from subsidies.yearly.premiums import DETAILS as PREMIUM_DETAILS

# Share of the qualified whom a unit's first batch holds; where the fund has not answered, the list is not yet paid.
FIRST_BATCH, UNANSWERED = 0.62, {"320724", "320703", "yuntaishan"}
INSURED_SHARE, PREMIUM, STUDENT_SHARE, CHILDREN_SHARE = 0.042, Decimal("60.00"), 0.17, 0.006
SCHOOLS = {Stage.SENIOR: "演示高级中学", Stage.COLLEGE: "演示职业技术学院"}


@dataclass(frozen=True)
class Entry:
    """A line of a list: whom it is paid for, the citizen by whom they qualify, how much."""

    person: int
    holder: Invented
    amount: Decimal
    standard: object = None
    id_number: str = ""
    parent: int | None = None


class YearlyBatches:
    """Writes one list per programme and unit, as the counties send them."""

    def __init__(self, keys: dict[str, int], clerks: dict[str, Staff], seed: int, as_of: date):
        self.keys, self.clerks, self.as_of = dict(keys), clerks, as_of
        self.dice = random.Random(seed + 2)  # noqa: S311 - invented data, no secrets

    def post(self, citizens: list[Invented]) -> None:
        """Premiums of the year, policies from May on, and last school year's grants that were paid in spring."""
        programmes = {one.code: one for one in Programme.objects.all()}
        living = [one for one in citizens if not one.died_on]
        self._premiums(programmes["pension_premium"], living)
        self._policies(programmes["commercial_insurance"], living)
        self._grants(programmes["education_grant"], living)

    def _premiums(self, programme: Programme, people: list[Invented]) -> None:
        year, book = self.as_of.year, StandardBook(programme)
        month, day = date(year, 1, 1), date(year, 12, 31)
        entries = []
        for one in people:
            of_age = programme.age_from <= age_on(birth_date_of(one.id_number), day) <= programme.age_to
            if of_age and book.is_eligible_grade(one.category, one.grade) and self.dice.random() < FIRST_BATCH:
                standard = book.amount_for(month, one.grade, one.area.path, one.hukou_type)
                entries.append(Entry(self.keys[one.id_number], one, standard.amount, standard))
        for unit, own in by_unit(entries):
            roll = self._roll(programme, month, unit, None if unit in UNANSWERED else date(year, 9, 12))
            self._write(roll, own)
            details = (year, "100元/年", "", "", None)
            write_details(PensionPremium, PREMIUM_DETAILS, roll, ((one.person, details) for one in own))
            stamp_years(programme, years_counted(roll))

    def _policies(self, programme: Programme, people: list[Invented]) -> None:
        first, last = date(self.as_of.year, 5, 1), date(self.as_of.year + 1, 4, 30)
        insured = [
            Entry(self.keys[one.id_number], one, PREMIUM) for one in people if self.dice.random() < INSURED_SHARE
        ]
        for number, (unit, own) in enumerate(by_unit(insured), start=1):
            roll = self._roll(programme, first, unit, first.replace(day=20))
            policy = InsurancePolicy.objects.create(
                number=f"DEMO{self.as_of.year}3207{number:05d}", product="残疾人意外伤害保险", insurer="演示保险公司",
                starts_on=first, ends_on=last, premium=PREMIUM, area=roll.area,
            )  # fmt: skip
            self._write(roll, own, policy=policy.pk)
            stamp_years(programme, years_counted(roll))

    def _grants(self, programme: Programme, people: list[Invented]) -> None:
        """Disabled students, and children of disabled parents, who are on file only for the grant."""
        month, book = date(self.as_of.year - 1, 9, 1), StandardBook(programme)
        students = [(one, one.id_number, None) for one in people
                    if stage_of(one.id_number, month) and self.dice.random() < STUDENT_SHARE]  # fmt: skip
        entries = []
        for holder, number, parent in [*students, *self._children(people, month)]:
            stage = stage_of(number, month).value
            standard = book.amount_for(month, holder.grade, holder.area.path, holder.hukou_type, (stage,))
            entries.append(Entry(self.keys[number], holder, standard.amount, standard, number, parent))
        for unit, own in by_unit(entries):
            roll = self._roll(programme, month, unit, date(self.as_of.year, 4, 18))
            self._write(roll, own, to_account=True)
            write_grants(roll, ((one.person, grant_of(one, month)) for one in own))
            stamp_years(programme, years_counted(roll))

    def _children(self, people: list[Invented], month: date) -> list[tuple[Invented, str, int]]:
        """(parent, ID number of the child, key of the parent) for some who are old enough; the children are put on
        file in the parents' places."""
        taken = {number[:17] for number in self.keys}
        pairs, members = [], []
        for parent in people:
            born = date(month.year - self.dice.randint(16, 21), self.dice.randint(1, 12), self.dice.randint(1, 28))
            if self.dice.random() < CHILDREN_SHARE and birth_date_of(parent.id_number).year + 22 <= born.year:
                number = made_id_number(self.dice, born, taken)
                name = parent.name[0] + self.dice.choice("子梓雨欣") + self.dice.choice("轩涵佳怡")
                pairs.append((parent, number, self.keys[parent.id_number]))
                members.append(NewMember(name, number, parent.area.pk))
        self.keys |= add_family_members(by=None, members=members)
        return pairs

    def _roll(self, programme: Programme, month: date, unit: str, paid_on: date | None) -> Roll:
        clerk = self.clerks[unit]
        area, zone = place_of(clerk)
        return Roll.objects.create(
            programme=programme, month=month, area=area, zone=zone, posted_by=clerk,
            reference=f"{month:%Y%m}-{unit}-D{programme.position}", paid_on=paid_on,
            state=Roll.State.PAID if paid_on else Roll.State.POSTED,
        )  # fmt: skip

    def _write(self, roll: Roll, entries: list[Entry], *, policy: int | None = None, to_account: bool = False) -> None:
        rows, paid_to = [], [one.holder.account_no if to_account else "" for one in entries]
        seals = payment_seals(roll, ((roll.month, one.person, no) for one, no in zip(entries, paid_to, strict=True)))
        for number, (one, account, seal) in enumerate(zip(entries, paid_to, seals, strict=True), start=5):
            standard = (one.standard.pk, one.standard.amount) if one.standard else (None, None)
            rows.append((
                roll.pk, "Sheet1", number, one.person, roll.programme_id, roll.month, one.amount, one.holder.area.pk,
                *standard, encrypt(account, PLACE), account_digest(account), "", True, seal or None, policy,
            ))  # fmt: skip
        insert_rows(Payment, WITH_POLICY, rows)
        total = sum((one.amount for one in entries), Decimal(0))
        Roll.objects.filter(pk=roll.pk).update(
            row_count=len(rows), payment_count=len(rows), total=total,
            frozen_at=timezone.now() if roll.is_paid else None,
        )  # fmt: skip


def by_unit(entries: Iterable[Entry]) -> list[tuple[str, list[Entry]]]:
    """The entries of each county-level unit or zone."""
    units = defaultdict(list)
    for one in entries:
        units[one.holder.area.unit_key].append(one)
    return sorted(units.items())


def stage_of(id_number: str, month: date) -> Stage | None:
    """Where somebody of that age goes to school: senior secondary from 15 on, college from 18 to 22."""
    age = age_on(birth_date_of(id_number), month)
    return Stage.SENIOR if 15 <= age < 18 else Stage.COLLEGE if 18 <= age < 23 else None


def grant_of(one: Entry, month: date) -> tuple:
    """What stands beside the payment of a grant."""
    stage = stage_of(one.id_number, month)
    kind = "child_of_disabled" if one.parent else "disabled_student"
    return month.year, SCHOOLS[stage], stage.value, kind, one.parent, f"G{one.id_number}"
