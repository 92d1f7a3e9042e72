"""Judged rows of a 残疾人之家花名册 become stays and months, and are taken back whole."""

import json
from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beneficiaries.models import Person
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.engine import kept_sheet
from lianyungang_cdpf.intake.kinds import Outcome
from lianyungang_cdpf.intake.models import ImportJob, ImportRow
from services.actions import allow_cancelling
from services.models import FacilityStay, MonthlyAttendance
from services.stay_actions import stamp_stays
from services.stays import is_within, overlaps

CODE = "disabled_persons_home_stays"
TOGETHER = 1_000
SPAN = ("facility__kind__code", "admitted_on", "left_on")


def post_stays(*, by, job: ImportJob, outcomes: list[Outcome]) -> None:
    """Write the stays and months of judged rows, and the days of leaving that they tell. Call inside a transaction.

    Raises IntegrityError when somebody recorded one of them meanwhile, or what does not go with one of them.
    """
    now = timezone.now()
    planned = [(one, one.data.write["stay"], one.data.write) for one in outcomes]
    # Held as by save_stay, so that nobody is admitted twice at a time.
    people = Person.objects.filter(pk__any_of=list({stay.person for _, stay, _ in planned})).order_by("pk")
    list(people.select_for_update(of=("self",)).values_list("pk", flat=True))
    closed = [(one, stay) for one, stay, write in planned if write["closes"] and stay.pk]
    new = [
        (stay, _told(FacilityStay, one, job, by, now, **stay.columns)) for one, stay, write in planned if write["new"]
    ]
    # Who moves within a roll leaves the one home before entering the other.
    _close(closed, job)
    FacilityStay.objects.bulk_create([record_ for _, record_ in new], TOGETHER)
    for stay, record_ in new:
        stay.pk = record_.pk
    months = [
        _told(MonthlyAttendance, one, job, by, now, stay_id=stay.pk, month=write["month"], days=write["days"])
        for one, stay, write in planned
        if write["month"]
    ]
    MonthlyAttendance.objects.bulk_create(months, TOGETHER)
    _refuse_misfits(job, {stay.pk for _, stay, _ in planned})
    rows = FacilityStay.objects.filter(pk__any_of=list({stay.pk for _, stay, _ in planned})).order_by()
    stamp_stays(rows.values_list(*SPAN).distinct())


def _refuse_misfits(job: ImportJob, keys: set[int]) -> None:
    """Raise IntegrityError when the roll does not go with what was written since it was judged.

    No constraint of the database sees that a stay that has ended overlaps another, or that a month lies outside.
    """
    if FacilityStay.objects.cancelled().filter(pk__any_of=list(keys)).exists():
        raise IntegrityError("Somebody has taken back one of these stays meanwhile.")
    columns = ("stay__admitted_on", "stay__left_on", "month", "days")
    months = MonthlyAttendance.objects.standing().filter(job=job).order_by().values_list(*columns)
    if not all(is_within(*told) for told in months):
        raise IntegrityError("Somebody has written other days of one of these stays meanwhile.")
    new = {one.pk: one for one in FacilityStay.objects.standing().filter(job=job).order_by()}
    by_person: dict[int, list[FacilityStay]] = {}
    for other in FacilityStay.objects.standing().filter(person__any_of=[one.person_id for one in new.values()]):
        by_person.setdefault(other.person_id, []).append(other)
    for one in new.values():
        others = (other for other in by_person[one.person_id] if other.pk != one.pk)
        if any(overlaps(one.admitted_on, one.left_on, other.admitted_on, other.left_on) for other in others):
            raise IntegrityError("Somebody has admitted one of these people elsewhere meanwhile.")


def _told(model, outcome: Outcome, job: ImportJob, by, now, **fields):
    """A new line of the register as the row tells it."""
    sheet = kept_sheet(outcome.sheet)
    return model(job=job, sheet=sheet, row=outcome.row, recorded_by_id=by.pk, recorded_at=now, **fields)


def _close(closed: list[tuple], job: ImportJob) -> None:
    """Write the days of leaving on stays that were there before, and keep with the rows that there was none."""
    keys = [stay.pk for _, stay in closed]
    is_open = FacilityStay.objects.current().select_for_update(of=("self",)).filter(pk__any_of=keys).order_by("pk")
    if len(is_open.values_list("pk", flat=True)) != len(keys):
        raise IntegrityError("Somebody has closed or taken back one of these stays meanwhile.")
    rows = [FacilityStay(pk=stay.pk, left_on=stay.left_on, leaving_reason=stay.leaving_reason) for _, stay in closed]
    FacilityStay.objects.bulk_update(rows, ["left_on", "leaving_reason"], TOGETHER)
    _keep_before(job, ((one, {"stay": stay.pk, "left_on": stay.left_on}) for one, stay in closed))


def _keep_before(job, pairs: Iterable[tuple[Outcome, dict]]) -> None:
    """Keep what each applied row replaced, encrypted, so that the import can be undone."""
    rows = [
        ImportRow(job=job, sheet=kept_sheet(one.sheet), row=one.row, verdict=ImportRow.Verdict.APPLIED,
                  before=json.dumps(kept, default=str, ensure_ascii=False))
        for one, kept in pairs
    ]  # fmt: skip
    ImportRow.objects.bulk_create(rows, TOGETHER)


@transaction.atomic
def undo_stays(*, by, job: ImportJob, reason: str) -> int:
    """撤销 what a posted roll recorded, whole: stays, months, and the days of leaving that it wrote down.

    How many stays and months there were. Raises ValidationError when something was recorded on top of it since.
    """
    allow_cancelling(by, reason)
    posted = ImportJob.objects.visible_to(by).filter(pk=job.pk, kind=CODE, state=ImportJob.State.POSTED)
    if not posted.update(state=ImportJob.State.UNDONE, sentence=f"由{by}撤销。原因：{reason.strip()[:200]}"):
        raise ValidationError("只有本辖区“已入账”的批次可以撤销。", code="state")
    stays = FacilityStay.objects.standing().filter(job=job).order_by()
    later = MonthlyAttendance.objects.standing().filter(stay__in=stays.values("pk")).exclude(job=job)
    if count := later.count():
        raise ValidationError(f"导入之后又给其中的人登记了 {count} 个月的出勤：请先撤销那些批次，或逐条更正。")
    told = {"cancelled_at": timezone.now(), "cancelled_by": by, "cancel_reason": reason.strip()[:200]}
    spans = set(stays.values_list(*SPAN))
    # Months first: of a stay that is taken back none stands.
    months = MonthlyAttendance.objects.standing().filter(job=job).order_by().values_list("pk", flat=True)
    count = MonthlyAttendance.objects.filter(pk__any_of=list(months)).update(**told) + stays.update(**told)
    stamp_stays(spans | _reopen(job))
    record(by=by, deed="撤销残疾人之家花名册", on=job, summary=f"{count} 条记录")
    return count


def _reopen(job: ImportJob) -> set[tuple[str, date, date | None]]:
    """Take back the days of leaving that the roll wrote on older stays; what was changed since stays. Their spans."""
    kept = [json.loads(row.before) for row in job.rows.filter(verdict=ImportRow.Verdict.APPLIED) if row.before]
    days = {one["stay"]: date.fromisoformat(one["left_on"]) for one in kept}
    closed = FacilityStay.objects.standing().select_for_update(of=("self",)).filter(pk__any_of=list(days))
    closed = [one for one in closed if one.left_on == days[one.pk]]
    _refuse_elsewhere(closed)
    rows = FacilityStay.objects.filter(pk__any_of=[one.pk for one in closed]).order_by()
    spans = set(rows.values_list(*SPAN))
    rows.update(left_on=None, leaving_reason="")
    return spans | set(rows.values_list(*SPAN))


def _refuse_elsewhere(closed: Iterable[FacilityStay]) -> None:
    """Raise ValidationError when somebody whose stay is opened again was admitted elsewhere since."""
    by_person = {one.person_id: one for one in closed}
    others = FacilityStay.objects.standing().filter(person__any_of=list(by_person)).order_by()
    for other in others:
        one = by_person[other.person_id]
        if other.pk != one.pk and overlaps(one.admitted_on, None, other.admitted_on, other.left_on):
            raise ValidationError("导入时登记退出的人，有的之后又在别处入家：请先撤销后来的登记。")
