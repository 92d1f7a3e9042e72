"""What each hostile upload costs (test-cases.md U1-U3): seconds at the gate and in all, the readers' peak memory."""

import contextlib
import json
import resource
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, legs


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """All files of the manifest, once."""
    say(f"{ground.vendor}: hostile files")
    return legs.call("hostile.measure", ground.master, folder, corpus=str(corpus))


def measure(corpus: str) -> dict:
    """Seconds per manifest entry, the slowest first, and the highest memory of any reader, in MB."""
    from lianyungang_cdpf.accounts.models import Area, Role, Staff
    from lianyungang_cdpf.management.benchmarks.intake import database_facts, prepared_clerk

    data = Path(corpus)
    prepared_clerk(data / "standards.json")
    role = Role.objects.get(code="district_clerk")
    entries = json.loads((data / "manifest.json").read_text(encoding="utf-8"))["files"]
    codes = sorted({entry["declared"]["upload_district"] for entry in entries})
    clerks = {
        code: Staff.objects.create(username=f"c{code}", area=Area.objects.get(code=code), role=role, is_staff=True)
        for code in codes
    }
    figures = [_cost(data / "hostile" / entry["file"], entry, clerks) for entry in entries]
    return {
        "database": database_facts(),
        "files": len(figures),
        "refused_at_once": sum(one["at_once"] for one in figures),
        "slowest_gate_seconds": sorted(((one["gate"], one["id"]) for one in figures), reverse=True)[:5],
        "slowest_seconds": sorted(((one["all"], one["id"]) for one in figures), reverse=True)[:5],
        "over_limit": [one["id"] for one in figures if one["all"] > one["limit"]],
        "readers_peak_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "portal_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _cost(path: Path, entry: dict, clerks: dict) -> dict:
    from django.core.files import File

    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.reading import Refused
    from lianyungang_cdpf.intake.work import run as work_on

    declared, begun, job = entry["declared"], time.perf_counter(), None
    with open(path, "rb") as stream, contextlib.suppress(Refused):
        job = start_import(
            by=clerks[declared["upload_district"]], kind=kind_named(declared["programme"]), upload=File(stream),
            name=entry["upload_filename"], month=date.fromisoformat(f"{declared['month']}-01"), queue=False,
        )  # fmt: skip
    gate = time.perf_counter() - begun
    if job:
        work_on(job.pk)
    total = time.perf_counter() - begun
    limit = entry["limits"]["max_seconds"]
    return {"id": entry["id"], "gate": round(gate, 2), "all": round(total, 2), "at_once": job is None, "limit": limit}
