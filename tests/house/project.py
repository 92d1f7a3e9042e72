"""What the house tests look at: the project's folder and its own files, as git would take them."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IGNORED = {".git", ".venv", "var", "wheelhouse", "build", "__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}


def run(*command, **environment):
    """A command in the project's folder, with its output as text; it never asks anything."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
    )


def tool(module, *arguments, **environment):
    return run(sys.executable, "-m", module, *arguments, **environment)


def own_files():
    """Every file of the project, committed or about to be; an unpacked archive has no git to ask."""
    listing = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    if listing.returncode == 0:
        found = (ROOT / name for name in listing.stdout.split("\0") if name)
        return sorted(path for path in found if path.is_file())
    return sorted(path for path in ROOT.rglob("*") if path.is_file() and not IGNORED.intersection(path.parts))
