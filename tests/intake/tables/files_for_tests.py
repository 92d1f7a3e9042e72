"""Sheets as real files of every kind that offices send."""

import csv
import io
from datetime import date
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlsxwriter

from tests.intake.reading.builders import ods

from .mess import Page

DELIMITERS = {".csv": (",", "^", ";"), ".txt": ("\t", "^", ",", "|"), ".tsv": ("\t",)}
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16")


def by_openpyxl(path: Path, pages: list[Page]) -> None:
    """As Excel itself would keep it; what begins with = is text here."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for page in pages:
        sheet = book.create_sheet(page.name)
        for row, cells in enumerate(page.rows, start=1):
            for column, value in enumerate(cells, start=1):
                if value not in (None, ""):
                    cell = sheet.cell(row, column, value)
                    cell.data_type = "s" if isinstance(value, str) else cell.data_type
        for first_row, first, last_row, last in page.merges:
            sheet.merge_cells(start_row=first_row, start_column=first, end_row=last_row, end_column=last)
    book.save(path)


def by_xlsxwriter(path: Path, pages: list[Page]) -> None:
    """Written in one pass, with rows and strings laid out otherwise."""
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
        for page in pages:
            sheet = book.add_worksheet(page.name)
            for row, cells in enumerate(page.rows):
                for column, value in enumerate(cells):
                    if isinstance(value, str) and value:
                        sheet.write_string(row, column, value)
                    elif value not in (None, ""):
                        sheet.write(row, column, value)


def as_ods(path: Path, pages: list[Page]) -> None:
    """OpenDocument, without merges."""
    tables = "".join(
        f"<table:table table:name={quoteattr(page.name)}>"
        + "".join(f"<table:table-row>{''.join(map(_ods_cell, cells))}</table:table-row>" for cells in page.rows)
        + "</table:table>"
        for page in pages
    )
    path.write_bytes(ods(tables))


def _ods_cell(value) -> str:
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value.isoformat()}"/>'
    if isinstance(value, str):
        lines = "".join(f"<text:p>{_ods_text(line)}</text:p>" for line in value.split("\n"))
        return f'<table:table-cell office:value-type="string">{lines}</table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'


def _ods_text(line: str) -> str:
    """Blanks of layout are elements of their own, as LibreOffice writes them."""
    return escape(line).replace("\t", "<text:tab/>").replace(" ", "<text:s/>")


def as_text(path: Path, page: Page, chance: Random) -> None:
    """Comma, tab, caret ..., in one of the encodings that Excel and old programs write."""
    stream = io.StringIO(newline="")
    ending = chance.choice(["\r\n", "\n"])
    csv.writer(stream, delimiter=chance.choice(DELIMITERS[path.suffix]), lineterminator=ending).writerows(page.rows)
    path.write_bytes(stream.getvalue().encode(chance.choice(ENCODINGS)))


BOOKS = {"openpyxl.xlsx": by_openpyxl, "xlsxwriter.xlsx": by_xlsxwriter, "made.ods": as_ods}
