"""The header of a sheet: one to three rows whose cells say which column is which field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ..reading import Cell
from .columns import Roll
from .headings import Heading, best_of, candidates, heading_key, only_holder, without_brackets

NumberedRow = tuple[int, list[Cell]]
Spans = dict[int, list[tuple[int, int]]]  # Excel row -> first and last column of its merged cells, from 0
SEQUENCE = frozenset({"序号", "编号", "序", "号", "序列号", "行号", "no.", "no", "num", "序次", "顺序号", "id", "#"})
LONGEST_GROUP = 12
_FIGURES = re.compile("[0-9]{3}")


def column_letter(index: int) -> str:
    """The letters over a column in Excel; `index` counts from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass
class Header:
    """Where the fields of a roll stand on one sheet."""

    first_row: int
    last_row: int
    headings: list[Heading]
    keys: list[dict[int, str]]  # of each header row, to know it again when it is repeated on the next page
    columns: dict[str, int] = field(default_factory=dict)
    rivals: dict[str, list[int]] = field(default_factory=dict)
    sequence: int | None = None

    @property
    def headed(self) -> set[int]:
        return {heading.index for heading in self.headings}

    @property
    def unknown(self) -> list[Heading]:
        """The headings that stand for no field of the roll, in the order of the sheet; a running number is none."""
        known = {*self.columns.values(), *(index for others in self.rivals.values() for index in others)}
        return [one for one in self.headings if one.index not in known and one.index != self.sequence]

    def label(self, index: int) -> str:
        """A column as Excel and the clerk call it: C 列“身份证号码”."""
        text = next((heading.text for heading in self.headings if heading.index == index), "")
        return f"{column_letter(index)} 列“{text}”" if text else f"{column_letter(index)} 列"

    @property
    def is_words(self) -> bool:
        """Whether no heading holds a longer number, as a row about somebody would."""
        return len(self.headings) > 1 and not any(_FIGURES.search(heading.leaf) for heading in self.headings)

    def missing(self, roll: type[Roll]) -> list[str]:
        """The fields that every file of the roll must have and this header lacks."""
        return [
            name
            for name, column in roll.columns.items()
            if column.required
            and name not in self.columns
            and not (column.instead and column.instead[0] in self.columns)
        ]

    def keys_found(self, roll: type[Roll]) -> int:
        """How many fields stand here that only a header of people has."""
        return sum(roll.columns[name].key for name in self.columns)

    def repeated_by(self, cells: Sequence[Cell]) -> bool:
        """Whether a row is this header again, as on every printed page."""
        keys = row_keys(cells)
        same = max(sum(row.get(index) == key for index, key in keys.items()) for row in self.keys)
        return same > 0 and 2 * same >= len(keys) and same >= min(2, *(len(row) for row in self.keys))


def header_of(rows: Sequence[NumberedRow], spans: Spans, roll: type[Roll]) -> Header:
    """Read the rows as a header of the roll, whether or not they are one: see Header.missing."""
    headings = _flatten(rows, spans)
    header = Header(rows[0][0], rows[-1][0], headings, [row_keys(cells) for _, cells in rows])
    header.sequence = next((heading.index for heading in headings if heading.leaf in SEQUENCE), None)
    for name, found in candidates(headings, roll).items():
        best = best_of(name, found, roll) if roll.columns[name].key else found
        exact_first = best if roll.columns[name].key else sorted(best, key=lambda one: len(one.leaf))
        header.columns[name] = exact_first[0].index
        if roll.columns[name].key and len(best) > 1:
            header.rivals[name] = [heading.index for heading in best[1:]]
    _fill_gaps(header, roll)
    return header


def _fill_gaps(header: Header, roll: type[Roll]) -> None:
    """A required field may stand under a heading with an unknown qualifier, if the rest makes this row a header."""
    if len(header.columns) < 2:
        return
    for name in header.missing(roll):
        heading = only_holder(name, header.headings, set(header.columns.values()), roll)
        if heading:
            header.columns[name] = heading.index


def row_keys(cells: Sequence[Cell]) -> dict[int, str]:
    """The heading keys in a row by column."""
    keys = ((index, heading_key(cell)) for index, cell in enumerate(cells) if cell.__class__ is str)
    return {index: key for index, key in keys if key}


def _flatten(rows: Sequence[NumberedRow], spans: Spans) -> list[Heading]:
    """One heading per column: the lowest cell, with the cells that span it from above as its group."""
    leaves: dict[int, Heading] = {}
    for position, (number, cells) in enumerate(rows):
        wide = _spread(number, cells, spans)
        if position + 1 < len(rows) and number not in spans:
            wide = _span_groups(cells, rows[position + 1][1])
        for index, cell in enumerate(wide):
            _stack(leaves, index, cell)
    return [leaves[index] for index in sorted(leaves)]


def _stack(leaves: dict[int, Heading], index: int, cell: Cell) -> None:
    key = heading_key(cell)
    if not key:
        return
    above = leaves.get(index)
    text = " ".join(str(cell).split())
    if above is None:
        leaves[index] = Heading(index, key, "", text)
    elif above.leaf != key:
        leaves[index] = Heading(index, key, above.group + above.leaf, text)


def _spread(number: int, cells: list[Cell], spans: Spans) -> list[Cell]:
    """The row with horizontally merged cells filled to the end of their range."""
    for first, last in spans.get(number, ()):
        if first < len(cells) and cells[first] is not None:
            cells = cells + [None] * (last + 1 - len(cells))
            cells[first : last + 1] = [cells[first]] * (last - first + 1)
    return cells


def _span_groups(cells: list[Cell], below: list[Cell]) -> list[Cell]:
    """Where a sheet keeps no merges (text files), a group reaches over the blanks at its right with subheadings."""
    width = max(len(cells), len(below))
    cells, below = cells + [None] * (width - len(cells)), below + [None] * (width - len(below))
    spread: list[Cell] = []
    group = None
    for cell, under in zip(cells, below, strict=True):
        group = None if under is None else cell if cell is not None else group
        spread.append(cell if cell is not None else group)
    return spread


def _only_words(row: NumberedRow) -> dict[int, str]:
    """The keys of a row that holds nothing but short words; empty for every other row."""
    keys = row_keys(row[1])
    filled = sum(cell is not None for cell in row[1])
    return keys if len(keys) == filled and not any(_FIGURES.search(key) for key in keys.values()) else {}


def _can_be_group_row(row: NumberedRow, below: NumberedRow) -> bool:
    """Whether a row can be the upper part of a header: short words without a colon, right above the next row."""
    keys = _only_words(row)
    # What stands in brackets is no part of it: 残疾人身份证号码(18位).
    if row[0] + 1 != below[0] or not keys or any(len(without_brackets(key)) > LONGEST_GROUP for key in keys.values()):
        return False
    if any(":" in text or "：" in text for text in row[1] if text):
        return False
    return len(keys) > 1 or next(iter(keys)) > 0


def _under_header(row: NumberedRow, header: Header, roll: type[Roll]) -> bool:
    """Whether a row can be the lower part of a header: words alone, some under no heading, none under a key field."""
    keys = _only_words(row)
    if row[0] != header.last_row + 1 or len(header.keys) > 2:
        return False
    keyed = {
        index for name, index in header.columns.items() if roll.columns[name].key and not roll.columns[name].summed
    }
    return not keyed.intersection(keys) and any(index not in header.keys[-1] for index in keys)


def find_header(
    above: Sequence[NumberedRow], row: NumberedRow, below: NumberedRow | None, spans: Spans, roll
) -> Header:
    """The header that ends in this row, or in the row below it where that holds subheadings.

    `above` are the rows before it; the upper rows of a header are taken from them where they can be group headings.
    The header may be incomplete: see Header.missing.
    """
    rows = [row]
    while len(rows) < 3 and len(above) >= len(rows) and _can_be_group_row(above[-len(rows)], rows[0]):
        rows.insert(0, above[-len(rows)])
    tries = [header_of(rows[start:], spans, roll) for start in range(len(rows))]
    header = next((one for one in tries if not one.missing(roll)), tries[-1])
    if below and not header.missing(roll) and _under_header(below, header, roll):
        longer = header_of([*rows[len(rows) - len(header.keys) :], below], spans, roll)
        if not longer.missing(roll) and header.columns.keys() <= longer.columns.keys():
            return longer
    return header
