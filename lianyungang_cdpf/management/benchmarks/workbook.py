"""The workbook back: seconds, size and memory of marking rolls of the corpus, and whether LibreOffice opens them.

The large roll (36,000 rows) is written anew; the others are marked in their own workbook. Seconds are those of the
whole request but for the page: findings read, decrypted and placed, the maker started, the workbook written;
`cpu_seconds` is what they took of a processor, whatever else the machine does meanwhile.
"""

import io
import json
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, legs

TIMES = 3
ROLLS = ("31", "01", "04")
CONVERT_SECONDS = 180


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """Three rolls of the corpus, the large one among them."""
    say(f"{ground.vendor}: marked workbooks")
    return legs.call("workbook.measure", ground.master, folder, corpus=str(corpus))


def measure(corpus: str) -> dict:
    """Fill this process's database, preview the rolls and mark them; `corpus` is the unpacked tests/data/corpus."""
    from django.core.management import call_command

    from lianyungang_cdpf.management.benchmarks.intake import database_facts, prepared_clerk

    data = Path(corpus)
    clerk = prepared_clerk(data / "standards.json")
    for kind, name in (("register", "register_large.csv"), ("payment_history", "paid_history_large.csv")):
        call_command("intake", kind, str(data / name), "--as", clerk.username, "--apply", stdout=io.StringIO())
    return {
        "database": database_facts(),
        "office": shutil.which("soffice") or "LibreOffice 没有安装，没有转换",
        "rolls": [_roll(clerk, next((data / "rolls").glob(f"{number}*.truth.json"))) for number in ROLLS],
    }


def _roll(clerk, path: Path) -> dict:
    truth = json.loads(path.read_text(encoding="utf-8"))
    job, kind = _previewed(clerk, path.parent / truth["file"], truth)
    from lianyungang_cdpf.intake.workbooks.making import bad_rows_workbook, marked_workbook

    result = {"file": truth["file"], "rows": truth["data_rows"], "findings": job.rows.exclude(codes="").count()}
    for name, make in (
        ("marked", lambda: marked_workbook(job, kind)),
        ("bad_rows", lambda: bad_rows_workbook(job, kind, kind.label)),
    ):
        seconds, busy, made = zip(*(_timed(make) for _ in range(TIMES)), strict=True)
        content = made[-1].file.read()
        result[name] = {
            "form": made[-1].form, "seconds": round(statistics.median(seconds), 2),
            "slowest_seconds": round(max(seconds), 2), "cpu_seconds": round(statistics.median(busy), 2),
            "size_kb": len(content) // 1024, "peak_mb": max(one.peak_mb for one in made),
            "opens": _converted(content),
        }  # fmt: skip
    return result


def _previewed(clerk, roll: Path, truth: dict):
    from django.core.files import File

    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.work import run

    kind, month = kind_named(truth["programme"]), date.fromisoformat(f"{truth['month']}-01")
    with open(roll, "rb") as stream:
        job = start_import(by=clerk, kind=kind, upload=File(stream, name=roll.name), month=month, queue=False)
    run(job.pk)
    job.refresh_from_db()
    return job, kind


def _timed(make) -> tuple[float, float, object]:
    begun, busy = time.perf_counter(), _cpu()
    made = make()
    return time.perf_counter() - begun, _cpu() - busy, made


def _cpu() -> float:
    """Processor seconds of this process and of the makers and readers that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _converted(content: bytes) -> str:
    """What LibreOffice makes of the workbook: rows of its first sheet as text, or why not."""
    office = shutil.which("soffice")
    if not office:
        return "没有试：LibreOffice 没有安装"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "marked.xlsx"
        source.write_bytes(content)
        words = [office, "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "csv",
                 "--outdir", folder, str(source)]  # fmt: skip
        try:
            subprocess.run(words, capture_output=True, timeout=CONVERT_SECONDS, check=True)
        except (subprocess.SubprocessError, OSError) as error:
            return f"打不开：{type(error).__name__}"
        converted = Path(folder) / "marked.csv"
        return f"打开了，{_lines(converted)} 行" if converted.is_file() else "打不开：没有结果"


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")
