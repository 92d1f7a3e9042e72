"""Lists of the yearly programmes as offices write them give exactly their known truth, through command and wizard."""

import json
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command

from tests.subsidies import samples

TRUTHS = {sample.file: json.loads((samples.FOLDER / f"{sample.file}.truth.json").read_text(encoding="utf-8"))
          for sample in samples.SAMPLES}  # fmt: skip
every_file = pytest.mark.parametrize("truth", TRUTHS.values(), ids=lambda truth: truth["file"][:2])


@pytest.fixture
def office(city, make_person, make_staff):
    """赣榆's clerk, the samples' register and standards."""
    from django.conf import settings

    from beneficiaries.models import Certificate
    from subsidies.loading import load_standards

    source = settings.BASE_DIR / "fixtures" / "demonstration-standards.json"
    load_standards(json.loads(source.read_text(encoding="utf-8")))
    people = {}
    for one in samples.PEOPLE:
        people[one.name] = make_person(
            one.name, id_number=one.id_number, area=one.area, category=one.category, grade=one.grade,
            died_on=one.died_on,
        )  # fmt: skip
        Certificate.objects.filter(person=people[one.name]).update(status=one.status)
    return SimpleNamespace(clerk=make_staff("ganyu_clerk", area="320707"), people=people)


def intake(office, truth: dict, *options: str) -> dict:
    out = StringIO()
    path = str(samples.FOLDER / truth["file"])
    call_command("intake", truth["programme"], path, "--as", office.clerk.username, "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def findings(rows: list[dict]) -> list[tuple]:
    return [(row["sheet"], row["row"], row["codes"], row["primary"]) for row in rows]


def test_the_files_are_what_the_script_says():
    assert [sample.truth() for sample in samples.SAMPLES] == list(TRUTHS.values())


@every_file
def test_a_list_gives_exactly_its_truth(office, truth):
    said = intake(office, truth)
    assert findings(said["errors"]) == findings(truth["errors"])
    assert said["warnings"] == truth["warnings"]
    assert said["file_warnings"] == truth["file_warnings"]
    assert said["sheets"] == truth["sheets"]
    counts = ("data_rows", "valid_rows", "bad_rows", "total_valid_amount", "month")
    assert {name: said[name] for name in counts} == {name: truth[name] for name in counts}
    assert not said["needs_confirmation"], said["questions"]
    assert all(message for error in said["errors"] for message in error["messages"])


@every_file
def test_the_wizard_says_the_same_and_posts_the_valid_rows(
    office, truth, sign_in, run_import, post, settings, tmp_path
):
    from lianyungang_cdpf.intake.models import ImportJob
    from subsidies.models import Payment, Roll

    settings.UPLOAD_ROOT = tmp_path / "uploads"
    file = SimpleUploadedFile(truth["file"], (samples.FOLDER / truth["file"]).read_bytes())
    answer = sign_in(office.clerk).post("/admin/intake/", {"kind": truth["programme"], "month": "", "file": file})
    assert answer.status_code == 302, answer.content.decode()
    job = run_import(ImportJob.objects.get())
    counts = ("data_rows", "valid_rows", "bad_rows", "total_valid_amount")
    assert {name: job.summary[name] for name in counts} == {name: truth[name] for name in counts}
    bad = {(row.sheet, row.row): row.codes.split(",")[0] for row in job.rows.filter(verdict="bad")}
    assert bad == {(error["sheet"] or "", error["row"]): error["primary"] for error in truth["errors"]}
    job = post(job)
    assert job.state == "posted", job.sentence
    roll = Roll.objects.get()
    assert (roll.payment_count, f"{roll.total:.2f}") == (truth["valid_rows"], truth["total_valid_amount"])
    assert Payment.objects.live().count() == truth["valid_rows"]
