"""The worker puts lines in the chain: every few seconds those that were committed since, and hourly whatever was late.

Writers wait for nobody: a line is found by having no seal yet, whatever its number, so one that was committed long
after later ones is sealed after them. Workers of one machine wait at the file of heads; those of several would meet at
the primary key of the seals, and one gives up.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from lianyungang_cdpf.audit import chain
from lianyungang_cdpf.audit.models import AuditArchive, AuditLine, AuditSeal

AT_ONCE = 4000
# The quick round looks no further back; lines of transactions that lasted longer are for the full one.
RECENT = timedelta(hours=1)


def unsealed():
    """The lines that have no seal yet."""
    return AuditLine.objects.filter(~Exists(AuditSeal.objects.filter(line_id=OuterRef("pk"))))


def seal_lines(*, everything: bool = True) -> int:
    """Seal what is committed and has no seal; how many lines. `everything` looks at the whole log, else the last hour.

    Not to be called within a transaction: only lines of others that are committed may be seen here.
    """
    lines = unsealed() if everything else unsealed().filter(at__gte=timezone.now() - RECENT)
    after, sealed = 0, 0
    while page := list(lines.filter(pk__gt=after).order_by("pk").values_list(*chain.COLUMNS)[:AT_ONCE]):
        if not _seal(page):
            break
        after, sealed = page[-1][0], sealed + len(page)
    return sealed


def head() -> tuple[int, str]:
    """Number and mac of the last seal, of the last archive where none is left; (0, "") before the first."""
    last = AuditSeal.objects.order_by("-number").values_list("number", "mac").first()
    return last or AuditArchive.objects.values_list("last_number", "last_mac").last() or (0, "")


def _seal(lines: list[tuple]) -> bool:
    """Put lines behind the head, and keep the new head once they are; False when another worker was faster."""
    with _heads_file() as heads:
        try:
            with transaction.atomic():
                number, mac = head()
                seals = []
                for line in lines:
                    number += 1
                    mac = chain.seal_of(number, line, mac)
                    seals.append(AuditSeal(number=number, line_id=line[0], mac=mac))
                AuditSeal.objects.bulk_create(seals)
        except IntegrityError:
            return False
        said = {"number": number, "mac": mac, "at": timezone.localtime().isoformat(timespec="seconds")}
        os.write(heads, f"{json.dumps(said)}\n".encode())
        os.fsync(heads)
    return True


@contextmanager
def _heads_file():
    """The file of heads, held by one worker at a time; for nobody's eyes but the portal's."""
    settings.AUDIT_HEAD.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(settings.AUDIT_HEAD, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


class BrokenHeads(ValueError):
    """A line of the file of heads that is none."""


def kept_heads() -> Iterator[tuple[int, str]]:
    """The heads that the file has now, in their order; none without a file. What is kept meanwhile is left out."""
    if not settings.AUDIT_HEAD.exists():
        return
    left = settings.AUDIT_HEAD.stat().st_size
    with settings.AUDIT_HEAD.open("rb") as lines:
        for place, line in enumerate(lines, start=1):
            left -= len(line)
            if left < 0:
                return
            try:
                said = json.loads(line)
                yield int(said["number"]), str(said["mac"])
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as error:
                raise BrokenHeads(f"第 {place} 行") from error
