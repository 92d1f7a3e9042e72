"""How many rows a file seems to hold: near the truth for honest files, nothing for others."""

import io
import zipfile

import openpyxl
import pytest

from lianyungang_cdpf.intake.estimate import expected_rows


def workbook(rows: int) -> bytes:
    book, content = openpyxl.Workbook(), io.BytesIO()
    for number in range(rows):
        book.active.append(["张三", "320701198001010015", number])
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "least", "most"),
    [
        pytest.param("张三,320701198001010015,370\n".encode() * 5_000, 4_800, 5_200, id="text"),
        pytest.param("a\tb\n".encode("utf-16") * 10, 0, 0, id="UTF-16 is not counted"),
        pytest.param(workbook(2_000), 2_000, 2_000, id="workbook"),
        pytest.param(b"", 0, 0, id="empty"),
        pytest.param(b"PK\x03\x04 no archive", 0, 0, id="broken"),
        pytest.param(b"\xd0\xcf\x11\xe0" + bytes(512), 0, 0, id="xls"),
    ],
)
def test_an_estimate_is_near_or_nothing(tmp_path, content, least, most):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert least <= expected_rows(path) <= most


def test_a_sheet_that_declares_a_million_rows_and_has_none_counts_nothing(tmp_path):
    path = tmp_path / "far.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", '<worksheet><dimension ref="A1:C1048575"/></worksheet>')
    assert expected_rows(path) == 0
