"""What was found of an import, as places in the clerk's own file: which cell, which colour, which sentences."""

import json

from lianyungang_cdpf.intake.kinds import Kind
from lianyungang_cdpf.intake.models import ImportJob, ImportRow
from lianyungang_cdpf.intake.presentation import fix, label, shown
from lianyungang_cdpf.intake.workbooks.pen import REMARKS, ROW_OF_ORIGIN

BAD = ImportRow.Verdict.BAD
MILD_PREFIX = "W_"


def sheets_of(job: ImportJob, kind: Kind, *, only_bad: bool = False) -> dict[str, dict]:
    """By sheet: where its header and columns are, and the marks of its rows. Columns count from 0, rows from 1."""
    sheets = {name: _sheet(facts, kind) for name, facts in job.summary.get("columns", {}).items()}
    rows = job.rows.exclude(codes="").order_by("id")
    rows = rows.filter(verdict=BAD) if only_bad else rows
    for sheet, row, verdict, codes, payload in rows.values_list("sheet", "row", "verdict", "codes", "payload"):
        if sheet in sheets:
            sheets[sheet]["rows"][row] = _row(sheets[sheet], verdict == BAD, codes.split(","), payload)
    return sheets


def data_rows_of(job: ImportJob) -> dict[str, list[int]]:
    """The data rows by sheet, for kinds that keep all of them."""
    found: dict[str, list[int]] = {}
    for sheet, row in job.rows.order_by("id").values_list("sheet", "row"):
        found.setdefault(sheet, []).append(row)
    return found


def _sheet(facts: dict, kind: Kind) -> dict:
    columns, at = kind.roll.columns, facts["fields"]
    known = {field: column for field, column in columns.items() if field in at}
    number = next((field for field, column in known.items() if column.key and column.digits), None)
    return {
        "header": facts["header"],
        "end": facts["end"],
        "ours": {text: index for index, _, text in facts["unknown"] if text in (REMARKS, ROW_OF_ORIGIN)},
        "mapped": sorted(set(at.values())),
        "text": sorted({at[field] for field, column in known.items() if column.digits}),
        "regions": sorted({at[field] for field, column in known.items() if column.region}),
        "fallback": at[number] if number else min(at.values()),
        "places": {field: _place(field, columns, at) for field in columns},
        "rows": {},
    }


def _place(field: str, columns: dict, at: dict[str, int]) -> int | None:
    """The column of a field, or of the one that is read in its stead."""
    instead = columns[field].instead
    return at.get(field, at.get(instead[0]) if instead else None)


def _row(sheet: dict, is_bad: bool, codes: list[str], payload: str) -> dict:
    """The marks of one row. Nothing is said that the pages do not say: only of the codes that are shown."""
    said = [message for message in _messages(payload) if message.get("code") in codes]
    told = {message["code"] for message in said}
    said += [
        {"code": code, "column": "", "sentence": f"{label(code)}：{fix(code)}"} for code in codes if code not in told
    ]
    cells: dict[int, tuple[str, list[str]]] = {}
    lines = {"bad": [], "mild": []}
    for message in said:
        is_mild = not is_bad or message.get("mild") or message["code"].startswith(MILD_PREFIX)
        kind, sentence = "mild" if is_mild else "bad", shown(message["sentence"])
        place = sheet["places"].get(message.get("column"))
        place = sheet["fallback"] if place is None else place
        before, sentences = cells.get(place, ("mild", []))
        cells[place] = "bad" if "bad" in (before, kind) else "mild", [*sentences, sentence]
        lines[kind].append(sentence if kind == "bad" else f"提醒：{sentence}")
    return {
        "kind": "bad" if is_bad else "mild",
        "cells": [[place, kind, "\n".join(sentences)] for place, (kind, sentences) in sorted(cells.items())],
        "remark": " ".join(dict.fromkeys([*lines["bad"], *lines["mild"]])),
    }


def _messages(payload: str) -> list[dict]:
    try:
        return list(json.loads(payload or "{}").get("messages", ()))
    except (ValueError, AttributeError):
        return []
