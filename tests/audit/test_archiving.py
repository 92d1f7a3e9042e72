"""A month goes into a sealed file and out of the database by the one door; the chain verifies on both sides of it."""

import fcntl
import hashlib
import io
import os
import stat

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from lianyungang_cdpf.audit import archiving, verifying
from lianyungang_cdpf.audit.archiving import first_kept
from lianyungang_cdpf.audit.models import AuditArchive, AuditCheck, AuditLine, AuditSeal
from lianyungang_cdpf.audit.sealing import seal_lines
from lianyungang_cdpf.audit.verifying import Verification
from tests.audit.switches import without_triggers

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_old_months(lines, time_machine):
    """Three lines of January and four of February 2020, one of today, all sealed."""
    for moment, number in (("2020-01-20 12:00+08:00", 3), ("2020-02-29 23:59+08:00", 4), ("2026-11-28 12:00+08:00", 1)):
        time_machine.move_to(moment)
        lines(number)
        seal_lines()


def archive(month: str) -> str:
    said = io.StringIO()
    call_command("archive_audit", month, stdout=said)
    return said.getvalue()


def refusal(month: str) -> str:
    with pytest.raises(CommandError) as refused:
        archive(month)
    return str(refused.value)


def verified() -> str:
    said = io.StringIO()
    try:
        call_command("verify_audit", "--archives", stdout=said)
    except CommandError as error:
        assert error.returncode == 1
    return said.getvalue()


def test_archived_months_leave_the_database_and_the_chain_goes_on(two_old_months, settings):
    assert "3 条" in archive("2020-01") and "4 条" in archive("2020-02")
    assert [(one.first_number, one.last_number) for one in AuditArchive.objects.all()] == [(1, 3), (4, 7)]
    assert AuditSeal.objects.count() == 1
    seal_lines()
    assert list(AuditLine.objects.filter(deed="归档操作日志").values_list("summary", flat=True)) == [
        "2020-02：4 条，序号 4 至 7",
        "2020-01：3 条，序号 1 至 3",
    ]
    assert verified().endswith("操作日志完整。\n") and AuditCheck.objects.first().breach_count == 0
    sealed = (settings.AUDIT_ARCHIVE / "audit-2020-01.sealed").read_bytes()
    assert b"haizhou" not in sealed and "查看".encode() not in sealed


def test_months_go_in_order_once_and_only_when_they_need_not_be_kept(two_old_months):
    assert "请先归档 2020-01" in refusal("2020-02")
    assert "还不能归档" in refusal(f"{first_kept():%Y-%m}")
    assert "请写成 2023-05 的样子" in refusal("202001")
    archive("2020-01")
    assert "已经归档" in refusal("2020-01") and "请先归档 2020-02" in refusal("2020-03")
    archive("2020-02")
    assert "没有可以归档" in refusal("2020-03")


def test_a_month_with_lines_that_wait_for_a_seal_stays(lines, time_machine):
    time_machine.move_to("2020-01-20 12:00+08:00")
    lines(1)
    time_machine.move_to("2026-11-28 12:00+08:00")
    assert "没有封印" in refusal("2020-01") and AuditLine.objects.count() == 1


def test_an_altered_line_is_not_archived(two_old_months):
    with without_triggers() as cursor:
        cursor.execute("UPDATE audit_auditline SET summary = 'x' WHERE id = (SELECT MIN(id) FROM audit_auditline)")
    assert "核对不符" in refusal("2020-01") and AuditLine.objects.count() == 8


def test_an_archive_that_does_not_open_is_told_in_a_sentence(two_old_months, settings, monkeypatch):
    archive("2020-01")
    seal_lines()
    file, right = settings.AUDIT_ARCHIVE / "audit-2020-01.sealed", settings.FIELD_KEYS
    settings.FIELD_KEYS = {9: bytes(32)}
    said = verified()
    assert "2020-01 的归档文件 audit-2020-01.sealed 打不开" in said and "2020-01 的归档记录被改动" in said
    settings.FIELD_KEYS = right
    file.write_bytes(file.read_bytes()[:-1])
    with without_triggers() as cursor:
        fingerprint = hashlib.sha256(file.read_bytes()).hexdigest()
        cursor.execute("UPDATE audit_auditarchive SET file_sha256 = %s", [fingerprint])
    assert "2020-01 的归档文件 audit-2020-01.sealed 打不开" in verified()

    def unreadable(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(archiving, "_sha256", unreadable)
    assert "2020-01 的归档文件 audit-2020-01.sealed 读不到：Permission denied。" in verified()


def test_what_is_done_to_an_archive_is_found(two_old_months, settings):
    archive("2020-01")
    archive("2020-02")
    seal_lines()
    file = settings.AUDIT_ARCHIVE / "audit-2020-02.sealed"
    content = file.read_bytes()
    file.write_bytes(content[:-1] + b"\0")
    assert "与登记的指纹不符" in verified()
    file.unlink()
    assert "不见了" in verified()
    file.write_bytes(content)
    with without_triggers() as cursor:
        cursor.execute("UPDATE audit_auditarchive SET file_name = 'x' WHERE first_number = 1")
        assert "2020-01 的归档记录被改动" in "".join(Verification().breaches())
        cursor.execute("DELETE FROM audit_auditarchive WHERE first_number = 1")
        assert "不相接" in "".join(Verification().breaches())
        cursor.execute("DELETE FROM audit_auditarchive")
        assert "序号 1 至 7 的封印被删除。" in list(Verification().breaches())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses what is not of a column's type")
@pytest.mark.parametrize(
    "change",
    [
        "month = 'January'", "month = '2020-13-01'", "file_name = CAST(x'ff' AS TEXT)", "mac = CAST(mac AS BLOB)",
        "first_number = 'abc', last_number = 'abc', line_count = 1",
    ],
)  # fmt: skip
def test_a_record_of_an_archive_that_cannot_be_read_is_a_breach_beside_the_others(two_old_months, change):
    archive("2020-01")
    archive("2020-02")
    seal_lines()
    first = AuditArchive.objects.values_list("pk", flat=True).get(first_number=1)
    with without_triggers() as cursor:
        cursor.execute(f"UPDATE audit_auditarchive SET {change} WHERE first_number = 1")
        said = verified()
    assert f"归档记录 {first} 读不出：它的内容被改动。" in said
    assert "2020-02 的归档与之前的记录不相接" in said


def test_while_one_run_archives_another_is_refused(two_old_months, settings):
    settings.AUDIT_ARCHIVE.mkdir(parents=True)
    held = os.open(settings.AUDIT_ARCHIVE, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    assert "另一次归档正在进行" in refusal("2020-01") and AuditLine.objects.count() == 8
    os.close(held)
    assert "3 条" in archive("2020-01")


def test_a_month_that_another_machine_archives_meanwhile_is_not_removed_twice(two_old_months, monkeypatch):
    written = archiving._write

    def overtaken(ours, *rest):
        written(ours, *rest)
        facts = {name: getattr(ours, name) for name in verifying.ARCHIVE_FACTS}
        AuditArchive.objects.create(**facts, mac="1..of the other")

    monkeypatch.setattr(archiving, "_write", overtaken)
    assert "刚刚由另一次归档办理" in refusal("2020-01")
    assert AuditLine.objects.count() == AuditSeal.objects.count() == 8


def test_nothing_is_removed_when_the_lines_are_not_those_of_the_file(two_old_months, monkeypatch):
    def taken_out(*_):
        with without_triggers() as cursor:
            cursor.execute("DELETE FROM audit_auditline WHERE id = (SELECT MIN(id) FROM audit_auditline)")
        return ()

    monkeypatch.setattr(archiving, "breaches_of_file", taken_out)
    assert "归档时日志有变动" in refusal("2020-01")
    assert AuditLine.objects.count() == 7 and not AuditArchive.objects.exists()


def test_file_and_folders_are_on_the_disk_before_a_line_goes(two_old_months, monkeypatch, settings):
    happened, fsync, remove = [], os.fsync, archiving._remove

    def synced(descriptor):
        is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
        happened.append(os.readlink(f"/proc/self/fd/{descriptor}") if is_folder else "file")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(archiving, "_remove", lambda *told, **by: happened.append("removed") or remove(*told, **by))
    archive("2020-01")
    folder = settings.AUDIT_ARCHIVE
    assert happened[: happened.index("removed")] == [str(folder.parent), "file", str(folder)]


@pytest.mark.parametrize("walked", range(1, 9))
@pytest.mark.parametrize("between", ["_lines", "_seal"])
def test_what_is_archived_during_a_verification_is_no_breach(two_old_months, monkeypatch, walked, between):
    """Both months go at a moment of the walk: before the lines of a page are read, or after those of a seal."""
    monkeypatch.setattr(verifying, "AT_ONCE", 2)
    called, once = getattr(Verification, between), iter([*[False] * (walked - 1), True])

    def overtaken(*told):
        if next(once, False):
            archive("2020-01")
            archive("2020-02")
        return called(*told)

    whole = overtaken if between == "_seal" else staticmethod(overtaken)
    monkeypatch.setattr(Verification, between, whole)
    assert list(Verification().breaches(unsealed_too_long=False)) == []


def test_a_line_removed_during_an_archiving_is_still_a_breach(two_old_months, monkeypatch):
    monkeypatch.setattr(verifying, "AT_ONCE", 2)
    called, once = Verification._lines, iter([True])

    def overtaken(ids):
        if next(once, False):
            archive("2020-01")
            with without_triggers() as cursor:
                cursor.execute("DELETE FROM audit_auditline WHERE id = (SELECT MIN(id) FROM audit_auditline)")
        return called(ids)

    monkeypatch.setattr(Verification, "_lines", staticmethod(overtaken))
    found = list(Verification().breaches(unsealed_too_long=False))
    assert len(found) == 1 and "（序号 4）被删除" in found[0]
