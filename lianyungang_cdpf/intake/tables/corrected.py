"""A data row as it reads once some of its cells have been typed anew; the rules are those of RowCleaner."""

from collections.abc import Iterable, Mapping

from ..reading.cells import text_cell
from .cleaners import shown
from .columns import Column, Roll
from .datarow import DataRow, Problem

LONGEST_TEXT = 500  # characters of one cell


def written(roll: type[Roll], values: Mapping) -> dict[str, str]:
    """The values of a row as a clerk would write them; blank ones are not in it."""
    texts = {name: roll.columns[name].cleaner.written(value) for name, value in values.items() if name in roll.columns}
    return {name: text for name, text in texts.items() if text}


def read_back(
    roll: type[Roll], sheet: str | None, row: int, texts: Mapping[str, str], problems: Iterable, month: str | None
) -> DataRow:
    """The row whose values were `written`; its problems are those that reading found, not found anew."""
    values = {
        name: roll.columns[name].cleaner.for_month(month).clean(text)[0]
        for name, text in texts.items()
        if name in roll.columns
    }
    return DataRow(sheet, row, values, [tuple(problem) for problem in problems])


def corrected(
    row: DataRow, roll: type[Roll], cells: Iterable[tuple[str, str]], texts: Mapping[str, str], month: str | None
) -> DataRow:
    """The row with the cells named in `texts` read from their new texts.

    cells   (field, the field that its cell is named by), as Table.cells_of gives them
    month   of the roll, "2019-03"
    """
    values, problems = dict(row.values), list(row.problems)
    for field, source in cells:
        if source not in texts:
            continue
        value, problem = _read(roll.columns[field], field, source, texts[source], month)
        values[field] = value
        problems = [one for one in problems if one[1] != field] + ([problem] if problem else [])
    order = {name: place for place, name in enumerate(roll.columns)}
    problems.sort(key=lambda problem: order[problem[1]])
    return DataRow(row.sheet, row.row, values, problems)


def _read(column: Column, field: str, source: str, text: str, month: str | None) -> tuple[object, Problem | None]:
    is_instead = field != source and column.instead is not None and column.instead[0] == source
    cleaner = (column.instead[1] if is_instead else column.cleaner).for_month(month)
    cell = text_cell(text, LONGEST_TEXT)
    value, code = cleaner.clean(cell)
    if code and column.informative:
        return None, None
    if not code and value is None and (column.required or column.filled):
        code = "MISSING_REQUIRED"
    return value, (code, field, shown(cell)) if code else None
