"""Headings that no alias covers: which of a file they are, and the deed of saying once what they mean."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.actions import ImportConflict, enqueue
from lianyungang_cdpf.intake.kinds import Kind, kind_named
from lianyungang_cdpf.intake.models import ImportJob, LearnedHeading
from lianyungang_cdpf.intake.offices import office_of
from lianyungang_cdpf.intake.tables import is_known
from lianyungang_cdpf.intake.workbooks.pen import REMARKS, ROW_OF_ORIGIN

State = ImportJob.State
OURS = (REMARKS, ROW_OF_ORIGIN)
LONGEST = 120
NOT_WAITING = "这个批次现在是“{state}”，不能再对应列名。请刷新页面查看现在的状态。"
NOTHING_CHOSEN = "没有选择任何一列。请至少为一个列名选择对应的内容；都用不上的，请放弃本次导入，改正文件后重新上传。"
STILL_MISSING = "还缺必填的列：{labels}。请为它们选择文件中的列名；文件里没有这些列的，请放弃本次导入，补上后重新上传。"
TWICE = "“{label}”只能对应一个列名，现在选了“{one}”和“{other}”。请只保留一个。"


@dataclass(frozen=True)
class OpenHeading:
    """A heading of the file that nobody has explained: column from 0, key to compare by, text, sheet, fields free."""

    index: int
    key: str
    text: str
    sheet: str
    fields: tuple[str, ...]


def open_headings(job: ImportJob, kind: Kind) -> list[OpenHeading]:
    """The headings of a waiting or checked import that can be explained, each once, in the order of the file."""
    roll, found = kind.roll, {}
    if job.state == State.MAPPING:
        asks = job.summary.get("asks", {})
        sheets = {asks.get("sheet") or "": asks} if asks else {}
    else:
        sheets = job.summary.get("columns", {}) if job.state == State.READY else {}
    for sheet, facts in sheets.items():
        free = tuple(name for name in roll.columns if name not in facts["fields"])
        for index, key, text in facts["unknown"]:
            if free and key not in found and text not in OURS and len(key) <= LONGEST and not is_known(key, roll):
                found[key] = OpenHeading(index, key, text, sheet, free)
    return list(found.values())


def learn_headings(*, job: ImportJob, by, choices: dict[str, str]) -> ImportJob:
    """Remember what headings mean (key -> field) for the office of the import and read its file again.

    Raises ImportConflict, with nothing changed, when the choice is empty, ambiguous or leaves a required column out.
    """
    kind = kind_named(job.kind)
    if job.state not in (State.MAPPING, State.READY) or kind is None:
        raise ImportConflict(NOT_WAITING.format(state=job.get_state_display()))
    chosen = _checked(job, kind, choices)
    area, zone = office_of(job.staff)
    with transaction.atomic():
        changed = ImportJob.objects.filter(pk=job.pk, state=job.state, attempts=job.attempts).update(
            state=State.QUEUED, sentence="", phase="", rows_done=0, rows_total=0, needs_confirmation=False,
            confirmed_at=None, heartbeat_at=timezone.now(), summary={"attempts": job.attempts},
        )  # fmt: skip
        if not changed:
            job.refresh_from_db()
            raise ImportConflict(NOT_WAITING.format(state=job.get_state_display()))
        job.rows.all().delete()
        job.kept_rows.all().delete()
        for heading, field in chosen:
            LearnedHeading.objects.update_or_create(
                kind=job.kind, area=area, zone=zone, heading=heading.key,
                defaults={"text": heading.text[:LONGEST], "field": field, "by": by},
            )  # fmt: skip
        said = "，".join(f"“{one.text[:20]}”→{kind.roll.columns[field].label}" for one, field in chosen)
        record(by=by, deed="对应列名", on=job, summary=f"{kind.label}：{said}")
        enqueue(job)
    job.refresh_from_db()
    return job


def _checked(job: ImportJob, kind: Kind, choices: dict[str, str]) -> list[tuple[OpenHeading, str]]:
    """The choices that can be kept: of headings of this file that no alias covers, each field once."""
    columns = kind.roll.columns
    chosen = [(one, choices[one.key]) for one in open_headings(job, kind) if choices.get(one.key) in one.fields]
    if not chosen:
        raise ImportConflict(NOTHING_CHOSEN)
    by_field: dict[tuple[str, str], OpenHeading] = {}
    for heading, field in chosen:
        other = by_field.setdefault((heading.sheet, field), heading)
        if other is not heading:
            raise ImportConflict(TWICE.format(label=columns[field].label, one=other.text, other=heading.text))
    if job.state == State.MAPPING:
        given = {field for _, field in chosen}
        missing = [name for name in job.summary["asks"]["missing"] if not _is_given(columns[name], name, given)]
        if missing:
            labels = "、".join(f"“{columns[name].label}”" for name in missing)
            raise ImportConflict(STILL_MISSING.format(labels=labels))
    return chosen


def _is_given(column, name: str, given: set[str]) -> bool:
    return name in given or bool(column.instead and column.instead[0] in given)
