"""T8: what the audit log costs those who write, and that the chain holds under all of them.

Paced: a thousand people at work, each with a deed every ten seconds, so a hundred deeds a second; every second deed
writes its line and the other does not, so that both meet the same machine. Meanwhile the worker seals in a process of
its own. At once: a thousand writers press the button in the same moment. Then everything is sealed and verified.
"""

import random
import statistics
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lianyungang_cdpf.management.benchmarks import Options, legs
from lianyungang_cdpf.management.benchmarks.intake import database_facts

WRITERS, FEW = 1_000, 40
SECONDS, FEW_SECONDS, EVERY = 60, 2, 10
# A server has so many threads that answer; PostgreSQL as installed lets in a hundred connections.
THREADS, CONNECTIONS = 16, 64
CLERK = "writer"


def run(ground, folder: Path, corpus: Path, options: Options, say: Callable) -> dict:
    """The writers one after the other's pace, and all at once, on one database."""
    writers, seconds = (FEW, FEW_SECONDS) if options.small else (WRITERS, SECONDS)
    say(f"{ground.vendor}: {writers} writers for {seconds} s")
    result = {"database": legs.call("audit.prepare", ground.master, folder)}
    with ThreadPoolExecutor(1) as beside:
        sealed = beside.submit(legs.call, "audit.seal", ground.master, folder, seconds=seconds)
        result["paced"] = legs.call("audit.paced", ground.master, folder, writers=writers, seconds=seconds)
        result["rounds_of_sealing"] = sealed.result()["rounds"]
    say(f"{ground.vendor}: {writers} writers at once")
    result["at_once"] = legs.call("audit.at_once", ground.master, folder, writers=writers)
    return result | {"verified": legs.call("audit.verified", ground.master, folder)}


# -- what runs in the legs' processes ----------------------------------------------------------------------------------


def prepare() -> dict:
    """A portal without people, and the account that writes. Returns the database's name and version."""
    from django.core.management import call_command

    from lianyungang_cdpf.accounts.models import Area, Role, Staff

    with open("/dev/null", "w") as nowhere:
        call_command("prepare", empty=True, stdout=nowhere)
    county, role = Area.objects.get(code="320706"), Role.objects.get(code="district_clerk")
    Staff.objects.create(username=CLERK, area=county, role=role, is_staff=True)
    return database_facts()


def seal(seconds: float) -> dict:
    """The worker's rounds for so long."""
    from django.conf import settings

    from lianyungang_cdpf.audit.sealing import seal_lines

    rounds, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        seal_lines(everything=False)
        rounds += 1
        time.sleep(min(settings.AUDIT_SEAL_EVERY, max(0.0, end - time.monotonic())))
    return {"rounds": rounds}


def paced(writers: int, seconds: float) -> dict:
    """Milliseconds of a deed with its line and of one without, at p50 and p95; deeds begin when they are due, each
    measured from that moment, so that waiting for a thread counts."""
    from django.db import connections

    clerk, town = _clerk_and_town()
    number = int(writers / EVERY * seconds)
    dice = random.Random(8)
    due = sorted(dice.uniform(0, seconds) for _ in range(number))
    took: dict[bool, list[float]] = {True: [], False: []}
    begun = time.monotonic() + 1

    def write(place: int) -> None:
        time.sleep(max(0.0, begun + due[place] - time.monotonic()))
        with_line = bool(place % 2)
        _deed(clerk, town, with_line)
        took[with_line].append((time.monotonic() - begun - due[place]) * 1000)

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(write, range(number)))
        list(threads.map(lambda _: connections.close_all(), range(THREADS)))
    return {"with": _of(took[True]), "without": _of(took[False]), "deeds": number}


def at_once(writers: int) -> dict:
    """Every writer's deed with its line, all begun in one moment; seconds until the last is committed."""
    from django.db import connections

    clerk, town = _clerk_and_town()
    gate, doors = threading.Barrier(writers + 1), threading.BoundedSemaphore(CONNECTIONS)
    failed: list[str] = []

    def write() -> None:
        gate.wait()
        with doors:
            try:
                _deed(clerk, town, True)
            except Exception as error:  # noqa: BLE001 - counted, and the first is told
                failed.append(f"{type(error).__name__}: {error}")
            finally:
                connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    gate.wait()
    _, took = legs.measured(lambda: [thread.join() for thread in threads])
    return took | {"writers": writers, "failed": len(failed), "first_failure": failed[:1]}


def verified() -> dict:
    """How many lines are in the chain, and what does not hold."""
    from lianyungang_cdpf.audit.models import AuditLine, AuditSeal
    from lianyungang_cdpf.audit.sealing import seal_lines
    from lianyungang_cdpf.audit.verifying import Verification

    seal_lines()
    breaches = list(Verification().breaches())
    written = AuditLine.objects.filter(deed="新增家庭户").count()
    return {"lines": written, "seals": AuditSeal.objects.count(), "breaches": len(breaches)}


def _clerk_and_town() -> tuple:
    from lianyungang_cdpf.accounts.models import Area, Staff

    clerk = Staff.objects.select_related("area", "role").get(username=CLERK)
    return clerk, Area.objects.get(code="320706006")


def _deed(clerk, town, with_line: bool) -> None:
    """A small deed: a household on file."""
    from django.db import transaction

    from beneficiaries.models import Household
    from lianyungang_cdpf.audit.actions import record

    with transaction.atomic():
        household = Household.objects.create(area=town, address="海州区")
        if with_line:
            record(by=clerk, deed="新增家庭户", on=household)


def _of(milliseconds: list[float]) -> dict:
    cuts = statistics.quantiles(milliseconds, n=20)
    return {"p50_ms": round(statistics.median(milliseconds), 2), "p95_ms": round(cuts[-1], 2)}
