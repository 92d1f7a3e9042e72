"""Scratch databases for benchmarks: filled once, then copied for every run, so that each begins from the same state.

SQLite stands in a temporary folder, PostgreSQL in a cluster of its own with its ordinary settings.
"""

import contextlib
import os
import secrets
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

MASTER = "master"


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that is gone afterwards; others may pass through it, as PostgreSQL's user must."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class SqliteGround:
    """SQLite files in one folder."""

    vendor = "sqlite"

    def __init__(self, folder: Path):
        self.folder = folder
        self.master = f"sqlite:///{folder / MASTER}.sqlite3"

    @contextlib.contextmanager
    def copy(self, name: str) -> Iterator[str]:
        """URL of a copy of the master, gone afterwards."""
        path = self.folder / f"{name}.sqlite3"
        source, target = (sqlite3.connect(self.folder / f"{one}.sqlite3") for one in (MASTER, name))
        with contextlib.closing(source), contextlib.closing(target):
            source.backup(target)
        try:
            yield f"sqlite:///{path}"
        finally:
            for leftover in self.folder.glob(f"{name}.sqlite3*"):
                leftover.unlink()

    def settle(self) -> None:
        """Nothing runs in the background."""


class PostgresGround:
    """Databases of one PostgreSQL server; `url` is that of its `postgres` database."""

    vendor = "postgresql"

    def __init__(self, url: str):
        self.url = url
        self._say(f"CREATE DATABASE {MASTER}")
        self.master = self._of(MASTER)

    def _of(self, name: str) -> str:
        return f"{self.url.rsplit('/', 1)[0]}/{name}"

    def _say(self, statement: str, url: str = "") -> None:
        import psycopg2

        with contextlib.closing(psycopg2.connect(url or self.url)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(statement)

    @contextlib.contextmanager
    def copy(self, name: str) -> Iterator[str]:
        """URL of a copy of the master, gone afterwards. What copying leaves to be written is written at once."""
        self._say(f"CREATE DATABASE {name} TEMPLATE {MASTER}")
        self._say("CHECKPOINT")
        try:
            yield self._of(name)
        finally:
            self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def settle(self) -> None:
        """What the server's own daemon does to a database that is left alone for some minutes."""
        self._say("VACUUM (ANALYZE)", self.master)


def grounds(folder: Path, wanted: tuple[str, ...]) -> Iterator[tuple[SqliteGround | PostgresGround, Path]]:
    """Each database that is wanted and at hand, with the folder for keys and uploads of its portal."""
    if SqliteGround.vendor in wanted:
        yield SqliteGround(_made(folder / "sqlite")), folder / "sqlite"
    if PostgresGround.vendor in wanted:
        with postgres(folder) as url:
            if url:
                yield PostgresGround(url), _made(folder / "postgresql")


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    return folder


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str | None]:
    """DATABASE_URL of a new PostgreSQL with its ordinary settings, or None where no server is installed."""
    binaries = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not binaries:
        yield None
        return
    bin_dir, cluster = binaries[-1].parent, folder / "pg"
    cluster.mkdir(mode=0o700)
    runner = _owner(cluster)
    password, port = secrets.token_hex(16), _free_port()
    secret = cluster / "password"
    secret.write_text(password)
    if runner:
        shutil.chown(secret, "postgres")
    _run(runner, bin_dir / "initdb", "-D", cluster / "data", "-U", "portal", "-A", "scram-sha-256",
         f"--pwfile={secret}", "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
    options = f"-p {port} -k {cluster} -c listen_addresses=127.0.0.1"
    _run(runner, bin_dir / "pg_ctl", "-D", cluster / "data", "-l", cluster / "log", "-w", "-o", options, "start")
    try:
        yield f"postgres://portal:{password}@127.0.0.1:{port}/postgres"
    finally:
        _run(runner, bin_dir / "pg_ctl", "-D", cluster / "data", "-m", "immediate", "-w", "stop")


def _owner(cluster: Path) -> list[str]:
    """PostgreSQL refuses to run as root: then it runs as its own user."""
    if os.getuid() != 0:
        return []
    shutil.chown(cluster, "postgres")
    return ["runuser", "-u", "postgres", "--"]


def _run(runner: list[str], *command) -> None:
    words = [*runner, *map(str, command)]
    subprocess.run(words, check=True, cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
