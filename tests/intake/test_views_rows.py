"""The list of findings, and what is taken away of it."""

import csv
import io
import re

import openpyxl
import pytest
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from tests.intake.made_imports import made_import, made_preview, made_row

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("http://x")',
    "＝1+1",
    " =1",
]


def address(job, name="rows"):
    return reverse(f"intake:{name}", args=[job.uid])


@pytest.fixture
def clerk(haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    client.staff = haizhou_clerk
    return client


def listed(client, job, **query):
    answer = client.get(address(job), query)
    assert answer.status_code == 200
    return [int(row) for row in re.findall(r'<td class="num wide">(\d+)</td>', answer.content.decode())]


def test_errors_and_warnings_are_two_lists(clerk):
    job = made_preview(clerk.staff)
    assert listed(clerk, job) == [7, 8]
    assert listed(clerk, job, what="warnings") == [6]


def test_a_kind_is_the_primary_one(clerk):
    job = made_preview(clerk.staff)
    assert listed(clerk, job, code="ID_CHECKSUM") == [7]
    assert listed(clerk, job, code="BANK_LUHN") == []


def test_an_unknown_kind_is_no_filter(clerk):
    assert listed(clerk, made_preview(clerk.staff), code="\x00' OR 1=1") == [7, 8]


def test_pages_hold_fifty_and_one_beyond_the_end_is_the_last(clerk):
    job = made_import(clerk.staff)
    for number in range(120):
        made_row(job, number + 1, "NAME_MISMATCH")
    assert listed(clerk, job) == list(range(1, 51)) == listed(clerk, job, page="x")
    assert listed(clerk, job, page=3) == list(range(101, 121)) == listed(clerk, job, page=99999)


def test_the_list_asks_little_of_the_database(clerk, django_assert_max_num_queries):
    job = made_import(clerk.staff)
    for number in range(60):
        made_row(job, number + 1, "NAME_MISMATCH")
    with django_assert_max_num_queries(30):
        listed(clerk, job)


def sheet_of(answer):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    return [list(row) for row in book.active.iter_rows()]


def lines_of(answer):
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_both_lists_hold_errors_then_warnings_with_masked_ids(clerk):
    job = made_preview(clerk.staff)
    workbook = [[cell.value or "" for cell in row] for row in sheet_of(clerk.get(address(job, "rows_xlsx")))]
    text = lines_of(clerk.get(address(job, "rows_csv")))
    assert workbook == text
    assert [(line[0], line[2], line[4]) for line in text[1:]] == [
        ("错误", "7", "320701********1234"),
        ("错误", "8", "320701********1234"),
        ("提醒", "6", "320701********1234"),
    ]
    assert text[1][6:8] == ["身份证号校验位不符", "末位应为 7，表中为 4"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_exported_cell_is_a_formula(clerk, formula):
    job = made_import(clerk.staff)
    made_row(job, 4, "NAME_MISMATCH", sheet=formula, name=formula, id_number=formula * 4, said=formula)
    cells = [cell for row in sheet_of(clerk.get(address(job, "rows_xlsx"))) for cell in row]
    assert all(cell.data_type in {"s", "n"} for cell in cells)
    texts = [cell.value for cell in cells if cell.value]
    texts += [cell for line in lines_of(clerk.get(address(job, "rows_csv"))) for cell in line]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))]


def test_every_export_is_in_the_audit_log_with_its_rows(clerk):
    job = made_preview(clerk.staff)
    clerk.get(address(job, "rows_xlsx"))
    clerk.get(address(job, "rows_csv"))
    lines = AuditLine.objects.filter(deed="导出问题清单").order_by("id")
    assert [(line.staff, line.object_id, line.summary) for line in lines] == [
        (clerk.staff, str(job.pk), "3 行，xlsx"),
        (clerk.staff, str(job.pk), "3 行，csv"),
    ]


@pytest.mark.parametrize("name", ["rows_xlsx", "rows_csv"])
def test_the_clerks_file_name_never_reaches_a_header(clerk, name):
    job = made_import(clerk.staff, file_name='a\r\nX-Injected: 1"; filename="evil.exe')
    answer = clerk.get(address(job, name))
    assert re.fullmatch(
        r'attachment; filename="import-[0-9a-f]{8}-rows\.(xlsx|csv)"', answer.headers["Content-Disposition"]
    )
    assert "X-Injected" not in answer.headers


def test_a_long_text_does_not_spoil_the_workbook(clerk):
    job = made_import(clerk.staff)
    made_row(job, 4, "NAME_MISMATCH", name="名" * 40_000)
    assert max(len(cell.value or "") for row in sheet_of(clerk.get(address(job, "rows_xlsx"))) for cell in row) == 2_000
