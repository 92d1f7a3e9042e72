"""The city for tests: its areas, roles, programmes and plan, the three clerks, and people who do not exist.

city                 areas, zones, roles, programmes, kinds and the 2019 plan are in the database
city_clerk           市级业务 of the whole city        haizhou_clerk, donghai_clerk   县区经办 of 320706 and 320722
make_staff(...)      an account; make_person(...) a person; each says its arguments below
sign_in(staff)       a Django test client of that account
"""

from contextlib import ExitStack
from datetime import date
from importlib import import_module
from itertools import count

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction

HAIZHOU, DONGHAI, HAIZHOU_TOWN, DONGHAI_TOWN = "320706", "320722", "320706006", "320722101"
PASSWORD = "海州-correct-horse-9"
# In the order of their foreign keys.
REFERENCE = [
    "accounts.Zone", "accounts.Area", "auth.Group", "accounts.Role", "subsidies.Programme", "subsidies.ProgrammeCheck",
    "subsidies.ApprovalStep", "subsidies.BankLayout", "subsidies.ListType",
    "services.ServiceKind", "services.DeviceType",
    "facilities.FacilityKind", "targets.Plan", "targets.Target",
]  # fmt: skip
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _tables():
    return [apps.get_model(name)._meta.db_table for name in REFERENCE]


@pytest.fixture(scope="session")
def city_copy(django_db_setup, django_db_blocker):
    """Copies of the reference tables beside them, made once: a test fills the empty tables in milliseconds."""
    from lianyungang_cdpf.management.commands.prepare import STEPS

    with django_db_blocker.unblock(), transaction.atomic():
        for module, function, _ in STEPS:
            getattr(import_module(module), function)()
        rights = {role.pk: _names_of(role) for role in Group.objects.prefetch_related("permissions__content_type")}
        Group.permissions.through.objects.all().delete()
        with connection.cursor() as cursor:
            for table in _tables():
                cursor.execute(f"CREATE TABLE copy_of_{table} AS SELECT * FROM {table}")
            for table in reversed(_tables()):
                cursor.execute(f"DELETE FROM {table}")
    yield rights
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"DROP TABLE IF EXISTS copy_of_{table}")


def _names_of(role) -> set[tuple[str, str]]:
    return {(right.content_type.app_label, right.codename) for right in role.permissions.all()}


@pytest.fixture
def city(db, city_copy):
    """The reference data, as `prepare --empty` leaves it; where a module has it already, it stays."""
    if not apps.get_model("accounts.Area").objects.exists():
        fill_city(city_copy)


def fill_city(city_copy):
    """Put the reference data into its empty tables; within a transaction that somebody rolls back."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _tables():
            cursor.execute(f"INSERT INTO {table} SELECT * FROM copy_of_{table}")
        for statement in connection.ops.sequence_reset_sql(_no_style(), [apps.get_model(name) for name in REFERENCE]):
            cursor.execute(statement)
    # Permissions are made anew, with new ids, whenever a test with real transactions has emptied the database.
    ids = {(label, codename): pk for label, codename, pk in _rights()}
    Holds = Group.permissions.through
    pairs = ((role, ids[right]) for role, rights in city_copy.items() for right in rights)
    Holds.objects.bulk_create(Holds(group_id=role, permission_id=right) for role, right in pairs)


def kept_for_a_module(city_copy, django_db_blocker, build):
    """For a fixture of a module to yield from: what `build()` makes in the filled city, which takes longer than the
    tests that look at it. Theirs are transactions within one that is rolled back at the module's end."""
    with django_db_blocker.unblock(), ExitStack() as undone:
        undone.enter_context(transaction.atomic())
        undone.callback(transaction.set_rollback, True)
        fill_city(city_copy)
        built = build()
        kept = undone.pop_all()
    yield built
    with django_db_blocker.unblock():
        kept.close()


def _rights():
    return Permission.objects.values_list("content_type__app_label", "codename", "pk")


def _no_style():
    from django.core.management.color import no_style

    return no_style()


@pytest.fixture
def make_staff(city):
    """make_staff(username, area="320706" or a zone's key, role="district_clerk", name="", password=PASSWORD)."""
    return staff_maker()


def staff_maker():
    """What make_staff gives, for who has filled the city otherwise."""
    from lianyungang_cdpf.accounts.models import Role, Staff
    from lianyungang_cdpf.accounts.places import place_named

    def make(username, area=HAIZHOU, role="district_clerk", name="", password=PASSWORD, **fields):
        staff = Staff(username=username, name=name, role=Role.objects.get(code=role), is_staff=True, **fields)
        for field, place in place_named(area).items():
            setattr(staff, field, place)
        staff.set_password(password)
        staff.save()
        return staff

    return make


@pytest.fixture
def city_clerk(make_staff):
    return make_staff("city_clerk", area="320700", role="city_operator", name="市级业务员")


@pytest.fixture
def haizhou_clerk(make_staff):
    return make_staff("haizhou_clerk", area=HAIZHOU, name="海州经办员")


@pytest.fixture
def donghai_clerk(make_staff):
    return make_staff("donghai_clerk", area=DONGHAI, name="东海经办员")


@pytest.fixture
def sign_in():
    """sign_in(staff) gives a client that is signed in as the account."""
    from tests.form_client import FormClient

    def client_of(staff):
        client = FormClient()
        client.force_login(staff)
        return client

    return client_of


def make_id(number: int, born: date = date(1980, 1, 1), male: bool = True) -> str:
    """A valid ID number that nobody has: prefix 320701; number 0-499 tells apart those born on a day."""
    stem = f"320701{born:%Y%m%d}{2 * number + male:03}"
    remainder = sum(int(digit) * weight for digit, weight in zip(stem, WEIGHTS, strict=True)) % 11
    return stem + "10X98765432"[remainder]


@pytest.fixture
def make_person(city):
    """make_person(name, area=code, id_number=, phone=, account_no=, category=, grade=, hardship=, **fields).

    With a category and a grade the person has a certificate in force; with a hardship that status, both without dates.
    """
    return person_maker(count(1))


def person_maker(numbers):
    """What make_person gives; `numbers` are those of the ID numbers that it makes up."""
    from beneficiaries import identity
    from beneficiaries.models import Certificate, HardshipStatus, Person
    from lianyungang_cdpf.accounts.models import Area
    from lianyungang_cdpf.intake.tables import birth_date_of, name_key

    def make(
        name="张三", area=HAIZHOU_TOWN, id_number=None, phone="", account_no="", category=None, grade=None, hardship="",
        **fields,
    ):  # fmt: skip
        id_number = id_number or make_id(next(numbers))
        pinyin, initials = identity.pinyin_of(name)
        digests = identity.id_digest(id_number), identity.phone_digest(phone), identity.account_digest(account_no)
        person = Person.objects.create(
            name=name, name_key=name_key(name), pinyin=pinyin, initials=initials, area=Area.objects.get(code=area),
            id_number=id_number, id_digest=digests[0], seal=identity.person_seal(name_key(name), *digests),
            id_tail_digest=identity.id_tail_digest(id_number),
            sex="M" if int(id_number[16]) % 2 else "F", birth_date=birth_date_of(id_number),
            phone=phone, phone_digest=digests[1], account_no=account_no, account_digest=digests[2], **fields,
        )  # fmt: skip
        if category and grade:
            number = f"{id_number}{category}{grade}"
            Certificate.objects.create(
                person=person, number=number, number_digest=identity.certificate_digest(number),
                category=category, grade=grade,
            )  # fmt: skip
        if hardship:
            HardshipStatus.objects.create(person=person, status=hardship)
        return person

    return make
