"""How far an import is: the phase, rows, time gone and time left, as the page and the script that watches it say it."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from lianyungang_cdpf.intake.actions import AWAITS_POSTING
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.presentation import shown
from lianyungang_cdpf.intake.views.wording import count_of, size_of
from lianyungang_cdpf.intake.work import SAVING, WRITING

State = ImportJob.State
WORKING = {State.QUEUED, State.READING, State.POSTING}
# A rate says nothing before a phase has run for so long.
LEAST_SECONDS = 2
READING_STEPS = ("上传", "排队", "读取并核对", "保存结果", "待核对")
POSTING_STEPS = ("核对预览", "排队", "重新核对", "写入", "已入账")
MARKS = {"done": "✓", "now": "▶", "wait": "·"}


@dataclass(frozen=True)
class Step:
    """A named phase of the work; mark is done, now or wait."""

    name: str
    mark: str
    note: str

    @property
    def sign(self) -> str:
        return MARKS[self.mark]


def progress_of(job, now: datetime | None = None) -> dict:
    """JSON-ready: state, phase, rows, seconds, one sentence that says it, one of the time, and the steps."""
    now = now or timezone.now()
    working = job.state in WORKING
    left = _seconds_left(job, now) if working else None
    return {
        "state": job.state,
        "label": job.get_state_display(),
        "working": working,
        "phase": shown(job.phase),
        "rows_done": job.rows_done,
        "rows_total": job.rows_total,
        "rows_expected": _expected(job),
        "elapsed": _elapsed(job, now) if working else None,
        "left": left,
        "sentence": sentence_of(job, now) if working else job.get_state_display(),
        "time": _time_sentence(_elapsed(job, now), left) if working else "",
        "steps": [{"name": one.name, "mark": one.mark, "sign": one.sign, "note": one.note} for one in steps_of(job)],
    }


def is_stalled(job, now: datetime | None = None) -> bool:
    """Whether the worker has been silent for so long that another one will take the job up."""
    patience = timedelta(seconds=settings.INTAKE_HEARTBEAT_SECONDS)
    held = job.state in WORKING and not _is_waiting(job)
    return held and job.heartbeat_at is not None and job.heartbeat_at < (now or timezone.now()) - patience


def _is_waiting(job) -> bool:
    return job.state == State.QUEUED or (job.state == State.POSTING and job.phase == AWAITS_POSTING)


def _expected(job) -> int:
    """The estimate of rows, as long as it may still be right and nobody knows better."""
    return 0 if job.rows_total or job.rows_expected <= job.rows_done else job.rows_expected


def _begun(job) -> datetime:
    if _is_waiting(job):
        return job.created_at if job.state == State.QUEUED else job.heartbeat_at or job.created_at
    return job.phase_started_at or job.heartbeat_at or job.created_at


def _elapsed(job, now: datetime) -> int:
    """Seconds since this phase began."""
    return max(0, int((now - _begun(job)).total_seconds()))


def _seconds_left(job, now: datetime) -> int | None:
    """From the rate of this phase; None while there is no ground for an estimate."""
    most = job.rows_total or _expected(job)
    if _is_waiting(job) or is_stalled(job, now) or not job.rows_done or job.rows_done >= most or not job.heartbeat_at:
        return None
    taken = (job.heartbeat_at - _begun(job)).total_seconds()
    if taken < LEAST_SECONDS:
        return None
    left = taken / job.rows_done * (most - job.rows_done) - (now - job.heartbeat_at).total_seconds()
    return math.ceil(left) if left > 0 else None


def sentence_of(job, now: datetime | None = None) -> str:
    """What the worker is doing, for an import that is waited for."""
    if _is_waiting(job):
        return "排队中，轮到后自动开始。"
    if is_stalled(job, now):
        return "处理中断，系统会自动重新接手，请稍候。"
    doing = shown(job.phase) or job.get_state_display()
    rows = _rows(job)
    return f"{doing}：{rows}。" if rows else f"{doing}。"


def _rows(job) -> str:
    if job.rows_total:
        return f"{count_of(job.rows_done)} 行，共 {count_of(job.rows_total)} 行"
    if expected := _expected(job):
        seemingly = f"按文件大小估计约 {count_of(max(round(expected, -2), 10))} 行"
        return f"已读 {count_of(job.rows_done)} 行，{seemingly}" if job.rows_done else seemingly
    return f"已读 {count_of(job.rows_done)} 行" if job.rows_done else ""


def _time_sentence(elapsed: int, left: int | None) -> str:
    gone = f"本阶段已用 {_seconds_shown(elapsed)}"
    return f"{gone}，大约还要 {_seconds_shown(_rounded(left))}。" if left else f"{gone}。"


def _rounded(seconds: int) -> int:
    """An estimate is not told more exactly than it is known."""
    return 5 * math.ceil(seconds / 5) if seconds < 60 else 60 * math.ceil(seconds / 60)


def _seconds_shown(seconds: int) -> str:
    if seconds < 60:
        return f"{seconds} 秒"
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} 分 {rest} 秒" if rest else f"{minutes} 分钟"


def steps_of(job) -> list[Step]:
    """The named phases, with where the import stands among them."""
    names = POSTING_STEPS if job.state == State.POSTING else READING_STEPS
    here = _place(job)
    first = f"{count_of(job.summary.get('valid_rows'))} 行" if job.state == State.POSTING else size_of(job.size)
    notes = [f"{first}，已加密保存" if names is READING_STEPS else first] + [""] * (len(names) - 1)
    notes[here] = "轮到后自动开始" if _is_waiting(job) else _rows(job) or shown(job.phase)
    marks = ["done" if index < here else "now" if index == here else "wait" for index in range(len(names))]
    return [
        Step(name, mark, note or ("等待" if mark == "wait" else ""))
        for name, mark, note in zip(names, marks, notes, strict=True)
    ]


def _place(job) -> int:
    if _is_waiting(job):
        return 1
    if job.state in WORKING:
        return 3 if job.phase in (SAVING, WRITING) else 2
    return 4
