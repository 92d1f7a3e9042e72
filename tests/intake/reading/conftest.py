"""The corpus: rolls as files, hostile uploads unpacked once per run."""

import json
import shutil
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"
MANIFEST = json.loads((DATA / "corpus" / "manifest.json").read_text())["files"]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    shutil.unpack_archive(DATA / "hostile.tar.xz", folder)
    return folder / "hostile"


@pytest.fixture(scope="session")
def rolls() -> Path:
    return DATA / "corpus" / "rolls"


def pytest_generate_tests(metafunc):
    if "hostile_entry" in metafunc.fixturenames:
        metafunc.parametrize("hostile_entry", MANIFEST, ids=lambda entry: entry["id"])
