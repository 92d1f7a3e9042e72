"""36,000 rows against 130,000 people: exactly the 200 bad ones, in a bounded number of statements."""

import gzip
import json
import shutil

import pytest
from django.core.files import File
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.fixtures_corpus import DATA, loaded
from tests.intake.workbooks.reading_back import coloured, remarked

TRUTH = json.loads(next((DATA / "rolls").glob("31*.truth.json")).read_text(encoding="utf-8"))
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("large")]


@pytest.fixture(scope="module")
def large_city(django_db_setup, django_db_blocker, tmp_path_factory):
    register = tmp_path_factory.mktemp("large") / "register_large.csv"
    with gzip.open(DATA / "register_large.csv.gz") as packed, open(register, "wb") as plain:
        shutil.copyfileobj(packed, plain)
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        try:
            yield loaded(register, DATA / "paid_history_large.csv")
        finally:
            transaction.set_rollback(True)
            atomic.__exit__(None, None, None)


def allowed_statements(rows: int) -> int:
    return 60 if connection.vendor == "postgresql" else 60 + rows // 100


def counted(queries) -> int:
    """Statements apart from the progress heartbeats."""
    return sum(not ("heartbeat_at" in query["sql"] and query["sql"].startswith("UPDATE")) for query in queries)


def test_the_large_roll_is_judged_and_posted_exactly_and_cheaply(large_city):
    from datetime import date

    from lianyungang_cdpf.intake.actions import post_import, start_import
    from lianyungang_cdpf.intake.invariants import breaches as broken_uploads
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.work import run
    from subsidies.invariants import breaches as broken_rolls
    from subsidies.models import Payment

    path, clerk = next((DATA / "rolls").glob("31*.xlsx")), large_city.staff("320700")
    with open(path, "rb") as stream:
        job = start_import(
            by=clerk, kind=kind_named(TRUTH["programme"]), upload=File(stream, name=path.name),
            month=date.fromisoformat(f"{TRUTH['month']}-01"), queue=False,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as preview:
        run(job.pk)
    job.refresh_from_db()
    bad = job.rows.filter(verdict="bad").order_by("row").values_list("sheet", "row", "codes")
    with CaptureQueriesContext(connection) as posting:
        post_import(job=job, by=clerk, queue=False)
        run(job.pk)
    job.refresh_from_db()

    wanted = [(row["sheet"], row["row"], row["codes"]) for row in TRUTH["errors"]]
    assert [(sheet, row, without_warnings(codes)) for sheet, row, codes in bad] == wanted
    assert job.summary["total_valid_amount"] == TRUTH["total_valid_amount"]
    assert (job.state, job.applied_rows) == ("posted", TRUTH["valid_rows"])
    assert Payment.objects.live().filter(roll__job=job).count() == TRUTH["valid_rows"]
    assert counted(preview) <= allowed_statements(36_000)
    assert counted(posting) <= allowed_statements(36_000)
    assert not list(broken_rolls())
    assert not [breach for breach in broken_uploads() if f"批次 {job.pk} " in breach]


def without_warnings(codes: str) -> list[str]:
    return [code for code in codes.split(",") if not code.startswith("W_")]


def test_the_large_roll_comes_back_marked_in_exactly_its_bad_rows(large_city, settings, tmp_path):
    from datetime import date

    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.work import run
    from lianyungang_cdpf.intake.workbooks.making import bad_rows_workbook, marked_workbook

    settings.UPLOAD_ROOT = tmp_path
    kind, path = kind_named(TRUTH["programme"]), next((DATA / "rolls").glob("31*.xlsx"))
    with open(path, "rb") as stream:
        job = start_import(
            by=large_city.staff("320700"), kind=kind, upload=File(stream, name=path.name),
            month=date.fromisoformat(f"{TRUTH['month']}-01"), queue=False,
        )  # fmt: skip
    run(job.pk)
    job.refresh_from_db()

    with CaptureQueriesContext(connection) as queries:
        made = marked_workbook(job, kind)
    content = made.file.read()

    errors, warnings = ({(row["sheet"], row["row"]) for row in TRUTH[name]} for name in ("errors", "warnings"))
    assert made.form == "rewritten"
    assert coloured(content) == (errors, warnings - errors)
    assert set(remarked(content)) == errors | warnings
    assert made.peak_mb < 400
    assert len(queries) <= 3
    assert bad_rows_workbook(job, kind, "标题").rows == len(errors)


def test_the_progress_of_a_large_city_needs_few_statements(large_city):
    from lianyungang_cdpf.targets.models import Plan, Target
    from lianyungang_cdpf.targets.tallies import refresh

    plan = Plan.objects.create(year=2022, title="2022年")
    target = Target.objects.create(
        plan=plan, number=1, key="nursing_subsidy", name="护理补贴", group="生活保障", unit="人", goal=17_000,
        metric="subsidies.persons_paid", kind="nursing_subsidy", progress_mode="coverage_stock",
    )  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        refresh([target])
    assert len(queries) <= 30
