"""Deeds on facilities: what touches a facility, its history, the stamps and the audit trail together."""

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from facilities.counting import touch_counts
from facilities.models import Facility, Stage, StageEntry
from facilities.stages import DAY_WORDS, DAYS, DOCUMENTED, FOLLOWING, MILESTONES, days_out_of_order
from lianyungang_cdpf.accounts.scoping import lock_rows
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.tables.text import name_key

PERMISSION = "facilities.advance_facility"


@transaction.atomic
def save_facility(
    *, by, facility: Facility, applied_on: date | None = None, records: Iterable[models.Model] = ()
) -> Facility:
    """Create a facility in the stage 申报, or change it; `records` are lines of money and inspections.

    Raises ValidationError when the place has one of that kind and name already.
    """
    lock_rows(Facility, facility.pk)
    before = Facility.objects.select_related("kind").filter(pk=facility.pk).first()
    facility.name_key = name_key(facility.name)[:100]
    if before is None:
        facility.stage, facility.applied_on = Stage.APPLIED, applied_on
    else:
        # The form was read before the lock: a stage that somebody recorded meanwhile must stand.
        for name in ("stage", *DAYS):
            setattr(facility, name, getattr(before, name))
    _refuse_broken(facility)
    if before is not None and before.kind_id != facility.kind_id and facility.accepted_on:
        refuse_below_minimum(facility)
    changed = _changed_labels(before, facility)
    facility.save()
    if before is None and applied_on:
        StageEntry.objects.create(facility=facility, stage=Stage.APPLIED, on=applied_on, recorded_by=by)
    for one in records:
        one.facility = facility
        one.save()
        changed.append(str(one._meta.verbose_name))
    touch_counts(before, facility)
    deed = "修改设施" if before else "登记设施"
    record(by=by, deed=deed, on=facility, summary="、".join(dict.fromkeys(changed)))
    return facility


def _changed_labels(before: Facility | None, after: Facility) -> list[str]:
    """Labels of the fields that differ from what is stored; their values stand in no audit line."""
    if before is None:
        return []
    fields = (field for field in Facility._meta.concrete_fields if field.editable)
    return [str(one.verbose_name) for one in fields if getattr(before, one.attname) != getattr(after, one.attname)]


def _refuse_broken(facility: Facility) -> None:
    """Raise ValidationError with the sentence of the first constraint that the facility breaks."""
    try:
        facility.validate_constraints()
    except ValidationError as error:
        raise ValidationError(error.messages[0]) from error


@transaction.atomic
def advance_stage(
    *, by, facility: Facility, to: str, on: date, document_no: str = "", document_title: str = "", note: str = ""
) -> StageEntry:
    """Bring a facility to its next stage as of a day. Raises ValidationError with what stands against it."""
    facility = _locked(facility)
    _refuse_step(facility, Stage(to), on, document_no or document_title)
    if to == Stage.ACCEPTED:
        refuse_below_minimum(facility)
    before = _copy(facility)
    entry = StageEntry(
        facility=facility, stage=to, on=on, document_no=document_no, document_title=document_title, note=note,
        recorded_by=by,
    )  # fmt: skip
    entry.full_clean(exclude=["recorded_by"])
    entry.save()
    facility.stage = to
    _keep_milestones(facility)
    touch_counts(before, facility)
    summary = f"{before.get_stage_display()}→{facility.get_stage_display()}，{on:%Y-%m-%d}，{document_no}"
    record(by=by, deed="办理设施阶段", on=facility, summary=summary.rstrip("，"))
    return entry


@transaction.atomic
def take_back_stage(*, by, facility: Facility, why: str) -> StageEntry:
    """Take back the latest stage, entered by mistake; the line stays in the history with the reason.

    Raises ValidationError when it is the only one, or when no reason is given.
    """
    facility = _locked(facility)
    entry, stage = latest_step(facility, facility.history.standing().order_by("on", "id"))
    if entry is None or stage is None:
        raise ValidationError("这是设施最早的阶段，不能撤回。")
    if not why.strip():
        raise ValidationError("请填写撤回原因。")
    before = _copy(facility)
    entry.taken_back_at, entry.taken_back_by, entry.taken_back_why = timezone.now(), by, why.strip()
    entry.save()
    facility.stage = stage
    _keep_milestones(facility)
    touch_counts(before, facility)
    summary = f"{before.get_stage_display()}→{facility.get_stage_display()}"
    record(by=by, deed="撤回设施阶段", on=facility, summary=summary)
    return entry


def latest_step(facility: Facility, standing: Iterable[StageEntry]) -> tuple[StageEntry | None, str | None]:
    """The entry of the present stage and the stage before it; None for what there is not.

    A roll may bring a facility in 申报 without a day, so without an entry: there its first step leads back.
    `standing` is its history in order, without what was taken back.
    """
    standing = list(standing)
    entry = next((one for one in reversed(standing) if one.stage == facility.stage), None)
    left = [one for one in standing if one is not entry]
    if left:
        return entry, left[-1].stage
    is_step = entry is not None and entry.job_id is None and entry.stage in FOLLOWING[Stage.APPLIED]
    return entry, Stage.APPLIED if is_step else None


def _locked(facility: Facility) -> Facility:
    """The facility as it stands now, held until the transaction ends."""
    lock_rows(Facility, facility.pk)
    return Facility.objects.select_related("kind").get(pk=facility.pk)


def _copy(facility: Facility) -> Facility:
    return Facility(kind=facility.kind, stage=facility.stage, accepted_on=facility.accepted_on)


def _refuse_step(facility: Facility, to: Stage, on: date, document: str) -> None:
    if to not in FOLLOWING[Stage(facility.stage)]:
        raise ValidationError(f"“{facility.get_stage_display()}”之后不能直接进入“{to.label}”。")
    if to == Stage.OPERATING and facility.accepted_on is None:
        raise ValidationError("还没有通过验收，不能进入“运行”：请先办理“验收”。")
    if to == Stage.SUSPENDED and facility.operating_on is None:
        raise ValidationError("还没有投入运行，不能登记“停运”。")
    if on > timezone.localdate():
        raise ValidationError("日期不能晚于今天。")
    latest = facility.history.standing().order_by("-on").first()
    if latest is not None and on < latest.on:
        raise ValidationError(f"日期不能早于上一阶段“{latest.get_stage_display()}”的 {latest.on:%Y-%m-%d}。")
    if to in DOCUMENTED and not document:
        raise ValidationError(f"办理“{to.label}”要填写文号或文件名称。")


def refuse_below_minimum(facility: Facility) -> None:
    """Raise ValidationError when the facility lacks what its kind asks for at acceptance."""
    lacking = below_minimum(facility.kind, facility.area_m2, facility.capacity)
    if lacking:
        raise ValidationError(f"不符合“{facility.kind}”的验收条件：{lacking}。")


def below_minimum(kind, area_m2, capacity) -> str:
    """What a facility lacks of its kind's conditions, in words; empty when it meets them."""
    lacking = []
    if kind.minimum_area is not None and (area_m2 is None or area_m2 < kind.minimum_area):
        lacking.append(f"建筑面积应不少于 {kind.minimum_area.normalize():f} 平方米，{_registered(area_m2)}")
    if kind.minimum_capacity is not None and (capacity is None or capacity < kind.minimum_capacity):
        lacking.append(f"可服务人数应不少于 {kind.minimum_capacity} 人，{_registered(capacity)}")
    return "；".join(lacking)


def _registered(value) -> str:
    return "现在没有登记" if value is None else f"现为 {value}"


def _keep_milestones(facility: Facility) -> None:
    """The days of the facility's milestones are the first of its history."""
    firsts = dict(
        facility.history.standing()
        .order_by()
        .values_list("stage")
        .annotate(models.Min("on"))
        .values_list("stage", "on__min")
    )
    days = {name: firsts.get(stage.value) for stage, name in MILESTONES.items()}
    wrong = days_out_of_order(days)
    if wrong:
        raise ValidationError(f"{DAY_WORDS[wrong[0]]}不能早于{DAY_WORDS[wrong[1]]}。")
    for name, day in days.items():
        setattr(facility, name, day)
    _refuse_broken(facility)
    facility.save()
