"""Every entry of the manifest of hostile files has its outcome, through the command, the upload form and the API."""

import json
import re
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

DATA = Path(__file__).parents[1] / "data"
ENTRIES = json.loads((DATA / "corpus" / "manifest.json").read_text(encoding="utf-8"))["files"]
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("hostile")]
by_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    shutil.unpack_archive(DATA / "hostile.tar.xz", folder)
    return folder / "hostile"


def is_expected(entry: dict, said: dict) -> bool:
    """Whether the answer is one that the manifest allows; `said` is the command's JSON."""
    expected = entry["expected"]
    if "rejected" in said:
        return expected["outcome"] in ("reject", "either")
    if expected["outcome"] == "reject":
        ways = {
            "zero_valid_rows": said["valid_rows"] == 0,
            "row_in_error": 0 < said["bad_rows"] <= 1,
            "explicit_confirmation": said["needs_confirmation"],
        }
        return any(ways[way] for way in expected.get("also_ok", []))
    wanted = expected["accepted"]
    counts = ("data_rows", "valid_rows", "bad_rows", "total_valid_amount")
    found = [(row["sheet"], row["row"], row["codes"]) for row in said["errors"]]
    return all(said[name] == wanted[name] for name in counts) and found == [
        (row["sheet"], row["row"], row["codes"]) for row in wanted["errors"]
    ]


@by_entry
def test_the_command_gives_the_expected_outcome(corpus, hostile, entry):
    declared, out = entry["declared"], StringIO()
    arguments = [declared["programme"], str(hostile / entry["file"]), "--month", declared["month"], "--json"]
    clerk = corpus.staff(declared["upload_district"])
    try:
        call_command("intake", *arguments, "--as", clerk.username, "--filename", entry["upload_filename"], stdout=out)
    except SystemExit as stop:
        assert stop.code == 2
    said = json.loads(out.getvalue())

    assert is_expected(entry, said), said
    if "rejected" in said:
        assert said["rejected"].endswith("。")
        assert any("一" <= character <= "鿿" for character in said["rejected"])


@by_entry
def test_the_upload_form_answers_calmly_and_keeps_nothing_of_what_it_refuses(corpus, hostile, entry, sign_in):
    from lianyungang_cdpf.intake.models import ImportJob
    from lianyungang_cdpf.intake.work import run
    from subsidies.models import Payment

    declared, clerk = entry["declared"], corpus.staff(entry["declared"]["upload_district"])
    client, payments = sign_in(clerk), Payment.objects.count()
    upload = SimpleUploadedFile("x.bin", (hostile / entry["file"]).read_bytes())
    upload._name = entry["upload_filename"]

    answer = client.post("/admin/intake/", {"kind": declared["programme"], "month": declared["month"], "file": upload})

    assert answer.status_code in (302, 422)
    job = ImportJob.objects.filter(staff=clerk).order_by("-id").first()
    if answer.status_code == 302:
        run(job.pk)
        job.refresh_from_db()
        page = client.get(f"/admin/intake/{job.uid}/")
        assert page.status_code == 200
    assert is_expected(entry, as_said(job)) if job else entry["expected"]["outcome"] in ("reject", "either")
    assert Payment.objects.count() == payments
    if job is None or job.state == ImportJob.State.REFUSED:
        assert job is None or (job.sentence and len(job.sha256) == 64 and not job.stored_name and not job.rows.exists())


def test_the_api_takes_in_what_the_form_does_and_keeps_nothing_of_what_it_refuses(corpus, hostile, monkeypatch):
    """What is taken in waits for the same worker as the form's, under a name that the portal gave it."""
    from rest_framework.throttling import SimpleRateThrottle

    from lianyungang_cdpf.accounts.tokens import issue_token
    from lianyungang_cdpf.intake.models import ImportJob

    monkeypatch.setattr(SimpleRateThrottle, "THROTTLE_RATES", {"account": None, "uploads": None})
    districts = {entry["declared"]["upload_district"] for entry in ENTRIES}
    tokens = {code: issue_token(by=None, staff=corpus.staff(code), name="恶意文件")[1] for code in districts}
    wrong, taken = {}, 0
    for entry in ENTRIES:
        declared, known = entry["declared"], set(ImportJob.objects.values_list("pk", flat=True))
        upload = SimpleUploadedFile("x.bin", (hostile / entry["file"]).read_bytes())
        upload._name = entry["upload_filename"]
        client = Client(headers={"authorization": f"Bearer {tokens[declared['upload_district']]}"})
        sent = {"kind": declared["programme"], "month": declared["month"], "file": upload}
        answer = client.post("/api/v1/imports", sent)
        taken += answer.status_code == 202
        if answer.status_code == 202:
            calm = _is_kept_under_a_name_of_ours(ImportJob.objects.get(uid=answer.json()["uid"]))
        else:
            calm = entry["expected"]["outcome"] in ("reject", "either") and answer.status_code in (413, 422)
            calm = calm and re.search("[\u4e00-\u9fff]{3}.*。", answer.json()["message"])
            calm = calm and all(map(_is_told_and_gone, ImportJob.objects.exclude(pk__in=known)))
        if not calm or "X-Injected" in answer.headers:
            wrong[entry["id"]] = (answer.status_code, answer.content.decode()[:200])
    assert wrong == {}
    assert 20 < taken < len(ENTRIES) - 20


def _is_kept_under_a_name_of_ours(job) -> bool:
    """Whatever the file is called: no folder, no line end and no turn of direction reaches a disk or a page."""
    harmless = not re.search(r"[/\\\x00-\x1f\u202a-\u202e]", job.file_name) and len(job.file_name) <= 255
    return harmless and re.fullmatch(r"[0-9a-f]{32}\.upload", job.stored_name) is not None


def _is_told_and_gone(job) -> bool:
    """A refusal's sentence, name and hash, and no file."""
    return job.state == "refused" and len(job.sha256) == 64 and bool(job.sentence) and not job.stored_name


def as_said(job) -> dict:
    """An import as the command would tell it."""
    if job.state == "refused":
        return {"rejected": job.sentence}
    assert job.state == "ready", (job.state, job.sentence)
    bad = job.rows.filter(verdict="bad").order_by("id").values_list("sheet", "row", "codes")
    errors = [{"sheet": sheet or None, "row": row, "codes": codes.split(",")} for sheet, row, codes in bad]
    return {**job.summary, "errors": without_warnings(errors), "needs_confirmation": job.needs_confirmation}


def without_warnings(errors: list[dict]) -> list[dict]:
    return [{**row, "codes": [code for code in row["codes"] if not code.startswith("W_")]} for row in errors]
