"""An .xls: what calamine reads, and what the records add to it."""

import datetime
from pathlib import Path

import pytest

from lianyungang_cdpf.intake.reading import BadCell, Refused
from lianyungang_cdpf.intake.reading.ole import CompoundFile

from .builders import read, read_bytes

DATA = Path(__file__).parents[2] / "data"
WRITE_ACCESS, FILE_PASS = b"\x5c\x00", b"\x2f\x00"  # a record of any workbook, and the one that says "encrypted"


@pytest.mark.parametrize("name", ["odd_1900.xls", "odd_1904.xls"])
def test_cells_of_both_date_systems_come_right(name):
    (_, rows), *_ = read(DATA / name)
    assert rows[0] == (1, ["连云港市2022年3月花名册"])
    assert rows[2:] == [
        (4, ["甲", "320701199001010012", datetime.date(2022, 3, 1), 80]),
        (5, ["乙", 3.2070119900101e17, BadCell("date", "12:00:00"), 80.1]),
        (6, ["丙", None, True, BadCell("error", "#REF!")]),
    ]


def test_hidden_rows_columns_sheets_and_merges_are_told():
    sheets = [sheet for sheet, _ in read(DATA / "odd_1900.xls")]
    assert [sheet.state for sheet in sheets] == ["visible", "hidden", "very_hidden"]
    assert (sheets[0].has_hidden_rows, sheets[0].has_hidden_columns) == (True, True)
    assert sheets[0].merges == [(1, 1, 1, 4)]


def test_workbook_with_a_password_is_called_encrypted(tmp_path):
    content = (DATA / "odd_1900.xls").read_bytes()
    stream = CompoundFile(content).stream("workbook")
    assert stream.index(WRITE_ACCESS) < 40
    start = content.index(stream[:64])
    encrypted = content[:start] + content[start:].replace(WRITE_ACCESS, FILE_PASS, 1)
    with pytest.raises(Refused, match="加密"):
        read_bytes(tmp_path, encrypted, "名册.xls")


def test_workbook_cut_off_is_refused(tmp_path):
    content = (DATA / "odd_1900.xls").read_bytes()
    for size in (100, 600, 2000, 4000):
        with pytest.raises(Refused):
            read_bytes(tmp_path, content[:size], "名册.xls")


def test_xls_named_xlsx_is_refused_naming_both(tmp_path):
    with pytest.raises(Refused, match=r"\.xlsx.*\.xls 工作簿"):
        read_bytes(tmp_path, (DATA / "odd_1900.xls").read_bytes(), "名册.xlsx")


@pytest.mark.parametrize(("stream", "word"), [("WordDocument", "Word"), ("EncryptedPackage", "加密")])
def test_other_compound_files_are_named(tmp_path, stream, word):
    content = (DATA / "odd_1900.xls").read_bytes()
    name, other = "Workbook".encode("utf-16-le"), stream.encode("utf-16-le")
    at = content.index(name)
    entry = bytearray(content[at : at + 128])
    entry[: len(other)] = other
    entry[64:66] = (len(other) + 2).to_bytes(2, "little")
    with pytest.raises(Refused, match=word):
        read_bytes(tmp_path, content[:at] + bytes(entry) + content[at + 128 :], "名册.xls")


def test_sector_chain_in_a_circle_is_refused(tmp_path):
    content = bytearray((DATA / "odd_1900.xls").read_bytes())
    fat_sector = int.from_bytes(content[76:80], "little")
    fat = (fat_sector + 1) * 512
    directory = int.from_bytes(content[48:52], "little")
    content[fat + 4 * directory : fat + 4 * directory + 4] = directory.to_bytes(4, "little")
    with pytest.raises(Refused, match="扇区"):
        read_bytes(tmp_path, bytes(content), "名册.xls")
