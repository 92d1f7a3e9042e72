"""The deeds on exports with whole numbers: asked for, approved or refused, taken out, ended when their time is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.attaching import content_of
from lianyungang_cdpf.intake.offices import place_of
from lianyungang_cdpf.intake.uploads import stored_path
from lianyungang_cdpf.pages.exports.models import REQUEST, UnmaskedExport
from lianyungang_cdpf.targets.reporting.packed import pack

State = UnmaskedExport.State
OPEN = (State.REQUESTED, State.APPROVED)
NOT_WAITING = "这份申请已经有人处理，或已失效：请刷新页面查看。"
NOT_YOURS = "只能由同一单位或市级的另一位有审批权限的人员审批，不能审批自己的申请。"
NOT_TO_BE_HAD = "文件已失效并删除。仍然需要的，请回到列表重新申请。"
# Why an export ended: what its page says.
OVER = "制作后 {hours} 小时已到，文件已删除。"
UNDECIDED = "申请后 {hours} 小时没有审批，需要的请重新申请。"
UNMADE = "批准后 {hours} 小时没有制作成功，请告知系统管理员后重新申请。"
NO_LONGER_ENTITLED = "制作时申请人已停用、调离或不再有这项权限，没有制作文件。"
NOT_MADE = "制作文件时出错，错误已记入日志。请告知系统管理员后重新申请。"
NOTHING_LEFT = "制作时这些记录都已不在申请人的辖区内，没有制作文件。"


@transaction.atomic
def request_export(*, by, code: str, keys: list[int], narrowed: str, purpose: str, recipient: str) -> UnmaskedExport:
    """Ask for these rows of a list with whole numbers. Raises ValidationError when there are none or too many."""
    most = settings.UNMASKED_EXPORT["most_rows"]
    if not keys:
        raise ValidationError("列表里没有可以导出的行，请先改变筛选。", code="empty")
    if len(keys) > most:
        raise ValidationError(f"完整号码一次最多导出 {most:,} 行：请先回到列表用筛选缩小范围。", code="large")
    area, zone = place_of(by)
    export = UnmaskedExport.objects.create(
        ledger=code, narrowed=narrowed, purpose=purpose, recipient=recipient, row_count=len(keys),
        chosen=pack(dict.fromkeys(keys, 1)), area=area, zone=zone, requested_by=by,
    )  # fmt: skip
    record(by=by, deed="申请导出完整号码", on=export, summary=f"{export}，用途：{purpose}，接收人：{recipient}")
    return export


@transaction.atomic
def approve_export(*, by, export: UnmaskedExport) -> UnmaskedExport:
    """Let the worker make the file. Raises ValidationError for one's own request, or one that no longer waits."""
    export = _waiting(export, by)
    _decided(export, by, State.APPROVED)
    export.save()
    record(by=by, deed="批准导出完整号码", on=export, summary=str(export))
    _enqueue(export)
    return export


def _enqueue(export: UnmaskedExport) -> None:
    """Hand the export to the worker once the transaction stands; only its number goes to the queue."""
    from lianyungang_cdpf.pages.exports.tasks import make_export

    transaction.on_commit(lambda: make_export.enqueue(export.pk))


@transaction.atomic
def refuse_export(*, by, export: UnmaskedExport, answer: str) -> UnmaskedExport:
    """Say no, with the reason. Raises ValidationError as approving does."""
    export = _waiting(export, by)
    _decided(export, by, State.REFUSED)
    export.answer, export.chosen = answer, b""
    export.save()
    record(by=by, deed="不批准导出完整号码", on=export, summary=f"{export}：{answer}")
    return export


def _decided(export: UnmaskedExport, by, state: str) -> None:
    export.state, export.decided_by, export.decided_at = state, by, timezone.now()


def _waiting(export: UnmaskedExport, by) -> UnmaskedExport:
    export = locked(export)
    if export.state != State.REQUESTED:
        raise ValidationError(NOT_WAITING, code="decided")
    if not UnmaskedExport.objects.waiting_for(by).filter(pk=export.pk).exists():
        raise ValidationError(NOT_YOURS, code="not_yours")
    return export


def locked(export: UnmaskedExport) -> UnmaskedExport:
    """The export as it stands, locked until the transaction ends."""
    lock_rows(UnmaskedExport, export.pk)
    return UnmaskedExport.objects.select_related("requested_by", "decided_by", "area", "zone").get(pk=export.pk)


@transaction.atomic
def show_password(*, by, export: UnmaskedExport) -> str:
    """The password, once: it is forgotten with the answer. Raises ValidationError when it was shown before."""
    export = _to_be_had(export, by)
    if export.password_shown_at:
        raise ValidationError("打开密码已经显示过，系统没有保存。忘记密码的，请重新申请。", code="shown")
    password, export.password, export.password_shown_at = export.password, "", timezone.now()
    export.save(update_fields=["password", "password_shown_at", "seal"])
    record(by=by, deed="查看导出文件的打开密码", on=export)
    return password


@transaction.atomic
def take_out(*, by, export: UnmaskedExport) -> Iterator[bytes]:
    """The file, counted. Raises ValidationError when there is none any more, UnreadableUpload when it is damaged."""
    export = _to_be_had(export, by)
    content = content_of(export)
    rows = UnmaskedExport.objects.filter(pk=export.pk)
    rows.update(downloads=F("downloads") + 1, downloaded_at=timezone.now())
    told = f"{export.get_ledger_display()} {export.made_rows:,} 行，第 {export.downloads + 1} 次"
    record(by=by, deed="下载完整号码文件", on=export, summary=told)
    return content


def _to_be_had(export: UnmaskedExport, by) -> UnmaskedExport:
    export = locked(export)
    if export.requested_by_id != by.pk or why_not_entitled(export):
        raise ValidationError("文件只能由申请人在原来的单位下载。", code="not_yours")
    if not export.is_to_be_had:
        raise ValidationError(NOT_TO_BE_HAD, code="over")
    return export


def why_not_entitled(export: UnmaskedExport) -> str:
    """Why who asked gets nothing any more, as one sentence; "" when they still may have it."""
    staff = export.requested_by
    same_place = staff.zone_id == export.zone_id if export.zone_id else staff.area_id == export.area_id
    return "" if staff.is_active and same_place and staff.has_perm(REQUEST) else NO_LONGER_ENTITLED


def over(moment: datetime):
    """The exports whose time is over: made, or waiting for too long."""
    before = moment - timedelta(hours=settings.UNMASKED_EXPORT["hours"])
    ended = Q(state=State.MADE, expires_at__lte=moment) | Q(state=State.REQUESTED, requested_at__lte=before)
    return UnmaskedExport.objects.filter(ended | Q(state=State.APPROVED, decided_at__lte=before))


def end_expired(*, moment: datetime | None = None) -> int:
    """Remove the files whose time is over and close what nobody decided or made; how many. By any number of workers."""
    hours = settings.UNMASKED_EXPORT["hours"]
    why = {State.MADE: OVER, State.REQUESTED: UNDECIDED, State.APPROVED: UNMADE}
    ended = 0
    for export in over(moment or timezone.now()).order_by("pk"):
        ended += end(export, why[export.state].format(hours=hours))
    return ended


def end(export: UnmaskedExport, why: str) -> bool:
    """The export is over: its file and its password go, its line stays. Whether this call was the one."""
    with transaction.atomic():
        # As it was read: one that went on meanwhile, or that another worker has ended, is left alone.
        same = UnmaskedExport.objects.filter(pk=export.pk, state=export.state)
        if not same.update(state=State.EXPIRED, answer=why, stored_name="", password="", chosen=b"", seal=None):
            return False
        record(by=None, deed="完整号码导出失效", on=export, summary=why)
    if export.stored_name:
        stored_path(export.stored_name).unlink(missing_ok=True)
    return True
