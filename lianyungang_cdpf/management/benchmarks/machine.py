"""On what machine and with which versions a benchmark ran: without them its seconds mean nothing."""

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

LIBRARIES = (
    "django", "psycopg2-binary", "python-calamine", "cryptography", "django-import-export", "tablib", "openpyxl",
)  # fmt: skip


def facts(root: Path) -> dict:
    """Cores, memory, versions, the commit, and how busy the machine was when the benchmark began."""
    return {
        "cpu": _field("/proc/cpuinfo", "model name") or platform.processor() or "unknown",
        "cores": os.cpu_count(),
        "memory_gb": round(int((_field("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) / 1024**2, 1),
        "load_before": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "commit": _commit(root),
    }


def _field(path: str, name: str) -> str:
    try:
        with open(path) as lines:
            return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(name)), "")
    except OSError:
        return ""


def _commit(root: Path) -> str:
    """The commit measured, with a + where files have been changed since."""
    try:
        number = _git(root, "rev-parse", "--short=12", "HEAD")
        return number + ("+" if _git(root, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], check=True, capture_output=True, text=True)
    return done.stdout.strip()
