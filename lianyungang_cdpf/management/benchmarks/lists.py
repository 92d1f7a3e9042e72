"""Every list of services, facilities and payments with 100,000 records against 1,000, opened by a county's clerk.

Beside each page stands its floor: one hand-written statement for the rows that the page shows, and nothing else.
"""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, legs
from lianyungang_cdpf.management.benchmarks.intake import database_facts, prepared_clerk

SIZES, SMALL_SIZES = (1_000, 100_000), (50, 500)
COUNTY = "320706"
CLERK = "bench_county"
# What a clerk does with a list, by the query that it sends. A name of one character finds one in sixteen.
VIEWS = {"opened": {}, "by_year": {"year": "2019"}, "searched": {"q": "赵"}}


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """The pages of every list with few records and with many, each in a portal of its own."""
    standards = str(corpus / "standards.json")
    result = {"database": legs.call("lists.prepare", ground.master, folder, standards=standards)}
    for size in SMALL_SIZES if options.small else SIZES:
        say(f"{ground.vendor}: lists of {size}")
        with ground.copy("run") as url:
            legs.call("lists.fill_up", url, folder, size=size)
            result[str(size)] = legs.call("lists.open_all", url, folder, repeats=options.repeats)
    return result


# -- what runs in the legs' processes ----------------------------------------------------------------------------------


def prepare(standards: str) -> dict:
    """An empty portal with a clerk of the city and one of a county. Returns the database's name and version."""
    from lianyungang_cdpf.accounts.models import Area, Role, Staff

    prepared_clerk(Path(standards))
    county, role = Area.objects.get(code=COUNTY), Role.objects.get(code="district_clerk")
    Staff.objects.create(username=CLERK, area=county, role=role, is_staff=True)
    return database_facts()


def fill_up(size: int) -> dict:
    """The records; and what a server's own daemon learns about tables that it is left alone with."""
    from django.db import connection, transaction

    from lianyungang_cdpf.accounts.models import Staff
    from lianyungang_cdpf.management.benchmarks.many import fill

    with transaction.atomic():
        fill(size, Staff.objects.get(username="bench"))
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return {}


def models() -> list:
    """The models whose lists grow with what is done: the base record of services, each sort, facilities, payments."""
    from facilities.models import Facility
    from lianyungang_cdpf.management.benchmarks.many import TYPED
    from services.models import Service
    from subsidies.models import Payment

    return [Service, *TYPED, Facility, Payment]


def open_all(repeats: int) -> dict:
    """By list and view: milliseconds (median), statements; and the floor's milliseconds."""
    from django.conf import settings
    from django.test import Client
    from django.test.utils import override_settings

    from lianyungang_cdpf.accounts.models import Staff

    # The manifest of static files belongs to a portal that is served.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(ALLOWED_HOSTS=["testserver"], STORAGES={**settings.STORAGES, "staticfiles": plain}):
        client = Client()
        client.force_login(Staff.objects.get(username=CLERK))
        return {model._meta.model_name: _pages(client, model, repeats) for model in models()}


def _pages(client, model, repeats: int) -> dict:
    from django.urls import reverse

    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    views = dict(VIEWS)
    if model._meta.app_label != "services" or hasattr(model, "school_year"):
        del views["by_year"]
    pages = {name: opened(client, address, query, repeats) for name, query in views.items()}
    return pages | {"floor_ms": _floor(model, repeats)}


def opened(client, address: str, query: dict, repeats: int) -> dict:
    from django.db import connection

    asked = []

    def noted(execute, *statement):
        asked.append(statement)
        return execute(*statement)

    with connection.execute_wrapper(noted):
        first = client.get(address, query)
    if first.status_code != 200:
        raise ValueError(f"{address}: {first.status_code}")
    return {"ms": median_ms(lambda: client.get(address, query), repeats), "statements": len(asked)}


def _floor(model, repeats: int) -> float:
    """The newest rows of the county with all their columns, and those of the person, place and kind beside them."""
    from django.db import connection

    from lianyungang_cdpf.accounts.models import Area

    base = next(iter(model._meta.parents), model)
    table, key = model._meta.db_table, base._meta.db_table
    joined = f" JOIN {key} ON {key}.id = {table}.service_ptr_id" if base is not model else ""
    columns = [field.name for field in base._meta.concrete_fields]
    for name, other in (("person", "beneficiaries_person"), ("kind", None), ("programme", None)):
        if name in columns:
            other = base._meta.get_field(name).related_model._meta.db_table
            joined += f" JOIN {other} ON {other}.id = {key}.{name}_id"
    statement = (
        f"SELECT * FROM {table}{joined} JOIN accounts_area a ON a.id = {key}.area_id"  # noqa: S608 - our own words
        f" WHERE a.path LIKE %s ORDER BY {key}.id DESC LIMIT 51"
    )
    path = Area.objects.get(code=COUNTY).path + "%"

    def ask():
        with connection.cursor() as cursor:
            cursor.execute(statement, [path])
            cursor.fetchall()

    ask()
    return median_ms(ask, repeats)


def median_ms(work: Callable, repeats: int) -> float:
    runs = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        runs.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(runs), 2)
