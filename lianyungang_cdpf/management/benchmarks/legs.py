"""A leg: one function in a process of its own, so that its time and memory are its own.

`call` starts it, and what it returns comes back as JSON. In the process, `measured` gives seconds and `peaks` memory.
"""

import contextlib
import importlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

PACKAGE = "lianyungang_cdpf.management.benchmarks"


class LegFailed(Exception):
    """The process ended with an error; the text is the end of what it said."""


def call(function: str, url: str, folder: Path, **order) -> dict:
    """Run `module.function(**order)` of this package on the database at `url`; keys and uploads are in `folder`."""
    from django.conf import settings

    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"DJANGO_SETTINGS_MODULE": "lianyungang_cdpf.settings", "PORTAL_DATA_DIR": str(folder)}
    environment["DATABASE_URL"] = url
    words = [sys.executable, "-m", f"{PACKAGE}.legs", function, json.dumps(order, default=str)]
    done = subprocess.run(words, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True)
    if done.returncode:
        raise LegFailed(f"{function}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measured(work) -> tuple[object, dict]:
    """What `work()` returns, and its wall and CPU seconds: of this process and of the readers that it waited for."""
    cpu, begun = _cpu_seconds(), time.perf_counter()
    answer = work()
    seconds = time.perf_counter() - begun
    return answer, {"seconds": round(seconds, 3), "cpu_seconds": round(_cpu_seconds() - cpu, 3)}


def _cpu_seconds() -> float:
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def own_peak_mb() -> int:
    """MiB of this program at its highest: ru_maxrss would begin at what the caller held when it started us."""
    with open("/proc/self/status") as status:
        lines = dict(line.split(":", 1) for line in status)
    return round(int(lines["VmHWM"].split()[0]) / 1024)


@contextlib.contextmanager
def readers_watched() -> Iterator[list[float]]:
    """The peak memory, in MiB, of each reader that ends meanwhile, as it says itself."""
    from lianyungang_cdpf.intake.reading import read_sheets

    peaks: list[float] = []
    leave = read_sheets.__exit__

    def noted(reader, *error):
        leave(reader, *error)
        peaks.append(reader.peak_rss_mb)

    with mock.patch.object(read_sheets, "__exit__", noted):
        yield peaks


def main() -> None:
    import django

    django.setup()
    module, function = sys.argv[1].split(".")
    answer = getattr(importlib.import_module(f"{PACKAGE}.{module}"), function)(**json.loads(sys.argv[2]))
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    main()
