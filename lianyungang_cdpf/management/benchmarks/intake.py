"""The 36,000-row roll against 130,000 people, encryption and row outcomes on: the portal, its peers and the floor.

Every leg has a process and a copy of the database of its own, so each begins from the same state.
"""

import json
import pickle
import statistics
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, floor, legs, peers
from lianyungang_cdpf.management.benchmarks.peers import VALID_ROWS

CLERK = "bench"
TRACE = "trace.pickle"


@dataclass(frozen=True)
class Course:
    """The files of a comparison: whom the register knows, what was paid before, and the roll."""

    register: str
    history: str
    roll: str
    kind: str
    month: str
    standards: str

    @property
    def first_of_month(self) -> date:
        return date.fromisoformat(f"{self.month}-01")


def course(corpus: Path, small: bool = False) -> Course:
    """The large roll of the corpus, or its 120 rows for trying the benchmark itself."""
    size, number = ("", "29") if small else ("_large", "31")
    roll = next((corpus / "rolls").glob(f"{number}_*.xlsx"))
    listed = json.loads((corpus / "rolls_index.json").read_text("utf-8"))
    facts = next(one for one in listed if one["file"] == roll.name)
    return Course(
        register=str(corpus / f"register{size}.csv"), history=str(corpus / f"paid_history{size}.csv"), roll=str(roll),
        kind=facts["programme"], month=facts["month"], standards=str(corpus / "standards.json"),
    )  # fmt: skip


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """Run all legs on one database; `say` tells how far it is. Returns the figures."""
    files = asdict(course(corpus, options.small))

    def leg(function: str, told: str, **order) -> dict:
        say(f"{ground.vendor}: {told}")
        with ground.copy("run") as url:
            return legs.call(function, url, folder, files=files, **order)

    say(f"{ground.vendor}: register and history")
    result = {"database": legs.call("intake.prepare", ground.master, folder, files=files)}
    ground.settle()
    result["captured"] = leg("intake.capture", "what the portal writes", kept=str(folder))
    count = options.repeats
    runs = [leg("intake.portal", f"portal, run {number} of {count}") for number in range(1, count + 1)]
    result["portal"] = summed(runs)
    runs = [leg("intake.floor_leg", f"floor, run {at}", kept=str(folder)) for at in range(1, count + 1)]
    result["floor"] = floor.median_of(runs)
    for name in peers.NAMES if options.with_peers else ():
        result[name] = leg("peers.measure", f"django-import-export, {name}", kept=str(folder), name=name)
    return result


def summed(runs: list[dict]) -> dict:
    """The median of several runs, each run beside it; of memory the highest."""
    return {
        "seconds": round(statistics.median(run["seconds"] for run in runs), 3),
        "cpu_seconds": round(statistics.median(run["cpu_seconds"] for run in runs), 3),
        "preview_seconds": round(statistics.median(run["preview"]["seconds"] for run in runs), 3),
        "posting_seconds": round(statistics.median(run["posting"]["seconds"] for run in runs), 3),
        "runs": [run["seconds"] for run in runs],
        "portal_peak_mb": max(run["portal_peak_mb"] for run in runs),
        "reader_peak_mb": max(run["reader_peak_mb"] for run in runs),
    }


# -- what runs in the legs' processes ----------------------------------------------------------------------------------


class Null:
    """Where commands may speak that nobody listens to."""

    def write(self, *_):
        """Say nothing."""


def prepared_clerk(standards: Path):
    """A prepared portal with these standards, and a clerk of the city."""
    from django.core.management import call_command

    from lianyungang_cdpf.accounts.models import Area, Role, Staff

    call_command("prepare", "--empty", stdout=Null())
    call_command("load_standards", str(standards), stdout=Null())
    city, role = Area.objects.get(code="320700"), Role.objects.get(code="city_operator")
    return Staff.objects.create(username=CLERK, area=city, role=role, is_staff=True)


def prepare(files: dict) -> dict:
    """Fill the database with the register and what was paid before. Returns the database's name and version."""
    from django.core.management import call_command

    from beneficiaries.models import Person

    clerk = prepared_clerk(Path(files["standards"]))
    for kind in ("register", "payment_history"):
        path = files["register" if kind == "register" else "history"]
        call_command("intake", kind, path, "--as", clerk.username, "--apply", stdout=Null())
    return database_facts() | {"people": Person.objects.count()}


def database_facts() -> dict:
    """Vendor and version of the database of this process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT version()" if connection.vendor == "postgresql" else "SELECT sqlite_version()")
        version = cursor.fetchone()[0]
    return {"vendor": connection.vendor, "version": version.split(" (")[0].removeprefix("PostgreSQL ").split(" on ")[0]}


def portal(files: dict) -> dict:
    """Preview and posting, timed, with the peaks of this process and of the reader in MiB."""
    from lianyungang_cdpf.intake.work import make_ready

    make_ready()  # as manage.py worker does when it starts
    chosen = Course(**files)
    with legs.readers_watched() as readers:
        job, preview = legs.measured(lambda: preview_of(chosen))
        _, posting = legs.measured(lambda: posted(job))
    total = {key: round(preview[key] + posting[key], 3) for key in preview}
    peaks = {"portal_peak_mb": legs.own_peak_mb(), "reader_peak_mb": round(max(readers))}
    return total | {"preview": preview, "posting": posting} | peaks


def preview_of(chosen: Course):
    """The import of the roll by the clerk, read and judged."""
    return read(Path(chosen.roll), chosen.kind, chosen.first_of_month)


def read(path: Path, kind: str, month: date | None = None):
    """A file taken in by the clerk, read and judged, as the page and the worker do it."""
    from django.core.files import File

    from lianyungang_cdpf.accounts.models import Staff
    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.work import run as work_on

    clerk = Staff.objects.select_related("area", "zone", "role").get(username=CLERK)
    with open(path, "rb") as stream:
        upload = File(stream, name=path.name)
        job = start_import(by=clerk, kind=kind_named(kind), upload=upload, month=month, queue=False)
    work_on(job.pk)
    return job


def posted(job):
    """The same import, posted."""
    from lianyungang_cdpf.intake.actions import post_import
    from lianyungang_cdpf.intake.work import run as work_on

    post_import(job=job, by=job.staff, queue=False)
    work_on(job.pk)
    job.refresh_from_db()
    return job


def capture(files: dict, kept: str) -> dict:
    """The same work, not timed: how many statements it takes and what it writes, kept for the floor; and its valid
    rows as a plain workbook, for the peers."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    chosen, before = Course(**files), floor.snapshot()
    with CaptureQueriesContext(connection) as previewing:
        job = preview_of(chosen)
    with CaptureQueriesContext(connection) as posting:
        posted(job)
    with open(Path(kept) / TRACE, "wb") as file:
        pickle.dump(floor.trace_since(before), file)
    peers.write_valid_rows(job, Path(kept) / VALID_ROWS)
    return {
        "rows": {"valid": job.summary["valid_rows"], "bad": job.summary["bad_rows"], "posted": job.applied_rows},
        "total": job.summary["total_valid_amount"],
        "statements": {"preview": statements(previewing), "posting": statements(posting)},
    }


def statements(queries) -> int:
    """Statements apart from the progress heartbeats."""
    return sum(not ("heartbeat_at" in query["sql"] and query["sql"].startswith("UPDATE")) for query in queries)


def floor_leg(files: dict, kept: str) -> dict:
    """The floor of what `capture` kept."""
    with open(Path(kept) / TRACE, "rb") as file:
        trace = pickle.load(file)  # noqa: S301 - our own file
    return floor.measure(Path(files["roll"]), trace)
