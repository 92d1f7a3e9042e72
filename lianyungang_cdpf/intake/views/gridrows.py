"""Wrong rows as a table to type in: what each cell held, what was found of it, and what may be done with the row."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from lianyungang_cdpf.intake.correcting import cell_texts, kept_of
from lianyungang_cdpf.intake.decisions import ACCEPTED, CORRECTED, cells_of, heading_text, said_of_acceptance, texts_of
from lianyungang_cdpf.intake.engine import kept_sheet
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, RowDecision
from lianyungang_cdpf.intake.presentation import label, shown
from lianyungang_cdpf.intake.views.findings import TEXT_FILE, masked
from lianyungang_cdpf.masking import mask_account_no, mask_certificate_no, mask_id_number, mask_phone

_MASKS = {
    "id_number": mask_id_number, "certificate_no": mask_certificate_no, "account_no": mask_account_no,
    "phone": mask_phone,
}  # fmt: skip
# Characters that a column's cells are wide, where twelve are not right.
_WIDTHS = {
    "id_number": 20, "certificate_no": 24, "account_no": 22, "name": 8, "amount": 9, "month": 9, "months": 4,
    "grade": 6, "category": 8, "sex": 4, "address": 20, "phone": 13,
}  # fmt: skip
_SIGNS = {
    ImportRow.Verdict.BAD: ("b", "有错误"),
    ImportRow.Verdict.WARNED: ("w", "可入账"),
    ImportRow.Verdict.VALID: ("o", "可入账"),
    ImportRow.Verdict.LEFT_OUT: ("n", "已删去"),
}


def masked_cell(name: str, text: str) -> str:
    """A cell's text for who may not see whole numbers, wherever in the row they stand."""
    return _MASKS[name](text) if name in _MASKS else masked(text, "")


@dataclass(frozen=True)
class Column:
    """A column of the file."""

    name: str
    label: str

    @property
    def width(self) -> int:
        return _WIDTHS.get(self.name, 12)


@dataclass
class Cell:
    """One cell: its text now, what the file said where that was another text, and what is wrong with it."""

    column: Column
    text: str
    was: str | None = None
    errors: list[str] = field(default_factory=list)
    is_there: bool = True

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read in it."""
        return not (self.text or self.was or self.errors)


@dataclass
class GridRow:
    """One row of the table. `anchor` names it on the page, `version` what the form must send back."""

    anchor: str
    sheet: str
    place: str
    row: int
    version: int
    sign: str
    word: str
    cells: list[Cell]
    errors: list[str]
    notes: list[str]
    codes: list[str]
    is_decided: bool
    is_left_out: bool
    is_accepted: bool
    may_edit: bool = False
    may_accept: bool = False
    problem: str = ""

    @property
    def may_save(self) -> bool:
        return self.may_edit and not self.is_left_out

    @property
    def labels(self) -> str:
        """The findings in words."""
        return "、".join(map(label, self.codes))


class Grid:
    """The rows of one import as somebody sees them: whole for those who may import it, else with numbers masked."""

    def __init__(self, job: ImportJob, kind, *, may_edit: bool, may_accept: bool, sees_whole: bool):
        self.job, self.kind, self.sees_whole = job, kind, sees_whole
        self.may_edit, self.may_accept = may_edit, may_accept
        self.acceptable = kind.acceptable() if may_accept else set()
        headings = job.summary.get("headings", {})
        self.sheets = [kept_sheet(one.get("name")) for one in job.summary.get("sheets", ())]
        columns: dict[str, Column] = {}
        for sheet in job.summary.get("cells") or headings or {"": {}}:
            for _, name in cells_of(job.summary, kind, sheet):
                heading = headings.get(sheet, {}).get(name, f"“{kind.roll.columns[name].label}”")
                columns.setdefault(name, Column(name, shown(heading_text(heading))))
        # Who and how much stand before places and remarks, wherever the file has them: what is wrong is in sight.
        self.columns = {name: columns[name] for name in sorted(columns, key=list(kind.roll.columns).index)}

    def rows(self, rows: Iterable[ImportRow]) -> list[GridRow]:
        """The rows with the decisions about them; one statement."""
        rows = list(rows)
        decisions = self.job.decisions.filter(row__in={one.row for one in rows})
        decisions = decisions.select_related("corrected_by", "accepted_by")
        known = {(one.sheet, one.row): one for one in decisions}
        return [self._row(one, known.get((one.sheet, one.row))) for one in rows]

    def anchor(self, sheet: str, row: int) -> str:
        """The row's name on the page."""
        return f"r{self.sheets.index(sheet) if sheet in self.sheets else 0}-{row}"

    def _row(self, row: ImportRow, decision: RowDecision | None) -> GridRow:
        payload = json.loads(row.payload or "{}")
        codes = [code for code in row.codes.split(",") if code]
        is_bad = row.verdict == ImportRow.Verdict.BAD
        warnings = payload.get("warnings", []) if is_bad else codes
        errors = [code for code in codes if code not in warnings]
        # A correction is remarked upon, but there is nothing left to be wary of.
        verdict = ImportRow.Verdict.VALID if codes == [CORRECTED] else row.verdict
        sign, word = ("o", "已接受") if ACCEPTED in codes else _SIGNS.get(verdict, ("o", "已入账"))
        made = GridRow(
            anchor=self.anchor(row.sheet, row.row), sheet=row.sheet, place=shown(row.sheet) or TEXT_FILE, row=row.row,
            version=decision.version if decision else 0, sign=sign, word=word,
            cells=self._cells(row, decision), errors=[], notes=[], codes=errors,
            is_decided=bool(decision and (decision.values or decision.left_out)),
            is_left_out=row.verdict == ImportRow.Verdict.LEFT_OUT, is_accepted=ACCEPTED in codes,
            may_edit=self.may_edit and (is_bad or decision is not None),
        )  # fmt: skip
        made.may_accept = self.may_accept and bool(errors) and set(errors) <= self.acceptable
        self._say(made, payload, row.sheet, codes)
        if decision and decision.accepted_by_id and not made.is_accepted:
            made.notes.append(f"曾由{said_of_acceptance(decision)}；现在的问题与当时不同，须重新接受。")
        return made

    def _cells(self, row: ImportRow, decision: RowDecision | None) -> list[Cell]:
        cells = cells_of(self.job.summary, self.kind, row.sheet)
        kept = json.loads(decision.original) if decision and decision.original else kept_of(row, self.kind)
        told, typed = cell_texts(kept, cells), texts_of(decision)
        return [
            Cell(
                column,
                self._shown(name, typed.get(name, told.get(name, ""))),
                self._shown(name, told[name]) if name in typed else None,
                is_there=name in told,
            )
            for name, column in self.columns.items()
        ]

    def _shown(self, name: str, text: str) -> str:
        return text if self.sees_whole else masked_cell(name, text)

    def _say(self, made: GridRow, payload: dict, sheet: str, codes: list[str]) -> None:
        """Each message at its cell; those of no column of the file, and remarks, at the row."""
        source = dict(cells_of(self.job.summary, self.kind, sheet))
        at = {cell.column.name: cell for cell in made.cells if cell.is_there}
        for message in payload.get("messages", ()):
            code, sentence = message["code"], shown(masked(message["sentence"], message["code"]))
            if code not in codes:
                continue
            cell = at.get(source.get(message["column"], ""))
            if code not in made.codes:
                made.notes.append(sentence)
            elif cell is not None:
                cell.errors.append(sentence)
            else:
                made.errors.append(sentence)
