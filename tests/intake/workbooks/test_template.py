"""Blank forms: for every kind, what is filled in under them is read without an error."""

import io
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from openpyxl import load_workbook

from lianyungang_cdpf.intake.workbooks.template import HEADING_ROW, NOTES, SAMPLE, SAMPLE_ROW, asked, blank_form

FIRST = SAMPLE_ROW + 2  # Excel's number of the row below the example
pytestmark = pytest.mark.django_db


@pytest.fixture
def kinds(standards):
    from lianyungang_cdpf.intake.kinds import all_kinds

    return all_kinds()


@pytest.fixture
def read(city_clerk, settings, tmp_path):
    """read(kind, content): the import, as the worker leaves it."""
    settings.UPLOAD_ROOT = tmp_path

    from lianyungang_cdpf.intake.actions import start_import
    from lianyungang_cdpf.intake.work import run

    def done(kind, content, month=date(2019, 3, 1)):
        month = month if kind.needs_month else None
        job = start_import(
            by=city_clerk, kind=kind, upload=ContentFile(content), name="模板.xlsx", month=month, queue=False
        )
        run(job.pk)
        job.refresh_from_db()
        return job

    return done


def filled(kind, values: dict) -> bytes:
    """The form of a kind with one row, the values by field."""
    book = load_workbook(io.BytesIO(blank_form(kind)))
    sheet = book.worksheets[0]
    sheet.cell(FIRST, 1).value = 1
    for column, field in enumerate(asked(kind.roll), start=2):
        sheet.cell(FIRST, column).value = values.get(field)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def values_for(kind, person) -> dict:
    """What a right row of a kind says; fields that have a list take its last choice where nothing else is said."""
    known = {
        "name": person.name, "id_number": person.id_number, "certificate_no": person.certificates.first().number,
        "county": "海州区", "account_no": person.account_no, "category": "肢体", "grade": "一级", "month": "2019-03",
        "programme": kind.label, "paid_on": "2019-03-20", "roll_ref": "旧批次", "amount": "370.00",
        "household_status": "低保", "phone": person.phone,
    }  # fmt: skip
    return {field: known.get(field) for field in asked(kind.roll)}


def test_every_kind_has_a_form_whose_headings_are_its_columns(kinds):
    from lianyungang_cdpf.intake.tables.header import header_of

    for kind in kinds:
        sheet = load_workbook(io.BytesIO(blank_form(kind))).worksheets[0]
        cells = [cell.value for cell in sheet[HEADING_ROW + 1]]
        header = header_of([(HEADING_ROW + 1, cells)], {}, kind.roll)
        wanted = {field: index for index, field in enumerate(asked(kind.roll), start=1)}
        assert {field: header.columns[field] for field in wanted} == wanted, kind.code
        assert not header.missing(kind.roll)
        assert header.unknown == []
        assert [field for field, column in kind.roll.columns.items() if column.required and not column.asked] == []


@pytest.mark.parametrize("code", ["hardship_subsidy", "register", "payment_history"])
def test_a_filled_form_is_read_without_an_error(kinds, read, make_person, code):
    kind = next(one for one in kinds if one.code == code)
    person = make_person(
        "周文静", area="320706006", category=4, grade=1, hardship="低保", account_no="6299999630040357070"
    )
    values = values_for(kind, person) | {"programme": "困难残疾人生活补贴"}

    job = read(kind, filled(kind, values))

    assert (job.state, job.sentence) == ("ready", "")
    assert (job.summary["valid_rows"], job.summary["bad_rows"]) == (1, 0), list(
        job.rows.values_list("codes", flat=True)
    )
    assert not job.summary["questions"]


def test_every_kind_reads_its_filled_form_with_every_column_understood(kinds, read, make_person):
    """Kinds that judge by rules of their own may find fault with the person, never with the form."""
    person = make_person(
        "周文静", area="320706006", category=4, grade=1, hardship="低保", account_no="6299999630040357070"
    )
    of_the_form = {
        "MISSING_REQUIRED",
        "CATEGORY_FORMAT",
        "GRADE_FORMAT",
        "CHOICE_FORMAT",
        "DATE_FORMAT",
        "AMOUNT_FORMAT",
    }
    for kind in kinds:
        columns = asked(kind.roll)
        values = {field: column.example for field, column in columns.items()}
        values |= {field: value for field, value in values_for(kind, person).items() if value}
        job = read(kind, filled(kind, values))
        assert job.state == "ready", (kind.code, job.sentence)
        assert job.summary["data_rows"] == 1, kind.code
        codes = {code for row in job.rows.all() for code in row.codes.split(",")}
        assert not codes & of_the_form, (kind.code, codes)


def test_an_empty_form_holds_no_rows_for_its_example_is_passed_over(kinds, read):
    for kind in kinds:
        job = read(kind, blank_form(kind))
        assert (job.state, job.summary["data_rows"]) == ("ready", 0), (kind.code, job.sentence)


def test_a_form_whose_month_nobody_wrote_is_sent_back_with_a_sentence(kinds, read):
    kind = next(one for one in kinds if one.needs_month)
    job = read(kind, blank_form(kind), month=None)
    assert job.state == "refused"
    assert "请选择发放月份" in job.sentence


def test_the_form_keeps_numbers_text_offers_choices_and_prints_with_signatures(kinds):
    kind = next(one for one in kinds if one.code == "hardship_subsidy")
    book = load_workbook(io.BytesIO(blank_form(kind)))
    sheet, columns = book.worksheets[0], list(asked(kind.roll))
    widths = [one for one in sheet.column_dimensions.values() if one.number_format == "@"]
    texts = {index for one in widths for index in range(one.min, one.max + 1)}

    for field in ("id_number", "certificate_no", "account_no", "phone"):
        assert columns.index(field) + 2 in texts
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation if one.type == "list"}
    assert '"一级,二级,三级,四级"' in lists.values()
    assert sheet.cell(SAMPLE_ROW + 1, 1).value == SAMPLE
    assert sheet.page_setup.orientation == "landscape"
    assert (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.print_title_rows) == (True, "$1:$3")
    assert "经办人" in sheet.oddFooter.left.text and "负责人" in sheet.oddFooter.left.text
    assert "&P" in sheet.oddFooter.right.text
    notes = [[cell.value for cell in row] for row in book[NOTES].iter_rows()]
    said = {row[0]: row[1:] for row in notes}
    assert said["身份证号"][0] == "必填"
    assert "公民身份号码" in said["身份证号"][2]
    assert not [cell for one in book.worksheets for row in one.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_front_page_links_to_the_form_of_each_kind_on_offer(haizhou_clerk, sign_in, standards):
    from lianyungang_cdpf.intake.kinds import kinds_for

    client = sign_in(haizhou_clerk)
    page = client.get(reverse("intake:front")).content.decode()
    for kind in kinds_for(haizhou_clerk):
        address = reverse("intake:template", args=[kind.code])
        assert address in page
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment")


def test_the_form_of_a_kind_that_somebody_may_not_import_is_not_found(make_staff, sign_in, standards):
    client = sign_in(make_staff("town", "320706006", "town_clerk"))
    assert client.get(reverse("intake:template", args=["register"])).status_code == 200
    assert client.get(reverse("intake:template", args=["hardship_subsidy"])).status_code == 404
