"""Whatever figures are made of has a version: a change by any way gives another one."""

import pytest
from django.db import connection, transaction

from lianyungang_cdpf.accounts.models import Area, Zone
from lianyungang_cdpf.metrics.models import ChangeStamp
from lianyungang_cdpf.targets import versions
from lianyungang_cdpf.targets.models import Plan, Target

pytestmark = pytest.mark.usefixtures("city")


def raw(statement):
    def change():
        with connection.cursor() as cursor:
            cursor.execute(statement)

    return change


CHANGES = {
    "a goal in the database's console": raw("UPDATE targets_target SET goal = goal + 1 WHERE number = 1"),
    "a plan of another year": lambda: Plan.objects.create(year=2031, title="二〇三一年"),
    "a place renamed": lambda: Area.objects.filter(code="320706").update(common_name="海州新区"),
    "a zone renamed": lambda: Zone.objects.filter(key="xuwei").update(short_name="徐圩"),
    "a target taken off": lambda: Target.objects.filter(number=1).delete(),
    "records touched": lambda: ChangeStamp.objects.touch(source="subsidies.payment", kind="x", year=2019),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_gives_another_version(change):
    before = versions.version()
    change()
    assert versions.version() != before


def test_a_change_that_is_taken_back_leaves_the_version():
    before = versions.version()
    with transaction.atomic():
        Area.objects.filter(code="320706").update(common_name="海州新区")
        transaction.set_rollback(True)
    assert versions.version() == before


def test_reading_leaves_the_version():
    before = versions.version()
    list(Target.objects.all())
    assert versions.version() == before


@pytest.mark.parametrize("table", versions.TABLES)
def test_no_migration_has_lost_a_trigger(table):
    column, catalogue = ("tgname", "pg_trigger") if connection.vendor == "postgresql" else ("name", "sqlite_master")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {catalogue} WHERE {column} IN (%s, %s, %s)", versions.names(table))
        assert sorted(name for (name,) in cursor.fetchall()) == sorted(versions.names(table))


def test_the_version_costs_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        versions.version()
