"""A reader that is tried with many files, one after another: how `bin/bench fuzz` and the tests look for a crash.

The child runs the gate and the parser of each file as a worker would, under the same limit of memory, and says how it
ended; a fault of the gate is told apart, since outside of a trial the gate runs in the portal itself. Who tries starts
another child when one dies or takes too long.
"""

import contextlib
import io
import json
import os
import resource
import select
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from .child import answer, peak_rss_mb
from .gate import check_upload
from .limits import MEBIBYTE, ROLL_LIMITS
from .refused import Refused

ROOT = str(Path(__file__).resolve().parents[3])
START = f"import sys; sys.path.insert(0, {ROOT!r}); from lianyungang_cdpf.intake.reading.trial import main; main()"
SECONDS = 20.0  # test-cases.md U2
# Far from the limit: a child that has grown so far is replaced, so that the next file's cost is its own.
ENOUGH_MB = 300


class Trial:
    """`with Trial() as trial: trial.read(content, name)`; `ended` counts how, `peak_mb` and `slowest` what it cost."""

    def __init__(self):
        self.ended: Counter[str] = Counter()
        self.faults: list[tuple[str, str]] = []
        self.peak_mb, self.slowest = 0.0, 0.0
        self._child: subprocess.Popen | None = None

    def __enter__(self) -> "Trial":
        self._memory = open(os.memfd_create("trial"), "w+b")  # noqa: SIM115 - closed on leaving
        return self

    def __exit__(self, *_) -> None:
        self._end()
        self._memory.close()

    def read(self, content: bytes, name: str) -> str:
        """How it ended: "read", "refused", "gate" or "parser" (a fault that nobody foresaw), "died" or "hung"."""
        self._memory.seek(0)
        self._memory.truncate()
        self._memory.write(content)
        self._memory.flush()
        begun = time.monotonic()
        told = self._asked({"path": f"/proc/{os.getpid()}/fd/{self._memory.fileno()}", "name": name})
        self.slowest = max(self.slowest, time.monotonic() - begun)
        self.peak_mb = max(self.peak_mb, told.get("peak_mb", 0.0))
        self.ended[told["ended"]] += 1
        if told["ended"] not in ("read", "refused"):
            self.faults.append((told["ended"], told.get("cause", "")))
        if told.get("peak_mb", 0.0) > ENOUGH_MB:
            self._end()
        return told["ended"]

    def _asked(self, order: dict) -> dict:
        child = self._child = self._child or self._started()
        with contextlib.suppress(BrokenPipeError):
            child.stdin.write(json.dumps(order).encode() + b"\n")
            child.stdin.flush()
        line = child.stdout.readline() if select.select([child.stdout], [], [], SECONDS)[0] else None
        if line:
            return json.loads(line)
        self._end()
        return {"ended": "died", "cause": f"code {child.returncode}"} if line == b"" else {"ended": "hung"}

    @staticmethod
    def _started() -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-I", "-X", "utf8", "-c", START], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd="/", env={}, bufsize=0,
        )  # fmt: skip

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            child.kill()
            child.wait()
            child.stdin.close()
            child.stdout.close()


def tried(path: str, name: str) -> dict:
    """The gate's word, then the parser's."""
    try:
        content = check_upload(path, name, ROLL_LIMITS)
    except Refused:
        return {"ended": "refused"}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return {"ended": "gate", "cause": type(error).__name__}
    pipe = io.BytesIO()
    answer(path, content, ROLL_LIMITS, pipe)
    last = json.loads(pipe.getvalue().splitlines()[-1])
    # Of an .xls calamine's own errors are how a damaged file is known (reading/xls.py).
    if "cause" in last and content != "xls":
        return {"ended": "parser", "cause": last["cause"]}
    return {"ended": "refused" if "refused" in last else "read"}


def main() -> None:
    for what, value in (
        (resource.RLIMIT_AS, ROLL_LIMITS.max_rss_mb * MEBIBYTE), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (value, value))
    for line in sys.stdin.buffer:
        order = json.loads(line)
        told = tried(order["path"], order["name"]) | {"peak_mb": peak_rss_mb()}
        sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")
        sys.stdout.buffer.flush()
