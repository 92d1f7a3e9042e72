"""As many records of every list as are asked for, by a statement a table on either database; people who do not exist.

The services of all sorts share their base rows: a list of one sort joins its own table to them by key, as it would
were they its alone. Places, kinds, years and names go in turn, so that a county has its part of each.
"""

from datetime import date
from decimal import Decimal

from django.db import connection, models
from django.utils import timezone

from beneficiaries.models import Person
from beneficiaries.putting_on_file import NewPerson, put_on_file
from facilities.models import Facility, FacilityKind
from lianyungang_cdpf.accounts.models import Area
from services.models import DeviceType, Service, ServiceKind
from services.rolls import ROLL_OF
from subsidies.models import Payment, Programme, Roll

SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英"
# The prefix 320701 was never issued.
TEMPLATE_ID = "320701198001010010"
# A person has some services and months of payment.
PER_PERSON = 5
# What a record of a sort cannot be without.
NEEDED = {
    "CataractSurgery": {"eye": "left"}, "PsychiatricAid": {"mode": "medication"},
    "RehabilitationNeed": {"need": "device"}, "PrecisionService": {"need": "device"},
    "RespitePlacement": {"mode": "day"}, "NewEmployment": {"form": "quota"},
    "SchoolEnrolment": {"school_year": 2019, "schooling": "special_school", "school": "特教学校"},
}  # fmt: skip
TYPED = tuple(roll.record for roll in ROLL_OF.values() if roll.record is not Service)


def fill(number: int, staff) -> None:
    """So many services of each sort, facilities and payments, and a person for each few of them; `staff` made them."""
    people, now, day = max(number // PER_PERSON, 1), timezone.now(), date(2019, 3, 4)
    person, area = _template_person(), Area.objects.filter(level="town").first()
    _copy(Person, {}, people, {
        "name": _name(), "name_key": _name(), "id_digest": "CAST(-numbers.i AS varchar(64))", "area_id": "towns.id",
    }, template=person.pk)  # fmt: skip
    _number_the_people(people)
    kind = ServiceKind.objects.first()
    base = {"kind": kind, "person": person, "area": area, "served_on": day, "counted_on": day, "occasion": "x",
            "institution": "某康复中心", "recorded_by": staff, "recorded_at": now}  # fmt: skip
    _copy(Service, base, number, {
        "kind_id": "kinds.id", "person_id": "crowd.id", "area_id": "crowd.area_id", "served_on": _day(),
        "counted_on": f"CASE WHEN numbers.i %% 10 = 0 THEN NULL ELSE {_day()} END",
        "occasion": "CAST(numbers.i AS varchar(20))",
    }, kinds=ServiceKind)  # fmt: skip
    device = DeviceType.objects.first()
    for model in TYPED:
        own = {"device": device} if model.__name__ == "DeviceIssue" else NEEDED.get(model.__name__, {})
        _add_to_services(model, own)
    one = {"kind": FacilityKind.objects.first(), "name": "x", "name_key": "x", "area": area, "applied_on": day}
    name = f"{_name()} || '之家' || CAST(numbers.i AS varchar(20))"
    _copy(Facility, one | {"created_at": now, "updated_at": now}, number, {
        "name": name, "name_key": name, "kind_id": "kinds.id", "area_id": "towns.id",
    }, kinds=FacilityKind)  # fmt: skip
    _fill_payments(number, people, person, area, staff)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE crowd")


def _fill_payments(number: int, people: int, person, area, staff) -> None:
    month = date(2019, 1, 1)
    programme = Programme.objects.get(code="hardship_subsidy")
    roll = Roll.objects.create(
        programme=programme, month=month, area=Area.objects.get(level="city"), reference="many", posted_by=staff
    )
    paid = {"roll": roll, "person": person, "programme": programme, "month": month, "amount": Decimal("100.00"),
            "area": area, "account_no": person.account_no}  # fmt: skip
    months = _as_date(f"'2019-0' || CAST(1 + (numbers.i - 1) / {people} AS varchar(2)) || '-01'")
    _copy(Payment, paid, number, {"person_id": "crowd.id", "area_id": "crowd.area_id", "month": months})


def _template_person() -> Person:
    """Somebody whose encrypted fields all the others have."""
    town = Area.objects.filter(level="town").first()
    keys = put_on_file([NewPerson("张三", TEMPLATE_ID, town.pk, "holder")])
    return Person.objects.get(pk=keys[TEMPLATE_ID])


def _name() -> str:
    first = f"substr('{SURNAMES}', 1 + numbers.i %% {len(SURNAMES)}, 1)"
    return f"{first} || substr('{GIVEN}', 1 + (numbers.i / {len(SURNAMES)}) %% {len(GIVEN)}, 1)"


def _day() -> str:
    year, month = "CAST(2016 + numbers.i %% 4 AS varchar(4))", "CAST(1 + numbers.i %% 9 AS varchar(1))"
    return _as_date(f"{year} || '-0' || {month} || '-11'")


def _as_date(text: str) -> str:
    return f"CAST({text} AS date)" if connection.vendor == "postgresql" else text


def _number_the_people(people: int) -> None:
    """A passing table of the people, from 0."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE crowd AS SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, area_id"
            " FROM beneficiaries_person ORDER BY id DESC LIMIT %s", [people],
        )  # fmt: skip
        cursor.execute("UPDATE crowd SET n = n - (SELECT MIN(n) FROM crowd)")
        cursor.execute("CREATE INDEX crowd_n ON crowd (n)")


def _copy(model, values: dict, number: int, turns: dict[str, str], *, kinds=ServiceKind, template: int = 0) -> None:
    """So many rows of a model, each like the first but for the columns whose SQL `turns` says."""
    instance = model.objects.get(pk=template) if template else model(**values)
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    given = [field for field in fields if field.column not in turns]
    columns = [*(field.column for field in given), *turns]
    needs_crowd = any("crowd." in sql for sql in turns.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"  # noqa: S608 - our own words
            " WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < %s),"
            " towns(n, id) AS"
            " (SELECT row_number() OVER (ORDER BY code) - 1, id FROM accounts_area WHERE level = 'town'),"
            f" kinds(n, id) AS (SELECT row_number() OVER (ORDER BY code) - 1, id FROM {kinds._meta.db_table})"
            f" SELECT {', '.join([*(_placeholder(field) for field in given), *turns.values()])} FROM numbers"
            " JOIN towns ON towns.n = numbers.i %% (SELECT COUNT(*) FROM towns)"
            " JOIN kinds ON kinds.n = numbers.i %% (SELECT COUNT(*) FROM kinds)"
            + (" JOIN crowd ON crowd.n = numbers.i %% (SELECT COUNT(*) FROM crowd)" if needs_crowd else ""),
            [number, *(_stored(field, instance) for field in given)],
        )


def _add_to_services(model, values: dict) -> None:
    """What a sort of service adds, to every service."""
    link, *own = sorted(model._meta.local_concrete_fields, key=lambda field: not field.primary_key)
    instance = model(**values)
    columns, places = [link.column], ["id"]
    columns += [field.column for field in own]
    places += [_placeholder(field) for field in own]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join(columns)})"  # noqa: S608 - our own words
            f" SELECT {', '.join(places)} FROM services_service",
            [_stored(field, instance) for field in own],
        )


def _placeholder(field: models.Field) -> str:
    """PostgreSQL does not guess the type of a parameter that is selected."""
    return f"CAST(%s AS {field.db_type(connection)})" if connection.vendor == "postgresql" else "%s"


def _stored(field: models.Field, instance):
    return field.get_db_prep_save(getattr(instance, field.attname), connection)
