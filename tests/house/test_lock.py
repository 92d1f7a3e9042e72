"""uv.lock and the lists exported from it for plain pip say the same."""

import re
import shutil
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.project import ROOT, run

EXPORT = ("--frozen", "--no-emit-project", "--no-header", "--no-annotate")
LISTS = {"requirements.txt": ("--no-dev",), "requirements-dev.txt": ("--all-groups",)}


def _locked():
    """{(name, version): its hashes}, the project itself apart."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return {
        (package["name"], package["version"]): {
            file["hash"] for file in [*package.get("wheels", []), package.get("sdist", {})] if "hash" in file
        }
        for package in packages
        if "virtual" not in package["source"]
    }


def _listed(name):
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pinned = [re.match(r"([a-z0-9-]+)==([^\s;]+)", line) for line in lines]
    hashes = [set(re.findall(r"--hash=(\S+)", line)) for line in lines]
    return {match.groups(): found for match, found in zip(pinned, hashes, strict=True)}


def test_the_list_for_the_tests_is_the_whole_lock():
    assert _listed("requirements-dev.txt") == _locked()


def test_the_list_for_serving_is_part_of_it():
    listed, locked = _listed("requirements.txt"), _locked()
    assert ("django" in {name for name, _ in listed}) and ("pytest" not in {name for name, _ in listed})
    assert listed == {package: locked[package] for package in listed}


def test_the_lists_name_no_index():
    for name in LISTS:
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def _uv():
    fetched = Path(sys.prefix) / ".installer" / "bin" / "uv"
    return shutil.which("uv") or (str(fetched) if fetched.exists() else None)


@pytest.mark.skipif(_uv() is None, reason="no uv on this machine; the comparison with uv.lock above stands")
@pytest.mark.parametrize("name", LISTS)
def test_uv_would_export_the_same(name):
    result = run(_uv(), "export", "--quiet", *EXPORT, *LISTS[name])
    assert result.returncode == 0, result.stderr
    assert result.stdout == (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.skipif(_uv() is None, reason="no uv on this machine")
def test_the_lock_is_that_of_pyproject():
    result = run(_uv(), "lock", "--check", "--offline")
    assert result.returncode == 0, result.stderr
