"""The child process: its limits, its end, and that nothing of it outlives the reading."""

import os
import socket
import subprocess
import sys
import threading

import pytest

from lianyungang_cdpf.intake.reading import ROLL_LIMITS, Limits, Refused, read_sheets, stream

from .builders import read, read_cells, rows, xlsx, xlsx_parts, zipped

SMALL = xlsx(rows('<c r="A1"><v>1</v></c>'), rows('<c r="A1"><v>2</v></c>', '<c r="A2"><v>3</v></c>'))
PATIENT = Limits(max_seconds=60, max_seconds_small=60)


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "upload"
    path.write_bytes(SMALL)
    return path


@pytest.mark.parametrize(
    ("program", "limits", "word"),
    [
        ("import os; os.abort()", PATIENT, "内存"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", PATIENT, "损坏"),
        ("import sys; sys.exit(3)", PATIENT, "损坏"),
        ("import time; time.sleep(60)", Limits(max_seconds_small=0.3), "时限"),
        ("import os, time; os.close(1); time.sleep(60)", PATIENT, "内存"),
    ],
)
def test_child_that_dies_or_hangs_is_one_chinese_sentence(monkeypatch, small, program, limits, word):
    monkeypatch.setattr(stream, "START", program)
    monkeypatch.setattr(stream, "GRACE_SECONDS", 0.2)
    with pytest.raises(Refused, match=word):
        read(small, "名册.xlsx", limits)


BOUND = (
    "import sys; sys.path.insert(0, {root!r}); from lianyungang_cdpf.intake.reading import child, limits; "
    "child.bound_itself(limits.Limits(max_rss_mb=200, max_seconds=1)); "
)


@pytest.mark.parametrize(
    ("program", "word"),
    [("bytes(10**9)", "损坏"), ("exec('while True: pass')", "时限"), ("import os; os.abort()", "内存")],
)
def test_child_holds_itself_to_memory_and_seconds(monkeypatch, small, program, word):
    monkeypatch.setattr(stream, "START", BOUND.format(root=stream.ROOT) + program)
    with pytest.raises(Refused, match=word):
        read(small, "名册.xlsx", PATIENT)


def test_child_can_write_no_file(tmp_path):
    program = BOUND.format(root=stream.ROOT) + f"open({str(tmp_path / 'leak')!r}, 'wb', 0).write(b'x')"
    result = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True)
    assert result.returncode != 0 and (tmp_path / "leak").stat().st_size == 0


def test_workbook_that_needs_too_much_memory_is_refused(tmp_path):
    strings = "<si/>" * 6_000_000
    parts = xlsx_parts(rows('<c r="A1" t="s"><v>0</v></c>'), strings="<si/>")
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace("<si/>", strings)
    with pytest.raises(Refused, match="内存"):
        read_cells(tmp_path, zipped(parts), "名册.xlsx", Limits(max_rss_mb=50, max_compression_ratio=10_000))


def test_many_rows_are_given_more_time(tmp_path):
    sheet = rows(*["<c><v>1</v></c>"] * 5_001)
    path = tmp_path / "upload"
    path.write_bytes(xlsx(sheet))
    with read_sheets(path, "名册.xlsx", ROLL_LIMITS) as sheets:
        assert sheets.allowed_seconds == ROLL_LIMITS.max_seconds_small
        assert sum(1 for sheet in sheets for _ in sheet.rows) == 5_001
        assert sheets.allowed_seconds == ROLL_LIMITS.max_seconds


def test_cost_of_the_child_is_told(small):
    with read_sheets(small, "名册.xlsx", ROLL_LIMITS) as sheets:
        for sheet in sheets:
            list(sheet.rows)
    assert 5 < sheets.peak_rss_mb < 100
    assert 0 < sheets.seconds < ROLL_LIMITS.max_seconds_small


def test_unread_rows_are_passed_over(small):
    with read_sheets(small, "名册.xlsx", ROLL_LIMITS) as sheets:
        assert [sheet.name for sheet in sheets] == ["表1", "表2"]


def _children() -> set[str]:
    with open(f"/proc/self/task/{threading.get_native_id()}/children") as file:
        return set(file.read().split())


def test_no_child_and_no_descriptor_outlives_the_reading(small):
    before, open_before = _children(), len(os.listdir("/proc/self/fd"))
    with read_sheets(small, "名册.xlsx", ROLL_LIMITS) as sheets:
        next(iter(sheets))
    with pytest.raises(RuntimeError), read_sheets(small, "名册.xlsx", ROLL_LIMITS):
        raise RuntimeError
    assert _children() == before
    assert len(os.listdir("/proc/self/fd")) == open_before


def test_nothing_is_left_in_the_folder_for_temporary_files(small, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    read(small, "名册.xlsx")
    assert list(temporary.iterdir()) == []


def test_reading_knows_no_django():
    program = (
        f"import sys; sys.path.insert(0, {stream.ROOT!r}); import lianyungang_cdpf.intake.reading.stream; "
        "from lianyungang_cdpf.intake.reading import child, xls, xlsx, ods, text; "
        "sys.exit(any(name.partition('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-I", "-c", program], env={}).returncode == 0


def test_secrets_in_the_environment_do_not_reach_the_child(monkeypatch, small):
    monkeypatch.setenv("PORTAL_SECRET", "x")
    monkeypatch.setattr(stream, "START", "import os, sys; sys.exit(0 if 'PORTAL_SECRET' in os.environ else 9)")
    reader = read_sheets(small, "名册.xlsx", ROLL_LIMITS)
    with pytest.raises(Refused), reader as sheets:
        monkeypatch.setattr(stream.log, "warning", lambda _, code: setattr(reader, "code", code))
        list(sheets)
    assert reader.code == 9


@pytest.fixture
def canary():
    """A server on loopback that nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def _was_called(server) -> bool:
    try:
        server.accept()
    except BlockingIOError:
        return False
    return True


def _dangerous(url: str) -> dict[str, bytes]:
    part = xlsx_parts(rows(f'<c r="A1" t="str"><f>WEBSERVICE("{url}")</f><v>甲</v></c>'))
    outside = '<Relationship Id="x" Type="a/externalLink" TargetMode="External" Target="{}"/></Relationships>'
    linked = part["xl/_rels/workbook.xml.rels"].replace("</Relationships>", outside.format(url))
    entity = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{url}">]>'
    sheet = part["xl/worksheets/sheet1.xml"]
    return {
        "doctype": zipped(part | {"xl/worksheets/sheet1.xml": f'<!DOCTYPE worksheet SYSTEM "{url}">{sheet}'}),
        "entity": zipped(part | {"xl/worksheets/sheet1.xml": entity + sheet.replace("甲", "&b;")}),
        "parameter": zipped(part | {"[Content_Types].xml": f'<!DOCTYPE a [<!ENTITY % b SYSTEM "{url}">%b;]><Types/>'}),
        "link": zipped(part | {"xl/_rels/workbook.xml.rels": linked}),
    }


@pytest.mark.parametrize("attack", ["doctype", "entity", "parameter", "link"])
@pytest.mark.parametrize("past_the_gate", [False, True])
def test_no_file_makes_the_reader_call_anyone(monkeypatch, tmp_path, canary, attack, past_the_gate):
    """The parser alone holds too, should the gate ever let such a file through."""
    if past_the_gate:
        monkeypatch.setattr(stream, "check_upload", lambda *_: "xlsx")
    content = _dangerous(f"http://127.0.0.1:{canary.getsockname()[1]}/")[attack]
    try:
        assert read_cells(tmp_path, content, "名册.xlsx") == [(1, ["甲"])]
    except Refused as refused:
        assert "127.0.0.1" not in refused.sentence
    assert not _was_called(canary)
