"""Lint, format, templates and the direction of imports."""

import sys
import tomllib
from pathlib import Path

from tests.house.project import ROOT, run, tool


def test_ruff_finds_nothing():
    result = tool("ruff", "check", "--no-fix", ".")
    assert result.returncode == 0, result.stdout


def test_ruff_would_format_nothing_differently():
    result = tool("ruff", "format", "--check", ".")
    assert result.returncode == 0, result.stdout[-2000:] + result.stderr


def test_djlint_finds_nothing_in_the_templates():
    result = tool("djlint", "templates", "--lint", "--quiet")
    assert result.returncode == 0, result.stdout + result.stderr


def test_imports_point_down():
    result = run(Path(sys.executable).with_name("lint-imports"), "--no-cache")
    assert result.returncode == 0, result.stdout + result.stderr


def _layered_modules():
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    layers = contract["contracts"][0]["layers"]
    return {name.strip(" ()") for layer in layers for name in layer.replace("|", ":").split(":")}


def test_every_part_of_the_house_has_its_layer():
    """A module that no layer names could import whatever it likes."""
    parts = (ROOT / "lianyungang_cdpf").iterdir()
    modules = {path.stem for path in parts if path.suffix == ".py" or (path / "__init__.py").exists()} - {"__init__"}
    domain = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "lianyungang_cdpf"}
    assert {f"lianyungang_cdpf.{name}" for name in modules} | domain <= _layered_modules()
