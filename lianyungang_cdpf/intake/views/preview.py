"""The preview of an import, as read from its summary: totals, money, sheets, questions, changes, findings."""

from dataclasses import dataclass

from lianyungang_cdpf.intake.presentation import fix, label, shown
from lianyungang_cdpf.intake.views.findings import TEXT_FILE, groups_of
from lianyungang_cdpf.intake.views.wording import count_of, money_of

MISMATCH = "DECLARED_TOTAL_MISMATCH"
CHANGES_SHOWN = 100
# Why a sheet was not read, where the reader gives no reason of its own.
SKIPPED = {
    "summary": "汇总表，不是名册",
    "notes": "没有名册表头",
    "hidden": "隐藏的工作表；需要导入的，取消隐藏后重新上传",
}


@dataclass(frozen=True)
class SheetLine:
    """A sheet of the file and what became of it."""

    name: str
    is_read: bool
    rows: str
    span: str
    reason: str


def preview_of(job) -> dict:
    """Everything that the preview page shows, for the template."""
    summary = job.summary
    changed = summary.get("changed_since") or []
    errors = groups_of(job, errors=True)
    listed = sum(group.count for group in errors)
    return {
        "facts": facts_of(summary),
        "valid_rows": summary.get("valid_rows", 0),
        "valid_shown": count_of(summary.get("valid_rows")),
        "bad_rows": summary.get("bad_rows", 0),
        "bad_shown": count_of(summary.get("bad_rows")),
        "money": money_check(summary),
        "file_warnings": file_warnings(summary),
        "questions": [_question(question) for question in summary.get("questions") or []],
        "sheets": [_sheet(sheet) for sheet in summary.get("sheets") or []],
        "changes": [_change(change) for change in changed[:CHANGES_SHOWN]],
        "changes_shown": count_of(len(changed)),
        "errors": errors,
        "listed": count_of(listed) if listed < summary.get("bad_rows", 0) else "",
        "warnings": groups_of(job, errors=False),
    }


def facts_of(summary: dict) -> list[tuple[str, str, str]]:
    """(name, figure, unit) of the row of large figures."""
    counts = (("数据行", "data_rows"), ("可入账", "valid_rows"), ("有错误", "bad_rows"))
    facts = [(name, count_of(summary.get(key)), "行") for name, key in counts]
    if summary.get("left_out"):
        facts.append(("删去", count_of(summary["left_out"]), "行"))
    if has_money(summary):
        facts.append(("可入账金额", money_of(summary["total_valid_amount"]), "元"))
    return facts + changes_of(summary)


def changes_of(summary: dict) -> list[tuple[str, str, str]]:
    """(name, figure, unit) of what a register changes; empty for payments."""
    changes = (("新增", "new"), ("有变更", "changed"), ("无变化", "unchanged"))
    if not any(summary.get(key) for _, key in changes):
        return []
    return [(name, count_of(summary.get(key)), "人") for name, key in changes]


def has_money(summary: dict) -> bool:
    """Whether the file is about payments: a register's amounts add up to nothing."""
    return summary.get("total_valid_amount") not in (None, "", "0.00") or summary.get("declared_total") is not None


def money_check(summary: dict) -> dict | None:
    """The file's own total against the sum of its rows; None where it declares none."""
    if summary.get("declared_total") is None:
        return None
    return {"declared": money_of(summary["declared_total"]), "agrees": MISMATCH not in _warning_codes(summary)}


def _warning_codes(summary: dict) -> set[str]:
    return {entry["code"] for entry in summary.get("file_warnings") or []}


def file_warnings(summary: dict) -> list[dict]:
    """What the clerk must know of the file as a whole, each with its own sentence where it has one."""
    return [
        {
            "code": entry["code"],
            "label": label(entry["code"]),
            "sentence": shown(entry.get("sentence") or fix(entry["code"])),
        }
        for entry in summary.get("file_warnings") or []
    ]


def _question(question: dict) -> dict:
    return {"where": shown(question.get("where")), "sentence": shown(question.get("sentence"))}


def _sheet(sheet: dict) -> SheetLine:
    is_read = sheet.get("kind") == "roll"
    first, last = sheet.get("first_row"), sheet.get("last_row")
    return SheetLine(
        name=shown(sheet.get("name")) or TEXT_FILE,
        is_read=is_read,
        rows=count_of(sheet.get("data_rows")) if is_read else "",
        span=f"第 {first} 至 {last} 行" if is_read and first and last else "",
        reason=shown(sheet.get("reason") or SKIPPED.get(sheet.get("kind"), "")),
    )


def _change(change: dict) -> dict:
    return {
        "sheet": shown(change.get("sheet")) or TEXT_FILE,
        "row": change.get("row"),
        "was": _said(change.get("was")),
        "now": _said(change.get("now")),
    }


def _said(codes) -> str:
    """Findings in words, from a list or a comma list of codes; a row without any is right."""
    codes = codes.split(",") if isinstance(codes, str) else codes or []
    return "、".join(label(code) for code in codes if code) or "可入账"
