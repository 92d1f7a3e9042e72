"""Targets 8 and 9 equal a recount in plain SQL, per county on a day, with everybody in it who must not count."""

import random
from calendar import monthrange
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from lxml import html

from beneficiaries.models import Certificate, Person
from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.progress import progress
from lianyungang_cdpf.targets.recount import breaches
from services import models
from services.models import ServiceKind
from tests.fixtures_city import make_id
from tests.targets.test_figures_of_pages import number, rows_of

DAY = date(2019, 9, 30)
HAIZHOU_TOWN, DONGHAI_TOWN = "320706006", "320722101"
# Who needs rehabilitation by the year's survey: holders of a valid certificate, and children under 18 without one;
# alive and in the city on the day, and counted where they live.
IN_NEED = """
    FROM beneficiaries_person p JOIN accounts_area a ON a.id = p.area_id
    WHERE {place}
    AND (p.died_on IS NULL OR p.died_on > '2019-09-30') AND (p.moved_out_on IS NULL OR p.moved_out_on > '2019-09-30')
    AND EXISTS (SELECT 1 FROM services_rehabilitationneed n JOIN services_service s ON s.id = n.service_ptr_id
        WHERE s.person_id = p.id AND s.cancelled_at IS NULL AND s.served_on BETWEEN '2019-01-01' AND '2019-09-30')
    AND ((p.basis = 'uncertified_child' AND p.birth_date > '2001-09-30')
        OR EXISTS (SELECT 1 FROM beneficiaries_certificate c WHERE c.person_id = p.id AND c.status = 'valid'
            AND (c.valid_from IS NULL OR c.valid_from <= '2019-09-30')
            AND (c.valid_to IS NULL OR c.valid_to >= '2019-09-30')))"""
SIGNED = """
    AND EXISTS (SELECT 1 FROM services_familydoctorcontract d JOIN services_service s ON s.id = d.service_ptr_id
        WHERE s.person_id = p.id AND s.cancelled_at IS NULL
        AND s.served_on <= '2019-09-30' AND s.ended_on >= '2019-09-30')"""
SERVED = """
    AND EXISTS (SELECT 1 FROM services_service s JOIN services_servicekind k ON k.id = s.kind_id
        WHERE s.person_id = p.id AND s.cancelled_at IS NULL
        AND k.code IN ('child_rehab_training', 'cataract_surgery', 'psychiatric_aid', 'assistive_devices',
            'precision_rehab_rate')
        AND s.counted_on <= '2019-09-30' AND (s.counted_on >= '2019-01-01' OR s.ended_on >= '2019-01-01'))"""
REACHED = {"family_doctor_rate": SIGNED, "precision_rehab_rate": SERVED}


def recounted(scope, key: str, day: date = DAY) -> tuple[int, int]:
    """Numerator and denominator on a day of 2019 by nothing that the portal wrote for counting."""
    young = day.replace(year=day.year - 18)
    place = "a.unit_key = %(place)s" if scope.is_unit else "a.path LIKE %(place)s"
    named = scope.place.split(":")[1] if scope.is_unit else scope.place + "%"
    with connection.cursor() as cursor:
        figures = []
        for condition in (REACHED[key], ""):
            told = f"SELECT COUNT(*) {IN_NEED.format(place=place)} {condition}"
            cursor.execute(told.replace(f"{DAY}", f"{day}").replace("2001-09-30", f"{young}"), {"place": named})
            figures.append(cursor.fetchone()[0])
    return tuple(figures)


def told(scope) -> dict:
    rows = progress(year=2019, scopes=[scope], as_of=DAY)[scope.place]
    return {row.target.key: row.rate for row in rows if row.target.key in REACHED}


@pytest.fixture
def write(make_staff):
    """write(person, kind, day, **fields): a settled record written past the deeds, in the person's place."""
    staff, kinds = make_staff("clerk_2019"), {kind.code: kind for kind in ServiceKind.objects.all()}
    sorts = {"rehab_need": models.RehabilitationNeed, "family_doctor_rate": models.FamilyDoctorContract,
             "precision_rehab_rate": models.PrecisionService, "cataract_surgery": models.CataractSurgery,
             "psychiatric_aid": models.PsychiatricAid}  # fmt: skip

    def make(person, kind, day=date(2019, 3, 4), cancelled=False, area=None, **fields):
        service = sorts.get(kind, models.Service)(
            kind=kinds[kind], person=person, served_on=day, recorded_by=staff, recorded_at=timezone.now(),
            area=area or person.area, **fields,
        )  # fmt: skip
        if cancelled:
            service.cancelled_at, service.cancelled_by, service.cancel_reason = timezone.now(), staff, "登记错人"
        service.settle().save()
        return service

    return make


@pytest.fixture
def touch():
    def changed():
        for source in ("services.service", "beneficiaries.person"):
            ChangeStamp.objects.touch(source=source, kind="", year=2019)

    return changed


@pytest.fixture
def holder(make_person, write):
    """holder(area=, needs=True, **fields): somebody with a valid certificate and a surveyed need, served and signed."""

    def make(area=HAIZHOU_TOWN, served=True, **fields):
        person = make_person(area=area, category=4, grade=2, **fields)
        write(person, "rehab_need", need="device")
        if served:
            write(person, "family_doctor_rate")
            write(person, "precision_rehab_rate", need="device")
        return person

    return make


def both(code=""):
    """Both rates at a place, once the plain recount has said the same."""
    scope = scopes.on_the_board(code) if code else scopes.city()
    rates = told(scope)
    assert rates == {key: recounted(scope, key) for key in REACHED}, scope.name
    return rates["family_doctor_rate"], rates["precision_rehab_rate"]


def test_each_trap_is_left_out_by_the_board_as_by_plain_sql(holder, make_person, write, touch):
    holder()
    unserved = holder(served=False)
    Certificate.objects.filter(person=holder()).update(valid_to=date(2019, 9, 29))  # expired the day before
    Certificate.objects.filter(person=holder()).update(status="cancelled")
    holder(died_on=DAY)
    holder(moved_out_on=date(2019, 5, 1))
    late = holder(died_on=date(2019, 10, 1))  # alive on the day
    write(late, "rehab_need", need="training")  # two needs and two services are one person
    write(late, "precision_rehab_rate", date(2019, 4, 4), need="training")
    write(unserved, "family_doctor_rate", date(2018, 3, 4))  # over since March
    write(unserved, "precision_rehab_rate", date(2018, 12, 31), need="device")
    write(unserved, "cataract_surgery", eye="left", cancelled=True)
    write(unserved, "culture_sport", content="象棋比赛")  # no rehabilitation
    taken_back = make_person(area=HAIZHOU_TOWN, category=4, grade=2)
    write(taken_back, "rehab_need", need="device", cancelled=True)
    holder(area=DONGHAI_TOWN)
    touch()
    assert both("320706") == ((2, 3), (2, 3))
    assert both("320722") == ((1, 1), (1, 1))
    assert both() == ((3, 4), (3, 4))


def test_who_moved_counts_where_they_live_now(holder, touch):
    person = holder()
    Person.objects.filter(pk=person.pk).update(area=Area.objects.get(code=DONGHAI_TOWN))
    touch()
    assert both("320706") == ((0, 0), (0, 0))
    assert both("320722") == ((1, 1), (1, 1))


def test_a_child_without_a_certificate_counts_until_eighteen(make_person, write, touch):
    for at, born in enumerate((date(2001, 10, 1), date(2001, 9, 30), date(2015, 1, 1)), start=1):
        child = make_person(area=HAIZHOU_TOWN, id_number=make_id(at, born), basis="uncertified_child")
        write(child, "rehab_need", need="training")
        write(child, "family_doctor_rate", date(2018, 10, 1))  # until the day itself
    relative = make_person(area=HAIZHOU_TOWN, basis="family_member")
    write(relative, "rehab_need", need="training")
    touch()
    assert both("320706") == ((2, 2), (0, 2))


def test_both_rates_of_an_invented_city_are_what_plain_sql_counts_in_each_unit(
    make_person, write, touch, city_clerk, sign_in
):
    chance, towns = random.Random(89), list(Area.objects.filter(level=Level.TOWN))
    for _ in range(150):
        person = make_person(
            area=chance.choice(towns).code, category=chance.choice([1, 4, 6]), grade=2,
            died_on=any_day(chance) if chance.random() < 0.1 else None,
            moved_out_on=any_day(chance) if chance.random() < 0.1 else None,
        )  # fmt: skip
        if chance.random() < 0.3:
            person.certificates.update(
                status=chance.choice(["valid", "cancelled", "expired"]), valid_to=any_day(chance)
            )
        kinds = ("rehab_need", "rehab_need", "family_doctor_rate", "precision_rehab_rate", "psychiatric_aid")
        days = chance.sample([any_day(chance) for _ in range(9)], len(kinds))
        for kind, day, need in zip(kinds, sorted(set(days)), ("device", "training", "", "device", ""), strict=False):
            if chance.random() < 0.75:
                own = {"need": need} if need else {}
                own |= {"mode": "inpatient", "ended_on": day + timedelta(days=40)} if kind == "psychiatric_aid" else {}
                write(person, kind, day, chance.random() < 0.15, area=chance.choice(towns), **own)
    touch()
    for signed, served in [both(), *(both(unit.code) for unit in scopes.units())]:
        assert signed[1] == served[1]
    (signed, whole), (served, _) = both()
    assert 0 < signed < whole and 0 < served < whole
    assert breaches() == []
    said = of_pages(sign_in(city_clerk))
    assert len(said) > 400 and {where: pair for where, pair in said.items() if pair[0] != pair[1]} == {}


def of_pages(client) -> dict:
    """What the pages of both rates print of each month and of all that lies below, beside the recount."""
    said = {}
    for key in REACHED:
        for scope in (scopes.city(), *scopes.units()):
            address = "/".join(["/admin/board", key, *([scope.code] if scope.code else []), ""])
            answer = client.get(address, {"year": 2019, "as_of": f"{DAY}"})
            tree = html.fromstring(answer.content.decode())
            for month, (whole, reached, *_) in enumerate(rows_of(tree, "months").values(), start=1):
                end = date(2019, month, monthrange(2019, month)[1])
                said[key, scope.name, month] = (number(reached), number(whole)), recounted(scope, key, end)
            below = {child.name: child for child in scopes.children(scope)}
            for name, (figure, *_) in rows_of(tree, "below").items():
                said[key, scope.name, name] = of_words(figure), recounted(below.get(name, scope), key)
    return said


def of_words(figure: str) -> tuple[int, int]:
    """(2, 4) of “4 人中 2 人”."""
    return (0, 0) if figure == "分母为 0" else (number(figure.partition("中")[2]), number(figure))


def any_day(chance) -> date:
    return date(2018, 10, 1) + timedelta(days=chance.randrange(400))
