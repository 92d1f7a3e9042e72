"""What is in the repository, how large it is, and that it stands alone."""

import re

from tests.house.project import ROOT, own_files

NOUNS = {"lianyungang_cdpf", "beneficiaries", "subsidies", "services", "facilities"}
FOLDERS = NOUNS | {"templates", "static", "fixtures", "tests", "bin", "docs", "locale"}
FILES = {"manage.py", "pyproject.toml", "README.md", "README.zh-CN.md", "uv.lock"}
LIST_OF_DEPENDENCIES = re.compile(r"requirements(-dev)?\.txt")
LEGAL = re.compile(r"(LICENSE|LICENCE|NOTICE|COPYING|THIRD_PARTY)[A-Za-z0-9_-]*(\.md|\.txt)?")
LARGEST = 25 * 1024 * 1024
CODE = {".py", ".toml", ".sh", ".html", ".js", ".json", ".css"}


def test_the_root_shows_the_federations_nouns_and_little_else():
    entries = {path.relative_to(ROOT).parts[0] for path in own_files()}
    strange = [
        name
        for name in sorted(entries - FOLDERS - FILES)
        if not (name.startswith(".") or LIST_OF_DEPENDENCIES.fullmatch(name) or LEGAL.fullmatch(name))
    ]
    assert not strange


def test_the_repository_stays_under_25_megabytes():
    sizes = {path: path.stat().st_size for path in own_files()}
    largest = sorted(sizes, key=sizes.get)[-5:]
    assert sum(sizes.values()) < LARGEST, [(str(path.relative_to(ROOT)), sizes[path]) for path in largest]


def test_no_code_reaches_outside_the_project():
    """A clone must build, run and pass without the folder beside it."""
    outside = re.compile(r"\.\./" + r"shared|/work/" + r"shared|/work/" + r"main")
    for path in own_files():
        if (path.suffix in CODE or path.parent.name in {"bin", ".ci"}) and path.stat().st_size < 1_000_000:
            found = outside.search(path.read_text(encoding="utf-8", errors="replace"))
            assert not found, f"{path.relative_to(ROOT)}: {found.group()}"


def test_no_drawer_for_odds_and_ends():
    drawers = {"utils.py", "helpers.py", "common.py", "utils", "helpers", "common"}
    own = [path.relative_to(ROOT) for path in own_files() if path.suffix == ".py"]
    assert not [str(path) for path in own if drawers.intersection(path.parts)]


def test_no_work_is_left_for_later():
    marks = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX"]) + r")\b")
    for path in own_files():
        if path.suffix in {".py", ".html", ".css"} and "data" not in path.parts:
            found = marks.search(path.read_text(encoding="utf-8", errors="replace"))
            assert not found, f"{path.relative_to(ROOT)}: {found.group()}"
