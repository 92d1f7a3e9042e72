"""Scratch databases for benchmarks: SQLite in a temporary folder, PostgreSQL in a cluster of its own."""

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def scratch_folder() -> Iterator[Path]:
    """A folder that is gone afterwards; others may pass through it, as PostgreSQL's user must."""
    folder = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


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
