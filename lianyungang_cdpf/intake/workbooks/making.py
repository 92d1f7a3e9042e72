"""Workbooks made on request: the maker is started, given its order, and ended when it takes too long."""

import contextlib
import dataclasses
import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from lianyungang_cdpf.intake.kinds import Kind
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.intake.reading.stream import ROOT
from lianyungang_cdpf.intake.uploads import UnreadableUpload, readable
from lianyungang_cdpf.intake.workbooks.marks import data_rows_of, sheets_of

log = logging.getLogger(__name__)

START = f"import sys; sys.path.insert(0, {ROOT!r}); from lianyungang_cdpf.intake.workbooks.maker import main; main()"
OWN_ROWS = 5_000
# Longer registers are given back as their bad rows alone: nobody corrects a million rows in one sheet.
MARKED_ROWS = 60_000
OWN_SECONDS, LARGE_SECONDS = 15, 120
# Makers at a time in one process of the portal: together they stay below its memory.
AT_ONCE = threading.BoundedSemaphore(2)
WAIT_SECONDS = 60
GONE = "原文件已按保管期限从系统中删除，不能再生成这个工作簿。请下载问题清单，在您自己保存的原文件里改正。"
BUSY = "正在生成的工作簿较多，请过一分钟再点一次下载。"
NOT_MADE = "没有能生成这个工作簿。请下载问题清单，在您自己保存的原文件里改正；再次失败请联系系统管理员。"
TOO_LONG = "文件超过 {rows:,} 行，不生成标注的整本工作簿。请下载“只含错误行的工作簿”，改正后上传。"
NO_PLACES = "这次导入没有记下各列的位置。请重新上传原文件，再下载。"


@dataclass
class Made:
    """A finished workbook: an open file without a name, how many rows it is about, how it was made, MB it took."""

    file: BinaryIO
    rows: int
    form: str
    peak_mb: int


def marked_workbook(job: ImportJob, kind: Kind) -> Made:
    """The uploaded file with its bad cells coloured and commented. Raises Refused with a Chinese sentence."""
    if job.summary.get("data_rows", 0) > MARKED_ROWS:
        raise Refused(TOO_LONG.format(rows=MARKED_ROWS))
    sheets = sheets_of(job, kind)
    marked = sum(len(sheet["rows"]) for sheet in sheets.values())
    with _order(job, kind, sheets) as order:
        made = _own(order) if _is_own(job) else None
        made = made or _made({**order, "form": "rewritten"}, LARGE_SECONDS)
    return dataclasses.replace(made, rows=marked)


def bad_rows_workbook(job: ImportJob, kind: Kind, title: str) -> Made:
    """The bad rows under the file's own headings. Raises Refused with a Chinese sentence."""
    sheets = sheets_of(job, kind, only_bad=True)
    for name, rows in data_rows_of(job).items() if kind.keeps_rows else ():
        if name in sheets:
            sheets[name]["data_rows"] = rows
    with _order(job, kind, sheets) as order:
        return _made({**order, "form": "bad_rows", "title": title}, max(LARGE_SECONDS, kind.limits.max_seconds))


def _is_own(job: ImportJob) -> bool:
    return job.file_name.lower().endswith(".xlsx") and job.summary.get("data_rows", 0) < OWN_ROWS


@contextlib.contextmanager
def _order(job: ImportJob, kind: Kind, sheets: dict) -> Iterator[dict]:
    """What a maker is told, with the upload open to be read and a folder for what it must put aside."""
    if not sheets:
        raise Refused(NO_PLACES)
    if not job.stored_name:
        raise Refused(GONE)
    aside = Path(settings.DATA_DIR) / "tmp"
    aside.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.ExitStack() as opened:
        folder = opened.enter_context(tempfile.TemporaryDirectory(dir=aside))
        try:
            path = opened.enter_context(readable(job.stored_name))
        except UnreadableUpload:
            raise Refused(GONE) from None
        yield {
            "path": str(path), "name": job.file_name, "limits": dataclasses.asdict(kind.limits), "tmp": folder,
            "sheets": sheets,
        }  # fmt: skip


def _own(order: dict) -> Made | None:
    """Their own workbook, or None where it is no ordinary one."""
    try:
        return _made({**order, "form": "own"}, OWN_SECONDS)
    except _NotMade as cause:
        log.warning("own workbook not marked, rewritten instead: %s", cause)
        return None


class _NotMade(Refused):
    def __init__(self, cause: str):
        super().__init__(NOT_MADE)
        self.cause = cause

    def __str__(self):
        return self.cause


def _made(order: dict, seconds: float) -> Made:
    if not AT_ONCE.acquire(timeout=WAIT_SECONDS):
        raise Refused(BUSY)
    try:
        file = tempfile.TemporaryFile(dir=order["tmp"])  # noqa: SIM115 - it goes out with the answer
        try:
            answer = _run({**order, "fd": file.fileno()}, seconds)
            file.seek(0)
            return Made(file, answer["rows"], order["form"], answer["peak_mb"])
        except BaseException:
            file.close()
            raise
    finally:
        AT_ONCE.release()


def _run(order: dict, seconds: float) -> dict:
    """The maker's answer. The order goes through the pipe: arguments of processes can be seen by others."""
    words = [sys.executable, "-I", "-X", "utf8", "-c", START]
    child = subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env={},
        pass_fds=[order["fd"]], start_new_session=True,
    )  # fmt: skip
    try:
        out, _ = child.communicate(json.dumps(order).encode(), timeout=seconds)
    except subprocess.TimeoutExpired:
        _end(child)
        raise _NotMade("too slow") from None
    if child.returncode or not out:
        raise _NotMade(f"ended with code {child.returncode}")
    answer = json.loads(out)
    if "refused" in answer:
        raise Refused(answer["refused"])
    if "failed" in answer:
        raise _NotMade(answer["failed"])
    return answer


def _end(child: subprocess.Popen) -> None:
    """End the maker with the reader that it may have started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.communicate()
