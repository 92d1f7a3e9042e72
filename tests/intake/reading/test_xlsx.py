"""What an .xlsx can say about a cell, and what the reader makes of it."""

import datetime

import pytest

from lianyungang_cdpf.intake.reading import BadCell, Limits, Refused
from lianyungang_cdpf.intake.reading.workbook import format_kind

from .builders import MAIN, read_bytes, read_cells, rows, xlsx, xlsx_parts, zipped

DATES = '<numFmts><numFmt numFmtId="176" formatCode="{}"/></numFmts><cellXfs><xf/><xf numFmtId="{}"/></cellXfs>'


def first_row(tmp_path, cells: str, **options) -> list:
    return read_cells(tmp_path, xlsx(rows(cells), **options), "名册.xlsx")[0][1]


def test_row_numbers_do_not_shift_over_blank_rows(tmp_path):
    sheet = '<sheetData><row r="3"><c r="B3"><v>1</v></c></row><row r="4"><c r="A4" s="1"/></row>'
    sheet += (
        '<row r="9"><c r="A9" t="inlineStr"><is><t> \u3000</t></is></c></row><row r="12"><c r="A12"><v>2</v></c></row>'
    )
    assert read_cells(tmp_path, xlsx(sheet + "</sheetData>"), "名册.xlsx") == [(3, [None, 1]), (12, [2])]


def test_numbering_may_be_left_out(tmp_path):
    sheet = '<sheetData><row><c><v>1</v></c><c r="D1"><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>'
    assert read_cells(tmp_path, xlsx(sheet), "名册.xlsx") == [(1, [1, None, None, 2]), (2, [3])]


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="A2"><v>1</v></c>',
        '<c r="B1"><v>1</v></c><c r="A1"><v>2</v></c>',
        '<c r="XFE1"><v>1</v></c>',
        '<c r="１1"/>',
    ],
)
def test_cell_outside_its_row_or_out_of_order_is_refused(tmp_path, cells):
    with pytest.raises(Refused, match="第 1 行|单元格编号"):
        first_row(tmp_path, cells)


def test_repeated_row_number_is_refused(tmp_path):
    sheet = '<sheetData><row r="2"><c><v>1</v></c></row><row r="2"><c><v>2</v></c></row></sheetData>'
    with pytest.raises(Refused, match="行号"):
        read_cells(tmp_path, xlsx(sheet), "名册.xlsx")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>80</v></c>', 80),
        ('<c r="A1"><v>80.0</v></c>', 80),
        ('<c r="A1"><v>80.099999999999994</v></c>', 80.1),
        ('<c r="A1"><v>3.20701199001011E+17</v></c>', 3.20701199001011e17),
        ('<c r="A1"><v>320701199001010012</v></c>', 3.2070119900101e17),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="e"><v>#DIV/0!</v></c>', BadCell("error", "#DIV/0!")),
        ('<c r="A1"><v>８０</v></c>', BadCell("number", "８０")),
        ('<c r="A1"><v>1_000</v></c>', BadCell("number", "1_000")),
        ('<c r="A1"><v>-INF</v></c>', BadCell("number", "-INF")),
        ('<c r="A1" t="str"><f>B1</f><v>张三</v></c>', "张三"),
        ('<c r="A1"><f>B1*2</f><v>160</v></c>', 160),
        ('<c r="A1"><f>B1*2</f></c>', BadCell("formula", "=B1*2")),
        ('<c r="A1"><f>B1*2</f><v></v></c>', BadCell("formula", "=B1*2")),
        ('<c r="A1" t="s"><v>-1</v></c>', BadCell("string", "-1")),
        ('<c r="A1" t="s"><v>２</v></c>', BadCell("string", "２")),
        ('<c r="A1" t="inlineStr"><v>3</v></c>', BadCell("string", "3")),
        ('<c r="A1" t="d"><v>2022-03-01</v></c>', datetime.date(2022, 3, 1)),
        ('<c r="A1" t="d"><v>三月</v></c>', BadCell("date", "三月")),
    ],
)
def test_cell_is_read_for_what_it_is(tmp_path, cell, value):
    [read] = first_row(tmp_path, cell, strings="<si><t>甲</t></si>")
    assert (read, type(read)) == (value, type(value))


def test_rich_text_is_joined_and_phonetic_guides_left_out(tmp_path):
    strings = "<si><r><t>张</t></r><r><t>三</t></r><rPh sb='0' eb='1'><t>zhang</t></rPh></si>"
    inline = '<c r="B1" t="inlineStr"><is><r><t>李</t></r><r><t>四</t></r><rPh><t>li</t></rPh></is></c>'
    assert first_row(tmp_path, '<c r="A1" t="s"><v>0</v></c>' + inline, strings=strings) == ["张三", "李四"]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("张_x0000_三", "张\ufffd三"),
        ("张_x005F_x0041_三", "张_x0041_三"),
        ("_xD83D__xDE00_", "😀"),
        ("张_xD83D_三", "张\ufffd三"),
        ("_x000d__x", "\r_x"),
    ],
)
def test_escapes_are_decoded_exactly_once(tmp_path, written, text):
    shared = f"<si><t>{written}</t></si>"
    cells = f'<c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>{written}</t></is></c>'
    cells += f'<c r="C1" t="str"><v>{written}</v></c>'
    assert first_row(tmp_path, cells, strings=shared) == [text] * 3


@pytest.mark.parametrize(
    ("number", "code", "kind"),
    [
        ("14", None, "date"),
        ("57", None, "date"),  # built in to Chinese Excel: 2022年3月
        ("20", None, "time"),
        ("2", None, None),
        ("176", "General", None),
        ("176", "0.00E+00", None),
        ("176", '0.00"yd"', None),
        ("176", "[Red]#,##0.00_);(#,##0.00)", None),
        ("176", '[$-804]yyyy"年"m"月";@', "date"),
        ("176", 'm"月"', "date"),
        ("176", "h:mm:ss", "time"),
        ("176", "[h]:mm", "time"),
        ("14", "0.00", None),
    ],
)
def test_number_format_says_whether_a_number_is_a_day(number, code, kind):
    assert format_kind(number, code) == kind


@pytest.mark.parametrize(
    ("serial", "value"),
    [
        ("44621", datetime.date(2022, 3, 1)),
        ("44621.5", datetime.datetime(2022, 3, 1, 12)),
        ("1", datetime.date(1900, 1, 1)),
        ("60", BadCell("date", "60")),
        ("61", datetime.date(1900, 3, 1)),
        ("2958465", datetime.date(9999, 12, 31)),
    ],
)
def test_date_cell_gives_the_day_that_excel_shows(tmp_path, serial, value):
    styles = DATES.format("yyyy/m/d", "176")
    assert first_row(tmp_path, f'<c r="A1" s="1"><v>{serial}</v></c>', styles=styles) == [value]


def test_hidden_rows_columns_and_sheets_are_told_only_where_data_hide(tmp_path):
    cells = '<row r="1"{}><c r="B1"><v>1</v></c></row>'
    blank = '<sheetData><row r="2" hidden="1"/></sheetData>'
    column = '<cols><col min="{}" max="{}" hidden="1"/></cols><sheetData>' + cells.format("") + "</sheetData>"
    sheets = ["<sheetData>" + cells.format(' hidden="1"') + "</sheetData>", blank, column.format(2, 3)]
    read = read_bytes(tmp_path, xlsx(*sheets, column.format(3, 16384)), "名册.xlsx")
    flags = [(sheet.has_hidden_rows, sheet.has_hidden_columns) for sheet, _ in read]
    assert flags == [(True, False), (False, False), (False, True), (False, False)]


def test_hidden_sheets_come_with_their_state(tmp_path):
    content = xlsx(*[rows('<c r="A1"><v>1</v></c>')] * 3, states=("visible", "hidden", "veryHidden"))
    read = read_bytes(tmp_path, content, "名册.xlsx")
    assert [sheet.state for sheet, _ in read] == ["visible", "hidden", "very_hidden"]


def test_merges_are_given_in_rows_and_columns_from_one(tmp_path):
    sheet = rows('<c r="A1"><v>1</v></c>') + '<mergeCells><mergeCell ref="A1:I2"/><mergeCell ref="B3"/></mergeCells>'
    [(sheet, _)] = read_bytes(tmp_path, xlsx(sheet), "名册.xlsx")
    assert sheet.merges == [(1, 1, 2, 9), (3, 2, 3, 2)]


def test_strict_workbooks_and_prefixed_names_are_read(tmp_path):
    parts = xlsx_parts("")
    parts["xl/worksheets/sheet1.xml"] = (
        '<x:worksheet xmlns:x="http://purl.oclc.org/ooxml/spreadsheetml/main"><x:sheetData><x:row r="1">'
        '<x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>'
    )
    assert read_cells(tmp_path, zipped(parts), "名册.xlsx") == [(1, [7])]


def test_part_that_is_no_worksheet_is_refused(tmp_path):
    parts = xlsx_parts("")
    parts["xl/worksheets/sheet1.xml"] = f'<sst xmlns="{MAIN}"/>'
    with pytest.raises(Refused, match="表1"):
        read_cells(tmp_path, zipped(parts), "名册.xlsx")


@pytest.mark.parametrize("target", ["../../etc/hostname", "file:///etc/hostname", "worksheets/none.xml"])
def test_sheet_outside_the_file_is_refused(tmp_path, target):
    parts = xlsx_parts(rows('<c r="A1"><v>1</v></c>'))
    links = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = links.replace("worksheets/sheet1.xml", target)
    with pytest.raises(Refused, match="不存在的部件"):
        read_cells(tmp_path, zipped(parts), "名册.xlsx")


def test_workbook_under_another_name_is_found(tmp_path):
    parts = xlsx_parts(rows('<c r="A1"><v>5</v></c>'))
    parts = {name.replace("workbook.xml", "book1.xml"): text for name, text in parts.items()}
    parts["_rels/.rels"] = parts["_rels/.rels"].replace("xl/workbook.xml", "/xl/book1.xml")
    assert read_cells(tmp_path, zipped(parts), "名册.xlsx") == [(1, [5])]


def test_limits_count_what_is_not_blank(tmp_path):
    limits = Limits(max_rows=3, max_columns=3, max_sheets=2)
    blank = '<row r="{0}"><c r="A{0}" s="1"/></row>'
    sheet = "<sheetData>" + "".join(blank.format(i) for i in range(1, 50))
    sheet += '<row r="50"><c r="A50"><v>1</v></c><c r="XFD50"/></row></sheetData>'
    assert read_cells(tmp_path, xlsx(sheet), "名册.xlsx", limits) == [(50, [1])]
    for content, words in (
        (xlsx(rows(*["<c><v>1</v></c>"] * 4)), "3 行"),
        (xlsx(rows("<c><v>1</v></c>" * 4)), "3 列"),
        (xlsx(*[rows("<c><v>1</v></c>")] * 3), "3 张工作表"),
        (xlsx(*[rows(*["<c><v>1</v></c>"] * 2)] * 2), "3 行"),
    ):
        with pytest.raises(Refused, match=words):
            read_cells(tmp_path, content, "名册.xlsx", limits)


def test_overlong_text_is_a_bad_cell(tmp_path):
    long = "长" * 32_768
    [cell] = first_row(tmp_path, f'<c r="A1" t="inlineStr"><is><t>{long}</t></is></c>')
    assert cell.kind == "text_too_long" and len(cell.text) < 30


def test_sheet_name_cannot_turn_a_sentence_around(tmp_path):
    content = xlsx(rows('<c r="A9"><v>1</v></c>'), names=["名\u202e册"])
    with pytest.raises(Refused, match="名\ufffd册") as refused:
        read_cells(tmp_path, content, "名册.xlsx")
    assert "\u202e" not in refused.value.sentence
