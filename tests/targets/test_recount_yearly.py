"""The board equals a recount in plain SQL for the yearly programmes too, everywhere, every month, after corrections."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection

from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.progress import progress
from lianyungang_cdpf.targets.recount import breaches
from subsidies.models import EducationGrant, InsurancePolicy, Payment, PensionPremium, Roll

FROM = """
    SELECT COUNT(DISTINCT p.person_id) FROM subsidies_payment p
    JOIN accounts_area a ON a.id = p.area_id JOIN subsidies_roll r ON r.id = p.roll_id
    JOIN subsidies_programme g ON g.id = p.programme_id """
PAID = "p.live AND r.state IN ('paid', 'archived') AND p.returned_on IS NULL"
# The last parameter is the first day after the month, of December none: a premium paid later is of that year still.
RULES = {
    "pension_premium": f"""JOIN subsidies_pensionpremium d ON d.payment_id = p.id
        WHERE {PAID} AND g.code = 'pension_premium' AND d.year = 2019
        AND COALESCE(d.confirmed_on, r.paid_on) < %s""",
    "commercial_insurance": f"""JOIN subsidies_insurancepolicy y ON y.id = p.policy_id
        WHERE {PAID} AND g.code = 'commercial_insurance' AND y.ends_on >= '2019-01-01' AND y.starts_on <= '2019-12-31'
        AND y.starts_on < %s""",
    "education_grant": f"""JOIN subsidies_educationgrant d ON d.payment_id = p.id
        WHERE {PAID} AND g.code = 'education_grant' AND r.paid_on >= '2019-01-01' AND r.paid_on <= '2019-12-31'
        AND r.paid_on < %s""",
}
PEOPLE = 90


def recounted(scope, kind, month) -> int:
    """What the records say in plain SQL, by nothing that the portal wrote for counting."""
    end = date(2019, month + 1, 1) if month < 12 else date(2099, 1, 1)
    place = ("a.unit_key = %s", [scope.place.split(":")[1]]) if scope.is_unit else (
        "substr(a.path, 1, %s) = %s", [len(scope.place), scope.place])  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(f"{FROM} {RULES[kind]} AND {place[0]}", [end, *place[1]])
        return cursor.fetchone()[0]


def assert_the_board_equals_the_records():
    places = [scopes.city(), *scopes.units(), *map(scopes.of_area, Area.objects.filter(level=Level.COUNTY)),
              *map(scopes.of_area, Area.objects.filter(level=Level.TOWN)[::4])]  # fmt: skip
    rows = progress(year=2019, scopes=places, as_of=date(2019, 12, 31))
    checked = 0
    for scope in places:
        for row in rows[scope.place]:
            if row.target.kind in RULES:
                plain = [recounted(scope, row.target.kind, month) for month in range(1, 13)]
                assert list(row.months) == plain, (scope.name, row.target.name)
                checked += sum(plain)
    return checked


def returned(chance) -> dict:
    return {"returned_on": date(2019, 12, 1), "return_reason": "户名不符"} if chance.random() < 0.1 else {}


@pytest.fixture
def world(make_person, make_roll):
    """Premiums, policies and grants of 2018 to 2020 in all states, some people in two places."""
    chance = random.Random(46)
    towns = list(Area.objects.filter(level=Level.TOWN))
    people = [make_person() for _ in range(PEOPLE)]

    def day():
        return date(2018, 6, 1) + timedelta(days=chance.randrange(800))

    def paid(roll):
        if chance.random() < 0.6:
            Roll.objects.filter(pk=roll.pk).update(state=chance.choice(("paid", "archived")), paid_on=day())
        else:
            Roll.objects.filter(pk=roll.pk).update(state="posted", paid_on=None)
        return roll

    def payment(roll, person, **fields):
        return Payment.objects.create(
            roll=roll, person=person, programme=roll.programme, month=roll.month, amount=100,
            area=chance.choice(towns), live=chance.random() < 0.85, **returned(chance), **fields,
        )  # fmt: skip

    for year in (2018, 2019, 2020):
        for group in range(4):
            premiums, grants = (paid(make_roll(date(year, month, 1), kind)) for month, kind in
                                ((1, "pension_premium"), (9, "education_grant")))  # fmt: skip
            for person in people[group::4]:
                confirmed = day() if chance.random() < 0.3 else None
                PensionPremium.objects.create(payment=payment(premiums, person), year=year, confirmed_on=confirmed)
                EducationGrant.objects.create(
                    payment=payment(grants, person), school_year=year, stage="高中", kind="disabled_student"
                )
    for number in range(8):
        first = day()
        policy = InsurancePolicy.objects.create(
            number=f"P{number}", starts_on=first, ends_on=first + timedelta(days=364), premium=60, area=towns[0]
        )
        roll = make_roll(first.replace(day=1), "commercial_insurance")
        for person in chance.sample(people, 30):
            payment(roll, person, policy=policy)
    touch()
    return chance


def touch():
    for kind in RULES:
        ChangeStamp.objects.touch(source="subsidies.payment", kind=kind, year=2019)


def test_the_board_equals_a_plain_recount_and_still_after_corrections(world):
    assert assert_the_board_equals_the_records() > 500
    for payments in (Payment.objects.filter(policy=None), Payment.objects.exclude(policy=None)):
        chosen = world.sample(sorted(payments.filter(live=True).values_list("pk", flat=True)), 40)
        Payment.objects.filter(pk__in=chosen[:20]).update(live=False)
        Payment.objects.filter(pk__in=chosen[20:]).update(area=Area.objects.filter(level=Level.TOWN).last())
    Roll.objects.filter(programme__code="education_grant", state="posted").update(state="paid", paid_on="2019-11-11")
    touch()
    assert_the_board_equals_the_records()
    assert breaches() == []
