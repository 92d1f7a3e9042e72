"""Six counties of invented people of whom each is rightly paid, and the staff who pay them."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password

from lianyungang_cdpf.accounts.models import Area, Level, Role, Staff
from lianyungang_cdpf.management.demonstration.people import BANKS, Invented, account_of, made_id_number, name_of
from lianyungang_cdpf.management.demonstration.records import write_people

COUNTIES = ("320703", "320706", "320707", "320722", "320723", "320724")
CITY = "320700"
ROLES = {
    "clerk": "district_clerk", "reviewer": "district_reviewer", "approver": "civil_affairs_approver",
    "finance": "finance",
}  # fmt: skip
# Of 36,000 people with the hardship allowance 17,000 have the nursing allowance too (targets 1 and 2).
SEVERE = 17 / 36
# Nobody comes of an age that is asked about (18, 60, 80) in the year by chance.
BORN = (date(1964, 1, 1), date(1992, 12, 31))


@dataclass(slots=True)
class Payee:
    """One person as the offices know them: what their list says, and what is planted changes."""

    key: int
    name: str
    id_number: str
    account_no: str
    category: int
    grade: int
    county: str
    town: Area

    @property
    def is_severe(self) -> bool:
        """Whether the nursing allowance is due as well."""
        return self.grade <= 2


@dataclass(frozen=True)
class Office:
    """The four who handle a county's rolls."""

    county: Area
    towns: list[Area]
    clerk: Staff
    reviewer: Staff
    approver: Staff
    finance: Staff


def open_offices(counties: tuple[str, ...] = COUNTIES) -> tuple[dict[str, Office], Staff]:
    """The counties' offices by code, and the city's operator. Nobody can sign in: the accounts have no password."""
    roles = {role.code: role for role in Role.objects.all()}
    areas = {area.code: area for area in Area.objects.filter(level__in=[Level.CITY, Level.COUNTY])}
    towns: dict[str, list[Area]] = {}
    for town in Area.objects.filter(level=Level.TOWN, is_virtual=False).order_by("code"):
        towns.setdefault(town.unit_key, []).append(town)

    def employed(place: Area, code: str) -> Staff:
        username = f"{code}_{place.code}"
        return Staff.objects.create(
            username=username, role=roles[code], area=place, is_staff=True, password=make_password(None)
        )

    offices = {
        code: Office(areas[code], towns[code], *(employed(areas[code], role) for role in ROLES.values()))
        for code in counties
    }
    return offices, employed(areas[CITY], "city_operator")


def settle(count: int, seed: int, offices: dict[str, Office]) -> list[Payee]:
    """`count` people spread over the counties' towns, written to the register; no two share name and birthday."""
    dice = random.Random(seed)  # noqa: S311 - invented data, no secrets
    taken: set[str] = set()
    known: set[tuple] = set()
    towns = [(code, town) for code, office in offices.items() for town in office.towns]
    people = []
    while len(people) < count:
        code, town = towns[len(people) % len(towns)]
        one = _invented(dice, len(people), town, severe=dice.random() < SEVERE, taken=taken)
        if (one.name, one.id_number[6:14]) not in known:
            known.add((one.name, one.id_number[6:14]))
            people.append((code, one))
    keys = write_people([one for _, one in people])
    return [
        Payee(keys[one.id_number], one.name, one.id_number, one.account_no, one.category, one.grade, code, one.area)
        for code, one in people
    ]


def _invented(dice, number: int, town: Area, *, severe: bool, taken: set) -> Invented:
    born = BORN[0] + timedelta(days=dice.randint(0, (BORN[1] - BORN[0]).days))
    return Invented(
        name=name_of(dice), id_number=made_id_number(dice, born, taken), category=4,
        grade=dice.choice((1, 2)) if severe else dice.choice((3, 4)), area=town, village="", hukou_type="rural",
        phone="", bank_name=dice.choice(BANKS), account_no=account_of(number), hardship="低保", died_on=None,
    )  # fmt: skip
