"""A few invented families and guardians, children without a certificate, a waiting transfer: quickly made."""

import random
from collections import defaultdict
from datetime import date, timedelta

from beneficiaries.actions import prepare_guardian
from beneficiaries.households import ADULT
from beneficiaries.models import Basis, ChildDiagnosis, Guardian, Household, HouseholdMember, Person
from beneficiaries.moving import offer_person
from beneficiaries.people import age_on
from beneficiaries.putting_on_file import NewPerson, put_on_file
from lianyungang_cdpf.management.demonstration.people import Invented, made_id_number, name_of

HOUSEHOLDS, GUARDIANS = 60, 200
# Uncertified children for each person on the register: with them 2,000 children in training are within reach.
CHILDREN_SHARE = 0.016
DIAGNOSES = ((5, "全面发育迟缓"), (2, "双耳中度听力损失"), (4, "脑性瘫痪"), (6, "孤独症谱系障碍"), (1, "双眼低视力"))
HOSPITALS = ("连云港市妇幼保健院", "连云港市第一人民医院", "连云港市第二人民医院")


def write_families(citizens: list[Invented], keys: dict[str, int], clerks: dict, seed: int, as_of: date) -> None:
    """Households of two or three, guardians of minors, uncertified children, one pending transfer."""
    dice = random.Random(seed + 2)  # noqa: S311 - invented data, no secrets
    taken = {one.id_number[:17] for one in citizens}
    living = [one for one in citizens if not one.died_on]
    _households(dice, living, keys, taken, as_of)
    _guardians(dice, living, keys, as_of)
    _children(dice, living, taken, as_of)
    _transfer(living, keys, clerks)


def _households(dice, living: list[Invented], keys: dict[str, int], taken: set, as_of: date) -> None:
    """Half of them with a second holder, all with a parent of over sixty who holds no certificate."""
    by_town = defaultdict(list)
    for one in living:
        if ADULT <= age_on(_born(one), as_of) < 50:
            by_town[one.area.pk].append(one)
    chosen = [dice.sample(group, 2) for _, group in sorted(by_town.items()) if len(group) >= 2][:HOUSEHOLDS]
    parents = [
        NewPerson(
            name_of(dice),
            made_id_number(dice, _born(head) - timedelta(days=365 * 25 + dice.randint(0, 3000)), taken),
            head.area.pk,
            Basis.FAMILY_MEMBER.value,
            head.village,
        )
        for head, _ in chosen
    ]
    found = put_on_file(parents)
    homes = Household.objects.bulk_create(
        Household(area=head.area, village=head.village, address=f"{dice.randint(1, 12)}组{dice.randint(1, 90)}号")
        for head, _ in chosen
    )
    lines = []
    for number, (home, (head, other), parent) in enumerate(zip(homes, chosen, parents, strict=True)):
        lines.append(HouseholdMember(household=home, person_id=keys[head.id_number], relation="head"))
        lines.append(HouseholdMember(household=home, person_id=found[parent.id_number], relation="parent"))
        if number % 2:
            lines.append(HouseholdMember(household=home, person_id=keys[other.id_number], relation="sibling"))
    HouseholdMember.objects.bulk_create(lines)


def _born(one: Invented) -> date:
    return date(int(one.id_number[6:10]), int(one.id_number[10:12]), int(one.id_number[12:14]))


def _guardians(dice, living: list[Invented], keys: dict[str, int], as_of: date) -> None:
    minors = [one for one in living if age_on(_born(one), as_of) < ADULT][:GUARDIANS]
    Guardian.objects.bulk_create(
        prepare_guardian(
            Guardian(
                person_id=keys[one.id_number], name=one.name[0] + name_of(dice)[1:], relation="parent", phone=one.phone
            )
        )
        for one in minors
    )


def _children(dice, living: list[Invented], taken: set, as_of: date) -> None:
    homes = dice.sample(living, round(len(living) * CHILDREN_SHARE))
    children = [
        NewPerson(
            name_of(dice),
            made_id_number(dice, as_of - timedelta(days=dice.randint(700, 5300)), taken),
            home.area.pk,
            Basis.UNCERTIFIED_CHILD.value,
            home.village,
            phone=home.phone,
        )
        for home in homes
    ]
    found = put_on_file(children)
    told = []
    for child in children:
        category, text = dice.choice(DIAGNOSES)
        day = as_of - timedelta(days=dice.randint(400, 600))  # known by the roster of the school year before
        told.append(
            ChildDiagnosis(person_id=found[child.id_number], suspected_category=category, text=text, diagnosed_on=day,
                           hospital=dice.choice(HOSPITALS))
        )  # fmt: skip
    ChildDiagnosis.objects.bulk_create(told)


def _transfer(living: list[Invented], keys: dict[str, int], clerks: dict) -> None:
    """Haizhou asks Donghai to take somebody in."""
    clerk = clerks["320706"]
    leaving = next((one for one in living if one.area.unit_key == "320706"), None)
    if leaving is not None:
        person = Person.objects.get(pk=keys[leaving.id_number])
        offer_person(by=clerk, person=person, receiving_unit="320722", reason="随子女到东海县居住")
