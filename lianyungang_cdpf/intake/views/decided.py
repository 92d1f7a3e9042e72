"""What staff decided about rows of an import, for its page: what the file said, what was corrected, by whom, when."""

import json
from dataclasses import dataclass

from lianyungang_cdpf.intake.correcting import cell_texts
from lianyungang_cdpf.intake.decisions import cells_of, heading_text, said_of_acceptance, texts_of
from lianyungang_cdpf.intake.models import RowDecision
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.views.findings import TEXT_FILE
from lianyungang_cdpf.intake.views.gridrows import masked_cell
from lianyungang_cdpf.intake.views.wording import count_of

SHOWN = 20
BLANK = "（空白）"


@dataclass(frozen=True)
class Decided:
    """One row's decision. `changes` are (column, what the file said, what it was corrected to), numbers masked."""

    sheet: str
    row: int
    word: str
    changes: list[tuple[str, str, str]]
    accepted: str
    by: str
    at: object


def decided_of(job, kind) -> dict:
    """How many rows were corrected, left out and accepted, and the first of them; two statements."""
    decisions = list(job.decisions.only("values", "left_out", "accepted_by_id")) if kind else []
    standing = [one for one in decisions if one.values or one.left_out or one.accepted_by_id]
    if not standing:
        return {"count": 0}
    first = job.decisions.filter(pk__in=[one.pk for one in standing[:SHOWN]])
    first = first.select_related("corrected_by", "accepted_by").order_by("sheet", "row")
    return {
        "count": len(standing),
        "count_shown": count_of(len(standing)),
        "corrected": count_of(sum(bool(one.values) and not one.left_out for one in standing)),
        "left_out": count_of(sum(one.left_out for one in standing)),
        "accepted": count_of(sum(one.accepted_by_id is not None for one in standing)),
        "has_more": len(standing) > SHOWN,
        "first": [_line(one, job, kind) for one in first],
    }


def _line(decision: RowDecision, job, kind) -> Decided:
    kept, typed = json.loads(decision.original), texts_of(decision)
    told = cell_texts(kept, cells_of(job.summary, kind, decision.sheet))
    headings = job.summary.get("headings", {}).get(decision.sheet, {})
    changes = [
        (
            shown(heading_text(headings.get(name, kind.roll.columns[name].label))),
            shown(masked_cell(name, told.get(name, ""))) or BLANK,
            shown(masked_cell(name, text)) or BLANK,
        )
        for name, text in typed.items()
    ]
    word = "删去，不入账" if decision.left_out else "改正" if typed else "接受"
    accepted = shown(said_of_acceptance(decision)) if decision.accepted_by_id else ""
    by = decision.corrected_by or decision.accepted_by
    return Decided(
        shown(decision.sheet) or TEXT_FILE, decision.row, word, changes, accepted, shown(by),
        decision.corrected_at or decision.accepted_at,
    )  # fmt: skip
