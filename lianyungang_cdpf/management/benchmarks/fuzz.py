"""The readers under fire: a hundred thousand mutated files, and what a refused import leaves behind (U9, issue 7)."""

import contextlib
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, legs
from lianyungang_cdpf.management.benchmarks.mutations import mutated

INPUTS, SMALL = 100_000, 500
STORED, FEW = 300, 10
SEED = 20_261_128
LARGEST = 60_000  # bytes of a file that is mutated: a hundred thousand of the whole city's roll would take days


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """The readers, then the portal."""
    inputs, stored = (SMALL, FEW) if options.small else (INPUTS, STORED)
    say(f"{ground.vendor}: {inputs:,} mutated files, {stored} of them uploaded")
    told = {"corpus": str(corpus), "inputs": inputs, "stored": stored}
    return legs.call("fuzz.measure", ground.master, folder, **told)


def measure(corpus: str, inputs: int, stored: int) -> dict:
    """How the files ended, what they cost, and what is left of those that were refused."""
    from lianyungang_cdpf.intake.reading.trial import Trial
    from lianyungang_cdpf.management.benchmarks.intake import database_facts, prepared_clerk

    seeds = seeds_of(Path(corpus))
    begun = time.perf_counter()
    with Trial() as trial:
        for name, content in mutated(seeds, SEED, inputs):
            trial.read(content, name)
    clerk = prepared_clerk(Path(corpus) / "standards.json")
    left = sum(left_behind(clerk, name, content) for name, content in mutated(seeds, SEED + 1, stored))
    return {
        "database": database_facts(), "inputs": inputs, "seed": SEED,
        "seconds": round(time.perf_counter() - begun, 1), "ended": dict(trial.ended), "faults": trial.faults[:20],
        "slowest_seconds": round(trial.slowest, 2), "reader_peak_mb": round(trial.peak_mb),
        "portal_peak_mb": legs.own_peak_mb(), "uploaded": stored, "left_behind": left,
    }  # fmt: skip


def seeds_of(corpus: Path) -> dict[str, bytes]:
    """The rolls of the corpus that are small enough."""
    rolls = (path for path in (corpus / "rolls").iterdir() if path.suffix in (".xlsx", ".xls", ".ods", ".csv", ".txt"))
    return {path.name: path.read_bytes() for path in rolls if path.stat().st_size <= LARGEST}


def left_behind(clerk, name: str, content: bytes) -> int:
    """Rows and files of a refused import, 1 for an accident that nobody foresaw; 0 of one that can be read."""
    from django.core.files.base import ContentFile

    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.models import ImportJob
    from lianyungang_cdpf.intake.reading import Refused
    from lianyungang_cdpf.intake.uploads import stored_path
    from lianyungang_cdpf.intake.work import run as work_on

    job = None
    with contextlib.suppress(Refused):
        job = start_import(
            by=clerk, kind=kind_named("hardship_subsidy"), upload=ContentFile(content, name=name),
            month=date(2019, 3, 1), queue=False,
        )  # fmt: skip
    before = job.stored_name if job else ""
    if job:
        work_on(job.pk)
        job.refresh_from_db()
    else:
        job = ImportJob.objects.latest("pk")
    if job.state == ImportJob.State.FAILED:
        return 1
    if job.state != ImportJob.State.REFUSED:
        return 0
    kept = bool(job.stored_name or (before and stored_path(before).exists()))
    return job.rows.count() + job.kept_rows.count() + kept
