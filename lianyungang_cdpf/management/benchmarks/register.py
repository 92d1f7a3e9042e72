"""A register of 300,000 people against one of 30,000: does the time grow with the rows, or faster?

The people are invented (the prefix 320701 was never issued), the files are gone afterwards.
"""

import csv
import statistics
from collections.abc import Callable
from datetime import date
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, legs
from lianyungang_cdpf.management.benchmarks.intake import database_facts, posted, prepared_clerk, read

SIZES, SMALL_SIZES = (30_000, 300_000), (300, 3_000)
SEED, AS_OF = 2022, date(2022, 5, 1)
HEADINGS = (
    "姓名", "身份证号", "残疾人证号", "残疾类别", "残疾等级", "残疾证状态", "所属县区", "乡镇（街道）", "村（社区）",
    "户口性质", "联系电话", "开户银行", "银行卡号", "家庭困难情况", "死亡日期",
)  # fmt: skip


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """Preview and posting of the small register, several times, and of the large one, each into an empty portal."""
    sizes = SMALL_SIZES if options.small else SIZES
    say(f"{ground.vendor}: inventing {sizes[-1]} people")
    standards = str(corpus / "standards.json")
    result = {"database": legs.call("register.prepare", ground.master, folder, standards=standards)}
    ground.settle()
    legs.call("register.write", ground.master, folder, kept=str(folder), sizes=sizes)
    for size, count in zip(sizes, (options.repeats, 1), strict=True):
        runs = []
        for number in range(1, count + 1):
            say(f"{ground.vendor}: register of {size}, run {number} of {count}")
            with ground.copy("run") as url:
                runs.append(legs.call("register.take_in", url, folder, kept=str(folder), size=size))
        result[str(size)] = summed(runs)
    for path in folder.glob("register_*.csv"):
        path.unlink()
    return result


def summed(runs: list[dict]) -> dict:
    """The median of several runs, each run beside it; of memory the highest."""
    figures = {key: round(statistics.median(run[key] for run in runs), 3) for key in ("seconds", "cpu_seconds")}
    parts = {f"{key}_seconds": round(statistics.median(run[key]["seconds"] for run in runs), 3) for key in PHASES}
    peaks = {key: max(run[key] for run in runs) for key in ("portal_peak_mb", "reader_peak_mb")}
    return figures | parts | {"runs": [run["seconds"] for run in runs], "rows": runs[0]["rows"]} | peaks


PHASES = ("preview", "posting")


# -- what runs in the legs' processes ----------------------------------------------------------------------------------


def prepare(standards: str) -> dict:
    """An empty portal with its clerk. Returns the database's name and version."""
    prepared_clerk(Path(standards))
    return database_facts()


def write(kept: str, sizes: list[int]) -> dict:
    """Write a register of each size; the smaller ones are the beginning of the largest."""
    from lianyungang_cdpf.accounts.models import Area
    from lianyungang_cdpf.management.demonstration.people import invent

    towns = list(Area.objects.filter(level="town").select_related("parent").order_by("code"))
    people = invent(max(sizes), SEED, towns, {}, AS_OF)
    for size in sizes:
        with open(file_of(kept, size), "w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADINGS)
            writer.writerows(map(_line, people[:size]))
    return {"people": len(people)}


def file_of(kept: str, size: int) -> Path:
    """Where the register of this size stands."""
    return Path(kept) / f"register_{size}.csv"


def _line(person) -> tuple:
    return (
        person.name, person.id_number, person.certificate_no, person.category, person.grade, "有效",
        person.area.parent.common_name, person.area.name, person.village,
        "城镇" if person.hukou_type == "town" else "农村", person.phone, person.bank_name, person.account_no,
        person.hardship, person.died_on or "",
    )  # fmt: skip


def take_in(kept: str, size: int) -> dict:
    """Preview and posting, timed, with the rows applied and the peaks of this process and of its readers in MiB."""
    with legs.readers_watched() as readers:
        job, preview = legs.measured(lambda: read(file_of(kept, size), "register"))
        job, posting = legs.measured(lambda: posted(job))
    rows = {"valid": job.summary["valid_rows"], "bad": job.summary["bad_rows"], "posted": job.applied_rows}
    total = {key: round(preview[key] + posting[key], 3) for key in preview}
    peaks = {"portal_peak_mb": legs.own_peak_mb(), "reader_peak_mb": round(max(readers))}
    return total | {"preview": preview, "posting": posting, "rows": rows} | peaks
