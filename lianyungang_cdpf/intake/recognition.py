"""The same file again: by its bytes, by its rows whatever the bytes, and what has changed since it was posted."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from lianyungang_cdpf.fields import digest
from lianyungang_cdpf.intake.engine import Plan, exact, kept_sheet
from lianyungang_cdpf.intake.kinds import Kind
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, KeptRows
from lianyungang_cdpf.intake.persistence import kept_rows
from lianyungang_cdpf.intake.reading import Refused

POSTED = ImportJob.State.POSTED
ROWS_OF_A_PERSON = 20


class AlreadyPosted(Refused):
    """The file has become a roll already; `earlier` is the import that made it."""

    def __init__(self, earlier: ImportJob):
        self.earlier = earlier
        roll = earlier.summary.get("result", {}).get("reference", earlier.pk)
        super().__init__(
            f"这个文件已经导入过：{timezone.localtime(earlier.finished_at):%Y-%m-%d %H:%M} 由{earlier.staff}"
            f"以“{earlier.file_name}”入账，见花名册 {roll}。内容有改动的，请保存改动后再上传。"
        )


def posted_from(staff, kind: Kind, sha256: str, month) -> ImportJob | None:
    """The import within the staff member's sight that posted these very bytes, whatever the file was called."""
    same = ImportJob.objects.visible_to(staff).filter(kind=kind.code, sha256=sha256, state=POSTED)
    same = same.filter(month=month) if month else same
    return same.select_related("staff").order_by("-id").first()


def posted_alike(job: ImportJob, staff) -> ImportJob | None:
    """The posted import of the same kind and month that holds the same rows, or the same bytes, as this one."""
    alike = Q(sha256=job.sha256)
    if job.rows_digest:
        alike |= Q(rows_digest=job.rows_digest)
    same = ImportJob.objects.visible_to(staff).filter(alike, kind=job.kind, month=job.month, state=POSTED)
    return same.exclude(pk=job.pk).select_related("staff").order_by("-id").first()


def posted_before(job: ImportJob, staff) -> ImportJob | None:
    """The latest posted import of the same place, kind and month, as far as the staff member sees it."""
    same = ImportJob.objects.visible_to(staff).filter(
        Exists(KeptRows.objects.filter(job=OuterRef("pk"))),
        kind=job.kind, month=job.month, area=job.area_id, zone=job.zone_id, state=POSTED,
    )  # fmt: skip
    return same.exclude(pk=job.pk).select_related("staff").order_by("-id").first()


# -- the same rows -----------------------------------------------------------------------------------------------------


def digest_if_alike(plan: Plan) -> str:
    """The digest of a plan's rows, where a posted import of its kind and month has as many rows of the same total.

    Elsewhere nothing could be the same, and posting 36,000 rows is not held up by a digest that nobody asks for.
    """
    if not plan.kind.keeps_rows:
        return ""
    alike = ImportJob.objects.filter(
        kind=plan.kind.code, month=plan.month, state=POSTED, rows_total=plan.data_rows,
        summary__read_total=exact(plan.read_total),
    )  # fmt: skip
    earlier = list(alike.only("pk", "rows_digest"))
    for job in earlier:
        if not job.rows_digest:
            digest_of_rows = rows_digest(plan.kind, kept_rows(job, plan.kind))
            ImportJob.objects.filter(pk=job.pk).update(rows_digest=digest_of_rows)
    return rows_digest(plan.kind, [one.data for one in plan.kept]) if earlier else ""


def rows_digest(kind: Kind, rows: Iterable) -> str:
    """A keyed digest of cleaned rows (`values` and `problems`), whatever their order and sheets."""
    names = tuple(kind.compared)
    return digest("\x1e".join(sorted(_text_of(row.values, row.problems, names) for row in rows)), "intake.rows")


def _text_of(values: dict, problems: list, names: tuple[str, ...]) -> str:
    said = [_plain(values.get(name)) for name in names]
    return "\x1f".join(said if not problems else [*said, *(f"{named}={text}" for _, named, text in problems)])


def _plain(value) -> str:
    if value.__class__ is str:
        return value
    if value is None:
        return ""
    return _plain_amount(value) if value.__class__ is Decimal else str(value)


@lru_cache(maxsize=8192)
def _plain_amount(amount: Decimal) -> str:
    """370 and 370.00 are the same amount."""
    return f"{amount.normalize():f}"


# -- what has changed --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A kept row as it is compared; `values` are texts by field, those that hold something."""

    sheet: str
    row: int
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """A row that is not as it was posted. Either side may be missing; `fields` are those that differ."""

    before: Row | None
    after: Row | None
    fields: tuple[str, ...] = ()


@dataclass
class Comparison:
    """How a file differs from the roll that was posted: rows by kind of change, in the files' order."""

    added: list[Change] = field(default_factory=list)
    removed: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0


def compare(job: ImportJob, earlier: ImportJob, kind: Kind) -> Comparison:
    """The rows of an import against those that an earlier one posted. Reads both: some 10 µs a row."""
    left_out = set(earlier.rows.filter(verdict=ImportRow.Verdict.BAD).order_by().values_list("sheet", "row"))
    before = [row for row in _rows(earlier, kind) if (row.sheet, row.row) not in left_out]
    after = _rows(job, kind)
    # A column that only one of the files has is no change of every row.
    told = [{name for row in rows for name in row.values} for rows in (before, after)]
    names = [name for name in kind.compared if name in told[0] & told[1]]
    waiting: dict[str, list[Row]] = defaultdict(list)
    for row in before:
        waiting[_person(row)].append(row)
    result = Comparison()
    for row in after:
        _place(result, row, waiting[_person(row)], names)
    result.removed = [Change(row, None) for rows in waiting.values() for row in rows]
    return result


def _place(result: Comparison, row: Row, candidates: list[Row], names: list[str]) -> None:
    if not candidates:
        result.added.append(Change(None, row))
        return
    # Of one person's rows an equal one is looked for, but not for long: a file may name one person 60,000 times.
    nearest = candidates[:ROWS_OF_A_PERSON]
    was = next((one for one in nearest if not _differences(one, row, names)), candidates[0])
    candidates.remove(was)
    if differing := _differences(was, row, names):
        result.changed.append(Change(was, row, differing))
    else:
        result.unchanged += 1


def _differences(before: Row, after: Row, names: list[str]) -> tuple[str, ...]:
    return tuple(name for name in names if before.values.get(name) != after.values.get(name))


def _person(row: Row) -> str:
    return row.values.get("id_number") or row.values.get("certificate_no") or row.values.get("name") or ""


def _rows(job: ImportJob, kind: Kind) -> list[Row]:
    return [Row(kept_sheet(one.sheet), one.row, _values(one, kind)) for one in kept_rows(job, kind)]


def _values(row, kind: Kind) -> dict[str, str]:
    """The compared values; what could not be read counts as it was written."""
    values = {named: text for _, named, text in row.problems if named in kind.compared}
    values |= {name: _plain(row.values[name]) for name in kind.compared if row.values.get(name) not in (None, "")}
    return values
