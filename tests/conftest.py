"""The ground every test stands on: a clean environment, a database, a served portal and a browser.

PORTAL_TEST_DATABASE       a database URL; without it SQLite in a folder of this run
PORTAL_TEST_ONLY_DATABASE  set for the second database: tests that touch none, or that look at pages, have run
PORTAL_TEST_TALLY          a file for "passed failed skipped", which bin/test adds up
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

if settings.configured:
    raise pytest.UsageError("unset DJANGO_SETTINGS_MODULE: the tests choose their own database and data folder")

# What the caller's shell says about a portal must not reach the tests, nor the commands that they start.
for name in list(os.environ):
    if name in {"DATABASE_URL", "PORT"} or (name.startswith("PORTAL_") and not name.startswith("PORTAL_TEST_")):
        del os.environ[name]
DATA_DIR = Path(tempfile.mkdtemp(prefix="portal-data-"))
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)
os.environ["PORTAL_DATA_DIR"] = str(DATA_DIR)
os.environ["DJANGO_SETTINGS_MODULE"] = "lianyungang_cdpf.settings"
# Playwright's synchronous API keeps an event loop in the thread of the tests, which Django would refuse.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
if os.environ.get("PORTAL_TEST_DATABASE"):
    os.environ["DATABASE_URL"] = os.environ["PORTAL_TEST_DATABASE"]

TESTS = Path(__file__).parent
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server", "browser"}
# How a page looks and reads does not depend on the database: such tests run once, unless marked both_databases.
LOOKS = {"axe", "sound", "english_words", "at_width"}


def _adapt_settings():
    """Only speed and places: what a page shows and whom it obeys stays as in production."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        # A file, not memory: the served portal and the test are two connections.
        database["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
        options = database.setdefault("OPTIONS", {})
        options["init_command"] = options.get("init_command", "").replace("synchronous=FULL", "synchronous=OFF")
    # A connection kept by a thread of the served portal would keep the test database from being dropped.
    database["CONN_MAX_AGE"] = 0
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # The manifest belongs to collectstatic, which tests/house/test_production.py runs.
    staticfiles = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": staticfiles}
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "zeal"]


_adapt_settings()

import django  # noqa: E402

django.setup()
# Left in the environment, it would make the processes of pytest-xdist read settings before this file has cleaned up.
del os.environ["DJANGO_SETTINGS_MODULE"]

pytest_plugins = ["tests.browser", *(f"tests.{path.stem}" for path in sorted(TESTS.glob("fixtures_*.py")))]


def _load_hypothesis_profile():
    from hypothesis import HealthCheck
    from hypothesis import settings as hypothesis_settings

    calm = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
    hypothesis_settings.register_profile("explore", **calm)
    hypothesis_settings.register_profile("ci", derandomize=True, **calm)
    hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "explore")


_load_hypothesis_profile()


def _touches_a_database(item):
    from django.test import TransactionTestCase

    if LOOKS.intersection(getattr(item, "fixturenames", ())) and not item.get_closest_marker("both_databases"):
        return False
    of_django = isinstance(getattr(item, "cls", None), type) and issubclass(item.cls, TransactionTestCase)
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("both_databases")
    return bool(of_django or marked or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())))


def pytest_collection_modifyitems(config, items):
    if not os.environ.get("PORTAL_TEST_ONLY_DATABASE"):
        return
    elsewhere = [item for item in items if not _touches_a_database(item)]
    items[:] = [item for item in items if _touches_a_database(item)]
    config.hook.pytest_deselected(items=elsewhere)


def pytest_terminal_summary(terminalreporter):
    tally = os.environ.get("PORTAL_TEST_TALLY")
    if not tally:
        return

    def count(*outcomes):
        return sum(len(terminalreporter.stats.get(outcome, ())) for outcome in outcomes)

    Path(tally).write_text(f"{count('passed', 'xfailed')} {count('failed', 'error', 'xpassed')} {count('skipped')}\n")


@pytest.fixture(scope="session")
def data_dir():
    """PORTAL_DATA_DIR of this process: database, keys, uploads."""
    return DATA_DIR


@pytest.fixture
def no_n_plus_one():
    """Within `with no_n_plus_one():` whoever asks the database again for every row fails the test."""
    from zeal import zeal_context

    return zeal_context


@pytest.fixture(scope="session", autouse=True)
def rolls_are_emptied_first():
    """SQLite empties tables one by one; frozen payments stay as long as their roll does, ledgers as their case."""
    from django.db import connection

    # Of the class: a browser's test has a connection of its own.
    operations = type(connection.ops)
    emptied = operations.sql_flush

    def sql_flush(ops, style, tables, **options):
        first = ('FROM "subsidies_roll";', 'FROM "subsidies_recoverycase";')
        lines = emptied(ops, style, tables, **options)
        return sorted(lines, key=lambda line: not any(table in line for table in first))

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = emptied


@pytest.fixture
def database_url(transactional_db):
    """DATABASE_URL of the test database, for a command that is started as a process of its own."""
    from django.db import connection

    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    return f"postgres://{chosen['USER']}:{chosen['PASSWORD']}@{chosen['HOST']}:{chosen['PORT']}/{chosen['NAME']}"
