"""The ground every test stands on: a clean environment, a database, a served portal and a browser.

PORTAL_TEST_DATABASE       a database URL; without it SQLite in a folder of this run
PORTAL_TEST_ONLY_DATABASE  set for the second database: tests that touch none, or that look at pages, have run
PORTAL_TEST_TALLY          a file for "passed failed skipped", which bin/test adds up
PORTAL_TEST_KEPT           a folder for the files of the run, which bin/test then searches for numbers of people
"""

import atexit
import logging
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
KEPT = os.environ.get("PORTAL_TEST_KEPT")
DATA_DIR = Path(tempfile.mkdtemp(prefix="portal-data-", dir=KEPT))
if not KEPT:
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


def _keep_the_log():
    """Every line of the portal's log, as production writes it, in a file of this process."""
    kept = logging.FileHandler(DATA_DIR / "portal.log", encoding="utf-8", delay=True)
    (console,) = logging.getLogger().handlers[:1]
    kept.setFormatter(console.formatter)
    for line in console.filters:
        kept.addFilter(line)
    logging.getLogger().addHandler(kept)


if KEPT:
    _keep_the_log()

pytest_plugins = ["tests.browser", *(f"tests.{path.stem}" for path in sorted(TESTS.glob("fixtures_*.py")))]


def _load_hypothesis_profile():
    from hypothesis import HealthCheck
    from hypothesis import settings as hypothesis_settings

    calm = {"deadline": None, "database": None, "suppress_health_check": [HealthCheck.too_slow]}
    hypothesis_settings.register_profile("explore", **calm)
    hypothesis_settings.register_profile("ci", derandomize=True, **calm)
    # Of the machine of states alone (tests/subsidies/test_life_of_a_roll.py), which says its seed.
    hypothesis_settings.register_profile("deep", max_examples=2000, stateful_step_count=50, print_blob=True, **calm)
    hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "explore")


_load_hypothesis_profile()


def _touches_a_database(item):
    from django.test import TransactionTestCase

    if item.get_closest_marker("one_database"):
        return False
    if LOOKS.intersection(getattr(item, "fixturenames", ())) and not item.get_closest_marker("both_databases"):
        return False
    of_django = isinstance(getattr(item, "cls", None), type) and issubclass(item.cls, TransactionTestCase)
    marked = item.get_closest_marker("django_db") or item.get_closest_marker("both_databases")
    return bool(of_django or marked or DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ())))


def pytest_addoption(parser):
    parser.addoption("--pictures", action="store_true", help="renew docs/pictures (tests/pages/test_pictures.py)")
    parser.addoption("--matrix", action="store_true", help="write tests/isolation/matrix.tsv anew (test_matrix.py)")


def pytest_configure(config):
    if config.getoption("matrix") and config.getoption("numprocesses", None):
        raise pytest.UsageError("--matrix writes one file from many tests: run it with -n 0")


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
    """SQLite empties tables one by one; frozen payments stay as long as their roll does, ledgers as their case, an
    issued bulletin as long as the account that issued it, and what was reported as long as there is a plan."""
    from django.db import connection

    from tests.audit import switches

    # Of the class: a browser's test has a connection of its own.
    operations = type(connection.ops)
    emptied = operations.sql_flush

    def sql_flush(ops, style, tables, **options):
        first = (
            'FROM "accounts_staff";', 'FROM "subsidies_roll";', 'FROM "subsidies_recoverycase";',
            'FROM "targets_bulletin";', 'FROM "targets_plan";', 'FROM "targets_supervisionorder";',
        )  # fmt: skip
        lines = emptied(ops, style, tables, **options)
        places = {table: place for place, table in enumerate(first)}
        lines = sorted(lines, key=lambda line: min((places[one] for one in places if one in line), default=len(first)))
        if not any("audit_auditline" in line for line in lines):
            return lines
        # The log lets nothing be deleted; and without lines it has no heads either.
        settings.AUDIT_HEAD.unlink(missing_ok=True)
        vendor = ops.connection.vendor
        return [*switches.switched_off(vendor), *lines, *switches.switched_on(vendor)]

    operations.sql_flush = sql_flush
    yield
    operations.sql_flush = emptied


@pytest.fixture(autouse=True)
def nothing_is_kept_between_tests():
    """Parts of pages are kept by the version of the records, and a test that is rolled back rolls back versions; the
    heads of a log that was rolled back are heads of nothing."""
    from django.core.cache import caches

    Path(settings.AUDIT_HEAD).unlink(missing_ok=True)

    caches["template_fragments"].clear()
    caches["rates"].clear()
    # Counts of requests and of wrong tokens are each test's own.
    caches["default"].clear()


@pytest.fixture
def database_url(transactional_db):
    """DATABASE_URL of the test database, for a command that is started as a process of its own."""
    from django.db import connection

    chosen = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{chosen['NAME']}"
    return f"postgres://{chosen['USER']}:{chosen['PASSWORD']}@{chosen['HOST']}:{chosen['PORT']}/{chosen['NAME']}"


MANY_DEAD_ROWS = 2_000


@pytest.fixture(scope="module", autouse=True)
def what_was_rolled_back_is_swept(django_db_blocker):
    """PostgreSQL keeps the pages of rows that a test took back, and every later test would read through them.

    At a module's end nobody is in a transaction, so the tables shrink again; while tests run nothing sweeps (bin/test).
    """
    yield
    from django.db import connection

    if connection.vendor != "postgresql" or not connection.settings_dict["NAME"].startswith("test_"):
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables WHERE n_dead_tup > %s", [MANY_DEAD_ROWS])
        tables = [connection.ops.quote_name(name) for (name,) in cursor.fetchall()]
        if tables:
            cursor.execute(f"VACUUM {', '.join(tables)}")  # noqa: S608
