"""The portal's end of the pipe: start the child, take its rows, end it.

The worker never parses an upload itself. The child may abort, hang or grow: each ends as one Chinese sentence.
"""

import contextlib
import dataclasses
import json
import logging
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .cells import Cell, loads
from .child import TOO_MUCH_MEMORY, peak_rss_mb
from .gate import check_upload
from .limits import Limits
from .refused import DAMAGED, Refused

log = logging.getLogger(__name__)

ROOT = str(Path(__file__).resolve().parents[3])
START = f"import sys; sys.path.insert(0, {ROOT!r}); from lianyungang_cdpf.intake.reading.child import main; main()"
PIPE_BYTES = 256 * 1024
GRACE_SECONDS = 2.0
TOO_SLOW = "读取此文件超过时限（{seconds:.0f} 秒），已停止。请删除名册以外的内容，或拆分后另存为 .xlsx 再上传。"


@dataclass
class Sheet:
    """One sheet as it arrives. `name` is None for text files; `merges` are (first row, first column, last row, last
    column) from 1. `rows` gives (number as Excel shows it, cells) of the rows that hold anything, trailing blanks cut
    off, and must be read before the next sheet. Hidden rows and columns count only where something is in them, and
    may be known only after the last row."""

    name: str | None
    state: str
    merges: list[tuple[int, int, int, int]]
    rows: Iterator[tuple[int, list[Cell]]]
    has_hidden_rows: bool = False
    has_hidden_columns: bool = False


class read_sheets:  # noqa: N801 - used like open()
    """`with read_sheets(path, filename, limits) as sheets: for sheet in sheets: for number, cells in sheet.rows: ...`

    Checks the upload, then reads it in a child process. Raises Refused on entering or at any later row, so nothing may
    be written before the last sheet is through. Afterwards `seconds` (waiting for the child) and `peak_rss_mb` say
    what the child cost.
    """

    def __init__(self, path: str | os.PathLike, filename: str, limits: Limits):
        self.path, self.filename, self.limits = os.path.abspath(path), filename, limits
        self.seconds, self.peak_rss_mb = 0.0, 0.0
        self.allowed_seconds = min(limits.max_seconds, limits.max_seconds_small)
        self._child: subprocess.Popen | None = None
        self._buffer = bytearray()
        self._head: dict | None = None
        self._sheet: Sheet | None = None
        self._finished = False

    def __enter__(self) -> "read_sheets":
        started = time.monotonic()
        # It starts while the upload is checked, and opens nothing before it is told what.
        self._child = subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", START],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={},
        )
        try:
            content = check_upload(self.path, self.filename, self.limits)
        except BaseException:
            self._end_child()
            raise
        self._tell({"path": self.path, "content": content, "limits": dataclasses.asdict(self.limits)})
        self._poll = select.poll()
        self._poll.register(self._child.stdout, select.POLLIN | select.POLLHUP)
        self.seconds = time.monotonic() - started
        return self

    def _tell(self, order: dict) -> None:
        """The child's order; of one that is gone already the first line read will tell."""
        with contextlib.suppress(BrokenPipeError), self._child.stdin as stream:
            stream.write(json.dumps(order).encode())

    def __exit__(self, error_type: type | None, *_) -> None:
        self._end_child(grace=0.0 if error_type else GRACE_SECONDS * self._finished)

    def __iter__(self) -> Iterator[Sheet]:
        """The sheets in the workbook's order; rows of a sheet that were not read are passed over."""
        self._advance()
        while self._head is not None:
            head, self._head = self._head, None
            rows = self._rows()
            merges = [tuple(merge) for merge in head.pop("merges")]
            self._sheet = Sheet(**head, merges=merges, rows=rows)
            yield self._sheet
            for _ in rows:
                pass

    def _advance(self) -> None:
        """Up to the first head; a file without sheets has none."""
        for _ in self._rows():
            raise Refused(DAMAGED)

    def _rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Rows until the next head, which is kept, or the end."""
        while True:
            message = loads(self._line())
            if isinstance(message, list):
                yield from map(tuple, message)
            elif "sheet" in message:
                self._head = message["sheet"]
                return
            elif "hidden" in message:
                self._sheet.has_hidden_rows, self._sheet.has_hidden_columns = message["hidden"]
            elif "peak_rss_mb" in message:
                return self._finish(message)
            else:
                self.allowed_seconds = self.limits.max_seconds

    def _finish(self, message: dict) -> None:
        self._finished = True
        self.peak_rss_mb = message["peak_rss_mb"]
        if "refused" in message:
            log.info("upload refused by the reader: %s", message.get("cause", "rule"))
            raise Refused(message["refused"])

    def _line(self) -> bytes:
        """The next line, waiting no longer than the child's time; only waiting counts, not what the caller does."""
        while (end := self._buffer.find(b"\n")) < 0:
            started = time.monotonic()
            ready = self._poll.poll(max(0.0, self.allowed_seconds - self.seconds) * 1000)
            chunk = os.read(self._child.stdout.fileno(), PIPE_BYTES) if ready else None
            self.seconds += time.monotonic() - started
            if not chunk:
                raise self._why_it_ended(timed_out=chunk is None)
            self._buffer += chunk
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line

    def _why_it_ended(self, timed_out: bool) -> Refused:
        """The child said neither done nor refused: a limit or the parser ended it."""
        if timed_out:
            self._end_child()
            return Refused(TOO_SLOW.format(seconds=self.allowed_seconds))
        code = self._end_child(grace=GRACE_SECONDS)
        log.warning("the reader ended by itself with code %s", code)
        if code == -signal.SIGXCPU:
            return Refused(TOO_SLOW.format(seconds=self.allowed_seconds))
        return Refused(TOO_MUCH_MEMORY if code in (-signal.SIGABRT, -signal.SIGKILL) else DAMAGED)

    def _end_child(self, grace: float = 0.0) -> int | None:
        """Wait `grace` seconds for it to end, kill it then; if it did not say its peak memory, note what it holds as
        it is killed, or of one that ended by itself the kernel's figure, which is never too low (KiB on Linux)."""
        child, self._child = self._child, None
        if child is None:
            return None
        deadline = time.monotonic() + grace
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        while not pid and time.monotonic() < deadline:
            time.sleep(0.01)
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if not pid:
            # The kernel's figure for a child starts at what the worker held when it forked: some hundred megabytes.
            self.peak_rss_mb = self.peak_rss_mb or peak_rss_mb(child.pid)
            os.kill(child.pid, signal.SIGKILL)
            pid, status, usage = os.wait4(child.pid, 0)
        child.stdin.close()
        child.stdout.close()
        child.returncode = os.waitstatus_to_exitcode(status)
        self.peak_rss_mb = self.peak_rss_mb or usage.ru_maxrss / 1024
        return child.returncode
