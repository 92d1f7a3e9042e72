"""The plain lane gives what the parser gives, for whatever it takes; and leaves to the parser what it does not."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianyungang_cdpf.intake.reading import ROLL_LIMITS, Refused, plain, workbook, xlsx
from lianyungang_cdpf.intake.reading.outlet import Outlet
from tests.intake.reading.builders import MAIN, xlsx_parts, zipped

ROLLS = Path(__file__).parents[2] / "data" / "corpus" / "rolls"


def read(path, *, lane: bool, monkeypatch) -> dict:
    """What leaves the child: sheets with their merges and hidden flags, rows, and the sentence of a refusal."""
    with monkeypatch.context() as patch:
        taken = []
        if lane:
            rows = plain.PlainSheet.rows
            patch.setattr(plain.PlainSheet, "rows", lambda self: (taken.append(1) or row for row in rows(self)))
        else:
            for module in (xlsx, workbook):
                patch.setattr(module, "whole_part", lambda archive, name: None)
        pipe, refused = io.BytesIO(), ""
        try:
            xlsx.read_xlsx(str(path), Outlet(pipe, ROLL_LIMITS))
        except Refused as refusal:
            refused = refusal.sentence
    told = [json.loads(line) for line in pipe.getvalue().splitlines()]
    sheets, flags = [one["sheet"] for one in told if "sheet" in one], [one["hidden"] for one in told if "hidden" in one]
    rows = [row for one in told if isinstance(one, list) for row in one]
    return {"sheets": sheets, "hidden": flags, "rows": rows, "refused": refused, "lane": len(taken)}


def both(content: bytes, tmp_path, monkeypatch) -> tuple[dict, dict]:
    path = tmp_path / "roll.xlsx"
    path.write_bytes(content)
    return read(path, lane=True, monkeypatch=monkeypatch), read(path, lane=False, monkeypatch=monkeypatch)


def same(one: dict, other: dict) -> bool:
    return all(one[key] == other[key] for key in ("sheets", "hidden", "rows", "refused"))


def cell(at: str, value: str = "1", kind: str = "", style: str = "") -> str:
    style, kind = style and f' s="{style}"', kind and f' t="{kind}"'
    return f'<c r="{at}"{style}{kind}><v>{value}</v></c>'


def row(number: int, *cells: str, said: str = "") -> str:
    return f'<row r="{number}"{said}>{"".join(cells)}</row>'


def sheet(*rows: str, before: str = "", after: str = "") -> str:
    return f"{before}<sheetData>{''.join(rows)}</sheetData>{after}"


PLAIN_ROWS = (row(1, cell("A1"), cell("C1", "2.50")), row(3, cell("B3", "80.099999999999994")))


@pytest.mark.parametrize("path", sorted(ROLLS.glob("*.xlsx")), ids=lambda path: path.name[:2])
def test_every_roll_of_the_corpus_reads_alike_in_both_lanes(path, monkeypatch):
    one, other = read(path, lane=True, monkeypatch=monkeypatch), read(path, lane=False, monkeypatch=monkeypatch)
    assert same(one, other) and other["rows"]


def test_the_large_roll_is_plain_from_its_first_row_to_its_last(monkeypatch):
    """Otherwise the lane would save nothing where it matters."""
    told = read(next(ROLLS.glob("31*.xlsx")), lane=True, monkeypatch=monkeypatch)
    assert told["lane"] == len(told["rows"]) == 36_004


def test_rows_as_excel_writes_them_are_plain(tmp_path, monkeypatch):
    content = xlsx_parts(sheet(*PLAIN_ROWS, after='<mergeCells count="1"><mergeCell ref="A1:C1"/></mergeCells>'))
    one, other = both(zipped(content), tmp_path, monkeypatch)
    assert same(one, other) and one["lane"] == 2
    assert one["rows"] == [[1, [1, None, 2.5]], [3, [None, 80.1]]] and one["sheets"][0]["merges"] == [[1, 1, 1, 3]]


ODD_ROWS = {
    "hidden": row(5, cell("A5"), said=' hidden="1"'),
    "of no height": row(5, cell("A5"), said=' ht="0"'),
    "formula": row(5, '<c r="A5"><f>1+1</f><v>2</v></c>'),
    "formula without a value": row(5, '<c r="A5"><f>1+1</f></c>'),
    "inline text": row(5, '<c r="A5" t="inlineStr"><is><t>张三</t></is></c>'),
    "error": row(5, cell("A5", "#REF!", "e")),
    "truth": row(5, cell("A5", "1", "b")),
    "entity": row(5, cell("A5", "a&amp;b", "str")),
    "comment": f"<!-- {row(5, cell('A5'))} -->" + row(6, cell("A6")),
    "comment that closes the data": "<!-- </sheetData> -->" + row(6, cell("A6")),
    "CDATA": row(5, '<c r="A5" t="str"><v><![CDATA[</sheetData>]]></v></c>'),
    "blanks between": "\n  " + row(5, cell("A5")),
    "no numbers": "<row><c><v>7</v></c></row>",
    "row twice": row(3, cell("A3")),
    "row before": row(2, cell("A2")),
    "cell twice": row(5, cell("A5"), cell("A5")),
    "cell before": row(5, cell("B5"), cell("A5")),
    "cell of another row": row(5, cell("A6")),
    "column beyond the last": row(5, cell("XFE5")),
    "row beyond the last": row(1_048_577, cell("A1048577")),
    "attribute twice": row(5, cell("A5"), said=' spans="1:2" spans="1:2"'),
    "prefix nobody declared": row(5, cell("A5"), said=' x14ac:dyDescent="0.2"'),
    "bracket that ends CDATA": row(5, cell("A5", "a]]>b", "str")),
    "string out of range": row(5, cell("A5", "9", "s")),
    "number that is none": row(5, cell("A5", "12a")),
    "no digits of ours": row(5, cell("A5", "١٢")),
    "empty value": row(5, '<c r="A5"><v></v></c>', cell("B5")),
    "no value": row(5, '<c r="A5" s="1"/>', '<c r="B5"></c>', cell("C5")),
    "not closed": '<row r="5"><c r="A5"><v>1</v></c>',
    "another element": row(5, cell("A5")) + "<x/>" + row(6, cell("A6")),
}


@pytest.mark.parametrize("odd", ODD_ROWS.values(), ids=ODD_ROWS)
@pytest.mark.parametrize("place", ["first", "between"])
def test_what_is_not_plain_reads_as_the_parser_has_it(odd, place, tmp_path, monkeypatch):
    rows = (odd,) if place == "first" else (*PLAIN_ROWS, odd, row(9, cell("A9", "9")))
    content = zipped(xlsx_parts(sheet(*rows), strings="<si><t>甲</t></si>"))
    one, other = both(content, tmp_path, monkeypatch)
    assert one["refused"] == other["refused"]
    assert one["refused"] or same(one, other)


TAILS = {
    "merges in a comment": '<!-- <mergeCells><mergeCell ref="A1:B2"/></mergeCells> -->',
    "a second sheetData": "<sheetData>" + row(5, cell("A5")) + "</sheetData>",
    "not closed": "<mergeCells>",
    "text": "&lt;/sheetData&gt;",
}
HEADS = {
    "sheetData in a comment": "<!-- <sheetData> -->",
    "hidden columns": '<cols><col min="1" max="3" width="0" customWidth="1"/></cols>',
    "sheetData of somebody else": '<x xmlns="urn:x"><sheetData>' + row(1, cell("A1")) + "</sheetData></x>",
}


@pytest.mark.parametrize("after", TAILS.values(), ids=TAILS)
def test_whatever_stands_behind_the_rows_both_lanes_agree(after, tmp_path, monkeypatch):
    one, other = both(zipped(xlsx_parts(sheet(*PLAIN_ROWS, after=after))), tmp_path, monkeypatch)
    assert one["refused"] == other["refused"]
    assert one["refused"] or same(one, other)


@pytest.mark.parametrize("before", HEADS.values(), ids=HEADS)
def test_whatever_stands_before_the_rows_both_lanes_agree(before, tmp_path, monkeypatch):
    one, other = both(zipped(xlsx_parts(sheet(*PLAIN_ROWS, before=before))), tmp_path, monkeypatch)
    assert same(one, other)


def test_a_tail_that_changes_its_mind_is_refused(tmp_path, monkeypatch):
    """The merges that were told before the rows must be those of the whole part."""
    hidden_end = f'<!-- --><row r="9"><c r="A9" t="str"><v>{"x"}</v></c></row>'
    trick = sheet(
        *PLAIN_ROWS, "<!-- </sheetData> -->", hidden_end, after='<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'
    )
    one, other = both(zipped(xlsx_parts(trick)), tmp_path, monkeypatch)
    assert one["refused"] or same(one, other)


def part(text: str, encoding: str, declared: str) -> bytes:
    return f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(encoding)


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8", "UTF-8"), ("utf-16", "UTF-16"), ("latin-1", "ISO-8859-1")]
)
def test_every_encoding_reads_alike(encoding, declared, tmp_path, monkeypatch):
    text = f'<worksheet xmlns="{MAIN}">{sheet(row(1, cell("A1", "Ærø", "str")))}</worksheet>'
    parts = xlsx_parts(sheet()) | {"xl/worksheets/sheet1.xml": part(text, encoding, declared)}
    one, other = both(zipped(parts), tmp_path, monkeypatch)
    assert same(one, other) and one["rows"] == [[1, ["Ærø"]]]


def test_bytes_that_are_no_text_are_refused_as_the_parser_refuses_them(tmp_path, monkeypatch):
    text = f'<worksheet xmlns="{MAIN}">{sheet(row(1, cell("A1", "@@", "str")))}</worksheet>'.encode()
    for bad in (b"\xff\xfe", b"\xed\xa0\x80", b"\xef\xbf\xbe", b"\x01\x02"):
        parts = xlsx_parts(sheet()) | {"xl/worksheets/sheet1.xml": text.replace(b"@@", bad)}
        one, other = both(zipped(parts), tmp_path, monkeypatch)
        assert one["refused"] == other["refused"] != ""


STRINGS = {
    "plain": '<si><t>甲</t></si><si><t xml:space="preserve"> 乙 </t></si>',
    "empty": "<si><t></t></si><si><t/></si>",
    "two lines": "<si><t>甲\n乙</t></si>",
    "escape": "<si><t>甲_x000D_乙</t></si>",
    "entity": "<si><t>甲&amp;乙</t></si>",
    "runs": "<si><r><t>甲</t></r><r><t>乙</t></r></si>",
    "phonetic": "<si><t>甲</t><rPh><t>jia</t></rPh></si>",
    "blanks between": "<si><t>甲</t></si>\n<si><t>乙</t></si>",
    "comment": "<si><t>甲</t></si><!-- <si><t>丙</t></si> --><si><t>乙</t></si>",
    "comment before": "<!-- <si><t>丙</t></si> --><si><t>甲</t></si>",
}


@pytest.mark.parametrize("strings", STRINGS.values(), ids=STRINGS)
def test_shared_strings_read_alike(strings, tmp_path, monkeypatch):
    content = xlsx_parts(sheet(row(1, cell("A1", "0", "s"), cell("B1", "1", "s"))), strings=strings)
    one, other = both(zipped(content), tmp_path, monkeypatch)
    assert same(one, other)


PIECES = [
    '<row r="7">', "</row>", '<c r="A7"><v>1</v></c>', '<c r="B7" t="s"><v>0</v></c>',
    '<c r="C7"/>', "<v/>", "<f>", "</f>",
    "<!--", "-->", "<![CDATA[", "]]>", "&amp;", " ", "x", "<sheetData>", "</sheetData>", "</worksheet>",
]  # fmt: skip


@settings(max_examples=150)
@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_no_mixture_of_pieces_reads_otherwise_than_by_the_parser(tmp_path_factory, pieces):
    content = zipped(xlsx_parts(sheet(*PLAIN_ROWS, "".join(pieces)), strings="<si><t>甲</t></si>"))
    with pytest.MonkeyPatch.context() as patch:
        one, other = both(content, tmp_path_factory.mktemp("mixture"), patch)
    assert one["refused"] == other["refused"]
    assert one["refused"] or same(one, other)


def test_a_part_beyond_the_lanes_size_is_left_to_the_parser(tmp_path, monkeypatch):
    path = tmp_path / "roll.xlsx"
    path.write_bytes(zipped(xlsx_parts(sheet(*PLAIN_ROWS))))
    monkeypatch.setattr(plain, "LARGEST_PART", 100)
    with zipfile.ZipFile(path) as archive:
        assert plain.whole_part(archive, "xl/worksheets/sheet1.xml") is None
    assert read(path, lane=True, monkeypatch=monkeypatch)["rows"]
