"""Every entry of the manifest: refused in Chinese or read right, within its limits, and the worker lives on."""

import datetime
import re

import pytest

from lianyungang_cdpf.intake.reading import ROLL_LIMITS, BadCell, Refused, read_sheets

from .builders import read

# Refused for their heading or their rows: the cells of these arrive whole, and later layers judge them.
JUDGED_LATER = {"h57", "h58", "h59", "h60", "h61", "h62", "h67", "h73", "h86", "h86-2", "h86-3"}
HEADER_ROWS = 2


def test_hostile_upload_has_its_outcome_within_its_limits(hostile, hostile_entry):
    expected = hostile_entry["expected"]
    reader = read_sheets(hostile / hostile_entry["file"], hostile_entry["upload_filename"], ROLL_LIMITS)
    try:
        with reader as sheets:
            read_rows = [row for sheet in sheets for row in sheet.rows]
    except Refused as refused:
        assert expected["outcome"] != "accept", refused.sentence
        assert re.search("[\u4e00-\u9fff]{3}.*。.*请.*。$", refused.sentence)
    else:
        assert expected["outcome"] != "reject" or hostile_entry["id"] in JUDGED_LATER
        if "accepted" in expected and hostile_entry["id"] != "h37":
            assert len(read_rows) == expected["accepted"]["data_rows"] + HEADER_ROWS
    assert reader.peak_rss_mb <= hostile_entry["limits"]["max_rss_mb"]
    assert reader.seconds <= hostile_entry["limits"]["max_seconds"]


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("h01_empty.xlsx", ["空的"]),
        ("h04_plain_text.xlsx", [".xlsx", "纯文本"]),
        ("h05_csv_named_xls.xls", [".xls", "纯文本"]),
        ("h06_html_table.xls", ["网页", "另存为", ".xlsx"]),
        ("h07_spreadsheetml2003.xls", ["XML", "另存为", ".xlsx"]),
        ("h08_png.xlsx", ["PNG"]),
        ("h11_xlsx_named_csv.csv", [".csv", ".xlsx"]),
        ("h12_docx_inside.xlsx", ["Word"]),
        ("h13_exe_polyglot.xlsx", ["可执行程序"]),
        ("h20_nested_zip.xlsx", ["压缩包", "解压"]),
        ("h43_password.xlsx", ["加密", "密码"]),
        ("h44_macro.xlsm", ["宏"]),
        ("h45_macro_named_xlsx.xlsx", ["宏"]),
        ("h46_binary.xlsb", [".xlsb"]),
        ("h78_unbalanced_quote.csv", ["第 7 条记录", "引号"]),
    ],
)
def test_refusal_names_the_cause_and_the_way_out(hostile, file, words):
    with pytest.raises(Refused) as refused:
        read(hostile / file)
    assert all(word in refused.value.sentence for word in words), refused.value.sentence


def test_xlsb_renamed_xlsx_is_known_by_its_content(hostile):
    with pytest.raises(Refused, match="xlsb"):
        read(hostile / "h46_binary.xlsb", "名册.xlsx")


def test_shared_string_out_of_range_never_takes_a_neighbours_value(hostile):
    [(_, rows)] = read(hostile / "h67_sst_index.xlsx")
    assert rows[2][1][1] == BadCell("string", "99999")


def test_formula_without_value_is_never_read_as_a_number(hostile):
    [(_, rows)] = read(hostile / "h57_formula_no_cache.xlsx")
    assert {cells[5].kind for _, cells in rows[2:]} == {"formula"}


def test_formula_with_value_gives_the_value(hostile):
    [(_, rows)] = read(hostile / "h56_formula_cells.xlsx")
    assert [cells[1] for _, cells in rows[2:4]] == ["吴山", "赖祎"]


def test_serials_before_1900_and_after_9999_are_no_dates(hostile):
    [(_, rows)] = read(hostile / "h75_dates_before_1900.xlsx")
    assert [cells[4] for _, cells in rows[2:7]] == [
        BadCell("date", text) for text in ("-5", "0", "0.5", "2958466", "1e+300")
    ]
    assert {cells[4] for _, cells in rows[7:]} == {datetime.date(2022, 3, 1)}


def test_1904_workbook_gives_the_right_month(hostile):
    [(_, rows)] = read(hostile / "h76_date1904.xlsx")
    assert {cells[4] for _, cells in rows[2:]} == {datetime.date(2022, 3, 1)}


def test_odd_numbers_are_never_nought_and_never_infinite(hostile):
    [(_, rows)] = read(hostile / "h77_odd_numbers.xlsx")
    assert [cells[5] for _, cells in rows[2:8]] == [
        BadCell("number", "NaN"),
        BadCell("number", "INF"),
        BadCell("error", "#REF!"),
        True,
        1e308,
        -150,
    ]


def test_nul_escape_becomes_a_character_the_database_can_hold(hostile):
    [(_, rows)] = read(hostile / "h53_control_escapes.xlsx")
    assert rows[12][1][1] == "张\ufffd伟"
    assert rows[13][1][1] == "\ufffd[31m王"
    assert rows[16][1][1] == "李\r\n强"


def test_value_in_the_last_corner_keeps_its_row_number(hostile):
    [(_, rows)] = read(hostile / "h37_stray_last_corner.xlsx")
    number, cells = rows[-1]
    assert (number, len(cells), set(cells[:-1])) == (1_048_576, 16_384, {None})


def test_old_mac_line_ends_are_lines(hostile):
    [(_, rows)] = read(hostile / "h85_csv_cr_only.csv")
    assert [number for number, _ in rows] == list(range(1, 19))
