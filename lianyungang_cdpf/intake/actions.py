"""Deeds on imports. Reading and judging hold no write transaction; posting is one short one."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.kinds import Kind
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.offices import place_of
from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.intake.recognition import AlreadyPosted, posted_from
from lianyungang_cdpf.intake.uploads import Upload, stored_path

# The phase of an import that is to be posted and that no worker has taken up.
AWAITS_POSTING = "等待入账"
OPEN_STATES = (
    ImportJob.State.QUEUED, ImportJob.State.READING, ImportJob.State.MAPPING, ImportJob.State.READY,
    ImportJob.State.POSTING,
)  # fmt: skip

# The same file again within this time is the same upload, sent twice.
DOUBLE_CLICK_SECONDS = 60


class ImportConflict(Exception):
    """The import is not in a state for this deed; `sentence` says so in Chinese."""

    def __init__(self, sentence: str):
        super().__init__(sentence)
        self.sentence = sentence


def start_import(
    *,
    by,
    kind: Kind,
    upload,
    name: str = "",
    month: date | None = None,
    paid_on: date | None = None,
    queue: bool = True,
) -> ImportJob:
    """Take a file in and queue it for reading; the same file sent twice is one import.

    `upload` is anything with `chunks()` and, unless `name` is given, `name`. Raises Refused when the checks that
    answer at once say no; the refusal is kept with the file's name and hash.
    """
    file = Upload(upload, name or upload.name, kind.limits)
    try:
        file.check(kind.limits)
        _refuse_known(by, kind, file, month)
        twin, stale = _open_twins(by, kind, file, month, paid_on)
        job = twin or _new_job(by, kind, file, month, paid_on)
    except Refused as refused:
        file.discard()
        _keep_refusal(by, kind, file, month, refused)
        raise
    except BaseException:
        file.discard()
        raise
    if job.stored_name != file.stored_name:
        file.discard()
    elif queue:
        enqueue(job)
    for earlier in stale:
        discard_import(job=earlier, by=by)
    return job


@transaction.atomic
def _new_job(by, kind: Kind, file: Upload, month: date | None, paid_on: date | None) -> ImportJob:
    job = ImportJob.objects.create(
        **_facts(by, kind, file, month), stored_name=file.stored_name, paid_on=paid_on, heartbeat_at=timezone.now()
    )
    record(by=by, deed="上传文件", on=job, summary=f"{kind.label}，{file.size} 字节，{file.sha256[:16]}")
    return job


def _facts(by, kind: Kind, file: Upload, month: date | None) -> dict:
    area, zone = place_of(by)
    return {
        "kind": kind.code, "month": month, "staff": by, "area": area, "zone": zone, "file_name": file.name,
        "sha256": file.sha256, "size": file.size,
    }  # fmt: skip


def _refuse_known(by, kind: Kind, file: Upload, month: date | None) -> None:
    earlier = posted_from(by, kind, file.sha256, month) if kind.keeps_rows else None
    if earlier is not None:
        raise AlreadyPosted(earlier)


def _open_twins(by, kind: Kind, file: Upload, month, paid_on) -> tuple[ImportJob | None, list[ImportJob]]:
    """The same file of the same person, not yet finished: the one that a double click or a retry means, and previews
    from before, which a new upload replaces (the register may have been put right since)."""
    jobs = ImportJob.objects.filter(staff=by, kind=kind.code, sha256=file.sha256, state__in=OPEN_STATES)
    same = [job for job in jobs if job.paid_on == paid_on and (month is None or job.month == month)]
    moment = timezone.now() - timedelta(seconds=DOUBLE_CLICK_SECONDS)
    stale = [job for job in same if job.state == ImportJob.State.READY and job.created_at < moment]
    return next((job for job in same if job not in stale), None), stale


@transaction.atomic
def _keep_refusal(by, kind: Kind, file: Upload, month: date | None, refused: Refused) -> None:
    job = ImportJob.objects.create(
        **_facts(by, kind, file, month), state=ImportJob.State.REFUSED, sentence=refused.sentence,
        same_as=getattr(refused, "earlier", None), finished_at=timezone.now(),
    )  # fmt: skip
    record(by=by, deed="退回文件", on=job, summary=file.sha256[:16])


@transaction.atomic
def confirm_import(*, job: ImportJob, by) -> ImportJob:
    """Answer the questions of a preview: the clerk takes the file as declared. Raises ImportConflict."""
    changed = ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.READY, needs_confirmation=True).update(
        needs_confirmation=False, confirmed_at=timezone.now()
    )
    if not changed:
        raise ImportConflict("这个批次不在等待确认，请刷新页面查看现在的状态。")
    record(by=by, deed="确认导入疑问", on=job, summary=f"{len(job.summary.get('questions', []))} 项")
    job.refresh_from_db()
    return job


def post_import(*, job: ImportJob, by, all_or_nothing: bool = False, queue: bool = True) -> ImportJob:
    """Queue a previewed import for posting; asking again while it runs changes nothing. Raises ImportConflict."""
    job.refresh_from_db()
    if job.state in (ImportJob.State.POSTING, ImportJob.State.POSTED):
        return job
    with transaction.atomic():
        # A row that is being corrected at this moment has moved the counts before, or is refused after.
        job.summary = ImportJob.objects.select_for_update().values_list("summary", flat=True).get(pk=job.pk)
        _check_postable(job, all_or_nothing)
        changed = ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.READY).update(
            state=ImportJob.State.POSTING, all_or_nothing=all_or_nothing, phase=AWAITS_POSTING,
            heartbeat_at=timezone.now(), rows_done=0, summary={**job.summary, "posted_by": by.pk},
        )  # fmt: skip
        if changed:
            record(by=by, deed="申请入账", on=job, summary=f"{job.summary['valid_rows']} 行")
    job.refresh_from_db()
    if changed and queue:
        enqueue(job)
    return job


def _check_postable(job: ImportJob, all_or_nothing: bool) -> None:
    if job.state != ImportJob.State.READY:
        raise ImportConflict(f"这个批次现在是“{job.get_state_display()}”，不能入账。")
    if job.needs_confirmation:
        raise ImportConflict("文件内容与所选的月份、项目或地区有出入，请先确认，再入账。")
    if not job.summary["valid_rows"]:
        raise ImportConflict("没有可以入账的行：请改正文件后重新上传。")
    if all_or_nothing and job.summary["bad_rows"]:
        raise ImportConflict(f"还有 {job.summary['bad_rows']} 行错误，按“全部正确才入账”不能入账：请改正后重新上传。")


def discard_import(*, job: ImportJob, by) -> ImportJob:
    """Give an import up before it is posted; its file and rows are removed. Raises ImportConflict."""
    states = (*OPEN_STATES[:-1], ImportJob.State.FAILED)
    with transaction.atomic():
        changed = ImportJob.objects.filter(pk=job.pk, state__in=states).update(
            state=ImportJob.State.DISCARDED, finished_at=timezone.now(), stored_name="", sentence=f"由{by}放弃。"
        )
        if not changed:
            job.refresh_from_db(fields=["state"])
            raise ImportConflict(f"这个批次现在是“{job.get_state_display()}”，不能放弃。")
        job.rows.all().delete()
        job.kept_rows.all().delete()
        job.decisions.all().delete()
        record(by=by, deed="放弃导入", on=job)
    # Only now that the deed stands: a transaction that fails brings no file back.
    if job.stored_name:
        stored_path(job.stored_name).unlink(missing_ok=True)
    job.refresh_from_db()
    return job


def can_retry(job: ImportJob) -> bool:
    """Whether a failed import can be started again: its file is still kept, or it failed while its rows were posted."""
    if job.state != ImportJob.State.FAILED:
        return False
    return bool(job.stored_name) or (failed_posting(job) and job.kept_rows.exists())


def failed_posting(job: ImportJob) -> bool:
    """Whether the import failed after somebody had asked for its posting."""
    return job.state == ImportJob.State.FAILED and "posted_by" in job.summary


def retry_import(*, job: ImportJob, by, queue: bool = True) -> ImportJob:
    """Start a failed import again, from its kept file or, where it failed while posting, from its judged rows.

    Attempts count afresh. Asking again while it runs changes nothing. Raises ImportConflict.
    """
    job.refresh_from_db()
    if job.state in (ImportJob.State.QUEUED, ImportJob.State.READING, ImportJob.State.POSTING):
        return job
    if not can_retry(job):
        raise ImportConflict(_why_no_retry(job))
    posting = failed_posting(job)
    # The number of attempts only ever grows: a worker that was thought dead must not take the import for its own.
    summary = {**job.summary, "attempts": job.attempts}
    state, phase = (ImportJob.State.POSTING, AWAITS_POSTING) if posting else (ImportJob.State.QUEUED, "")
    if posting:
        summary["posted_by"] = by.pk
    with transaction.atomic():
        changed = ImportJob.objects.filter(pk=job.pk, state=ImportJob.State.FAILED).update(
            state=state, phase=phase, summary=summary, sentence="", finished_at=None, heartbeat_at=timezone.now(),
            rows_done=0, rows_total=job.rows_total if posting else 0,
        )  # fmt: skip
        if changed:
            record(by=by, deed="重新处理", on=job, summary="入账" if posting else "读取")
    job.refresh_from_db()
    if changed and queue:
        enqueue(job)
    return job


def _why_no_retry(job: ImportJob) -> str:
    if job.state == ImportJob.State.FAILED:
        return "原文件已经删除，不能重新处理：请重新上传文件。"
    return f"这个批次现在是“{job.get_state_display()}”，不用重新处理。"


def enqueue(job: ImportJob) -> None:
    """Hand the import to the background worker once the transaction stands; only its number goes to the queue."""
    from lianyungang_cdpf.intake.tasks import run_import

    transaction.on_commit(lambda: run_import.enqueue(job.pk))
