"""Whatever a text holds, the workbook has it as a text."""

import io

import pytest
import xlsxwriter
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from lianyungang_cdpf.audit.plainsheet import PlainSheet

INJECTED = '<r></r></is></c><c r="B1"><f>1+1</f><v>2</v></c><c r="C1" t="inlineStr"><is><r></r>'


def written(*cells, sheet=PlainSheet) -> list:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True, "strings_to_formulas": False}) as book:
        drawn = book.add_worksheet("一", sheet)
        for row, cell in enumerate(cells):
            (drawn.write_string if isinstance(cell, str) else drawn.write_number)(row, 0, cell)
    return [cell for row in load_workbook(io.BytesIO(out.getvalue())).active.iter_rows() for cell in row]


def test_xlsxwriter_itself_lets_a_text_become_a_formula():
    """The reason for the class: should a later version escape it, the class is only for speed."""
    assert [cell.value for cell in written(INJECTED, sheet=None) if cell.data_type == "f"] == ["=1+1"]


def test_a_text_that_looks_like_rich_text_stays_a_text():
    (cell,) = written(INJECTED)
    assert (cell.value, cell.data_type) == (INJECTED, "s")


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters="\r"), min_size=1, max_size=40)
)
@example("_x000D_")
@example(" a ")
@example("<b>&\"'")
@example("\ufffe")
def test_any_text_comes_back_as_it_was(text):
    (cell,) = written(text)
    assert cell.data_type == "s"
    assert unescape(cell.value) == text


@pytest.mark.parametrize("number", [0, -1, 1.1, 320701199001011234, 1e300])
def test_numbers_keep_the_digits_that_excel_keeps(number):
    (cell,) = written(number)
    assert cell.value == pytest.approx(number, rel=1e-15)
