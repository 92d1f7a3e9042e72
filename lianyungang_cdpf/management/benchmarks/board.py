"""The board with one year and with ten years of payments: opened when nothing has changed, and after a whole posting.

Beside it stand the naive distinct counts of the same figures: cell by cell, and all of a programme's by one statement.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, legs
from lianyungang_cdpf.management.benchmarks.intake import database_facts
from lianyungang_cdpf.management.benchmarks.lists import median_ms, opened

YEARS = (1, 10)
PEOPLE, FEW_PEOPLE = 50_000, 400
READER, PLAN_YEAR = "lingdao", 2019
# The demonstration's ninth month is still under way.
LAST_MONTH, NEXT_MONTH = 8, 10
POSTED = "hardship_subsidy"
PROGRAMMES = (POSTED, "nursing_subsidy")
# Of what is copied, these columns say when and by which roll; all others stay as they are. The seals too, which fit no
# copy: nobody verifies a database that is measured, and its rows have their size.
PAYMENT_TURNS = {"roll_id": "new.id", "month": "new.month"}


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """The city of the demonstration, alone and with nine years of payments before it."""
    people = FEW_PEOPLE if options.small else PEOPLE
    say(f"{ground.vendor}: a city of {people}")
    result = {"database": legs.call("board.prepare", ground.master, folder, people=people)}
    for years in YEARS:
        say(f"{ground.vendor}: the board with {years} years")
        with ground.copy("run") as url:
            legs.call("board.fill_up", url, folder, years=years)
            result[str(years)] = legs.call("board.look", url, folder, repeats=max(options.repeats, 3))
    return result


# -- what runs in the legs' processes ----------------------------------------------------------------------------------


def prepare(people: int) -> dict:
    """The demonstration's city: all 25 targets with records. Returns the database's name and version."""
    from django.core.management import call_command

    from lianyungang_cdpf.management.demonstration.city import make_city

    with open("/dev/null", "w") as nowhere:
        call_command("prepare", empty=True, stdout=nowhere)
    make_city(people=people, seed=PLAN_YEAR)
    return database_facts()


def fill_up(years: int) -> dict:
    """Every month of the years before, paid as one of the eight whole months of the demonstration was."""
    from django.db import connection, transaction

    with transaction.atomic():
        for year in range(PLAN_YEAR - years + 1, PLAN_YEAR):
            for month in range(1, 13):
                _pay_again(date(PLAN_YEAR, min(month, LAST_MONTH), 1), date(year, month, 1), PROGRAMMES)
    with connection.cursor() as cursor:
        # What the server's own daemon does to tables that it is left alone with.
        cursor.execute("VACUUM (ANALYZE)" if connection.vendor == "postgresql" else "ANALYZE")
        if connection.vendor == "postgresql":
            cursor.execute("CHECKPOINT")
    return {}


def _pay_again(source: date, month: date, programmes: tuple[str, ...]) -> int:
    """Pay in `month` whom the source month paid, by rolls and payments of their own; returns the number of payments."""
    from django.db import connection

    from subsidies.models import Payment, Roll

    rolls = Roll.objects.filter(month=source, programme__code__in=programmes, state="paid")
    made = []
    for roll in rolls:
        original, roll.pk = roll.pk, None
        roll.month, roll.reference, roll.job = month, f"{roll.reference} {month:%Y%m}", None
        roll.paid_on, roll.frozen_at, roll.digest, roll.next_step = month, None, "", None
        made.append((original, roll))
    Roll.objects.bulk_create([roll for _, roll in made])
    columns = [field.column for field in Payment._meta.local_concrete_fields if not field.primary_key]
    wanted = ", ".join(PAYMENT_TURNS.get(column, f"p.{column}") for column in columns)
    number = 0
    with connection.cursor() as cursor:
        for original, roll in made:
            cursor.execute(
                f"INSERT INTO subsidies_payment ({', '.join(columns)}) SELECT {wanted} FROM subsidies_payment p"  # noqa: S608
                " JOIN subsidies_roll new ON new.id = %s WHERE p.roll_id = %s AND p.live AND p.returned_on IS NULL",
                [roll.pk, original],
            )
            number += cursor.rowcount
    return number


def look(repeats: int) -> dict:
    """Payments held; the board when nothing has changed; the naive counts; the board after another month is paid."""
    from django.conf import settings
    from django.db import transaction
    from django.test import Client
    from django.test.utils import override_settings
    from django.urls import reverse

    from lianyungang_cdpf.accounts.models import Staff
    from lianyungang_cdpf.metrics.models import ChangeStamp
    from subsidies.models import Payment

    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES={**settings.STORAGES, "staticfiles": plain}):
        client, address = Client(), reverse("board:index")
        client.force_login(Staff.objects.get(username=READER))
        client.get(address)
        unchanged = opened(client, address, {}, repeats * 5)
        naive = {"cells": _cell_by_cell(), "grouped_seconds": _grouped()}
        after, posted = [], 0
        for month in range(NEXT_MONTH, 13):
            with transaction.atomic():
                posted = _pay_again(date(PLAN_YEAR, LAST_MONTH, 1), date(PLAN_YEAR, month, 1), (POSTED,))
                ChangeStamp.objects.touch(source="subsidies.payment", kind=POSTED, year=PLAN_YEAR)
            after.append(median_ms(lambda: client.get(address), 1))
    return {
        "payments": Payment.objects.count(), "unchanged": unchanged, "naive": naive,
        "posted": posted, "after_ms": sorted(after)[len(after) // 2],
    }  # fmt: skip


CELL = """
    SELECT COUNT(DISTINCT p.person_id) FROM subsidies_payment p JOIN accounts_area a ON a.id = p.area_id
    JOIN subsidies_programme g ON g.id = p.programme_id JOIN subsidies_roll r ON r.id = p.roll_id
    WHERE p.live AND p.returned_on IS NULL AND r.state IN ('paid', 'archived') AND g.code = %s
    AND p.month >= %s AND p.month <= %s"""
GROUPED = """
    SELECT p.area_id, p.person_id, MIN(p.month) FROM subsidies_payment p
    JOIN subsidies_programme g ON g.id = p.programme_id JOIN subsidies_roll r ON r.id = p.roll_id
    WHERE p.live AND p.returned_on IS NULL AND r.state IN ('paid', 'archived') AND g.code = %s
    AND p.month >= %s AND p.month <= %s GROUP BY p.area_id, p.person_id"""


def _cell_by_cell() -> dict:
    """How many distinct counts two of the 25 targets take by place and month, and their seconds."""
    from django.db import connection

    from lianyungang_cdpf.accounts.models import Area

    units = [None, *Area.objects.exclude(unit_key="").order_by().values_list("unit_key", flat=True).distinct()]
    number = 0

    def count():
        nonlocal number
        with connection.cursor() as cursor:
            for code in PROGRAMMES:
                for unit in units:
                    for month in range(1, LAST_MONTH + 1):
                        days = [code, date(PLAN_YEAR, 1, 1), date(PLAN_YEAR, month, 1)]
                        cursor.execute(CELL + (" AND a.unit_key = %s" if unit else ""), [*days, unit] if unit else days)
                        cursor.fetchone()
                        number += 1

    _, took = legs.measured(count)
    return {"number": number, "seconds": took["seconds"]}


def _grouped() -> float:
    from django.db import connection

    def count():
        with connection.cursor() as cursor:
            for code in PROGRAMMES:
                cursor.execute(GROUPED, [code, date(PLAN_YEAR, 1, 1), date(PLAN_YEAR, 12, 1)])
                cursor.fetchall()

    return legs.measured(count)[1]["seconds"]
