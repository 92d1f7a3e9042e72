"""bin/serve for real: it prepares, serves, keeps its worker alive, and leaves nothing running."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house.project import ROOT

pytestmark = [
    pytest.mark.both_databases,
    pytest.mark.xdist_group("serve"),
    pytest.mark.skipif(not (Path(sys.prefix) / ".stamp").exists(), reason="this environment was not made by bin/test"),
]
PATIENCE = 240  # seconds until a wait counts as a failure; no test waits that long when all is well


@pytest.fixture
def fresh_database():
    """DATABASE_URL of a database of its own on the server under test; empty for the embedded one."""
    server = os.environ.get("PORTAL_TEST_DATABASE", "")
    if not server.startswith("postgres"):
        yield ""
        return
    import psycopg2

    name = f"serve_{os.getpid()}"
    connection = psycopg2.connect(server)
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE {name}")
    yield f"{server.rsplit('/', 1)[0]}/{name}"
    connection.cursor().execute(f"DROP DATABASE {name} WITH (FORCE)")
    connection.close()


@pytest.fixture
def environment(fresh_database, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    chosen = {"PORT": str(port), "PORTAL_DATA_DIR": str(tmp_path / "data"), "PORTAL_ENV_DIR": sys.prefix}
    if fresh_database:
        chosen["DATABASE_URL"] = fresh_database
    return {**{name: value for name, value in os.environ.items() if name != "DATABASE_URL"}, **chosen}


@contextmanager
def serving(environment, log):
    """bin/serve --empty, started and announced; killed with all it started when the test fails halfway."""
    with log.open("w") as stream:
        process = subprocess.Popen(
            [ROOT / "bin" / "serve", "--empty"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "Ctrl-C" in log.read_text() or process.poll() is not None)
        assert process.poll() is None, log.read_text()
        yield process
    finally:
        process.kill()
        process.wait()


def until(condition):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return found


def descendants(pid):
    """{pid: command line} of every process below, as /proc tells; zombies are no longer running."""
    found = {}
    for child in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (child / "stat").read_text().rpartition(")")[2].split()[:2]
            command = (child / "cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if int(parent) == pid and state != "Z":
            found |= {int(child.name): command, **descendants(int(child.name))}
    return found


def worker_of(process):
    return [pid for pid, command in descendants(process.pid).items() if "manage.py worker" in command]


def answer(environment, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{environment['PORT']}{path}", timeout=60) as response:
            return response.status
    except urllib.error.HTTPError as error:
        return error.code


def test_serve_prepares_serves_and_stops_whole(environment, tmp_path):
    log = tmp_path / "log"
    with serving(environment, log) as process:
        for path in ("/healthz", "/readyz", "/", "/admin/login/"):
            assert answer(environment, path) == 200, path + log.read_text()
        (first,) = until(lambda: worker_of(process))
        os.kill(first, signal.SIGKILL)
        (second,) = until(lambda: [pid for pid in worker_of(process) if pid != first])
        family = descendants(process.pid)
        assert second in family
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=PATIENCE) == 0, log.read_text()
    assert not [command for pid, command in family.items() if Path(f"/proc/{pid}").exists()]
    said = log.read_text()
    own = f"http://127.0.0.1:{environment['PORT']}/"
    assert f"(public):    {own}\n" in said and f"(staff):     {own}admin/\n" in said
    assert "bin/manage create_staff" in said
    assert "Traceback" not in said


def test_serve_ends_with_its_application_server(environment, tmp_path):
    """A service manager then starts the whole again."""
    with serving(environment, tmp_path / "log") as process:
        family = descendants(process.pid)
        servers = [pid for pid, command in family.items() if "gunicorn" in command]
        os.kill(min(servers), signal.SIGKILL)
        assert process.wait(timeout=PATIENCE) == 137
        until(lambda: not [pid for pid in family if Path(f"/proc/{pid}").exists()])


def test_what_serve_started_ends_when_serve_is_killed(environment, tmp_path):
    with serving(environment, tmp_path / "log") as process:
        family = descendants(process.pid)
        process.kill()
        process.wait()
        until(lambda: not [pid for pid in family if Path(f"/proc/{pid}").exists()])
