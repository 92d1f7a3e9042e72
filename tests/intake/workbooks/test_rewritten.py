"""Text files and old workbooks come back as .xlsx: same rows, same values, and nothing that runs."""

import io

import pytest
from openpyxl import load_workbook

from tests.intake.workbooks.reading_back import coloured, formulas, remarked

ACCOUNT = "6299999630040357070"
INJECTED = '<r></r></is></c><c r="B9"><f>1+1</f><v>2</v></c><c r="C9" t="inlineStr"><is><r></r>'
NAMES = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "＝1+1", " =1", INJECTED, "_x000D_", "<b>&"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def made(send, run_import, haizhou_clerk, standards):
    """made(rows, form): the import and the workbook of that form."""

    def make(rows, form="marked", **options):
        from lianyungang_cdpf.intake.kinds import kind_named
        from lianyungang_cdpf.intake.workbooks.making import bad_rows_workbook, marked_workbook

        job = run_import(send(haizhou_clerk, "hardship_subsidy", rows, **options))
        assert job.state == "ready", job.sentence
        kind = kind_named(job.kind)
        return job, marked_workbook(job, kind) if form == "marked" else bad_rows_workbook(job, kind, "海州区2019年3月")

    return make


def rows_of(names) -> list[list]:
    return [
        ["名单"],
        [],
        ["姓名", "身份证号", "补贴金额", "银行账号"],
        *[[name, f"32070119900101{number:04d}", "370", ACCOUNT] for number, name in enumerate(names)],
    ]


@pytest.mark.parametrize("form", ["marked", "bad_rows"])
def test_no_text_becomes_a_formula_and_all_read_as_before(made, send, run_import, haizhou_clerk, form):
    job, workbook = made(rows_of(NAMES), form)
    content = workbook.file.read()
    assert formulas(content) == []
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    first = {"marked": 4, "bad_rows": 3}[form]
    cells = [sheet.cell(first + number, 1) for number in range(len(NAMES))]
    assert {cell.data_type for cell in cells} == {"s"}
    assert [cell.quotePrefix for cell in cells] == [True] * 6 + [False] * 3

    again = run_import(send(haizhou_clerk, "hardship_subsidy", content, name="再传.xlsx"))

    assert names_of(again) == names_of(job)


def names_of(job) -> list[str]:
    import json

    return [json.loads(row.payload)["name"] for row in job.rows.order_by("id")]


def test_rows_stay_where_the_file_had_them_and_numbers_stay_text(made):
    _, workbook = made(rows_of(["周文静", "王小明"]))
    content = workbook.file.read()
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    assert coloured(content)[0] == {("名册", 4), ("名册", 5)}
    assert sheet["B4"].value == "320701199001010000"
    assert (sheet["B4"].data_type, sheet["B4"].number_format) == ("s", "@")
    assert sheet.column_dimensions["D"].number_format == "@"


def test_a_row_of_another_place_says_only_that(made, make_person):
    other = make_person("东海人", area="320722101", category=4, grade=1, died_on=None, account_no=ACCOUNT)
    rows = [["姓名", "身份证号", "补贴金额", "银行账号"], ["别名", other.id_number, "1", "62999"]]
    for form in ("marked", "bad_rows"):
        _, workbook = made(rows, form, name=f"{form}.csv")
        (said,) = remarked(workbook.file.read()).values()
        assert "不在本辖区" in said
        assert not [word for word in ("姓名", "金额", "账号", "档案") if word in said]


def test_repeated_places_and_signs_are_written_out_for_the_bad_rows(made):
    rows = rows_of(["周文静", "王小明", "李小红"])
    rows[2].append("乡镇")
    for row, place in zip(rows[3:], ("浦西街道", "同上", "〃"), strict=True):
        row.append(place)
    _, workbook = made(rows, "bad_rows")
    sheet = load_workbook(io.BytesIO(workbook.file.read())).worksheets[0]
    assert [sheet.cell(row, 5).value for row in (3, 4, 5)] == ["浦西街道"] * 3
    assert [cell.value for cell in sheet[2]][-2:] == ["问题说明", "原表行号"]
    assert [sheet.cell(row, 7).value for row in (3, 4, 5)] == [4, 5, 6]
