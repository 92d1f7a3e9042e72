"""A demonstration portal, served by gunicorn on a database of its own, without limits of speed; gone afterwards."""

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lianyungang_cdpf.management.benchmarks.ground import grounds, scratch_folder
from tests.house.project import ROOT

PASSWORD = "Demo-2019-lyg"  # of the demonstration's accounts (management/demonstration/city.py)
# A scanner asks more often than people, and always from one address.
MANY = 10_000_000
LIMITS = {
    "PORTAL_PAGE_RATES": {
        kind: [MANY, MANY] for kind in ("searches", "suggestions", "exports", "uploads", "self_check")
    },
    "PORTAL_API_RATES": {"account": f"{MANY}/min", "uploads": f"{MANY}/min"},
    "PORTAL_SIGN_IN_FAILURES": dict.fromkeys(("account_and_address", "account", "address", "token"), MANY),
    "PORTAL_IDLE_MINUTES": MANY,
}
PATIENCE = 300  # seconds for an answer, on a machine that is busy


@dataclass
class Portal:
    """Where it answers, on which database, and how its commands are run."""

    url: str
    vendor: str
    environment: dict = field(repr=False)

    def manage(self, *words: str) -> str:
        return _manage(self.environment, *words)

    def token_of(self, username: str) -> str:
        """A new API token of a demonstration account."""
        return self.manage("api_token", username, "--name", "安全扫描").split("：")[-1].strip()


@contextlib.contextmanager
def portal(vendor: str, people: int) -> Iterator[Portal]:
    """The portal over so many invented people; raises RuntimeError where the database isn't to be had."""
    with scratch_folder() as folder:
        for ground, place in grounds(folder, (vendor,)):
            environment = os.environ | {name: json.dumps(value) for name, value in LIMITS.items()}
            environment |= {"DATABASE_URL": ground.master, "PORTAL_DATA_DIR": str(place)}
            environment["DJANGO_SETTINGS_MODULE"] = "lianyungang_cdpf.settings"
            for words in (("prepare", "--empty"), ("demo", f"--people={people}"), ("collectstatic", "--noinput")):
                _manage(environment, *words)
            with _served(environment, place / "server.log") as url:
                yield Portal(url, vendor, environment)
            return
    raise RuntimeError(f"没有 {vendor}，不能扫描。")


def _manage(environment: dict, *words: str) -> str:
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr[-1500:]}")
    return done.stdout


@contextlib.contextmanager
def _served(environment: dict, log: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "lianyungang_cdpf.wsgi:application", "--bind", f"127.0.0.1:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "4", "--timeout", "120", "--no-control-socket",
        # The portal answers for every address that a scanner makes up, not the server in front of it.
        "--limit-request-line", "0", "--log-level", "warning",
    ]  # fmt: skip
    with log.open("w") as stream:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=stream, stderr=subprocess.STDOUT)
    try:
        _await(port, server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _await(port: int, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"应用服务器没有启动: {log.read_text()[-1500:]}")
