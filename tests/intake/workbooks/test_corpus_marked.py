"""Rolls as offices write them come back marked in exactly the rows of their truth, and their bad rows can be posted."""

import json
from datetime import date
from pathlib import Path

import pytest
from django.core.files import File

from tests.intake.workbooks.reading_back import coloured, commented, formulas, remarked

ROLLS = Path(__file__).parents[2] / "data" / "corpus" / "rolls"
# The roll of 36,000 rows has a register of its own: test_large_marked.py.
TRUTHS = [path for path in sorted(ROLLS.glob("*.truth.json")) if not path.name.startswith("31")]
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("corpus")]


@pytest.fixture
def checked(corpus, settings, tmp_path):
    """checked(truth): the roll read and waiting to be posted."""
    settings.UPLOAD_ROOT = tmp_path / "uploads"

    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.work import run

    def read(truth):
        path = ROLLS / truth["file"]
        with open(path, "rb") as stream:
            job = start_import(
                by=corpus.staff(truth["upload_district"]), kind=kind_named(truth["programme"]),
                upload=File(stream, name=path.name), month=date.fromisoformat(f"{truth['month']}-01"), queue=False,
            )  # fmt: skip
        run(job.pk)
        job.refresh_from_db()
        return job

    return read


def places(rows: list[dict]) -> set:
    return {(row["sheet"] or "名册", row["row"]) for row in rows}


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.name[:2])
def test_the_marked_rows_are_exactly_those_of_the_truth(checked, path):
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.workbooks.making import marked_workbook

    truth = json.loads(path.read_text(encoding="utf-8"))
    job = checked(truth)

    made = marked_workbook(job, kind_named(job.kind))
    content = made.file.read()

    errors, warnings = places(truth["errors"]), places(truth["warnings"])
    red, yellow = coloured(content)
    assert red == errors
    assert yellow == warnings - errors
    assert made.form == ("own" if truth["file"].endswith(".xlsx") else "rewritten")
    assert set(remarked(content)) == errors | warnings
    said = commented(content)
    assert all(said.get(place) for place in errors | warnings)
    assert not formulas(content)
