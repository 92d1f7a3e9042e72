"""Reads lines, seals and archives of the log, whatever somebody put there: SQLite keeps any value in any column."""

from datetime import date

from django.db import OperationalError
from django.db.models import QuerySet

from lianyungang_cdpf.audit import chain
from lianyungang_cdpf.audit.models import AuditArchive, AuditLine

# What the database's driver raises for a value that is none of its column's type, or no text.
UNREAD = (ValueError, TypeError, AttributeError, OverflowError, OperationalError)
ARCHIVE_TYPES = {
    "month": date, "first_number": int, "last_number": int, "line_count": int, "mac_before": str, "last_mac": str,
    "file_name": str, "file_sha256": str, "mac": str,
}  # fmt: skip


def lines_of(lines: QuerySet) -> list[tuple]:
    """Lines as rows of chain.COLUMNS; of one that can't be read, its number alone."""
    try:
        return list(lines.values_list(*chain.COLUMNS))
    except UNREAD:
        return [_line(pk) for pk in list(lines.values_list("pk", flat=True))]


def _line(pk: int) -> tuple:
    try:
        return AuditLine.objects.values_list(*chain.COLUMNS).get(pk=pk)
    except (*UNREAD, AuditLine.DoesNotExist):
        return (pk,)


def seals_of(seals: QuerySet, most: int) -> list[tuple]:
    """The first `most` seals as (number, id of the line, mac), None for what is no number, number or text."""
    rows = seals.values_list("number", "line_id", "mac")
    try:
        read = list(rows[:most])
    except UNREAD:
        # By their places: the number of one may be what can't be read.
        read = [_seal(seals, place) for place in range(min(most, seals.count()))]
    return [seal if is_seal(seal) else _typed(seal) for seal in read]


def _seal(seals: QuerySet, place: int) -> tuple:
    return tuple(_value(seals, place, name) for name in ("number", "line_id", "mac"))


def _value(seals: QuerySet, place: int, name: str):
    try:
        return seals.values_list(name, flat=True)[place : place + 1].get()
    except (*UNREAD, seals.model.DoesNotExist):
        return None


def is_seal(seal: tuple) -> bool:
    """Whether (number, id of the line, mac) could be a seal at all."""
    number, line_id, mac = seal
    return isinstance(number, int) and isinstance(line_id, int) and isinstance(mac, str)


def _typed(seal: tuple) -> tuple:
    return tuple(value if isinstance(value, kind) else None for value, kind in zip(seal, (int, int, str), strict=True))


def archives() -> tuple[list[AuditArchive], list[int]]:
    """(the archives' records in their order, the ids of those that can't be read)."""
    whole, damaged = [], []
    for pk in list(AuditArchive.objects.order_by("first_number").values_list("pk", flat=True)):
        archive = _archive(pk)
        if archive is None:
            damaged.append(pk)
        else:
            whole.append(archive)
    return whole, damaged


def _archive(pk: int) -> AuditArchive | None:
    try:
        archive = AuditArchive.objects.get(pk=pk)
    except (*UNREAD, AuditArchive.DoesNotExist):
        return None
    is_whole = all(isinstance(getattr(archive, name), kind) for name, kind in ARCHIVE_TYPES.items())
    return archive if is_whole else None
