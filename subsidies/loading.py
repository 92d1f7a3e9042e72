"""Programmes as the portal ships them, and standards as the office loads them from a file."""

import json
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import transaction

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.actions import record
from subsidies.models import Programme, ProgrammeCheck, Standard
from subsidies.standards_file import StandardsRefused, read_programmes

SOURCE = settings.BASE_DIR / "fixtures" / "programmes.json"


@cache
def shipped() -> dict:
    """fixtures/programmes.json: checks with their severity, and programmes."""
    return json.loads(SOURCE.read_text(encoding="utf-8"))


def load_programmes() -> int:
    """Add what is missing of the programmes and of their checks, without amounts; what is there may have been edited.

    Returns how many programmes were added.
    """
    known = set(Programme.objects.values_list("code", flat=True))
    added = [Programme(**entry) for entry in shipped()["programmes"] if entry["code"] not in known]
    with transaction.atomic():
        Programme.objects.bulk_create(added)
        for programme in Programme.objects.all():
            add_missing_checks(programme)
    return len(added)


def add_missing_checks(programme: Programme) -> None:
    """Give the programme a severity, as data, for every check of its form of lists that has none."""
    known = set(programme.checks.values_list("code", flat=True))
    ProgrammeCheck.objects.bulk_create(
        ProgrammeCheck(
            programme=programme,
            code=check["code"],
            severity=check["severity"],
            acceptable=check.get("acceptable", False),
        )
        for check in shipped()["checks"]
        if check["code"] not in known and programme.roll_type in check.get("rolls", (programme.roll_type,))
    )


@dataclass(frozen=True)
class Loaded:
    """What loading a standards file did: programmes named, and standards added, removed and kept."""

    programmes: int
    added: int
    removed: int
    kept: int


def load_standards(document: dict, *, by=None) -> Loaded:
    """Replace name, versions and eligibility of the programmes that the document names; unchanged rows keep their id.

    `document` is the parsed JSON (its form: subsidies/standards_file.py); `by` a Staff, or None for the system. Raises
    StandardsRefused, with a sentence for each fault, before anything is written.
    """
    programmes = read_programmes(document, dict(Area.objects.values_list("code", "pk")))
    with transaction.atomic():
        changes = [_replace(entry) for entry in programmes]
        loaded = Loaded(len(changes), *(sum(counts) for counts in zip(*changes, strict=True)))
        names = "、".join(entry.name for entry in programmes)
        counts = f"新增 {loaded.added} 条，移除 {loaded.removed} 条，未变 {loaded.kept} 条"
        record(by=by, deed="载入补贴标准", summary=f"{names}：{counts}")
    return loaded


def _replace(entry) -> tuple[int, int, int]:
    """Counts of standards added, removed and kept for one programme of the file."""
    programme, made = Programme.objects.select_for_update().get_or_create(code=entry.code, defaults=entry.head)
    if not made:
        _check_its_rolls(programme, entry)
        Programme.objects.filter(pk=programme.pk).update(**entry.head)
        programme.roll_type = entry.head.get("roll_type", programme.roll_type)
    add_missing_checks(programme)
    wanted = {identity(Standard(**values)): values for values in entry.standards}
    current = {identity(standard): standard for standard in programme.standards.all()}
    gone = [standard.pk for key, standard in current.items() if key not in wanted]
    doubled = programme.standards.exclude(pk__in=[standard.pk for standard in current.values()])
    removed = doubled.delete()[0] + Standard.objects.filter(pk__in=gone).delete()[0]
    fresh = [Standard(programme=programme, **values) for key, values in wanted.items() if key not in current]
    Standard.objects.bulk_create(fresh)
    return len(fresh), removed, len(current) - len(gone)


def _check_its_rolls(programme: Programme, entry) -> None:
    """What money was paid by keeps its form, as in the admin. Raises StandardsRefused."""
    if entry.head.get("roll_type", programme.roll_type) != programme.roll_type and programme.rolls.exists():
        raise StandardsRefused([f"{programme.name}：已有花名册，不能再改名册形式；请另建一个项目。"])


def identity(standard: Standard) -> tuple:
    """What makes two standards of a programme the same row."""
    return (
        standard.effective_from,
        standard.effective_to,
        standard.grade,
        standard.area_id,
        standard.hukou_type,
        standard.household_class,
        standard.amount,
        standard.source_document,
    )
