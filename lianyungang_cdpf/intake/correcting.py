"""Deeds on single rows of a checked import: correct, leave out, put back, accept. Judging holds no transaction.

Each judges anew the row and every row whose verdict it may change, and brings the import's counts up to date. Which
rows those are is decided by the fields that tell two rows apart (Kind.told_apart_by).
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import OuterRef
from django.utils import timezone

from lianyungang_cdpf.accounts.duties.persons import accounts_of
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.actions import ImportConflict
from lianyungang_cdpf.intake.decisions import (
    CORRECT,
    LEAVE_OUT,
    PUT_BACK,
    DecidedJudge,
    cells_of,
    corrected_by_any,
    decisions_of,
    heading_text,
    in_file_order,
    texts_of,
)
from lianyungang_cdpf.intake.engine import KEPT_FINDINGS, kept_sheet, with_headings
from lianyungang_cdpf.intake.kinds import Context, Kind, Outcome, kind_named
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, RowDecision
from lianyungang_cdpf.intake.persistence import COLUMNS, kept_rows, told_of
from lianyungang_cdpf.intake.presentation import label
from lianyungang_cdpf.intake.reading import read_sheets
from lianyungang_cdpf.intake.recounting import of_outcome, of_stored, recounted
from lianyungang_cdpf.intake.tables import DataRow, read_table
from lianyungang_cdpf.intake.tables.corrected import LONGEST_TEXT
from lianyungang_cdpf.intake.uploads import readable
from lianyungang_cdpf.intake.work import context_of

TRIES = 5
SHORTEST_REASON, LONGEST_REASON = 5, 300
# A row with one of these may be told apart from others by what is not looked at when it is judged alone.
OF_OTHERS = {"DUPLICATE_IN_FILE", "ALREADY_PAID", "WRONG_DISTRICT"}
OVERTAKEN = "别人刚刚改过这一行，您的改动没有保存。现在的内容见下，请核对后再改。"
JUDGED_ANEW = "这次导入刚刚重新核验过，您的改动没有保存。请刷新页面，核对后再改。"


class RowRefused(Exception):
    """The decision can't be taken; `sentence` says why in Chinese."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


def correct_row(*, job: ImportJob, sheet: str, row: int, texts: dict[str, str], version: int, by) -> set:
    """Type cells of a row anew: `texts` by field, those equal to the file's are no corrections.

    `version` is that of the decision which the clerk saw (0: none). Returns the places (sheet, row) whose verdict was
    found anew. Raises ImportConflict (not ready for it, or changed by somebody else meanwhile) and RowRefused.
    """

    def change(desk: "_Desk", decision: RowDecision) -> str:
        shown = cell_texts(json.loads(decision.original), desk.cells(sheet))
        for text in texts.values():
            if len(text) > LONGEST_TEXT:
                raise RowRefused(f"一格最多 {LONGEST_TEXT} 个字，请缩短后再保存。")
        known = texts_of(decision)
        typed = {name: text for name, text in {**known, **texts}.items() if name in shown and text != shown[name]}
        decision.values = json.dumps(typed, ensure_ascii=False) if typed else ""
        _prepared(decision, by)
        names = "、".join(desk.heading(sheet, name) for name in typed) or "改回文件原样"
        return names

    return _decide(job, sheet, row, version, by, CORRECT, change)


def leave_row_out(*, job: ImportJob, sheet: str, row: int, version: int, by) -> set:
    """Leave a row out on purpose: it is not entered and not counted as wrong. Returns and raises as correct_row."""

    def change(desk: "_Desk", decision: RowDecision) -> str:
        decision.left_out = True
        _prepared(decision, by)
        return ""

    return _decide(job, sheet, row, version, by, LEAVE_OUT, change)


def put_row_back(*, job: ImportJob, sheet: str, row: int, version: int, by) -> set:
    """The row as the file has it again: neither left out nor corrected. Returns and raises as correct_row."""

    def change(desk: "_Desk", decision: RowDecision) -> str:
        decision.left_out, decision.values = False, ""
        _prepared(decision, by)
        return ""

    return _decide(job, sheet, row, version, by, PUT_BACK, change)


def accept_row(*, job: ImportJob, sheet: str, row: int, reason: str, version: int, by) -> set:
    """Let a row through against its findings, with a written reason; by nobody who prepared it.

    Returns and raises as correct_row; RowRefused too when a finding is not one that the kind lets a reviewer accept.
    """
    reason = " ".join(reason.split())
    if len(reason) > LONGEST_REASON or len(reason.replace(" ", "")) < SHORTEST_REASON:
        raise RowRefused(f"请写明接受的理由，{SHORTEST_REASON} 到 {LONGEST_REASON} 个字。")
    mine = accounts_of(by)
    if job.staff_id in mine:
        raise RowRefused("这个文件是您上传的：例外须由上传人以外的审核人员接受。")
    if ImportJob.objects.filter(corrected_by_any(mine, OuterRef("pk")), pk=job.pk).exists():
        raise RowRefused("这次导入中有您改正过的行：例外须由没有经手的审核人员接受。")

    def change(desk: "_Desk", decision: RowDecision) -> str:
        codes = desk.codes_of(decision)
        if not codes:
            raise ImportConflict("这一行现在没有错误，不需要接受。")
        refused = [label(code) for code in codes if code not in desk.kind.acceptable()]
        if refused:
            raise RowRefused(f"“{'、'.join(refused)}”不能接受，只能改正或删去这一行。")
        decision.accepted_codes, decision.reason = ",".join(codes), reason
        decision.accepted_by, decision.accepted_at = by, timezone.now()
        return "、".join(label(code) for code in codes)

    return _decide(job, sheet, row, version, by, "接受例外行", change)


def withdraw_acceptance(*, job: ImportJob, sheet: str, row: int, version: int, by) -> set:
    """Take an acceptance back: the row is wrong again. Returns and raises as correct_row."""

    def change(desk: "_Desk", decision: RowDecision) -> str:
        _unaccepted(decision)
        return ""

    return _decide(job, sheet, row, version, by, "撤回接受", change)


def cell_texts(kept: dict, cells: list) -> dict[str, str]:
    """What each cell of a row held, by the field that names it: the text as it stood where it could not be read.

    kept   {"read": {field: text}, "problems": [(code, field, text), ...]}
    """
    texts: dict[str, str] = {}
    spoilt = {field: text for _, field, text in kept["problems"] if text}
    for field, source in cells:
        text = spoilt.get(field) or kept["read"].get(field, "")
        told = texts.get(source, "")
        if field in spoilt or not told:
            texts[source] = text
        elif not told.startswith(text) and source not in spoilt:
            # A certificate number begins with the ID number; 肢体 and 二级 stand in one cell.
            texts[source] = told + text
    return texts


def _prepared(decision: RowDecision, by) -> None:
    """Who touches the row last prepared it, and what a reviewer accepted was another row."""
    decision.corrected_by, decision.corrected_at = by, timezone.now()
    _unaccepted(decision)


def _unaccepted(decision: RowDecision) -> None:
    decision.accepted_codes = decision.reason = ""
    decision.accepted_by = decision.accepted_at = None


def _decide(
    job: ImportJob, sheet: str, row: int, version: int, by, deed: str, change: Callable[["_Desk", RowDecision], str]
) -> set:
    for _ in range(TRIES):
        job.refresh_from_db()
        desk = _Desk(job)
        decision = desk.decision(sheet, row, version)
        before = desk.row(decision)
        told = change(desk, decision)
        decision.version += 1
        outcomes = desk.judged(decision, before)
        try:
            if _keep(desk, decision, outcomes, by, deed, told):
                job.refresh_from_db()
                return {(kept_sheet(one.sheet), one.row) for one in outcomes}
        except IntegrityError:
            # Somebody else decided about this row at the same moment; the next look finds what.
            continue
    raise ImportConflict(JUDGED_ANEW)


@transaction.atomic
def _keep(desk: "_Desk", decision: RowDecision, outcomes: list[Outcome], by, deed: str, told: str) -> bool:
    """Write the decision and what it changes; False when the import has moved on since it was looked at."""
    job = ImportJob.objects.select_for_update().get(pk=desk.job.pk)
    _require_ready(job)
    if _edition(job) != desk.edition:
        return False
    decision.save()
    pairs = _stored_anew(job, desk.kind, decision, outcomes)
    summary = {**recounted(job.summary, pairs), "edition": desk.edition[1] + 1}
    ImportJob.objects.filter(pk=job.pk).update(summary=summary)
    place = f"第 {decision.row} 行" + (f"（第 {desk.place_of(decision.sheet)} 张表）" if decision.sheet else "")
    record(by=by, deed=deed, on=job, summary=f"{place}：{told}" if told else place)
    return True


def _edition(job: ImportJob) -> tuple[int, int]:
    """What changes whenever the rows of the import are judged again, wholly or in part."""
    return job.attempts, job.summary.get("edition", 0)


def _stored_anew(job: ImportJob, kind: Kind, decision: RowDecision, outcomes: list[Outcome]) -> list:
    """Bring the kept rows up to date; gives what each added to the counts and what it adds now."""
    numbers = {one.row for one in outcomes}
    rows = job.rows.exclude(verdict=ImportRow.Verdict.APPLIED)
    rows = rows.filter(row__in=numbers) if len(numbers) <= 500 else rows
    known = {(one.sheet, one.row): one for one in rows}
    pairs = []
    for outcome in outcomes:
        place = kept_sheet(outcome.sheet), outcome.row
        row = known.get(place)
        pairs.append((of_stored(row, outcome), of_outcome(outcome)))
        is_mine = place == (decision.sheet, decision.row)
        values = dict(zip(COLUMNS, told_of(job, kind, outcome, whole=is_mine), strict=True))
        is_same = row is not None and (row.verdict, row.codes) == (values["verdict"], values["codes"])
        is_kept = kind.keeps_rows or values["codes"]
        if not is_mine and (is_same or (row is None and not is_kept)):
            continue
        if not is_kept:
            row.delete()
            continue
        row = row or ImportRow(job=job, sheet=place[0], row=place[1])
        row.verdict, row.codes, row.payload = values["verdict"], values["codes"], values["payload"]
        row.save()
    return pairs


def _require_ready(job: ImportJob) -> None:
    state = ImportJob.State
    if job.state == state.POSTING:
        raise ImportConflict("这次导入正在入账，不能再改动行。")
    if job.state == state.POSTED:
        raise ImportConflict("这次导入已经入账，不能再改动行；要更正的，请另存改正后的行重新上传。")
    if job.state != state.READY:
        raise ImportConflict(f"这次导入现在是“{job.get_state_display()}”，不能改动行。")


@dataclass(frozen=True)
class _Touched:
    """A row as it was or is: what tells it apart from others, and whose it is."""

    key: tuple
    id_number: str


class _Desk:
    """An import as it lies before somebody who decides about one of its rows."""

    def __init__(self, job: ImportJob):
        _require_ready(job)
        self.job, self.edition = job, _edition(job)
        self.kind = kind_named(job.kind)
        if self.kind is None:
            raise ImportConflict("这个种类已经停用，不能改动行。")
        if job.summary.get("bad_rows", 0) >= KEPT_FINDINGS:
            raise ImportConflict("错误太多，不能逐行改正：请改正文件后重新上传。")
        self.context: Context = with_headings(context_of(job), job.summary.get("headings", {}))
        self.decisions = decisions_of(job)
        self.stored: ImportRow | None = None

    def cells(self, sheet: str) -> list:
        return cells_of(self.job.summary, self.kind, sheet)

    def heading(self, sheet: str, field: str) -> str:
        return heading_text(self.context.heading(sheet, field))

    def place_of(self, sheet: str) -> int:
        """The number of the sheet in its file: its name may be anything, and the log holds no names."""
        names = [kept_sheet(one.get("name")) for one in self.job.summary.get("sheets", ())]
        return names.index(sheet) + 1 if sheet in names else 1

    def decision(self, sheet: str, row: int, version: int) -> RowDecision:
        """The decision about the row as the clerk saw it, or a new one. Raises ImportConflict when it is another."""
        rows = self.job.rows.exclude(verdict=ImportRow.Verdict.APPLIED)
        self.stored = rows.filter(sheet=sheet, row=row).first()
        decision = self.decisions.get((sheet, row))
        if (decision.version if decision else 0) != version:
            raise ImportConflict(OVERTAKEN)
        if decision is not None:
            return decision
        if self.stored is None or self.stored.verdict != ImportRow.Verdict.BAD:
            raise ImportConflict("这一行现在没有错误，不需要改动。请刷新页面查看现在的情况。")
        return RowDecision(
            job=self.job, sheet=sheet, row=row, uploaded_by_id=self.job.staff_id,
            original=json.dumps(kept_of(self.stored, self.kind), ensure_ascii=False),
        )  # fmt: skip

    def row(self, decision: RowDecision) -> _Touched:
        """The decided row as its cells read."""
        judge = DecidedJudge(self.kind, self.job.summary, {})
        row = judge.overlaid(judge.original(decision, self.context), decision, self.context)
        bad = frozenset(code for code, field, _ in row.problems if field in self.kind.told_apart_by)
        key = (*(row.values.get(name) for name in self.kind.told_apart_by), bad, decision.left_out)
        return _Touched(key, row.values.get("id_number") or "")

    def judged(self, decision: RowDecision, before: _Touched) -> list[Outcome]:
        """The row, and every row whose verdict may depend on it, judged with the decision as it is to be."""
        decisions = {**self.decisions, (decision.sheet, decision.row): decision}
        judge = DecidedJudge(self.kind, self.job.summary, decisions)
        rows = [judge.original(decision, self.context)]
        now = self.row(decision)
        codes = set(self.stored.codes.split(",")) if self.stored else OF_OTHERS
        if before.key != now.key or codes & OF_OTHERS:
            rows += self._others(judge, decision, {before.id_number, now.id_number} - {""})
        return list(judge(in_file_order(rows, self.job.summary), self.context))

    def codes_of(self, decision: RowDecision) -> list[str]:
        """The row's errors as they are now; those that were told, if that is what they are."""
        outcomes = self.judged(decision, self.row(decision))
        mine = next(one for one in outcomes if (kept_sheet(one.sheet), one.row) == (decision.sheet, decision.row))
        told = set(self.stored.codes.split(",")) if self.stored else set()
        if not set(mine.shown_codes) <= told:
            raise ImportConflict("这一行的问题与您看到的不同了：请刷新页面，核对后再决定。")
        return ["WRONG_DISTRICT"] if mine.is_foreign and mine.codes else mine.codes

    def _others(self, judge: DecidedJudge, decision: RowDecision, numbers: set[str]) -> Iterable[DataRow]:
        """The other rows of the file about these people."""
        if not numbers:
            return []
        if self.kind.keeps_rows and self.job.kept_rows.exists():
            rows = kept_rows(self.job, self.kind, holding=numbers)
            kept = [row for row in rows if (kept_sheet(row.sheet), row.row) not in judge.decisions]
            # What was typed into a row stands in its decision.
            rows = [*kept, *(judge.original(one, self.context) for one in judge.decisions.values())]
        else:
            rows = self._rows_of_file()
        mine = decision.sheet, decision.row
        found = []
        for row in rows:
            place = kept_sheet(row.sheet), row.row
            if place == mine:
                continue
            other = judge.decisions.get(place)
            read = judge.overlaid(row, other, self.context) if other is not None else row
            if read.values.get("id_number") in numbers:
                found.append(row)
        return found

    def _rows_of_file(self) -> Iterable[DataRow]:
        month = f"{self.context.month:%Y-%m}" if self.context.month else None
        with (
            readable(self.job.stored_name) as path,
            read_sheets(path, self.job.file_name, self.kind.limits) as sheets,
        ):
            yield from read_table(sheets, self.kind.roll, month=month, filename=self.job.file_name)


def kept_of(row: ImportRow, kind: Kind) -> dict:
    """A wrong row as its file has it: {"read": ..., "problems": ...}."""
    payload = json.loads(row.payload or "{}")
    read = payload.get("read") or {name: str(payload[name]) for name in kind.roll.columns if payload.get(name)}
    return {"read": read, "problems": payload.get("problems", [])}
