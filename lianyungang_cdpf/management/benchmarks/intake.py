"""The 36,000-row roll against 130,000 people, encryption on: seconds, statements and memory of preview and posting.

Peer and floor of the same run: the floor reads the workbook with python-calamine and writes as many payment and
outcome rows, with nothing judged. Run in a process of its own per database (`bin/bench intake`).
"""

import json
import os
import resource
import sys
import time
from datetime import date
from pathlib import Path

MONTH = date(2022, 5, 1)


def measure(data: Path) -> dict:
    """Fill this process's database and measure; `data` is tests/data/corpus. Returns seconds, counts, MB."""
    from django.core.management import call_command
    from django.db import connection

    clerk = prepared_clerk(data)
    loading = time.perf_counter()
    call_command(
        "intake", "register", str(data / "register_large.csv"), "--as", clerk.username, "--apply", stdout=_Null()
    )
    loading = time.perf_counter() - loading
    history = str(data / "paid_history_large.csv")
    call_command("intake", "payment_history", history, "--as", clerk.username, "--apply", stdout=_Null())
    roll = next((data / "rolls").glob("31*.xlsx"))
    result = {"database": connection.vendor, "register_seconds": round(loading, 1)}
    job, result["preview"] = _timed(lambda: _preview(clerk, roll))
    _, result["posting"] = _timed(lambda: _post(clerk, job))
    job.refresh_from_db()
    result["rows"] = {"valid": job.summary["valid_rows"], "bad": job.summary["bad_rows"], "posted": job.applied_rows}
    result["total_valid_amount"] = job.summary["total_valid_amount"]
    result["floor_seconds"] = round(_floor(roll, job), 2)
    result["seconds"] = round(result["preview"]["seconds"] + result["posting"]["seconds"], 2)
    result["times_the_floor"] = round(result["seconds"] / result["floor_seconds"], 1)
    result["peak_mb"] = {
        "portal": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "reader": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
    }
    return result


class _Null:
    def write(self, *_):
        """Say nothing."""


def prepared_clerk(data: Path):
    from django.core.management import call_command

    from lianyungang_cdpf.accounts.models import Area, Role, Staff

    call_command("prepare", "--empty", stdout=_Null())
    call_command("load_standards", str(data / "standards.json"), stdout=_Null())
    city, role = Area.objects.get(code="320700"), Role.objects.get(code="city_operator")
    return Staff.objects.create(username="bench", area=city, role=role, is_staff=True)


def _timed(work):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        begun = time.perf_counter()
        answer = work()
        seconds = time.perf_counter() - begun
    beats = sum("heartbeat_at" in query["sql"] and "UPDATE" in query["sql"] for query in queries)
    return answer, {"seconds": round(seconds, 2), "statements": len(queries) - beats, "heartbeats": beats}


def _preview(clerk, roll: Path):
    from django.core.files import File

    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.kinds import kind_named
    from lianyungang_cdpf.intake.work import run

    with open(roll, "rb") as stream:
        upload = File(stream, name=roll.name)
        job = start_import(by=clerk, kind=kind_named("nursing_subsidy"), upload=upload, month=MONTH, queue=False)
    run(job.pk)
    return job


def _post(clerk, job):
    from lianyungang_cdpf.intake.actions import post_import
    from lianyungang_cdpf.intake.work import run

    post_import(job=job, by=clerk, queue=False)
    run(job.pk)


def _floor(roll: Path, job) -> float:
    """Seconds to read the workbook and write the rows that the portal wrote, in one transaction that is undone."""
    import python_calamine
    from django.db import transaction

    from lianyungang_cdpf.intake.bulk import insert_rows
    from lianyungang_cdpf.intake.models import ImportRow
    from lianyungang_cdpf.intake.persistence import COLUMNS as ROW_COLUMNS
    from subsidies.models import Payment
    from subsidies.posting import COLUMNS

    payments = list(Payment.objects.filter(roll__job=job).order_by("pk").values_list(*COLUMNS))
    payments = [(*row[:10], os.urandom(49), *row[11:-1], False) for row in payments]
    outcomes = list(ImportRow.objects.filter(job=job).values_list(*ROW_COLUMNS))
    outcomes = [(*row[:5], row[5].encode(), b"") for row in outcomes]
    begun = time.perf_counter()
    python_calamine.CalamineWorkbook.from_path(str(roll)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    with transaction.atomic():
        insert_rows(Payment, COLUMNS, payments)
        insert_rows(ImportRow, ROW_COLUMNS, outcomes)
        transaction.set_rollback(True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(json.dumps(measure(Path(sys.argv[1]))))
