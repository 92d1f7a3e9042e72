"""The archive: nothing in the clear on disk, kept for as long as the policy says, and handed out against a reason."""

import io
import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake import arriving
from lianyungang_cdpf.intake.actions import ImportConflict, post_import, retry_import
from lianyungang_cdpf.intake.engine import Spool
from lianyungang_cdpf.intake.invariants import breaches
from lianyungang_cdpf.intake.keeping import expired, expires_at, purge_expired
from lianyungang_cdpf.intake.kinds import Outcome, kind_named
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.sealing import HEAD_BYTES
from lianyungang_cdpf.intake.uploads import UnreadableUpload, readable, sha256_of, stored_path
from subsidies.models import Payment
from tests.fixtures_imports import csv_of

HEADER = ["姓名", "身份证号", "金额"]
DAY = timedelta(days=1)


@pytest.fixture
def people(standards, make_person):
    return [make_person(name, category=4, grade=1, hardship="低保") for name in ("甲", "乙")]


def rows_of(people):
    return [HEADER, *([one.name, one.id_number, "370"] for one in people)]


@pytest.fixture
def posted(people, send, run_import, post, haizhou_clerk):
    return post(run_import(send(haizhou_clerk, "hardship_subsidy", rows_of(people))))


def register_of(people):
    header = ["姓名", "身份证号", "残疾人证号", "残疾类别", "残疾等级", "乡镇"]
    return [header, *([one.name, one.id_number, f"{one.id_number}41", "肢体", "一级", "新海街道"] for one in people)]


# -- nothing in the clear ----------------------------------------------------------------------------------------------


def files_below(*folders) -> list[Path]:
    return [path for folder in folders for path in Path(folder).rglob("*") if path.is_file()]


@pytest.fixture
def folders(settings, tmp_path, monkeypatch):
    """The data folder and TMPDIR of this test, both empty."""
    import tempfile

    settings.DATA_DIR = tmp_path / "data"
    settings.UPLOAD_ROOT = settings.DATA_DIR / "uploads"
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return settings.DATA_DIR, temporary


@pytest.fixture
def watched(monkeypatch):
    """Every byte that the process writes to an unnamed file of the scratch folder."""
    import tempfile

    seen = []
    plain = tempfile.TemporaryFile

    def watch(*args, **kwargs):
        stream = plain(*args, **kwargs)
        seen.append(os.dup(stream.fileno()))
        return stream

    monkeypatch.setattr(arriving.tempfile, "TemporaryFile", watch)
    yield lambda: [os.pread(descriptor, 50_000_000, 0) for descriptor in seen]
    for descriptor in seen:
        os.close(descriptor)


@pytest.mark.parametrize("lines", [2, 120_000], ids=["in memory", "too large for memory"])
def test_no_byte_of_an_upload_lies_on_disk_in_the_clear(folders, watched, people, haizhou_clerk, sign_in, lines):
    content = csv_of([HEADER, *[[one.name, one.id_number, "370"] for one in people] * (lines // 2)])
    file = io.BytesIO(content)
    file.name = "名册.csv"
    answer = sign_in(haizhou_clerk).post(
        "/admin/intake/", {"kind": "hardship_subsidy", "month": "2019-03", "file": file}
    )
    assert answer.status_code == 302
    job = ImportJob.objects.get()
    stored = [path.read_bytes() for path in files_below(*folders)]
    assert len(stored) == 1 and len(watched()) == (lines > 2)
    if lines > 2:
        assert len(content) > 2_621_440 and len(watched()[0]) > len(content)
    for raw in [*stored, *watched()]:
        assert people[0].id_number.encode() not in raw and "姓名".encode() not in raw
    assert sha256_of(job.stored_name) == job.sha256 and job.size == len(content)


def test_reading_an_import_leaves_no_file_behind(folders, people, haizhou_clerk, send, run_import, settings):
    settings.UPLOAD_ROOT = settings.DATA_DIR / "uploads"
    job = send(haizhou_clerk, "hardship_subsidy", rows_of(people))
    assert run_import(job).state == "ready"
    assert [path.name for path in files_below(*folders)] == [job.stored_name]


def test_what_was_read_of_a_register_waits_sealed(folders, watched, people, city_clerk, send, run_import, post):
    job = run_import(send(city_clerk, "register", register_of(people)))
    assert (job.state, job.summary["valid_rows"]) == ("ready", 2)
    assert post(job).state == "posted"
    assert max(map(len, watched())) > 500
    for raw in watched():
        assert raw.startswith(b"LYGS")
        assert people[0].id_number.encode() not in raw and "甲".encode() not in raw


def test_a_spool_gives_back_what_it_took_in_order_and_twice(folders):
    spool = Spool()
    taken = [Outcome(sheet="一", row=number, change="new") for number in range(1_234)]
    for outcome in taken:
        spool.append(outcome)
    assert list(spool) == taken == list(spool)
    assert list(Spool()) == []


def test_a_large_upload_is_an_arrived_file_and_a_small_one_stays_in_memory(rf, city):
    def handlers_of(size):
        file = io.BytesIO(b"a" * size)
        file.name = "a.csv"
        return rf.post("/", {"file": file}).FILES["file"]

    small, large = handlers_of(1000), handlers_of(3_000_000)
    assert isinstance(small, InMemoryUploadedFile)
    assert isinstance(large, arriving.ArrivedFile)
    assert large.read() == b"a" * 3_000_000 == b"".join(large.chunks()) and large.size == 3_000_000


def test_a_reading_child_opens_the_file_by_its_path_and_it_is_gone_afterwards(posted):
    with readable(posted.stored_name) as path:
        read = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
        child = subprocess.run([sys.executable, "-I", "-c", read, str(path)], capture_output=True, env={}, cwd="/")
    assert child.stdout.decode().splitlines()[0] == "姓名,身份证号,金额"
    assert not path.exists()


# -- what was tampered with --------------------------------------------------------------------------------------------


def cut_off(raw):
    return raw[:-1]


def flipped(raw):
    return raw[: HEAD_BYTES + 3] + bytes((raw[HEAD_BYTES + 3] ^ 1,)) + raw[HEAD_BYTES + 4 :]


def in_the_clear(raw):
    return csv_of([HEADER])


@pytest.mark.parametrize("spoil", [cut_off, flipped, in_the_clear])
def test_a_spoilt_upload_is_not_read_and_the_clerk_is_told(people, send, run_import, haizhou_clerk, spoil):
    job = send(haizhou_clerk, "hardship_subsidy", rows_of(people))
    path = stored_path(job.stored_name)
    whole = path.read_bytes()
    path.write_bytes(spoil(whole))
    job = run_import(job)
    assert job.state == "failed" and job.rows.count() == 0
    assert "已损坏或被改动" in job.sentence and "重新上传" in job.sentence
    assert [line for line in breaches() if line.startswith(f"I6：导入批次 {job.pk} 的文件与登记的指纹不符")]
    # Put back from a backup, it can be started again.
    path.write_bytes(whole)
    retry_import(job=job, by=haizhou_clerk, queue=False)
    assert run_import(job).state == "ready"


def test_another_imports_file_in_its_place_is_not_read(people, send, run_import, haizhou_clerk):
    first = send(haizhou_clerk, "hardship_subsidy", rows_of(people))
    second = send(haizhou_clerk, "hardship_subsidy", rows_of(people[:1]))
    stored_path(first.stored_name).write_bytes(stored_path(second.stored_name).read_bytes())
    assert "已损坏或被改动" in run_import(first).sentence
    assert run_import(second).state == "ready"


def test_a_lost_upload_is_said_to_be_lost(people, send, run_import, haizhou_clerk):
    job = send(haizhou_clerk, "hardship_subsidy", rows_of(people))
    stored_path(job.stored_name).unlink()
    assert "不见了" in run_import(job).sentence
    with pytest.raises(UnreadableUpload), readable(job.stored_name):
        pass


def test_a_scratch_file_that_is_an_hour_old_is_a_breach(folders, city):
    scratch = arriving.scratch_folder() / "left"
    scratch.write_bytes(b"x")
    assert list(breaches()) == []
    os.utime(scratch, (0, 0))
    assert list(breaches()) == ["I7：临时文件 left 已超过一小时。"]


# -- how long it is kept -----------------------------------------------------------------------------------------------


@pytest.fixture
def shelf(people, send, run_import, post, haizhou_clerk, city_clerk, make_person):
    """An import with a file in every state in which one is kept, all of this moment."""
    preview = run_import(send(haizhou_clerk, "hardship_subsidy", rows_of(people[:1])))
    failed = run_import(send(haizhou_clerk, "hardship_subsidy", rows_of(people[1:])))
    ImportJob.objects.filter(pk=failed.pk).update(state="failed")
    register = run_import(send(city_clerk, "register", register_of(people)))
    assert (preview.state, register.state) == ("ready", "ready")
    third = make_person("丙", category=4, grade=1, hardship="低保")
    return {
        "queued": send(haizhou_clerk, "nursing_subsidy", rows_of(people)),
        "preview": preview,
        "failed": failed,
        "register": register,
        "posted": post(run_import(send(haizhou_clerk, "hardship_subsidy", rows_of([third])))),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("days", "gone"),
    [
        (0, set()),
        (29, set()),
        (31, {"preview", "failed"}),
        (89, {"preview", "failed"}),
        (91, {"preview", "failed", "register"}),
        (179, {"preview", "failed", "register"}),
        (181, {"preview", "failed", "register", "posted"}),
    ],
)
def test_a_purge_removes_what_the_policy_says_and_nothing_else(shelf, days, gone):
    moment = timezone.now() + days * DAY
    names = {name: job.stored_name for name, job in shelf.items()}
    assert {job.pk for job in expired(moment)} == {shelf[name].pk for name in gone}
    assert purge_expired(moment=moment) == len(gone)
    for name, job in shelf.items():
        job.refresh_from_db()
        assert (name in gone) == (job.stored_name == "") == (not stored_path(names[name]).exists()), name
        assert (name in gone) == (job.purged_at is not None), name
    assert purge_expired(moment=moment) == 0
    assert AuditLine.objects.filter(deed="到期删除原文件").count() == len(gone - {"register"})
    assert list(breaches()) == []


def test_the_date_on_the_page_is_the_day_on_which_the_purge_comes(shelf):
    for name, job in shelf.items():
        job.refresh_from_db()
        due = expires_at(job, kind_named(job.kind))
        assert (due is None) == (name == "queued")
        if due:
            assert not expired(due - timedelta(seconds=1)).filter(pk=job.pk).exists(), name
            assert expired(due).filter(pk=job.pk).exists(), name


def test_a_purged_import_keeps_name_hash_and_rows_and_says_so(posted, haizhou_clerk, sign_in):
    before = (posted.file_name, posted.sha256, posted.rows.count())
    purge_expired(moment=timezone.now() + 181 * DAY)
    posted.refresh_from_db()
    assert (posted.file_name, posted.sha256, posted.rows.count()) == before and before[2] == 2
    assert (posted.state, Payment.objects.count()) == ("posted", 2)
    page = sign_in(haizhou_clerk).get(reverse("intake:job", args=[posted.uid])).content.decode()
    assert "按保存期限删除" in page and posted.sha256 in page and "下载原文件" not in page


def test_a_roll_whose_file_is_gone_is_still_posted_from_its_rows(people, send, run_import, haizhou_clerk):
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows_of(people)))
    purge_expired(moment=timezone.now() + 31 * DAY)
    post_import(job=job, by=haizhou_clerk, queue=False)
    assert run_import(job).state == "posted" and Payment.objects.count() == 2


def test_a_register_that_nobody_posts_is_given_up_with_a_sentence(shelf, city_clerk, sign_in):
    purge_expired(moment=timezone.now() + 91 * DAY)
    register = shelf["register"]
    register.refresh_from_db()
    assert register.state == "discarded" and "90 天没有入账" in register.sentence
    assert "90 天没有入账" in sign_in(city_clerk).get(reverse("intake:job", args=[register.uid])).content.decode()
    assert AuditLine.objects.filter(deed="到期放弃导入", object_id=str(register.pk)).count() == 1


def test_a_failed_import_without_its_file_is_not_started_again(shelf, haizhou_clerk):
    purge_expired(moment=timezone.now() + 31 * DAY)
    with pytest.raises(ImportConflict) as conflict:
        retry_import(job=shelf["failed"], by=haizhou_clerk)
    assert "请重新上传" in conflict.value.sentence


def test_the_periods_are_data(posted, settings):
    settings.INTAKE_ARCHIVE_DAYS = {"posted": 3, "unposted": 1, "open": 2}
    assert purge_expired(moment=timezone.now() + 2 * DAY) == 0
    assert purge_expired(moment=timezone.now() + 4 * DAY) == 1


def test_the_command_says_what_it_would_do_and_does_it(shelf):
    ImportJob.objects.update(created_at=timezone.now() - 200 * DAY)
    ImportJob.objects.filter(state="posted").update(finished_at=timezone.now() - 200 * DAY)

    def said(*options):
        out = io.StringIO()
        call_command("purge", *options, stdout=out)
        return out.getvalue()

    listed = said("--dry-run")
    assert re.search("^上传的原文件（.*）：将清理 4 条$", listed, re.MULTILINE) and "没有改动任何数据。" in listed
    assert ImportJob.objects.exclude(stored_name="").count() == 5
    assert re.search("^上传的原文件（.*）：已清理 4 条$", said(), re.MULTILINE)
    assert list(ImportJob.objects.exclude(stored_name="").values_list("state", flat=True)) == ["queued"]


def test_the_worker_purges_once_a_day(posted, monkeypatch, time_machine):
    from lianyungang_cdpf.management.commands import worker

    calls = []
    monkeypatch.setattr(worker, "keep_today", lambda: calls.append("kept"))
    command = worker.Command()
    for moment in ("2026-11-28 08:00+08:00", "2026-11-28 23:30+08:00", "2026-11-29 00:10+08:00"):
        time_machine.move_to(moment)
        command._purge_daily()
    assert len(calls) == 2


def test_a_purged_import_with_a_file_is_impossible_by_the_databases_word(posted):
    with pytest.raises(IntegrityError), transaction.atomic():
        ImportJob.objects.filter(pk=posted.pk).update(purged_at=timezone.now())


# -- handing it out ----------------------------------------------------------------------------------------------------

REASON = {"reason": "与存档或签字原件核对"}


def address(job):
    return reverse("intake:file", args=[job.uid])


def test_the_original_comes_back_byte_for_byte_with_a_line_in_the_log(posted, people, haizhou_clerk, sign_in):
    answer = sign_in(haizhou_clerk).post(address(posted), REASON)
    assert answer.status_code == 200 and answer.streaming
    assert b"".join(answer.streaming_content) == csv_of(rows_of(people))
    assert answer.headers["Content-Disposition"] == f'attachment; filename="import-{posted.uid.hex[:8]}.csv"'
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]
    assert (answer.headers["Content-Type"], answer.headers["Content-Length"]) == (
        "application/octet-stream", str(posted.size),
    )  # fmt: skip
    line = AuditLine.objects.get(deed="下载原文件")
    assert (line.staff, line.object_id) == (haizhou_clerk, str(posted.pk))
    assert line.summary.startswith("与存档或签字原件核对，")


@pytest.mark.parametrize("sent", [{}, {"reason": ""}, {"reason": "张三 320701198001010015"}])
def test_without_a_reason_from_the_list_nothing_is_handed_out(posted, haizhou_clerk, sign_in, sent):
    answer = sign_in(haizhou_clerk).post(address(posted), sent)
    assert answer.status_code == 422 and "请选择下载的原因" in answer.content.decode()
    assert not AuditLine.objects.filter(deed="下载原文件").exists()


def test_looking_at_the_page_downloads_nothing(posted, haizhou_clerk, sign_in):
    answer = sign_in(haizhou_clerk).get(address(posted))
    assert answer.status_code == 200 and "为什么下载" in answer.content.decode()
    assert not AuditLine.objects.filter(deed="下载原文件").exists()


@pytest.mark.parametrize(
    ("role", "area", "status"),
    [
        ("auditor", "320700", 200),
        ("city_operator", "320700", 200),
        ("district_clerk", "320706", 200),
        ("district_clerk", "320722", 404),
        ("town_clerk", "320706006", 404),
        ("district_reviewer", "320706", 403),
        ("finance", "320706", 403),
        ("leader", "320700", 403),
        ("system_admin", "320700", 403),
    ],
)
def test_who_may_have_the_original(posted, make_staff, sign_in, role, area, status):
    answer = sign_in(make_staff("somebody", area=area, role=role)).post(address(posted), REASON)
    assert answer.status_code == status
    assert AuditLine.objects.filter(deed="下载原文件").exists() == (status == 200)


def test_a_town_clerk_has_no_right_to_a_roll_even_of_their_town(make_staff, sign_in):
    from tests.intake.made_imports import made_import

    clerk = make_staff("town", area="320706006", role="town_clerk")
    job = made_import(clerk, "posted", stored_name="x.upload")
    answer = sign_in(clerk).post(address(job), REASON)
    assert answer.status_code == 403


@pytest.mark.parametrize("spoil", [cut_off, flipped])
def test_of_a_spoilt_file_no_byte_is_handed_out(posted, haizhou_clerk, sign_in, spoil):
    path = stored_path(posted.stored_name)
    path.write_bytes(spoil(path.read_bytes()))
    answer = sign_in(haizhou_clerk).post(address(posted), REASON)
    assert answer.status_code == 409 and "已损坏或被改动" in answer.content.decode()
    assert not AuditLine.objects.filter(deed="下载原文件").exists()


def test_of_a_purged_file_the_page_says_so(posted, haizhou_clerk, sign_in):
    purge_expired(moment=timezone.now() + 181 * DAY)
    client = sign_in(haizhou_clerk)
    for answer in (client.get(address(posted)), client.post(address(posted), REASON)):
        assert "按保存期限删除，不能再下载" in answer.content.decode()
    assert answer.status_code == 409
