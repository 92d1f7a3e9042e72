"""Looks for every line of the log that was removed, altered, reordered, inserted or cut off, in constant memory."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain as chained

from django.conf import settings
from django.utils import timezone

from lianyungang_cdpf.audit import chain
from lianyungang_cdpf.audit.damaged import archives, is_seal, lines_of, seals_of
from lianyungang_cdpf.audit.models import AuditArchive, AuditCheck, AuditLine, AuditSeal
from lianyungang_cdpf.audit.sealing import BrokenHeads, kept_heads, unsealed
from lianyungang_cdpf.fields import UnreadableSecret

AT_ONCE = 4000
ARCHIVE_FACTS = (
    "month", "first_number", "last_number", "line_count", "mac_before", "last_mac", "file_name", "file_sha256",
)  # fmt: skip


def verify(say: Callable[[str], None], *, more: Iterable[str] = ()) -> AuditCheck:
    """Verify the whole log, say each breach (`more` of them as well), and keep what came of it for the log's page."""
    verification, first, count = Verification(), "", 0
    for sentence in chained(verification.breaches(), more):
        first, count = first or sentence, count + 1
        say(sentence)
    facts = {"line_count": verification.line_count, "breach_count": count, "first_breach": first[:300]}
    return AuditCheck.objects.create(**facts)


@dataclass
class Verification:
    """One walk along the chain; `breaches` yields Chinese sentences and counts what it has seen."""

    line_count: int = 0
    _number: int = 0
    _mac: str = ""
    _heads: Iterator = field(default_factory=kept_heads)
    _head: tuple[int, str] | None = None
    _broken_at: str = ""

    def breaches(self, *, unsealed_too_long: bool = True) -> Iterator[str]:
        """Every breach, archives first, then seal by seal, then what has no seal."""
        # Before the first seal is read: the file's size now bounds what is asked of the seals.
        self._next_head()
        yield from self._archives()
        yield from self._seals()
        yield from self._rest_of_heads()
        yield from self._without_seal(unsealed_too_long)

    def _archives(self) -> Iterator[str]:
        """Months in files: their records bridge the chain to what is left in the database."""
        whole, damaged = archives()
        for pk in damaged:
            yield f"归档记录 {pk} 读不出：它的内容被改动。"
        for archive in whole:
            yield from self._bridge(archive)
        yield from self._heads_up_to_here()

    def _bridge(self, archive: AuditArchive, *, is_begun: bool = False) -> Iterator[str]:
        """Go on behind the archive's last number. `is_begun`: some of what it holds has been walked already."""
        month = f"{archive.month:%Y-%m}"
        if not holds(chain.vouches_for_archive, archive.mac, facts_of(archive)):
            yield f"{month} 的归档记录被改动。"
        if not is_begun and (archive.first_number, archive.mac_before) != (self._number + 1, self._mac):
            yield f"{month} 的归档与之前的记录不相接：其间的归档记录被删除或改动。"
        self._number, self._mac = archive.last_number, archive.last_mac

    def _heads_up_to_here(self) -> Iterator[str]:
        while self._head and self._head[0] < self._number:
            self._next_head()
        yield from self._compare_head()

    def _seals(self) -> Iterator[str]:
        seals = ahead = AuditSeal.objects.order_by("number")
        is_odd = False
        while True:
            page = seals_of(ahead, AT_ONCE)
            lines = {row[0]: row for row in self._lines(page)}
            if len(lines) < len(page) or not page or page[0][0] != self._number + 1:
                # What is missing may have gone into a file since the archives were read: record and deletion are one.
                archive = next((one for one in archives()[0] if one.last_number > self._number), None)
                if archive is not None:
                    yield from self._bridge(archive, is_begun=archive.first_number <= self._number)
                    yield from self._heads_up_to_here()
                    ahead = seals.filter(number__gt=self._number)
                    continue
            numbered = [seal for seal in page if seal[0] is not None]
            is_odd = is_odd or len(numbered) < len(page)
            for seal in numbered:
                yield from self._seal(seal, lines.get(seal[1]))
            if not numbered:
                break
            ahead = seals.filter(number__gt=self._number)
        if is_odd:
            yield "有封印的序号不是整数：它被插入或改动。"

    @staticmethod
    def _lines(page: list[tuple]) -> list[tuple]:
        return lines_of(AuditLine.objects.filter(pk__in=[seal[1] for seal in page if seal[1] is not None]).order_by())

    def _seal(self, seal: tuple, line: tuple | None) -> Iterator[str]:
        number, line_id, mac = seal
        self.line_count += 1
        if number != self._number + 1:
            yield _gap(self._number + 1, number - 1)
        if not is_seal(seal):
            yield f"序号 {number} 的封印读不出：它的内容被改动。"
        elif line is None:
            yield f"日志 {line_id}（序号 {number}）被删除。"
        elif line == (line_id,):
            yield f"日志 {line_id}（序号 {number}）读不出：它的内容被改动。"
        elif not holds(chain.vouches, line[-1], line[1:-1]):
            yield f"日志 {line_id}（序号 {number}）的内容被改动。"
        elif not holds(chain.is_seal_of, mac, number, line, self._mac):
            yield f"序号 {number}（日志 {line_id}）与链不符：封印或次序被改动，或此处有删有插。"
        self._number, self._mac = number, mac or ""
        yield from self._compare_head()

    def _compare_head(self) -> Iterator[str]:
        """The heads kept for this number; there may be none, or, of workers that met, several."""
        while self._head and self._head[0] <= self._number:
            number, mac = self._head
            if number < self._number:
                yield f"链头文件记有序号 {number}，日志中没有：它被删除，或文件被改动。"
            elif mac != self._mac:
                yield f"序号 {number} 的封印与链头文件不符：链被改写，或文件被改动。"
            self._next_head()

    def _rest_of_heads(self) -> Iterator[str]:
        last = None
        while self._head:
            last = self._head
            self._next_head()
        if self._broken_at:
            yield f"链头文件 {settings.AUDIT_HEAD.name} {self._broken_at}不是本系统写的：文件被改动。"
        if last:
            yield f"日志末尾被截去：链头文件记到序号 {last[0]}，日志只到 {self._number}。"
        if self._number and not settings.AUDIT_HEAD.exists():
            yield f"找不到链头文件 {settings.AUDIT_HEAD}：无法知道末尾是否被截去。"

    def _next_head(self) -> None:
        """Take the next of the kept heads; where the file is broken there are no more, and `_rest_of_heads` says so."""
        try:
            self._head = next(self._heads, None)
        except BrokenHeads as error:
            self._head, self._broken_at = None, str(error)

    def _without_seal(self, unsealed_too_long: bool) -> Iterator[str]:
        """Lines that no worker has sealed yet: they vouch for themselves, and must not stay so for long."""
        oldest = timezone.now() - timedelta(seconds=settings.AUDIT_SEAL_WITHIN)
        lines, after, late = unsealed().order_by("pk"), 0, 0
        while page := lines_of(lines.filter(pk__gt=after)[:AT_ONCE]):
            after = page[-1][0]
            for pk, *said in page:
                self.line_count += 1
                if not said or not holds(chain.vouches, said[-1], tuple(said[:-1])):
                    yield f"日志 {pk} 不是本系统写的：它被插入或改动。"
                else:
                    late += said[0] < oldest
        if late and unsealed_too_long:
            minutes = settings.AUDIT_SEAL_WITHIN // 60
            yield f"有 {late:,} 条日志超过 {minutes} 分钟没有封印：后台作业没有运行，或封印被删除。"


def facts_of(archive: AuditArchive) -> list:
    """What the mac of an archive's record vouches for."""
    return [getattr(archive, name) for name in ARCHIVE_FACTS]


def holds(check: Callable, *facts) -> bool:
    """Whether a mac is true; one of a key that is not configured can't be, nor what is no text, moment or number."""
    try:
        return check(*facts)
    except (UnreadableSecret, TypeError, AttributeError):
        return False


def _gap(first: int, last: int) -> str:
    if last < first:
        return f"序号 {last + 1} 与之前的重复：有封印被插入。"
    return f"序号 {first} 的封印被删除。" if first == last else f"序号 {first} 至 {last} 的封印被删除。"
