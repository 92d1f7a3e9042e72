"""What staff decided about rows of an import, for its page: what the file said, what was corrected, by whom, when."""

import json
from dataclasses import dataclass

from django.db.models.functions import Length

from lianyungang_cdpf.intake.correcting import cell_texts
from lianyungang_cdpf.intake.decisions import CORRECTED, cells_of, heading_text, said_of_acceptance, texts_of
from lianyungang_cdpf.intake.models import RowDecision
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.views.findings import TEXT_FILE
from lianyungang_cdpf.intake.views.gridrows import masked_cell
from lianyungang_cdpf.intake.views.wording import count_of

SHOWN = 20
BLANK = "（空白）"
EMPTIED = "文件中的内容和改正的内容已到保存期限，系统已清除。"


@dataclass(frozen=True)
class Decided:
    """One row's decision. `changes` are (column, what the file said, what it was corrected to), numbers masked.

    `emptied` is the sentence of a row whose content the purge has emptied (intake/forgetting.py), else "".
    """

    sheet: str
    row: int
    word: str
    changes: list[tuple[str, str, str]]
    accepted: str
    emptied: str
    by: str
    at: object


def decided_of(job, kind) -> dict:
    """How many rows were corrected, left out and accepted, and the first of them; two statements, or three."""
    decisions = job.decisions.only("sheet", "row", "values", "left_out", "accepted_by_id")
    decisions = list(decisions.annotate(kept=Length("original"))) if kind else []
    corrected = _corrected(decisions, job)
    standing = [one for one in decisions if one.pk in corrected or one.left_out or one.accepted_by_id]
    if not standing:
        return {"count": 0}
    first = job.decisions.filter(pk__in=[one.pk for one in standing[:SHOWN]])
    first = first.select_related("corrected_by", "accepted_by").order_by("sheet", "row")
    return {
        "count": len(standing),
        "count_shown": count_of(len(standing)),
        "corrected": count_of(sum(one.pk in corrected and not one.left_out for one in standing)),
        "left_out": count_of(sum(one.left_out for one in standing)),
        "accepted": count_of(sum(one.accepted_by_id is not None for one in standing)),
        "has_more": len(standing) > SHOWN,
        "first": [_line(one, job, kind, is_corrected=one.pk in corrected) for one in first],
    }


def _corrected(decisions: list[RowDecision], job) -> set[int]:
    """The keys of those that correct their row. Once they are emptied, what was found of the row still says so."""
    found: set[tuple] = set()
    if not all(one.kept for one in decisions):
        found = set(job.rows.filter(codes__contains=CORRECTED).values_list("sheet", "row"))
    return {one.pk for one in decisions if one.values or (one.sheet, one.row) in found}


def _line(decision: RowDecision, job, kind, *, is_corrected: bool) -> Decided:
    kept, typed = json.loads(decision.original or "{}"), texts_of(decision)
    told = cell_texts(kept, cells_of(job.summary, kind, decision.sheet)) if kept else {}
    headings = job.summary.get("headings", {}).get(decision.sheet, {})
    changes = [
        (
            shown(heading_text(headings.get(name, kind.roll.columns[name].label))),
            shown(masked_cell(name, told.get(name, ""))) or BLANK,
            shown(masked_cell(name, text)) or BLANK,
        )
        for name, text in typed.items()
    ]
    word = "删去，不入账" if decision.left_out else "改正" if is_corrected else "接受"
    accepted = shown(said_of_acceptance(decision)) if decision.accepted_by_id else ""
    by = decision.corrected_by or decision.accepted_by
    return Decided(
        shown(decision.sheet) or TEXT_FILE, decision.row, word, changes, accepted, "" if kept else EMPTIED,
        shown(by), decision.corrected_at or decision.accepted_at,
    )  # fmt: skip
