"""Rolls as offices write them come back marked in exactly the rows of their truth, and their bad rows can be posted."""

import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.files import File
from openpyxl import load_workbook

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


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.name[:2])
def test_the_bad_rows_once_corrected_are_posted_as_they_come(checked, path, corpus):
    from lianyungang_cdpf.intake.actions import post_import, start_import
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.views.workbooks import title_of
    from lianyungang_cdpf.intake.work import run
    from lianyungang_cdpf.intake.workbooks.making import bad_rows_workbook
    from subsidies.models import Payment

    truth = json.loads(path.read_text(encoding="utf-8"))
    job = checked(truth)
    post_import(job=job, by=job.staff, queue=False)
    run(job.pk)
    job.refresh_from_db()
    assert job.applied_rows == truth["valid_rows"]
    if not truth["errors"]:
        return
    kind = kind_named(job.kind)

    made = bad_rows_workbook(job, kind, title_of(job, kind))
    assert made.rows == len(truth["errors"])
    content = made.file.read()
    assert not formulas(content)
    people = eligible(job, len(truth["errors"]))
    again = start_import(
        by=job.staff, kind=kind, upload=File(io.BytesIO(corrected(content, job, people)), name="改正.xlsx"), queue=False
    )
    run(again.pk)
    again.refresh_from_db()

    assert (again.state, again.sentence) == ("ready", "")
    assert (again.summary["valid_rows"], again.summary["bad_rows"]) == (len(people), 0)
    assert (again.month, again.needs_confirmation) == (job.month, False)
    post_import(job=again, by=job.staff, queue=False)
    run(again.pk)
    paid = Payment.objects.filter(roll__job=again).values_list("person_id", flat=True)
    assert sorted(paid) == sorted(person.pk for person, _ in people)


@pytest.mark.parametrize("path", TRUTHS, ids=lambda path: path.name[:2])
def test_the_bad_rows_sent_in_uncorrected_are_found_bad_again(checked, path):
    """Of the rows whose fault is in themselves, and not in another row of the file, the same is said."""
    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.views.workbooks import title_of
    from lianyungang_cdpf.intake.work import run
    from lianyungang_cdpf.intake.workbooks.making import bad_rows_workbook

    truth = json.loads(path.read_text(encoding="utf-8"))
    wanted = [row["codes"] for row in truth["errors"] if "DUPLICATE_IN_FILE" not in row["codes"]]
    if not wanted:
        return
    job = checked(truth)
    kind = kind_named(job.kind)
    content = bad_rows_workbook(job, kind, title_of(job, kind)).file.read()
    again = start_import(by=job.staff, kind=kind, upload=File(io.BytesIO(content), name="未改.xlsx"), queue=False)
    run(again.pk)

    found = again.rows.filter(verdict="bad").order_by("id").values_list("codes", flat=True)
    assert [without_warnings(codes) for codes in found if "DUPLICATE" not in codes] == wanted


def without_warnings(codes: str) -> list[str]:
    return [code for code in codes.split(",") if not code.startswith("W_")]


def eligible(job, count: int) -> list[tuple]:
    """(person, amount) of people whom the roll may pay and nobody has paid for its month."""
    from beneficiaries.models import Person
    from lianyungang_cdpf.intake.kinds import Context
    from lianyungang_cdpf.intake.tables import DataRow
    from subsidies.judging import RollJudge
    from subsidies.models import Programme, Standard

    programme = Programme.objects.get(code=job.kind)
    people = list(Person.objects.visible_to(job.staff).order_by("pk"))
    found: dict[int, tuple] = {}
    for amount in sorted(set(Standard.objects.filter(programme=programme).values_list("amount", flat=True))):
        values = [{"name": one.name, "id_number": one.id_number, "amount": amount} for one in people]
        rows = [DataRow(None, number, one, []) for number, one in enumerate(values)]
        outcomes = RollJudge(programme, Context(staff=job.staff, month=job.month)).judge(rows)
        for person, outcome in zip(people, outcomes, strict=True):
            if not outcome.codes:
                found[person.pk] = person, amount
    assert len(found) >= count
    return list(found.values())[:count]


def corrected(content: bytes, job, people: list[tuple]) -> bytes:
    """The workbook with the rows' own columns filled for these people."""
    book = load_workbook(io.BytesIO(content))
    people = iter(people)
    for sheet in book.worksheets:
        place = "" if sheet.title == "名册" and "" in job.summary["columns"] else sheet.title
        facts = job.summary["columns"][place]
        first = facts["header"][1] - facts["header"][0] + 3
        for number in range(first, sheet.max_row + 1):
            person, amount = next(people)
            values = {
                "name": person.name, "id_number": person.id_number, "amount": f"{amount:.2f}", "months": "1",
                "certificate_no": person.certificates.first().number, "county": None, "year": f"{job.month:%Y}",
                "account_no": person.account_no or "6299999630040357070", "month": f"{job.month:%Y-%m}",
            }  # fmt: skip
            for field, index in facts["fields"].items():
                if field in values:
                    sheet.cell(number, index + 1).value = values[field]
    assert next(people, None) is None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
