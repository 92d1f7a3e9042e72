"""The process that touches hostile bytes. Started by stream.py, it bounds itself first and reads only then.

It writes no file, opens no connection, and answers in JSON lines: sheet heads, lists of rows, then "done" or "refused".
"""

import gc
import json
import resource
import sys
from typing import BinaryIO

from .limits import MEBIBYTE, Limits
from .outlet import Outlet, SheetOutlet
from .refused import DAMAGED, Refused

CPU_MARGIN_SECONDS = 5
TOO_MUCH_MEMORY = "读取此文件所需的内存超过上限，可能内容异常庞大。请删除名册以外的内容，或拆分后另存为 .xlsx 再上传。"


def bound_itself(limits: Limits) -> None:
    """Memory, CPU seconds, no core dump, no file written; root itself may not raise what is lowered here."""
    seconds = int(limits.max_seconds)
    for what, value in (
        (resource.RLIMIT_AS, limits.max_rss_mb * MEBIBYTE),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (value, value + CPU_MARGIN_SECONDS if what == resource.RLIMIT_CPU else value))


def read(path: str, content: str, outlet: Outlet) -> None:
    """Send every sheet of the file; the parsers are imported only under the limits."""
    if content == "text":
        from .text import read_records

        sheet = SheetOutlet(outlet, None)
        for number, cells in read_records(path, outlet.limits):
            sheet.row(number, cells)
        sheet.close()
    elif content == "xlsx":
        from .xlsx import read_xlsx

        read_xlsx(path, outlet)
    elif content == "ods":
        from .ods import read_ods

        read_ods(path, outlet)
    else:
        from .xls import read_xls

        read_xls(path, outlet)


def peak_rss_mb(process: int | str = "self") -> float:
    """MiB, of this program alone: the kernel's own ru_maxrss starts at what the worker held when it forked.

    0 of a process that has ended and only waits to be asked for.
    """
    with open(f"/proc/{process}/status") as status:
        lines = dict(line.split(":", 1) for line in status)
    return int(lines["VmHWM"].split()[0]) / 1024 if "VmHWM" in lines else 0.0


def answer(path: str, content: str, limits: Limits, pipe: BinaryIO) -> None:
    """Whatever happens, one last line says how it ended. Parsers in Rust panic with a BaseException.

    Of an error only its type is passed on: its text could quote a person.
    """
    outlet = Outlet(pipe, limits)
    try:
        read(path, content, outlet)
        last = {"done": True}
    except Refused as refused:
        last = {"refused": refused.sentence}
    except MemoryError:
        last = {"refused": TOO_MUCH_MEMORY}
    except BaseException as error:
        last = {"refused": DAMAGED, "cause": type(error).__name__}
    outlet.send(last | {"peak_rss_mb": peak_rss_mb()})
    pipe.flush()


def main() -> None:
    order = json.load(sys.stdin)
    limits = Limits(**order["limits"])
    bound_itself(limits)
    gc.disable()  # a short life without cycles: collecting would cost a tenth of the time
    answer(order["path"], order["content"], limits, sys.stdout.buffer)
