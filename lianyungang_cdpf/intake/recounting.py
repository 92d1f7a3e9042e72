"""The counts and sums of a preview after some of its rows were judged anew: what the engine counts, by difference."""

import json
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from lianyungang_cdpf.intake.engine import counted, exact
from lianyungang_cdpf.intake.kinds import Outcome
from lianyungang_cdpf.intake.models import ImportRow


@dataclass(frozen=True)
class Counted:
    """What a row adds to the counts of its import."""

    is_bad: bool
    left_out: bool
    primary: str
    warnings: tuple[str, ...]
    amount: Decimal
    change: str


def of_outcome(outcome: Outcome) -> Counted:
    """What the outcome adds."""
    return Counted(
        outcome.is_bad,
        outcome.left_out,
        outcome.shown_codes[0] if outcome.is_bad else "",
        () if outcome.left_out else tuple(outcome.warnings),
        outcome.amount or Decimal(0),
        outcome.change,
    )


def of_stored(row: ImportRow | None, outcome: Outcome) -> Counted:
    """What the row has added so far. Rows that are not kept were right, and differ in nothing else from `outcome`."""
    if row is None:
        return Counted(False, False, "", (), outcome.amount or Decimal(0), outcome.change)
    payload = json.loads(row.payload or "{}")
    codes = row.codes.split(",") if row.codes else []
    is_bad, left_out = row.verdict == ImportRow.Verdict.BAD, row.verdict == ImportRow.Verdict.LEFT_OUT
    warnings = () if left_out else payload.get("warnings", ()) if is_bad else codes
    return Counted(
        is_bad,
        left_out,
        codes[0] if is_bad else "",
        tuple(warnings),
        Decimal(payload.get("amount") or 0) if row.payload else outcome.amount or Decimal(0),
        payload.get("change", outcome.change),
    )


def recounted(summary: dict, pairs: list[tuple[Counted, Counted]]) -> dict:
    """The summary after rows that added the first of each pair add the second."""
    counts, errors, warnings = Counter(), Counter(), Counter()
    total, read_total = Decimal(summary["total_valid_amount"]), Decimal(summary["read_total"])
    for pair in pairs:
        for one, sign in zip(pair, (-1, 1), strict=True):
            valid = not (one.is_bad or one.left_out)
            counts["left_out"] += sign * one.left_out
            counts["bad_rows"] += sign * one.is_bad
            counts["valid_rows"] += sign * valid
            if one.is_bad:
                errors[one.primary] += sign
            for code in one.warnings:
                warnings[code] += sign
            read_total += sign * one.amount
            if valid:
                total += sign * one.amount
                counts[one.change] += sign
    changed = {
        name: summary.get(name, 0) + counts[name]
        for name in ("left_out", "bad_rows", "valid_rows", "new", "changed", "unchanged")
    }
    return {
        **summary,
        **changed,
        "total_valid_amount": f"{total:.2f}",
        "read_total": exact(read_total),
        "errors": _moved(summary["errors"], errors),
        "warnings": _moved(summary["warnings"], warnings),
    }


def _moved(listed: list[dict], moved: Counter) -> list[dict]:
    codes = Counter({one["code"]: one["rows"] for one in listed})
    codes.update(moved)
    return counted(+codes)
