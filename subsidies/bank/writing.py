"""Bytes of a bank's file out of a layout and its rows: the same rows give the same bytes, and nothing in it runs.

A value can move no column: in a text file the delimiter and the double quote inside a value become their full-width
forms, line breaks and control characters go. Banks' programs split at the delimiter and know no quoting.
"""

import io
import re
import tempfile
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

import xlsxwriter
from django.conf import settings

from lianyungang_cdpf.audit.exports import FORMULA_STARTS
from lianyungang_cdpf.audit.plainsheet import PlainSheet
from subsidies.bank.columns import Sent
from subsidies.bank.models import BankLayout, Form

MEDIA_TYPES = {Form.TEXT: "text/plain", Form.XLSX: "application/zip"}
# What prints as nothing, and what no file can hold.
UNWRITTEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
# Excel writes down when a workbook was made: always the same moment, or no two files would be equal.
MADE = datetime(2019, 1, 1)
FULL_WIDTH = 0xFEE0


def as_written(text: str, delimiter: str = "") -> str:
    """The text as a file holds it: harmless in a spreadsheet, and in one column."""
    text = UNWRITTEN.sub("", text).strip()
    for mark in (delimiter, '"') if delimiter else ():
        text = text.replace(mark, chr(ord(mark) + FULL_WIDTH) if mark > " " else "")
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def written(layout: BankLayout, rows: Iterable[list[str]]) -> bytes:
    """The whole file. Numbers of people and accounts stay texts; in a workbook only amounts are numbers."""
    return _text(layout, rows) if layout.form == Form.TEXT else _workbook(layout, rows)


def headings(layout: BankLayout) -> list[str]:
    """The heading row."""
    return [column["heading"] for column in layout.columns]


def _text(layout: BankLayout, rows: Iterable[list[str]]) -> bytes:
    mark = layout.delimiter
    lines = [mark.join(as_written(cell, mark) for cell in row) for row in rows]
    if layout.has_heading:
        lines.insert(0, mark.join(as_written(cell, mark) for cell in headings(layout)))
    return "".join(f"{line}\r\n" for line in lines).encode(layout.encoding)


def _workbook(layout: BankLayout, rows: Iterable[list[str]]) -> bytes:
    stream = io.BytesIO()
    amounts = {at for at, column in enumerate(layout.columns) if column["field"] == Sent.AMOUNT}
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR) as folder:
        options = {
            "constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False,
        }  # fmt: skip
        with xlsxwriter.Workbook(stream, options) as workbook:
            workbook.set_properties({"created": MADE})
            sheet = workbook.add_worksheet(worksheet_class=PlainSheet)
            money, text = workbook.add_format({"num_format": "0.00"}), workbook.add_format({"num_format": "@"})
            first = 0
            if layout.has_heading:
                sheet.write_row(0, 0, map(as_written, headings(layout)), workbook.add_format({"bold": True}))
                first = 1
            for number, row in enumerate(rows, start=first):
                for at, cell in enumerate(row):
                    if at in amounts:
                        sheet.write_number(number, at, Decimal(cell), money)
                    elif cell:
                        sheet.write_string(number, at, as_written(cell), text)
    return stream.getvalue()
