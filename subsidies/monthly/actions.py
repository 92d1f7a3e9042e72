"""Deeds on what changes from month to month: writing down why, and making the next month out of this one."""

import re
from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.actions import start_import
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.models import A_REASON, ImportJob
from lianyungang_cdpf.intake.reading import Refused
from subsidies.approval.chain import in_place
from subsidies.approval.models import ApprovalStep, Deed
from subsidies.models import DifferenceReason, Roll
from subsidies.monthly.carrying import Carried, following, workbook
from subsidies.monthly.changes import Change, refuse_all
from subsidies.monthly.comparing import Office, is_compared
from subsidies.monthly.differences import Differences, Found
from subsidies.monthly.models import NOTE_LENGTH, OTHER, REASONS_OF, Difference

IMPORT = "subsidies.import_roll"
COLUMNS = ("programme_id", "month", "area_id", "zone_id", "person_id", "kind", "code", "note", "by_id", "at")


def may_give_reasons(roll: Roll, staff) -> bool:
    """Whether the staff member prepares the rolls of the roll's place: only they say why a month differs."""
    step = ApprovalStep.objects.filter(deed=Deed.SUBMIT).first()
    return step is not None and staff.has_perm(step.permission) and in_place(step, roll, staff)


def may_carry(roll: Roll, staff) -> bool:
    """Whether the staff member may make the next month's roll of this one."""
    stands = is_compared(roll) and roll.state != Roll.State.UNDONE and roll.payment_count
    return bool(stands and staff.has_perm(IMPORT) and may_give_reasons(roll, staff))


@transaction.atomic
def give_reasons(
    *,
    roll: Roll,
    by,
    kind: str,
    code: str,
    note: str = "",
    keys: Collection[tuple[int, str]] = (),
    every_open: bool = False,
) -> int:
    """Write the reason of differences of one kind of the roll, each named by (person, kind), and return of how many.

    `every_open`: instead of keys, all of the kind that are open. Raises ValidationError with one
    sentence when `by` may not, when nothing is named, when a difference is gone, when the reason does not fit one of
    them or says too little, or when a reason would change under a roll that has been submitted.
    """
    rolls = Roll.objects.select_for_update(of=("self",)).visible_to(by).select_related("programme", "area", "zone")
    current = rolls.filter(pk=roll.pk).first()
    if current is None or not may_give_reasons(current, by):
        raise ValidationError("变动原因只能由编制本单位花名册的人员填写。", code="forbidden")
    note = _checked_note(code, note)
    chosen = _chosen(Differences(current), kind, keys, every_open)
    _refuse_unfit(chosen, kind, code)
    _refuse_frozen(current, chosen)
    write_reasons(by=by, roll=current, month=current.month, given=[(*one.change.key, code, note) for one in chosen])
    return len(chosen)


def write_reasons(*, by, roll: Roll, month: date, given: Collection[tuple[int, str, str, str]]) -> None:
    """Keep reasons (person, kind, code, note) for a month of the roll's programme and place, in place of earlier ones.

    Call inside a transaction, with reasons that fit. Raises ValidationError when somebody else writes one meanwhile.
    """
    place = (roll.programme_id, month, roll.area_id, roll.zone_id)
    replaced = {(person, kind) for person, kind, *_ in given}
    earlier = DifferenceReason.objects.of_month(*place).filter(person__any_of={person for person, _ in replaced})
    gone = [pk for pk, *key in earlier.values_list("pk", "person_id", "kind") if tuple(key) in replaced]
    DifferenceReason.objects.filter(pk__any_of=gone).delete()
    now = timezone.now()
    try:
        with transaction.atomic():
            insert_rows(DifferenceReason, COLUMNS, [(*place, *one, by.pk, now) for one in given], matched=False)
    except IntegrityError as error:
        # Of two rolls of one place and month each may say why somebody is on neither.
        raise ValidationError("同时有其他人写明了其中的变动原因：请刷新页面后核对。", code="moved") from error
    record(by=by, deed="填写变动原因", on=roll, summary=f"{roll.reference}：{month:%Y-%m} {len(given)} 项")


def carry_forward(*, by, rolls: Collection[Roll], changes: list[Change], by_standard: bool = True) -> ImportJob:
    """Send in the next month's file, made from rolls of one place and month and the changes; the import to look at.

    `by_standard`: who was paid the standard gets the next month's. The reasons of the changes are kept at once.
    Raises ValidationError with sentences, before anything is written. Not one transaction: a refusal of the file is
    kept by the intake, as every refusal is.
    """
    found = Roll.objects.visible_to(by).standing().filter(pk__in=[one.pk for one in rolls]).order_by("pk")
    found = list(found.select_related("programme", "area", "zone"))
    _refuse_to_carry(found, rolls, by)
    carried = Carried(found, changes, by_standard=by_standard)
    refuse_all(carried.problems())
    roll = found[0]
    content, count, total = workbook(carried, str(roll.zone or roll.area))
    if not count:
        raise ValidationError("结转后没有一个人，不能生成花名册。", code="empty")
    kind = kind_named(roll.programme.code)
    name = f"{roll.programme.name}{carried.month:%Y年%m月}结转.xlsx"
    try:
        job = start_import(by=by, kind=kind, upload=ContentFile(content), name=name, month=carried.month)
    except Refused as refused:
        raise ValidationError(refused.sentence, code="refused") from refused
    with transaction.atomic():
        if reasons := list(carried.reasons()):
            write_reasons(by=by, roll=roll, month=carried.month, given=reasons)
        told = f"{carried.month:%Y-%m}：{count:,} 行，合计 {total:,.2f} 元，变动 {len(changes):,} 项"
        record(by=by, deed="结转下月", on=job, summary=told)
    return job


def _refuse_to_carry(found: list[Roll], asked: Collection[Roll], by) -> None:
    if not found or len(found) != len(set(asked)) or not may_carry(found[0], by):
        raise ValidationError("只能结转本单位按月发放的、有效的花名册，请重新选择。", code="forbidden")
    roll = found[0]
    if len({(one.programme_id, one.month, one.area_id, one.zone_id) for one in found}) != 1:
        raise ValidationError("一次只能结转同一单位、同一项目、同一个月的花名册。", code="mixed")
    if _frozen(roll, following(roll.month)).exists():
        said = f"{following(roll.month):%Y-%m} 的花名册已提交审批，不能再结转：请先退回，或直接上传补充的花名册。"
        raise ValidationError(said, code="frozen")


def _frozen(roll: Roll, month: date):
    """The rolls of a month of the same programme and place that have been handed in."""
    rolls = Roll.objects.standing().filter(programme=roll.programme, month=month, frozen_at__isnull=False)
    return rolls.filter(Office.of(roll).rolls)


def _checked_note(code: str, note: str) -> str:
    note = note.strip()
    if code == OTHER and not re.match(A_REASON, note):
        raise ValidationError("原因选“其他”的，请写明说明，至少五个字。", code="note")
    if len(note) > NOTE_LENGTH:
        raise ValidationError(f"说明最多 {NOTE_LENGTH} 个字。", code="note")
    return note


def _chosen(differences: Differences, kind: str, keys: Collection[tuple[int, str]], every_open: bool) -> list[Found]:
    if every_open:
        chosen = [one for one in differences.open if one.kind == kind]
    else:
        found = differences.by_key()
        chosen = [found[key] for key in dict.fromkeys(keys) if key in found]
        if len(chosen) != len(set(keys)):
            raise ValidationError("所选的变动里有的已不存在：请刷新页面后重新选择。", code="gone")
    if not chosen:
        raise ValidationError("请先选择要填写原因的变动。", code="none")
    return chosen


def _refuse_unfit(chosen: list[Found], kind: str, code: str) -> None:
    if kind not in REASONS_OF or code not in REASONS_OF[Difference(kind)].values:
        raise ValidationError("没有这个原因，请重新选择。", code="code")
    if unfit := {one.kind.label: None for one in chosen if one.kind != kind}:
        said = f"所选的变动里有“{'”、“'.join(unfit)}”，与“{Difference(kind).label}”的原因不符：请按变动的种类分别选择。"
        raise ValidationError(said, code="unfit")


def _refuse_frozen(roll: Roll, chosen: list[Found]) -> None:
    """What approvers have before them stays, on whichever roll of the month; what is still open may be written."""
    settled = [one for one in chosen if not one.is_open]
    if not settled:
        return
    frozen = _frozen(roll, roll.month)
    # Who is stopped is the whole place's matter, the rest that of the roll.
    of_roll = [one for one in settled if one.change.now is not None]
    if (of_roll and roll.frozen_at is not None) or (len(settled) > len(of_roll) and frozen.exists()):
        raise ValidationError("花名册已提交审批，已有的原因不能再改；退回后可以修改。", code="frozen")
