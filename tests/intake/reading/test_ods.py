"""An .ods: repeats, hidden parts, and what else LibreOffice and WPS store."""

import datetime

import pytest

from lianyungang_cdpf.intake.reading import BadCell, Refused

from .builders import ODS_TYPE, ods, read_bytes, read_cells, zipped

HIDDEN_STYLE = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'


def table(rows: str, name="表1", style="ta1") -> str:
    return f'<table:table table:name="{name}" table:style-name="{style}">{rows}</table:table>'


def row(cells: str, attributes="") -> str:
    return f"<table:table-row {attributes}>{cells}</table:table-row>"


def text(words: str, attributes="") -> str:
    return f'<table:table-cell office:value-type="string" {attributes}><text:p>{words}</text:p></table:table-cell>'


def number(value: str, attributes="") -> str:
    return f'<table:table-cell office:value-type="float" office:value="{value}" {attributes}/>'


def test_blank_repeats_only_move_the_row_number(tmp_path):
    rows = row("<table:table-cell/>", 'table:number-rows-repeated="4"') + row(text("甲"))
    rows += row('<table:table-cell table:number-columns-repeated="16384"/>', 'table:number-rows-repeated="1048571"')
    assert read_cells(tmp_path, ods(table(rows)), "名册.ods") == [(5, ["甲"])]


def test_full_repeats_are_rows_and_columns(tmp_path):
    rows = row(
        '<table:table-cell table:number-columns-repeated="2"/>' + number("80", 'table:number-columns-repeated="2"')
    )
    rows += row(text("乙"), 'table:number-rows-repeated="3"')
    assert read_cells(tmp_path, ods(table(rows)), "名册.ods") == [
        (1, [None, None, 80, 80]),
        (2, ["乙"]),
        (3, ["乙"]),
        (4, ["乙"]),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        row(text("甲"), 'table:number-rows-repeated="1048000"'),
        row(text("甲", 'table:number-columns-repeated="16000"')),
        row(text("甲"), 'table:number-rows-repeated="99999999999"'),
        row("", 'table:number-rows-repeated="1048577"') + row(text("甲")),
    ],
)
def test_flood_of_repeats_is_refused(tmp_path, rows):
    with pytest.raises(Refused):
        read_cells(tmp_path, ods(table(rows)), "名册.ods")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (number("0"), 0),
        (number("80.10"), 80.1),
        (number("1e400"), BadCell("number", "inf")),
        (number("NaN"), BadCell("number", "NaN")),
        (text("张<text:s text:c='2'/>三<text:line-break/>丰"), "张  三\n丰"),
        (text("张</text:p><text:p>三"), "张\n三"),
        (text("张<text:span>三</text:span>"), "张三"),
        (text("<office:annotation><text:p>批注</text:p></office:annotation>张三"), "张三"),
        ('<table:table-cell office:value-type="date" office:date-value="2022-03-01"/>', datetime.date(2022, 3, 1)),
        (
            '<table:table-cell office:value-type="date" office:date-value="2022-03-01T08:30:00"/>',
            datetime.datetime(2022, 3, 1, 8, 30),
        ),
        ('<table:table-cell office:value-type="date" office:date-value="1899"/>', BadCell("date", "1899")),
        ('<table:table-cell office:value-type="time" office:time-value="PT08H"/>', BadCell("date", "PT08H")),
        ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', True),
        (text("#REF!", 'calcext:value-type="error"'), BadCell("error", "#REF!")),
        ('<table:table-cell table:formula="of:=[.B1]*2"/>', BadCell("formula", "of:=[.B1]*2")),
        (number("160", 'table:formula="of:=[.B1]*2"'), 160),
    ],
)
def test_cell_is_read_for_what_it_is(tmp_path, cell, value):
    [(_, [read])] = read_cells(tmp_path, ods(table(row(cell))), "名册.ods")
    assert (read, type(read)) == (value, type(value))


def test_hidden_rows_columns_sheets_and_merges_are_told(tmp_path):
    column = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    first = column + row(text("甲", 'table:number-columns-spanned="2" table:number-rows-spanned="1"') + text("乙"))
    second = row(text("丙"), 'table:visibility="filter"') + row("", 'table:visibility="collapse"')
    content = ods(table(first) + table(second, "表2") + table(row(text("旧")), "表3", "ta2"), HIDDEN_STYLE)
    sheets = [sheet for sheet, _ in read_bytes(tmp_path, content, "名册.ods")]
    assert [(sheet.name, sheet.state) for sheet in sheets] == [
        ("表1", "visible"),
        ("表2", "visible"),
        ("表3", "hidden"),
    ]
    assert [sheet.has_hidden_columns for sheet in sheets] == [True, False, False]
    assert [sheet.has_hidden_rows for sheet in sheets] == [False, True, False]
    assert sheets[0].merges == [(1, 1, 1, 2)]


def test_deleted_cells_and_copies_of_other_files_are_left_out(tmp_path):
    deleted = f"<table:tracked-changes><table:deletion>{row(text('删'))}</table:deletion></table:tracked-changes>"
    copy = table("<table:table-source/>" + row(text("外")), "'file:///a.ods'#表1")
    read = read_bytes(tmp_path, ods(deleted + table(row(text("甲"))) + copy), "名册.ods")
    assert [(sheet.name, rows) for sheet, rows in read] == [("表1", [(1, ["甲"])])]


def test_encrypted_ods_is_called_encrypted(tmp_path):
    parts = {"mimetype": ODS_TYPE, "content.xml": "x", "META-INF/manifest.xml": "<manifest:encryption-data/>"}
    with pytest.raises(Refused, match="加密"):
        read_bytes(tmp_path, zipped(parts), "名册.ods")


def test_text_document_is_no_table(tmp_path):
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}
    with pytest.raises(Refused, match="OpenDocument"):
        read_bytes(tmp_path, zipped(parts), "名册.ods")


@pytest.mark.parametrize(
    "content", [table(row(row(text("甲")))), table(table(row(text("甲")))), row(text("甲")), text("甲")]
)
def test_cells_out_of_place_are_refused(tmp_path, content):
    with pytest.raises(Refused, match="层次"):
        read_bytes(tmp_path, ods(content), "名册.ods")
