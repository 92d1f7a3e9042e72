"""Whom the invented city serves: the register's people with what decides what is done for them, children, patients."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from beneficiaries.models import Basis, Category, ChildDiagnosis, Hardship, HardshipStatus, HouseholdMember, Relation
from beneficiaries.people import age_on
from beneficiaries.putting_on_file import NewPerson, put_on_file
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.intake.tables import birth_date_of
from lianyungang_cdpf.management.demonstration.people import Invented, made_id_number, name_of

# Patients without a certificate for each person on the register: some of those who are operated on for a cataract.
PATIENTS_SHARE = 0.003


@dataclass(slots=True, eq=False)
class Client:
    """Somebody who is served: their key and place, and what the limits of a kind ask. A child's grade may be None."""

    person: int
    area: Area
    village: str
    born: date
    category: int
    grade: int | None
    is_poor: bool
    is_certified: bool = True
    household: int | None = None
    is_head: bool = False

    @property
    def unit(self) -> str:
        """The county-level unit or zone that serves them."""
        return self.area.unit_key

    @property
    def is_severe(self) -> bool:
        """重度: grades 1 and 2."""
        return self.grade is not None and self.grade <= 2

    def age(self, day: date) -> int:
        """Full years on the day."""
        return age_on(self.born, day)


def clients_of(citizens: Iterable[Invented], keys: dict[str, int], seed: int, as_of: date) -> list[Client]:
    """The living people of the register, the children without a certificate, and patients who are put on file here."""
    dice = random.Random(seed + 4)  # noqa: S311 - invented data, no secrets
    living = [one for one in citizens if not one.died_on]
    homes = {person: (household, relation) for person, household, relation in
             HouseholdMember.objects.order_by("pk").values_list("person_id", "household_id", "relation")}  # fmt: skip
    holders = []
    for one in living:
        key = keys[one.id_number]
        household, relation = homes.get(key, (None, ""))
        holders.append(
            Client(key, one.area, one.village, birth_date_of(one.id_number), one.category, one.grade,
                   one.hardship != Hardship.NONE, household=household, is_head=relation == Relation.HEAD)
        )  # fmt: skip
    return [*holders, *_children(living), *_patients(dice, living, {number[:17] for number in keys}, as_of)]


def _children(living: list[Invented]) -> list[Client]:
    areas = {one.area.pk: one.area for one in living}
    columns = ("person_id", "person__area_id", "person__village", "person__birth_date", "suspected_category")
    rows = ChildDiagnosis.objects.filter(person__basis=Basis.UNCERTIFIED_CHILD).order_by("pk").values_list(*columns)
    return [
        Client(key, areas[area], village, born, category, None, is_poor=False, is_certified=False)
        for key, area, village, born, category in rows
    ]


def _patients(dice: random.Random, living: list[Invented], taken: set[str], as_of: date) -> list[Client]:
    """Old people of poor households who can hardly see any more and hold no certificate."""
    homes = dice.sample(living, round(len(living) * PATIENTS_SHARE))
    numbers = [made_id_number(dice, as_of - timedelta(days=dice.randint(22_000, 31_000)), taken) for _ in homes]
    found = put_on_file(
        NewPerson(name_of(dice), number, home.area.pk, Basis.PATIENT.value, home.village)
        for home, number in zip(homes, numbers, strict=True)
    )
    HardshipStatus.objects.bulk_create(HardshipStatus(person_id=key, status=Hardship.DIBAO) for key in found.values())
    return [
        Client(found[number], home.area, home.village, birth_date_of(number), Category.VISUAL, None, is_poor=True,
               is_certified=False)
        for home, number in zip(homes, numbers, strict=True)
    ]  # fmt: skip


def by_unit(clients: Iterable[Client], is_for: Callable[[Client], bool]) -> dict[str, list[Client]]:
    """Those of each unit whom something is for."""
    units = defaultdict(list)
    for one in clients:
        if is_for(one):
            units[one.unit].append(one)
    return units
