"""Writing the judged rows of a 设施名册, keeping what they replace, and taking an import back."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from facilities.counting import touch_years
from facilities.judging import FACTS, Site
from facilities.models import Facility, FacilityKind, StageEntry
from facilities.stages import DAYS, MILESTONES
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.engine import kept_sheet
from lianyungang_cdpf.intake.kinds import Context, Outcome
from lianyungang_cdpf.intake.models import ImportJob, ImportRow
from lianyungang_cdpf.intake.tables import name_key
from lianyungang_cdpf.intake.undoing import close

TOGETHER = 200
# When it was changed last comes back too: what an import found is then as before for the import before it.
KEPT = ("area_id", "stage", *FACTS, *DAYS, "updated_at")
NUMBERS = {"approved_on": "approval_no", "accepted_on": "acceptance_no"}


def apply(kind: FacilityKind, outcomes: Iterable[Outcome], context: Context, job) -> dict:
    """Write valid rows, inside the caller's transaction. Returns counts."""
    outcomes = list(outcomes)
    keys = [one.data.known["pk"] for one in outcomes if one.change == "changed"]
    # Held until the import stands, so that nobody's change is overwritten unseen.
    known = Facility.objects.select_for_update(of=("self",)).in_bulk(keys)
    written, before, years = [], [], set()
    for one in outcomes:
        if one.change == "unchanged":
            continue
        facility = known[one.data.known["pk"]] if one.change == "changed" else _new(kind, one.data)
        before.append(_kept(facility) if facility.pk else None)
        years |= _years(facility)
        _take(facility, one.data)
        years |= _years(facility)
        written.append(facility)
    _write(written)
    changing = [one for one in outcomes if one.change != "unchanged"]
    pairs = zip(changing, written, strict=True)
    entries = [entry for one, facility in pairs for entry in _entries(one, facility, context, job)]
    StageEntry.objects.bulk_create(entries, TOGETHER)
    _keep_before(job, zip(changing, written, before, strict=True))
    touch_years((kind.code, year) for year in years)
    counts = {name: sum(one.change == name for one in outcomes) for name in ("new", "changed", "unchanged")}
    summary = "新增 {new} 处，更新 {changed} 处，无变化 {unchanged} 处".format(**counts)
    record(by=context.by, deed=f"导入{kind.name}名册", on=job, summary=summary)
    return {"applied_rows": len(outcomes), **counts}


def _new(kind: FacilityKind, site: Site) -> Facility:
    return Facility(kind=kind, name=site.name, name_key=name_key(site.name)[:100], area_id=site.area)


def _take(facility: Facility, site: Site) -> None:
    for name, value in {**site.facts, **site.days}.items():
        setattr(facility, name, value)
    facility.stage = site.stage
    facility.updated_at = timezone.now()


def _years(facility: Facility) -> set[int]:
    return {facility.accepted_on.year} if facility.accepted_on else set()


def _write(facilities: list[Facility]) -> None:
    """Constraints of the database judge them; a name that somebody entered meanwhile makes posting judge again."""
    changed = [one for one in facilities if one.pk is not None]
    Facility.objects.bulk_create([one for one in facilities if one.pk is None], TOGETHER)
    Facility.objects.bulk_update(_sealed(changed), [*KEPT[1:], "area", "seal"], TOGETHER)


def _sealed(facilities: list[Facility]) -> list[Facility]:
    """A statement for many rows makes no seals of its own."""
    for one in facilities:
        one.seal = Facility._meta.get_field("seal").made(one)
    return facilities


def _entries(outcome: Outcome, facility: Facility, context: Context, job) -> Iterable[StageEntry]:
    """An entry for each day that the row brings, by the number it gives or else by the roll itself."""
    site = outcome.data
    for stage, name in MILESTONES.items():
        if name not in site.days:
            continue
        number = (site.values.get(NUMBERS.get(name, "")) or "")[:60]
        title = "" if number else f"名册“{job.file_name[:80]}”第 {outcome.row} 行"
        yield StageEntry(
            facility=facility, stage=stage, on=site.days[name], document_no=number, document_title=title, job=job,
            recorded_by=context.by,
        )  # fmt: skip


def _kept(facility: Facility) -> dict:
    return {name: getattr(facility, name) for name in KEPT}


def _keep_before(job, written: Iterable[tuple[Outcome, Facility, dict | None]]) -> None:
    """Keep what each row replaced, encrypted."""
    rows = [
        ImportRow(
            job=job, sheet=kept_sheet(one.sheet), row=one.row, verdict=ImportRow.Verdict.APPLIED,
            before=json.dumps({"facility": facility.pk, "was": was}, default=str, ensure_ascii=False),
        )
        for one, facility, was in written
    ]  # fmt: skip
    ImportRow.objects.bulk_create(rows, TOGETHER)


@transaction.atomic
def undo_import(*, by, job: ImportJob, reason: str) -> ImportJob:
    """Take a posted 设施名册 back, with a reason: what it added goes, what it changed is as before.

    Raises ValidationError when it is not posted, or when something it wrote was changed or used since.
    """
    job = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
    if job.state != ImportJob.State.POSTED:
        raise ValidationError(f"这个批次现在是“{job.get_state_display()}”，不能撤销。")
    kept = [json.loads(row.before) for row in job.rows.filter(verdict=ImportRow.Verdict.APPLIED) if row.before]
    keys = [one["facility"] for one in kept]
    facilities = Facility.objects.select_for_update(of=("self",)).select_related("kind").in_bulk(keys)
    _refuse_changed(job, facilities.values())
    pairs = {(one.kind.code, year) for one in facilities.values() for year in _years(one)}
    StageEntry.objects.filter(job=job).delete()
    back = []
    for one in kept:
        facility = facilities.get(one["facility"])
        if facility is not None and one["was"] is None:
            _delete(facility)
        elif facility is not None:
            back.append(_restored(facility, one["was"]))
    Facility.objects.bulk_update(_sealed(back), [*KEPT[1:], "area", "seal"], TOGETHER)
    touch_years(pairs | {(one.kind.code, year) for one in back for year in _years(one)})
    close(by=by, job=job, told=f"设施 {len(kept)} 处", reason=reason)
    record(by=by, deed="撤销设施名册", on=job, summary=f"{len(kept)} 处。原因：{reason}")
    return job


def _refuse_changed(job: ImportJob, facilities: Iterable[Facility]) -> None:
    changed = [one.name for one in facilities if job.finished_at and one.updated_at > job.finished_at]
    if changed:
        more = f"等 {len(changed)} 处" if len(changed) > 3 else ""
        raise ValidationError(f"导入之后又改过“{'”“'.join(changed[:3])}”{more}，不能整批撤销：请在设施页上逐处更正。")


def _delete(facility: Facility) -> None:
    try:
        facility.delete()
    except ProtectedError as error:
        raise ValidationError(f"“{facility.name}”已有服务记录，不能撤销：请先处理这些记录。") from error


def _restored(facility: Facility, was: dict) -> Facility:
    facility.updated_at = timezone.now()
    for name, value in was.items():
        setattr(facility, name, _read(name, value))
    return facility


def _read(name: str, value):
    """A kept value as its column has it; dates and numbers were kept as texts."""
    readers = {"updated_at": datetime.fromisoformat, **dict.fromkeys(DAYS, date.fromisoformat)}
    readers |= dict.fromkeys(("area_m2", "longitude", "latitude"), Decimal)
    return readers[name](value) if value is not None and name in readers else value
