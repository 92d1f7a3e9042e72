"""A month of the log goes into a sealed file and then out of the database, which lets nothing else be deleted.

What is archived is a piece of the chain: from its beginning to the last seal before the first line of a later month.
A line that was sealed after that one (it was committed late) goes with the next month. The record of the archive
(AuditArchive) has the piece's numbers and macs, so that the chain goes on from it; the file has every line and seal.

How a file is sealed the caller hands over: that lies in the intake, above the log.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Min
from django.utils import timezone

from lianyungang_cdpf.audit import chain
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.models import AuditArchive, AuditLine, AuditSeal
from lianyungang_cdpf.audit.sealing import unsealed as without_seal
from lianyungang_cdpf.audit.verifying import facts_of, holds
from lianyungang_cdpf.fields import UnreadableSecret

AT_ONCE = 4000


class NotArchived(Exception):
    """Why a month stays where it is: a Chinese sentence."""


def archive_month(*, month: date, by, sealer: Callable, opened: Callable) -> AuditArchive:
    """Move a month into a file. Raises NotArchived; the lines go only once the file was read back and verified.

    `sealer` is a class like intake.sealing.Sealer, `opened` a function like its `unsealed`. One run at a time writes
    below AUDIT_ARCHIVE; of two that write to different folders the database lets one through.
    """
    with _folder_held():
        archive = _piece(month)
        path = path_of(archive)
        _write(archive, path, sealer)
        archive.file_sha256 = _sha256(path)
        archive.mac = chain.mac_of_archive(facts_of(archive))
        for sentence in breaches_of_file(archive, opened):
            raise NotArchived(f"写好的文件读回核对不符，没有删除日志：{sentence}")
        _remove(archive, by=by)
    return archive


@contextmanager
def _folder_held() -> Iterator[None]:
    """The folder of the archives, on the disk by name and held by one run alone. Raises NotArchived for another."""
    folder = Path(settings.AUDIT_ARCHIVE)
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for one in missing:
        sync_folder(one.parent)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _lock(descriptor)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise NotArchived("另一次归档正在进行：请等它结束后再试。") from error


def sync_folder(folder: Path) -> None:
    """Have the disk know which files lie in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove(archive: AuditArchive, *, by) -> None:
    """Keep the record of the archive, and let the lines and seals go that its file holds: all of them, or nothing."""
    with transaction.atomic():
        try:
            archive.save(force_insert=True)
        except IntegrityError as error:
            raise NotArchived(f"{archive} 刚刚由另一次归档办理，没有删除日志。") from error
        seals = AuditSeal.objects.filter(number__range=(archive.first_number, archive.last_number))
        lines, _ = AuditLine.objects.filter(pk__in=seals.values("line_id")).delete()
        if (lines, seals.delete()[0]) != (archive.line_count, archive.line_count):
            raise NotArchived("归档时日志有变动，没有删除日志：请先核对操作日志（manage.py verify_audit）。")
        said = f"{archive.line_count:,} 条，序号 {archive.first_number} 至 {archive.last_number}"
        record(by=by, deed="归档操作日志", summary=f"{archive}：{said}")


def path_of(archive: AuditArchive) -> Path:
    """Where the file of an archive lies."""
    return Path(settings.AUDIT_ARCHIVE) / archive.file_name


def _begin(month: date) -> datetime:
    return timezone.make_aware(datetime(month.year, month.month, 1))


def _following(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def first_kept() -> date:
    """The earliest month that has to stay in the database."""
    today = timezone.localdate()
    months = today.year * 12 + today.month - 1 - settings.AUDIT_KEPT_MONTHS
    return date(months // 12, months % 12 + 1, 1)


def _piece(month: date) -> AuditArchive:
    """The piece of the chain that the month's archive will hold. Raises NotArchived where there is none."""
    if month >= first_kept():
        kept = f"日志保留 {settings.AUDIT_KEPT_MONTHS} 个月"
        raise NotArchived(f"{kept}，{first_kept():%Y-%m} 及以后的月份还不能归档。")
    if AuditArchive.objects.filter(month=month).exists():
        raise NotArchived(f"{month:%Y-%m} 已经归档。")
    end = _begin(_following(month))
    if without_seal().filter(at__lt=end).exists():
        raise NotArchived("还有日志没有封印：请先运行后台作业（manage.py worker）。")
    last = AuditArchive.objects.order_by("-last_number").first()
    first, before = (last.last_number + 1, last.last_mac) if last else (1, "")
    _require_order(month, first)
    later = AuditSeal.objects.filter(line_id__in=AuditLine.objects.filter(at__gte=end).values("pk"))
    stop = later.aggregate(least=Min("number"))["least"]
    ours = AuditSeal.objects.filter(number__gte=first)
    last_seal = (ours.filter(number__lt=stop) if stop else ours).order_by("-number").first()
    if last_seal is None:
        raise NotArchived(f"{month:%Y-%m} 没有可以归档的日志。")
    return AuditArchive(
        month=month, first_number=first, last_number=last_seal.number, line_count=last_seal.number - first + 1,
        mac_before=before, last_mac=last_seal.mac, file_name=f"audit-{month:%Y-%m}.sealed",
    )  # fmt: skip


def _require_order(month: date, first: int) -> None:
    """Months go one after the other; of an archived month there may be lines that were late."""
    seal = AuditSeal.objects.filter(number=first).first()
    line = AuditLine.objects.filter(pk=seal.line_id).first() if seal else None
    if line is None:
        raise NotArchived(f"找不到序号 {first} 的日志：请先核对操作日志（manage.py verify_audit）。")
    earliest = timezone.localtime(line.at).date().replace(day=1)
    if earliest < month and not AuditArchive.objects.filter(month=earliest).exists():
        raise NotArchived(f"请先归档 {earliest:%Y-%m}：各月必须依次归档。")


def _write(archive: AuditArchive, path: Path, sealer: Callable) -> None:
    """The lines with their seals, one JSON text a line, sealed under the file's name."""
    temporary = path.with_suffix(".part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        sealed = sealer(stream, archive.file_name)
        for number, mac, line in _rows(archive):
            sealed.write(f"{json.dumps([number, mac, *chain.packed(line)], ensure_ascii=False)}\n".encode())
        sealed.close()
        os.fsync(stream.fileno())
    temporary.rename(path)
    sync_folder(path.parent)


def _rows(archive: AuditArchive) -> Iterator[tuple[int, str, tuple]]:
    for begin in range(archive.first_number, archive.last_number + 1, AT_ONCE):
        end = min(begin + AT_ONCE - 1, archive.last_number)
        seals = AuditSeal.objects.filter(number__range=(begin, end)).order_by("number")
        rows = AuditLine.objects.filter(pk__in=seals.order_by().values("line_id")).values_list(*chain.COLUMNS)
        lines = {row[0]: row for row in rows.order_by()}
        for number, line_id, mac in seals.values_list("number", "line_id", "mac"):
            if line_id not in lines:
                raise NotArchived(f"序号 {number} 的日志不见了：请先核对操作日志（manage.py verify_audit）。")
            yield number, mac, lines[line_id]


def breaches_of_file(archive: AuditArchive, opened: Callable) -> Iterator[str]:
    """Whether the file still holds the piece of the chain that its record names; at most one sentence."""
    named = f"{archive.month:%Y-%m} 的归档文件 {archive.file_name} "
    try:
        yield from _compared(archive, opened)
    except UnreadableSecret:
        yield f"{named}打不开：缺少封存它的字段密钥，或文件被改动。"
    except OSError as error:
        yield f"{named}读不到：{error.strerror}。"


def _compared(archive: AuditArchive, opened: Callable) -> Iterator[str]:
    path, month = path_of(archive), f"{archive.month:%Y-%m}"
    if not path.is_file():
        yield f"{month} 的归档文件 {path.name} 不见了。"
        return
    if _sha256(path) != archive.file_sha256:
        yield f"{month} 的归档文件 {path.name} 与登记的指纹不符。"
        return
    number, before = archive.first_number - 1, archive.mac_before
    for said, mac, line in lines_of_file(archive, opened):
        number += 1
        vouched = holds(chain.vouches, line[-1], line[1:-1])
        if said != number or not vouched or not holds(chain.is_seal_of, mac, number, line, before):
            yield f"{month} 的归档文件在序号 {number} 处与链不符。"
            return
        before = mac
    if (number, before) != (archive.last_number, archive.last_mac):
        yield f"{month} 的归档文件只到序号 {number}，登记的是 {archive.last_number}。"


def lines_of_file(archive: AuditArchive, opened: Callable) -> Iterator[tuple[int, str, tuple]]:
    """(number, the seal's mac, the line as a row of chain.COLUMNS) of an archive's file, in its order.

    Raises OSError where there is no file, UnreadableSecret where no configured key opens it, or it was altered.
    """
    with path_of(archive).open("rb") as stream:
        for text in _texts(opened(stream, archive.file_name)):
            said, mac, *packed = json.loads(text)
            yield said, mac, chain.unpacked(packed)


def _texts(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of a file that comes in chunks."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
