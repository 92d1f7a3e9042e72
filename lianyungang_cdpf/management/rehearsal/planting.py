"""What goes wrong in the year, and when: everybody is struck at most once, so that each finding has one cause."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum

from beneficiaries.departures import record_death
from beneficiaries.identity import certificate_digest
from beneficiaries.models import Certificate, Person
from beneficiaries.moving import agree_to_transfer, offer_person
from lianyungang_cdpf.management.rehearsal.people import Office, Payee

# People whose payments go to one account, and the grade that the severe are found to have.
SHARING, REGRADED_TO = 3, 3


class Event(StrEnum):
    """What is planted. "Late" is entered in the register only after the month was paid."""

    DEATH = "death"
    LATE_DEATH = "late_death"
    MOVE = "move"
    FOREIGN = "foreign"
    TWICE = "twice"
    REGRADE = "regrade"
    LATE_REGRADE = "late_regrade"
    SHARED = "shared"
    RETURNED = "returned"
    RETURNED_FOR_GOOD = "returned_for_good"


OF_THE_SEVERE = (Event.REGRADE, Event.LATE_REGRADE)


def plan_year(people: list[Payee], each: int, months: int, seed: int) -> dict[tuple[int, Event], list[Payee]]:
    """Whom each event strikes in each month from the second on: so many, or so many groups that share an account."""
    dice = random.Random(seed)  # noqa: S311 - invented data, no secrets
    order = list(people)
    dice.shuffle(order)
    used: set[int] = set()
    severe, anybody = (one for one in order if one.is_severe), iter(order)
    return {
        (month, event): [
            _next(severe if event in OF_THE_SEVERE else anybody, used)
            for _ in range(each * SHARING if event == Event.SHARED else each)
        ]
        for month in range(2, months + 1)
        for event in Event
    }


def _next(pool: Iterator[Payee], used: set[int]) -> Payee:
    one = next(one for one in pool if one.key not in used)
    used.add(one.key)
    return one


def neighbour(county: str, offices: dict[str, Office]) -> str:
    """The county to which people move, and whose clerk lists somebody who is not theirs."""
    counties = list(offices)
    return counties[(counties.index(county) + 1) % len(counties)]


def day_before(month: date, day: int) -> date:
    """A day of the month before this one."""
    return (month - timedelta(days=1)).replace(day=day)


def die(one: Payee, month: date, offices: dict[str, Office]) -> None:
    """The person died in the month before."""
    record_death(
        by=offices[one.county].clerk, person=Person.objects.get(pk=one.key), died_on=day_before(month, 12),
        source="公安死亡信息",
    )  # fmt: skip


def move(one: Payee, month: date, offices: dict[str, Office]) -> None:
    """The person goes to the next county: one side offers, the other agrees."""
    there = offices[neighbour(one.county, offices)]
    person = Person.objects.get(pk=one.key)
    transfer = offer_person(
        by=offices[one.county].clerk, person=person, receiving_unit=there.county.code, reason="户籍迁移到该县区"
    )
    town = there.towns[0]
    agree_to_transfer(by=there.clerk, transfer=transfer, town=town)
    # The deed dates the move by today's calendar, the rehearsal's year is another.
    person.residences.update(valid_to=day_before(month, 20))
    one.county, one.town = there.county.code, town


def grade_anew(one: Payee, since: date) -> None:
    """A new certificate of a grade without the nursing allowance is in force from the day on."""
    Certificate.objects.filter(person=one.key).update(valid_to=since - timedelta(days=1))
    one.grade = REGRADED_TO
    number = f"{one.id_number}{one.category}{one.grade}"
    Certificate.objects.create(
        person_id=one.key, number=number, number_digest=certificate_digest(number), category=one.category,
        grade=one.grade, valid_from=since,
    )  # fmt: skip
