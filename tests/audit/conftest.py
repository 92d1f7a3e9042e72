"""A log of its own for each test: heads and archives lie in the test's folder."""

import pytest

from lianyungang_cdpf.audit.actions import record


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.AUDIT_HEAD = tmp_path / "audit" / "heads.jsonl"
    settings.AUDIT_ARCHIVE = tmp_path / "audit" / "archive"


@pytest.fixture
def lines(haizhou_clerk):
    """Writes so many lines of the clerk's."""

    def write(number: int):
        said = {"by": haizhou_clerk, "deed": "查看残疾人档案", "on": haizhou_clerk}
        return [record(**said, summary=f"第 {n} 次") for n in range(number)]

    return write
