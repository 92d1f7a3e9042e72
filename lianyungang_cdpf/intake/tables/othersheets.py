"""Sheets without a roll's header: summaries, whose total is the file's, and notes."""

from ..reading import Refused
from .columns import Roll
from .header import Header, NumberedRow, header_of
from .money import Money
from .rows import Kind, label_kind
from .sheets import SheetReader, first_person
from .text import compact, simplify
from .totals import Totals
from .unmapped import refusal


def record_other_sheet(reader: SheetReader, totals: Totals) -> None:
    """Decide between summary and notes; take the summary's total.

    Raises Refused when the sheet holds people without any header over them: they would vanish without a word.
    """
    if reader.is_notes_by_name:
        return
    if any(_is_tabular(row) for row in reader.above):
        reader.facts.kind = "summary"
    number = first_person(reader.above, reader.roll)
    if number is not None and not _is_other_list(reader):
        said = (
            f"{reader.place}没有找到表头，第 {number} 行却像名册的内容。"
            "请在人员之前加一行写明各列名称（如姓名、身份证号、金额）后重新上传。"
        )
        above = reader.nearest if reader.nearest and reader.nearest.last_row < number else None
        raise refusal(said, reader.sheet.name, above, reader.roll)
    if reader.facts.kind == "summary":
        _declare(reader, totals)


def near_miss(reader: SheetReader) -> Refused | None:
    """The refusal of a sheet whose header lacks a column, or None when nothing on it is like a header."""
    header, roll = reader.nearest, reader.roll
    if header is None or not header.keys_found(roll):
        return None
    asked = "、".join(f"“{roll.columns[name].label}”" for name in header.missing(roll))
    said = (
        f"{reader.place}第 {header.last_row} 行像是表头，但没有找到{asked}列。"
        "请补上这一列，或把列名改为这样的写法后重新上传。"
    )
    return refusal(said, reader.sheet.name, header, roll)


def _is_tabular(row: NumberedRow) -> bool:
    cells = [cell for cell in row[1] if cell is not None]
    return len(cells) > 1 and any(Money().clean(cell)[0] is not None for cell in cells)


def _is_other_list(reader: SheetReader) -> bool:
    """Whether people stand under a header of another kind of list: names and numbers, but no amounts."""
    return reader.nearest is not None and reader.nearest.keys_found(reader.roll) > 1


def _declare(reader: SheetReader, totals: Totals) -> None:
    name = next((name for name, column in reader.roll.columns.items() if column.summed), None)
    header = next((one for one in map(_header(reader.roll), reader.above) if name in one.columns), None)
    if header is None or name in header.rivals:
        return
    rows = [*reader.above, *iter(reader.next_row, None)]
    amounts = [_total(cells, header.columns[name]) for number, cells in rows if number > header.last_row]
    amounts = [amount for amount in amounts if amount is not None]
    if amounts:
        totals.declare_summary(amounts[-1])


def _header(roll: type[Roll]):
    def read(row: NumberedRow) -> Header:
        return header_of([row], {}, roll)

    return read


def _total(cells, index: int):
    first = next((cell for cell in cells if cell is not None), None)
    if not isinstance(first, str) or label_kind(simplify(compact(first))) is not Kind.TOTAL or index >= len(cells):
        return None
    return Money().clean(cells[index])[0]
