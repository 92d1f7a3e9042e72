"""The board equals a recount in plain SQL for services, facilities and rates, in the city and its ten units."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from beneficiaries.models import Household, Person
from facilities.models import Facility, FacilityKind
from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.progress import progress
from lianyungang_cdpf.targets.recount import breaches
from services import models
from services.models import ServiceKind
from tests.targets.test_figures_of_pages import page
from tests.targets.test_figures_of_pages import rows_of as table_of

PEOPLE, RECORDS = 60, 40
YEAR_END = date(2019, 12, 31)
STANDING = """
    FROM services_service s JOIN services_servicekind k ON k.id = s.kind_id JOIN accounts_area a ON a.id = s.area_id
    WHERE s.cancelled_at IS NULL AND k.code = %(kind)s AND {place} """
IN_THE_YEAR = "AND s.counted_on BETWEEN '2019-01-01' AND '2019-12-31'"
BEGUN = "AND s.counted_on <= '2019-12-31'"
OF_FACILITIES = """
    SELECT COUNT(*) FROM facilities_facility f JOIN facilities_facilitykind k ON k.id = f.kind_id
    JOIN accounts_area a ON a.id = f.area_id
    WHERE k.code = %(kind)s AND {place} AND f.accepted_on BETWEEN '2019-01-01' AND '2019-12-31'
    AND f.revoked_on IS NULL"""
EMPLOYED_BEFORE = """
    SELECT o.person_id FROM services_service o JOIN services_servicekind ok ON ok.id = o.kind_id
    WHERE o.cancelled_at IS NULL AND ok.code = %(kind)s AND o.served_on <= '2018-12-31'
    AND (o.ended_on IS NULL OR o.ended_on >= '2018-12-31')"""
PERSONS = f"SELECT COUNT(DISTINCT s.person_id) {STANDING} {IN_THE_YEAR}"
LASTING = f"SELECT COUNT(DISTINCT s.person_id) {STANDING} {BEGUN} AND "
RECOUNT = {
    "health_check": PERSONS,
    "real_name_training": PERSONS,
    "cataract_surgery": f"SELECT COUNT(*) {STANDING} {IN_THE_YEAR}",
    "assistive_devices": f"SELECT COALESCE(SUM(s.quantity), 0) {STANDING} {IN_THE_YEAR}",
    "home_accessibility": f"SELECT COUNT(DISTINCT s.household_id) {STANDING} {IN_THE_YEAR}",
    "child_rehab_training": LASTING + "(s.counted_on >= '2019-01-01' OR s.ended_on >= '2019-01-01')",
    "psychiatric_aid": LASTING + "(s.counted_on >= '2019-01-01' OR s.ended_on >= '2019-01-01')",
    "respite_care": LASTING + "(s.ended_on IS NULL OR s.ended_on >= '2019-01-01')",
    "supported_employment": LASTING + "(s.ended_on IS NULL OR s.ended_on >= '2019-01-01')",
    "new_employment": f"{PERSONS} AND s.person_id NOT IN ({EMPLOYED_BEFORE})",
}
FACILITIES = ("disabled_persons_home", "rehab_station", "home_rehab_point", "device_station", "spinal_hope_home",
              "rehab_education_pilot", "training_base")  # fmt: skip


def recounted(scope, kind: str) -> int:
    """What the records say in plain SQL, by nothing that the portal wrote for counting."""
    statement = OF_FACILITIES if kind in FACILITIES else RECOUNT[kind]
    place = "a.unit_key = %(place)s" if scope.is_unit else "a.path LIKE %(place)s"
    named = scope.place.split(":")[1] if scope.is_unit else scope.place + "%"
    with connection.cursor() as cursor:
        cursor.execute(statement.format(place=place), {"kind": kind, "place": named})
        return cursor.fetchone()[0]


@pytest.fixture
def year_of_2019(make_person, make_staff):
    """Records of every kind from 2018 to 2020: some end, some go on, some are taken back, people repeat and move."""
    chance, staff = random.Random(2019), make_staff("clerk_2019")
    towns = list(Area.objects.filter(level=Level.TOWN))
    people = [make_person(area=chance.choice(towns).code, category=4, grade=1) for _ in range(PEOPLE)]
    houses = [Household.objects.create(area=chance.choice(towns)) for _ in range(15)]
    for kind in RECOUNT:
        for number in range(RECORDS):
            add_service(kind, number, chance, staff, people, towns, houses)
        for year in (2018, 2019, 2020):
            ChangeStamp.objects.touch(source="services.service", kind=kind, year=year)
    for code in FACILITIES:
        for number in range(20):
            add_facility(code, number, chance, towns)
        ChangeStamp.objects.touch(source="facilities.facility", kind=code, year=2019)
    return chance


def add_service(code, number, chance, staff, people, towns, houses):
    kind, day = ServiceKind.objects.get(code=code), date(2018, 7, 1) + timedelta(days=chance.randrange(700))
    ended = day + timedelta(days=chance.randrange(500)) if chance.random() < 0.5 else None
    service = models.Service(
        kind=kind, person=chance.choice(people), area=chance.choice(towns), served_on=day, ended_on=ended,
        counted_on=day if chance.random() < 0.9 else None, occasion=f"{code} {number}",
        quantity=chance.randint(1, 3), recorded_by=staff, recorded_at=timezone.now(),
        household=chance.choice(houses) if kind.is_per_household and chance.random() < 0.9 else None,
    )  # fmt: skip
    if chance.random() < 0.2:
        service.cancelled_at, service.cancelled_by, service.cancel_reason = timezone.now(), staff, "登记错人"
    service.save()


def add_facility(code, number, chance, towns):
    day = date(2018, 7, 1) + timedelta(days=chance.randrange(700))
    revoked = day + timedelta(days=40) if chance.random() < 0.2 else None
    Facility.objects.create(
        kind=FacilityKind.objects.get(code=code), name=f"{code} {number}", name_key=f"{code} {number}",
        area=chance.choice(towns), applied_on=day, approved_on=day, started_on=day, completed_on=day, accepted_on=day,
        revoked_on=revoked, stage="revoked" if revoked else "accepted",
    )  # fmt: skip


def rows_of(scope):
    return {row.target.key: row for row in progress(year=2019, scopes=[scope], as_of=YEAR_END)[scope.place]}


def test_every_figure_of_services_and_facilities_is_what_plain_sql_counts(year_of_2019):
    for scope in (scopes.city(), *scopes.units()):
        rows = rows_of(scope)
        for key in (*RECOUNT, *FACILITIES):
            plain = recounted(scope, key)
            assert rows[key].value == plain, (scope.name, key)
            assert plain or scope.is_unit, f"nothing of {key} was made"
    assert breaches() == []


ENROLLED = """
    SELECT COUNT(DISTINCT p.id),
        COUNT(DISTINCT CASE WHEN e.schooling IN ('inclusive_class', 'home_teaching') THEN p.id END)
    FROM beneficiaries_person p JOIN beneficiaries_certificate c ON c.person_id = p.id
    LEFT JOIN services_service s ON s.person_id = p.id AND s.cancelled_at IS NULL
    LEFT JOIN services_schoolenrolment e ON e.service_ptr_id = s.id AND e.school_year = 2019
    WHERE p.birth_date > '2003-12-31' AND p.birth_date <= '2013-12-31' AND p.died_on IS NULL"""


def test_the_rate_of_enrolment_is_what_plain_sql_counts(make_person, make_staff, city_clerk, sign_in):
    staff, kind = make_staff("clerk_2019"), ServiceKind.objects.get(code="compulsory_enrolment_rate")
    for number in range(30):
        child = make_person(area="320706006", category=5, grade=2)
        Person.objects.filter(pk=child.pk).update(
            birth_date=date(2001 + number % 15, 5, 6), died_on=date(2019, 3, 1) if number % 7 == 0 else None
        )
        if number % 3:
            models.SchoolEnrolment(
                kind=kind, person=child, area=child.area, served_on=date(2019, 9, 10), recorded_by=staff,
                recorded_at=timezone.now(), school_year=2019, school="实验小学",
                schooling="inclusive_class" if number % 2 else "home_teaching",
            ).settle().save()  # fmt: skip
    ChangeStamp.objects.touch(source="services.service", kind=kind.code, year=2019)
    with connection.cursor() as cursor:
        cursor.execute(ENROLLED)
        whole, reached = cursor.fetchone()
    assert rows_of(scopes.city())["compulsory_enrolment_rate"].rate == (reached, whole)
    assert 0 < reached < whole
    assert breaches() == []
    client = sign_in(city_clerk)
    for path, name in (((), "连云港市"), ((), "海州区"), (("320706",), "新海街道")):
        below = table_of(page(client, "compulsory_enrolment_rate", *path, month=12), "below")
        assert below[name][0] == f"{whole} 人中 {reached} 人"
