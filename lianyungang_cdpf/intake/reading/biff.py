"""What python-calamine leaves out of an .xls: hidden rows and columns, error cells, and whether it is encrypted.

Reads the records of [MS-XLS] BIFF8 that say so, and no other.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from .refused import damaged

BOF, EOF, FILE_PASS, BOUND_SHEET = 0x0809, 0x000A, 0x002F, 0x0085
ROW, COLUMN_INFO, BOOL_OR_ERROR, FORMULA = 0x0208, 0x007D, 0x0205, 0x0006
ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
ROW_HIDDEN, COLUMN_HIDDEN = 0x20, 0x1


@dataclass
class SheetNotes:
    """Rows and columns from 1."""

    start: int
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def records(stream: bytes, position: int) -> Iterator[tuple[int, bytes]]:
    """(kind, body) from a position on; raises Refused where a record runs past the end."""
    while position + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, position)
        body = stream[position + 4 : position + 4 + size]
        if len(body) < size:
            raise damaged("工作簿记录不完整")
        yield kind, body
        position += 4 + size


def is_encrypted(stream: bytes) -> bool:
    """A FILEPASS record stands in the globals of a workbook that asks for a password on opening."""
    for kind, _ in records(stream, 0):
        if kind in (FILE_PASS, EOF):
            return kind == FILE_PASS
    return False


def sheet_notes(stream: bytes) -> list[SheetNotes]:
    """One entry per sheet of the workbook, charts included, in its order; read_sheet fills them."""
    notes = []
    for kind, body in records(stream, 0):
        if kind == BOUND_SHEET and len(body) >= 6:
            notes.append(SheetNotes(struct.unpack_from("<L", body)[0]))
        elif kind == EOF:
            break
    return notes


def read_sheet(stream: bytes, note: SheetNotes) -> None:
    """Fill in what the sheet's own records say."""
    depth = 0
    for kind, body in records(stream, note.start):
        depth += (kind == BOF) - (kind == EOF)
        if depth <= 0:
            return
        if depth == 1:
            _read_record(kind, body, note)


def _read_record(kind: int, body: bytes, note: SheetNotes) -> None:
    if kind == ROW and len(body) >= 14:
        number, flags = struct.unpack_from("<H10xH", body)
        if flags & ROW_HIDDEN:
            note.hidden_rows.add(number + 1)
    elif kind == COLUMN_INFO and len(body) >= 10:
        first, last, flags = struct.unpack_from("<HH4xH", body)
        if flags & COLUMN_HIDDEN:
            note.hidden_columns.append((first + 1, last + 1))
    elif kind == BOOL_OR_ERROR and len(body) >= 8 and body[7]:
        _note_error(body, body[6], note)
    elif kind == FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        _note_error(body, body[8], note)


def _note_error(body: bytes, code: int, note: SheetNotes) -> None:
    row, column = struct.unpack_from("<HH", body)
    note.errors[row + 1, column + 1] = ERRORS.get(code, "#ERROR")
