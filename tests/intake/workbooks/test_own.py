"""The clerk's own workbook: its looks stay, nothing in it runs, and once corrected it comes in again."""

import io
import zipfile

import pytest
import xlsxwriter
from openpyxl import load_workbook

from tests.intake.workbooks.reading_back import coloured, commented, formulas, remarked

ACCOUNT = "6299999630040357070"
WRONG = "320701199001011230"
HEADINGS = ["序号", "姓名", "身份证号", "补贴金额", "银行账号", "备注"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def person(make_person):
    return make_person("周文静", area="320706006", category=4, grade=1, hardship="低保", account_no=ACCOUNT)


def dressed(person, *, second=WRONG) -> bytes:
    """A roll as offices dress it: one right row, one wrong one, and whatever could run or reach out."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("一月")
    red = book.add_format({"bold": True, "font_color": "red", "border": 1})
    sheet.merge_range("A1:F1", "海州区2019年3月困难残疾人生活补贴花名册", red)
    sheet.write_row(1, 0, HEADINGS, red)
    sheet.write_row(2, 0, [1, person.name, person.id_number, 370, ACCOUNT])
    sheet.write_row(3, 0, [2, "王小明", second, 370, ACCOUNT])
    sheet.write_formula("F3", "=1+1", None, 2)
    sheet.write_formula("F4", '=HYPERLINK("http://evil.example/","x")', None, "=cmd|' /C calc'!A0")
    sheet.write_url("H1", "http://evil.example/", None, "看这里")
    sheet.write_string("H2", "=1+1")
    sheet.write_comment("C4", "村里报的")
    sheet.set_column("C:C", 31)
    sheet.set_row(2, 40, None, {"hidden": True})
    sheet.data_validation("D3:D9", {"validate": "list", "source": ["370", "300"]})
    sheet.data_validation("E3:E9", {"validate": "list", "source": '=INDIRECT("A1")'})
    sheet.conditional_format(
        "D3:D9", {"type": "formula", "criteria": '=WEBSERVICE("http://evil.example")', "format": red}
    )
    sheet.conditional_format("D3:D9", {"type": "cell", "criteria": ">", "value": 1000, "format": red})
    sheet.protect("1234")
    book.add_worksheet("说明").write("A1", "旧表")
    book.define_name("外部", "='[别的.xlsx]Sheet1'!$A$1")
    book.define_name("里面", "='一月'!$A$1")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='一月'!$D$3:$D$4"})
    sheet.insert_chart("J2", chart)
    book.close()
    return out.getvalue()


@pytest.fixture
def marked(send, run_import, haizhou_clerk, standards):
    """marked(content, name): the import read, and the marked workbook made of it."""

    def made(content, name="名册.xlsx"):
        from lianyungang_cdpf.intake.kinds import kind_named
        from lianyungang_cdpf.intake.workbooks.making import marked_workbook

        job = run_import(send(haizhou_clerk, "hardship_subsidy", content, name=name))
        assert job.state == "ready", job.sentence
        return job, marked_workbook(job, kind_named(job.kind))

    return made


def test_its_looks_stay(marked, person):
    _, made = marked(dressed(person))
    assert made.form == "own"
    book = load_workbook(io.BytesIO(made.file.read()))
    sheet = book["一月"]

    assert book.sheetnames == ["一月", "说明"]
    assert "A1:F1" in sheet.merged_cells
    assert sheet["A1"].font.b and sheet["B2"].border.left.style == "thin"
    assert sheet.column_dimensions["C"].width == pytest.approx(31, abs=1)
    assert sheet.row_dimensions[3].hidden
    assert sheet.protection.sheet
    assert [one.formula1 for one in sheet.data_validations.dataValidation] == ['"370,300"']
    assert "村里报的" in sheet["C4"].comment.text


def test_the_wrong_cell_is_coloured_commented_and_explained_and_no_other(marked, person):
    _, made = marked(dressed(person))
    content = made.file.read()
    assert coloured(content) == ({("一月", 4)}, set())
    sheet = load_workbook(io.BytesIO(content))["一月"]
    assert sheet["C4"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["D4"].fill.fill_type is None
    assert "身份证号" in sheet["C4"].comment.text
    assert list(remarked(content)) == [("一月", 4)]
    assert sheet["C4"].number_format == sheet["E3"].number_format == "@"
    assert sheet["C3"].value == person.id_number


def test_nothing_in_it_runs_or_reaches_out(marked, person):
    _, made = marked(dressed(person))
    content = made.file.read()
    book = load_workbook(io.BytesIO(content))
    sheet = book["一月"]

    assert formulas(content) == []
    assert (sheet["F3"].value, sheet["F4"].value) == (2, "=cmd|' /C calc'!A0")
    assert (sheet["F4"].data_type, sheet["F4"].quotePrefix) == ("s", True)
    assert (sheet["H2"].value, sheet["H2"].data_type, sheet["H2"].quotePrefix) == ("=1+1", "s", True)
    assert not [cell for cell in sheet._cells.values() if cell.hyperlink]
    assert [rule.type for area in sheet.conditional_formatting for rule in area.rules] == ["cellIs"]
    assert list(book.defined_names) == ["里面"]
    assert sheet._charts == []
    names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert not [name for name in names if "external" in name.lower() or "vba" in name.lower() or "chart" in name]


def test_it_comes_in_again_as_it_is_and_is_marked_anew(marked, person):
    """Two wrong rows, one of them put right: the mark goes, and there is still one column of ours."""
    book = load_workbook(io.BytesIO(dressed(person, second=WRONG)))
    book["一月"].append([3, "李小红", "3207011990010112", 370, ACCOUNT])
    out = io.BytesIO()
    book.save(out)
    _, made = marked(out.getvalue())
    first = made.file.read()
    assert coloured(first)[0] == {("一月", 4), ("一月", 5)}

    book = load_workbook(io.BytesIO(first))
    book["一月"]["B4"], book["一月"]["C4"] = person.name, person.id_number
    book["一月"]["C3"] = "3207011990010112"
    out = io.BytesIO()
    book.save(out)
    _, made = marked(out.getvalue(), "改.xlsx")
    again = made.file.read()

    assert coloured(again)[0] == {("一月", 3), ("一月", 5)}
    assert set(remarked(again)) == {("一月", 3), ("一月", 5)}
    assert [cell.value for cell in load_workbook(io.BytesIO(again))["一月"][2]].count("问题说明") == 1
    assert commented(again)["一月", 4] == ["村里报的"]


@pytest.mark.parametrize("range_", ["G5:XFD1048576", "G5:Z90000"])
def test_a_workbook_that_would_cost_gigabytes_is_rewritten(marked, person, range_):
    book = load_workbook(io.BytesIO(dressed(person)))
    out = io.BytesIO()
    book.save(out)
    content = with_merge(out.getvalue(), range_)
    _, made = marked(content)
    assert made.form == "rewritten"
    assert coloured(made.file.read()) == ({("一月", 4)}, set())
    assert made.peak_mb < 200


def with_merge(content: bytes, range_: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = part.replace(b"</mergeCells>", f'<mergeCell ref="{range_}"/></mergeCells>'.encode())
            new.writestr(name, part)
    return out.getvalue()


def test_a_stray_value_in_the_last_cell_costs_nothing(marked, person):
    book = load_workbook(io.BytesIO(dressed(person)))
    book["一月"]["XFD1048576"] = "x"
    out = io.BytesIO()
    book.save(out)
    _, made = marked(out.getvalue())
    content = made.file.read()
    assert made.form == "own"
    assert coloured(content) == ({("一月", 4)}, set())
    assert made.peak_mb < 120
