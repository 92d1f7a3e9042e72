"""What the worker does with an import: read it, or post it. Each step may be repeated after a crash."""

import contextlib
import gc
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.actions import AWAITS_POSTING, enqueue
from lianyungang_cdpf.intake.decisions import judge_of
from lianyungang_cdpf.intake.engine import JUDGING_AGAIN, READING, Plan, judge_again, kept_sheet, plan_file
from lianyungang_cdpf.intake.estimate import expected_rows
from lianyungang_cdpf.intake.kinds import Context, JudgedBefore, Kind, kind_named, offers
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.persistence import keep_rows, kept_findings, kept_rows
from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.intake.recognition import digest_if_alike
from lianyungang_cdpf.intake.tables import HeadingsMissing
from lianyungang_cdpf.intake.tables.text import simplified
from lianyungang_cdpf.intake.uploads import UnreadableUpload, readable, stored_path

log = logging.getLogger(__name__)

BUSY = (ImportJob.State.QUEUED, ImportJob.State.READING, ImportJob.State.POSTING)
MOST_ATTEMPTS = 4
# Phases of the work; the engine names its own while it reads and judges.
SAVING, AGAIN, WRITING = "保存核验结果", JUDGING_AGAIN, "写入"
FAILED = "处理时出了意外，没有写入任何数据。请点“重新处理”或重新上传；再次失败请联系系统管理员，并告知批次号 {job}。"
RETRIES = 3
# What a posting meets when others write about the same people at the same time.
CROSSED = (IntegrityError, OperationalError, JudgedBefore)
# Nobody sees more of them, and each is a write.
BEAT_SECONDS = 0.5
BEING_IMPORTED = "这个文件正在导入：请稍候，到导入列表中查看结果，不要重复提交。"
# A finding that says what happened between two judgements: it is new each time and never missing.
SINCE = "W_CHANGED_SINCE"


class Overtaken(Exception):
    """Another worker has taken the import up meanwhile; this one stops without a word."""


@dataclass
class Claim:
    """A worker's hold on an import: it ends when another attempt begins."""

    job: ImportJob
    beaten_at: float = 0.0

    def beat(self, phase: str, done: int, total: int) -> None:
        """Write progress, within a phase twice a second at most; raises Overtaken when the import is no longer ours."""
        if phase == self.job.phase and time.monotonic() - self.beaten_at < BEAT_SECONDS:
            return
        self.beaten_at = time.monotonic()
        values = {"phase": phase, "rows_done": done, "rows_total": total or self.job.rows_total}
        if phase != self.job.phase:
            self.job.phase = phase
            values["phase_started_at"] = timezone.now()
        self.update(**values)

    def update(self, **values) -> None:
        """Change the import as long as the hold lasts."""
        values.setdefault("heartbeat_at", timezone.now())
        mine = ImportJob.objects.filter(pk=self.job.pk, attempts=self.job.attempts, state__in=BUSY)
        if not mine.update(**values):
            raise Overtaken

    def hold(self) -> None:
        """Lock the import until the transaction ends, so that nobody takes it for lost; raises Overtaken."""
        mine = ImportJob.objects.filter(pk=self.job.pk, attempts=self.job.attempts, state__in=BUSY)
        if not list(mine.select_for_update().values_list("pk")):
            raise Overtaken


@contextlib.contextmanager
def collected_later() -> Iterator[None]:
    """Pause the cycle collector: rows hold no cycles, and it would look at tens of thousands again and again."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def make_ready() -> None:
    """Make what the first file would have to wait for: the kinds' modules and the table of traditional characters."""
    offers()
    simplified()


def run(job_id: int) -> None:
    """Do the next step of an import. Safe to call any number of times, by any number of workers."""
    job = ImportJob.objects.select_related("staff__area", "staff__zone").filter(pk=job_id, state__in=BUSY).first()
    claim = _claim(job) if job else None
    if claim is None:
        return
    try:
        kind = kind_named(job.kind)
        if kind is None:
            raise Refused("这个种类已经停用，请重新选择后上传。")
        with collected_later():
            _post(claim, kind) if job.state == ImportJob.State.POSTING else _read(claim, kind)
    except Overtaken:
        log.warning("import %s was taken up by another worker", job_id)
    except HeadingsMissing as question:
        _ask_headings(claim, question)
    except Refused as refused:
        _refuse(claim, refused.sentence)
    except UnreadableUpload as unreadable:
        log.error("import %s: its upload cannot be read: %s", job_id, type(unreadable.__cause__).__name__)
        _fail(claim, unreadable.sentence)
    except Exception as error:  # noqa: BLE001 - whatever happens, the clerk gets a sentence and no data goes to a log
        log.error("import %s failed: %s", job_id, type(error).__name__)
        _fail(claim)


def _claim(job: ImportJob) -> Claim | None:
    """Begin an attempt, unless a living worker is at it; of two that see the same attempt number only one does."""
    held = job.state == ImportJob.State.READING or (
        job.state == ImportJob.State.POSTING and job.phase != AWAITS_POSTING
    )
    if held and job.heartbeat_at is not None and job.heartbeat_at >= _stale():
        return None
    posting = job.state == ImportJob.State.POSTING
    values = {
        "state": ImportJob.State.POSTING if posting else ImportJob.State.READING,
        "phase": AGAIN if posting else READING,
        "phase_started_at": timezone.now(),
        "attempts": job.attempts + 1,
        "heartbeat_at": timezone.now(),
    }
    seen = ImportJob.objects.filter(pk=job.pk, attempts=job.attempts, state=job.state, phase=job.phase)
    if not seen.update(**values):
        return None
    for name, value in values.items():
        setattr(job, name, value)
    return Claim(job)


def _stale():
    """Heartbeats before this moment are those of dead workers."""
    return timezone.now() - timedelta(seconds=settings.INTAKE_HEARTBEAT_SECONDS)


def context_of(job: ImportJob) -> Context:
    """Who imports what, as the import says."""
    told = job.summary if job.state == ImportJob.State.POSTING else {}
    poster, since = told.get("posted_by"), told.get("judged_at")
    return Context(
        staff=job.staff,
        month=job.month,
        paid_on=job.paid_on,
        poster=Staff.objects.select_related("area", "zone").filter(pk=poster).first() if poster else None,
        since=datetime.fromisoformat(since) if since else None,
    )


def _read(claim: Claim, kind: Kind) -> None:
    present(claim, _plan(claim, kind))


def _plan(claim: Claim, kind: Kind) -> Plan:
    job = claim.job
    with readable(job.stored_name) as path:
        claim.update(rows_expected=expected_rows(path))
        return plan_file(kind, path, job.file_name, context_of(job), claim.beat, judge_of(job, kind))


def present(claim: Claim, plan: Plan, changed_since: list | None = None) -> None:
    """Keep the plan and show it to the clerk."""
    job = claim.job
    asks = bool(plan.questions) and job.confirmed_at is None
    claim.beat(SAVING, 0, plan.data_rows)
    with transaction.atomic():
        keep_rows(job, plan)
        claim.update(
            state=ImportJob.State.READY,
            month=plan.month,
            summary=plan.summary() | {"changed_since": changed_since or [], "attempts": job.attempts},
            needs_confirmation=asks,
            rows_digest=digest_if_alike(plan),
            phase="",
            rows_done=plan.data_rows,
            rows_total=plan.data_rows,
        )


def _post(claim: Claim, kind: Kind) -> None:
    """Judge anew, show what changed, else write everything in one transaction."""
    for attempt in range(RETRIES):
        plan = _plan_again(claim, kind)
        changed = _changes(claim.job, kind, plan)
        if changed or not plan.valid_rows:
            present(claim, plan, changed)
            return
        try:
            apply_plan(claim, plan)
            return
        except CROSSED as error:
            # Somebody paid or edited one of these people meanwhile, or two postings crossed: judging again shows it.
            log.warning("import %s: posting is tried again after %s", claim.job.pk, type(error).__name__)
            if attempt == RETRIES - 1:
                raise
            claim.beat(AGAIN, 0, 0)


def _plan_again(claim: Claim, kind: Kind) -> Plan:
    job = claim.job
    if not kind.keeps_rows or not job.kept_rows.exists():
        return _plan(claim, kind)
    before = job.summary
    headings, judge = before.get("headings", {}), judge_of(job, kind)
    plan = judge_again(kind, kept_rows(job, kind), context_of(job), headings, claim.beat, judge)
    plan.cells = before.get("cells", {})
    plan.sheets, plan.columns = before["sheets"], before.get("columns", {})
    plan.file_warnings = [one["code"] for one in before["file_warnings"]]
    plan.declared_total = Decimal(before["declared_total"]) if before["declared_total"] else None
    plan.questions = [(one["where"], one["sentence"]) for one in before["questions"]]
    return plan


def _changes(job: ImportJob, kind: Kind, plan: Plan) -> list[dict]:
    """Rows of which something else is said now than in the preview."""
    told = {place: _without_since(codes) for place, codes in kept_findings(job).items()}
    found = (one for one in plan.kept if one.codes or one.warnings)
    now = {(kept_sheet(one.sheet), one.row): ",".join(one.shown_codes)[:300] for one in found}
    places = sorted(key for key in told.keys() | now.keys() if told.get(key, "") != now.get(key, ""))
    return [{"sheet": key[0], "row": key[1], "was": told.get(key, ""), "now": now.get(key, "")} for key in places[:500]]


def _without_since(codes: str) -> str:
    return ",".join(code for code in codes.split(",") if code != SINCE) if SINCE in codes else codes


def apply_plan(claim: Claim, plan: Plan) -> None:
    """Write the valid rows and close the import, in one transaction."""
    job, staff = claim.job, claim.job.staff
    claim.beat(WRITING, 0, plan.valid_rows)
    with transaction.atomic():
        claim.hold()
        result = plan.kind.apply(plan.valid(), plan.context, job)
        summary = {**plan.summary(), "changed_since": [], "result": result}
        summary |= {"posted_by": job.summary.get("posted_by", staff.pk)}
        claim.update(
            state=ImportJob.State.POSTED, applied_rows=result["applied_rows"], summary=summary, phase="",
            rows_done=plan.valid_rows, finished_at=timezone.now(),
        )  # fmt: skip
        record(by=plan.context.by, deed="导入入账", on=job, summary=f"{plan.kind.label}，{result['applied_rows']} 行")


@collected_later()
def read_and_post(job: ImportJob, kind: Kind, *, all_or_nothing: bool) -> Plan:
    """Read an import and post it at once, where nothing needs an answer; for the command line.

    Raises Refused, also when somebody else is at the import; what a parser refuses is kept with the import. Any other
    error leaves a sentence with the import and is raised.
    """
    claim = _claim(job)
    if claim is None:
        raise Refused(BEING_IMPORTED)
    try:
        plan = _read_and_post(claim, kind, all_or_nothing)
    except Overtaken:
        raise Refused(BEING_IMPORTED) from None
    except Refused as refused:
        _refuse(claim, refused.sentence)
        raise
    except UnreadableUpload as unreadable:
        _fail(claim, unreadable.sentence)
        raise Refused(unreadable.sentence) from unreadable
    except Exception:
        _fail(claim)
        raise
    job.refresh_from_db()
    return plan


def _read_and_post(claim: Claim, kind: Kind, all_or_nothing: bool) -> Plan:
    job = claim.job
    for attempt in range(RETRIES):
        plan = _plan(claim, kind)
        present(claim, plan)
        if plan.questions or not plan.valid_rows or (all_or_nothing and plan.bad_rows):
            break
        previewed = ImportJob.objects.filter(pk=job.pk, attempts=job.attempts, state=ImportJob.State.READY)
        if not previewed.update(state=ImportJob.State.POSTING, all_or_nothing=all_or_nothing, phase=WRITING):
            raise Overtaken
        try:
            apply_plan(claim, plan)
            break
        except CROSSED:
            # Somebody paid or recorded one of these people meanwhile: reading again shows it.
            if attempt == RETRIES - 1:
                raise
    return plan


def _refuse(claim: Claim, sentence: str) -> None:
    """The file can't be read: keep the sentence, its name and hash, remove the file and its rows."""
    job = claim.job
    try:
        with transaction.atomic():
            job.rows.all().delete()
            job.kept_rows.all().delete()
            job.decisions.all().delete()
            claim.update(
                state=ImportJob.State.REFUSED, sentence=sentence, stored_name="", phase="", finished_at=timezone.now()
            )
            record(by=job.staff, deed="退回文件", on=job, summary=job.sha256[:16])
    except Overtaken:
        return
    stored_path(job.stored_name).unlink(missing_ok=True)


def _ask_headings(claim: Claim, question: HeadingsMissing) -> None:
    """The file's own headings must be explained first: it waits for that, kept as it came."""
    job = claim.job
    with contextlib.suppress(Overtaken), transaction.atomic():
        job.rows.all().delete()
        job.kept_rows.all().delete()
        claim.update(
            state=ImportJob.State.MAPPING, sentence=question.question, phase="",
            summary={"asks": question.asks, "attempts": job.attempts},
        )  # fmt: skip


def _fail(claim: Claim, sentence: str = FAILED) -> None:
    """Keep the sentence; the file stays, so that the import can be started again."""
    job = claim.job
    mine = ImportJob.objects.filter(pk=job.pk, attempts=job.attempts, state__in=BUSY)
    sentence = sentence.format(job=job.pk)
    mine.update(state=ImportJob.State.FAILED, sentence=sentence, phase="", finished_at=timezone.now())


def take_up_lost() -> int:
    """Queue again the imports whose worker died; gives up on those that killed several. Returns how many."""
    lost = ImportJob.objects.filter(Q(heartbeat_at__lt=_stale()) | Q(heartbeat_at=None), state__in=BUSY)
    if not lost.exists():
        return 0
    count = 0
    with transaction.atomic():
        # Who is writing holds the row: a long posting is no dead one.
        for job in lost.select_for_update(skip_locked=True):
            if job.attempts - job.summary.get("attempts", 0) >= MOST_ATTEMPTS:
                _fail(Claim(job))
                continue
            posting = job.state == ImportJob.State.POSTING
            state, phase = (job.state, AWAITS_POSTING) if posting else (ImportJob.State.QUEUED, "")
            ImportJob.objects.filter(pk=job.pk).update(state=state, phase=phase, heartbeat_at=timezone.now())
            enqueue(job)
            count += 1
    return count
