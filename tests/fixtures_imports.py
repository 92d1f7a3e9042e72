"""Files sent in as clerks send them, and standards to judge rolls by.

standards              the corpus's programmes with their amounts and conditions are in the database
send(staff, kind, rows, month=, name=, paid_on=)      an import, queued; rows are lists of cells, the header first;
                       its file lies in a folder of this test
run_import(job)        what the worker does with it: reads it, or posts it; gives the import as it then stands
post(job, by=None)     asks for the posting and does it
take_in(kind, *rows, staff=, name=)     the import with its valid rows posted; rows as {heading: text}, or one file
told(job)              the findings of its rows, by row number
"""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest

STANDARDS = Path(__file__).parent / "data" / "corpus" / "standards.json"


def csv_of(rows) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def standards(city):
    from subsidies.loading import load_standards

    load_standards(json.loads(STANDARDS.read_text(encoding="utf-8")))


@pytest.fixture
def send(city, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"

    from django.core.files.base import ContentFile

    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named

    def sent(staff, kind, rows, *, month=date(2019, 3, 1), name="名册.csv", paid_on=None):
        kind = kind_named(kind)
        content = rows if isinstance(rows, bytes) else csv_of(rows)
        return start_import(
            by=staff, kind=kind, upload=ContentFile(content), name=name,
            month=month if kind.needs_month else None, paid_on=paid_on, queue=False,
        )  # fmt: skip

    return sent


@pytest.fixture
def run_import():
    from lianyungang_cdpf.intake.work import run

    def ran(job):
        run(job.pk)
        job.refresh_from_db()
        return job

    return ran


@pytest.fixture
def post(run_import):
    from lianyungang_cdpf.intake.actions import post_import

    def posted(job, by=None, **options):
        post_import(job=job, by=by or job.staff, queue=False, **options)
        return run_import(job)

    return posted


@pytest.fixture
def take_in(send, run_import, post, haizhou_clerk):
    def taken(kind, *rows, staff=haizhou_clerk, name="名册.csv"):
        content = rows[0]
        if not isinstance(content, bytes):
            headings = list(dict.fromkeys(heading for row in rows for heading in row))
            content = [headings, *([row.get(heading, "") for heading in headings] for row in rows)]
        job = run_import(send(staff, kind, content, name=name))
        return post(job) if job.state == "ready" and job.summary["valid_rows"] else job

    return taken


@pytest.fixture
def told():
    def read(job):
        return dict(job.rows.exclude(codes="").order_by("row").values_list("row", "codes"))

    return read
