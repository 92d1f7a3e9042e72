"""撤销导入: what an import wrote is taken back to the letter, or nothing is and who stands in the way is named.

The runs of the trace are taken back the last one first. In each everything must stand as the import left it, and
nothing may point at it that came later; then what was added goes, what was removed comes back, and what was changed
is as before. One obstacle anywhere, and the transaction is rolled back.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import SealField, UnreadableSecret, decrypt, row_seal, secrets_of
from lianyungang_cdpf.intake.bulk import delete_rows, fetched, insert_rows, update_rows
from lianyungang_cdpf.intake.kinds import kind_named
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.tracing import Traced, by_key, columns_of, pointing_at, reader_of

CHANGED, GONE = "在导入以后又改过", "在导入以后已删除或合并"
TOGETHER = 10_000
NOT_TRACED = "这次导入没有可以恢复的原值（入账较早，或已到保存期限），不能整批撤销：请逐条更正。"
CLASHES = "恢复的原值与后来的登记冲突（如同一人又登记在另一户），不能整批撤销：请先更正后来的登记。"


@dataclass
class Obstacles:
    """What stands in the way: by person's key what of theirs and how many; no key where nobody is known any more."""

    found: dict[int | None, Counter] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, owner: int | None, words: str) -> None:
        """One more record of somebody."""
        self.found[owner][words] += 1

    def __bool__(self):
        return bool(self.found)

    def __len__(self):
        return len(self.found)


class UndoRefused(Exception):
    """The import can't be taken back; `sentence` says why in Chinese, `obstacles` whom and what it would hit."""

    def __init__(self, sentence: str, obstacles: Obstacles | None = None):
        super().__init__(sentence)
        self.sentence, self.obstacles = sentence, obstacles or Obstacles()


def undo_import(*, by, job: ImportJob, reason: str) -> ImportJob:
    """Take a posted import of a kind of the common page back, whole. Raises UndoRefused; then nothing has changed."""
    try:
        with transaction.atomic():
            return _undo(by, job, reason.strip())
    except IntegrityError as error:
        raise UndoRefused(CLASHES) from error


def _undo(by, job: ImportJob, reason: str) -> ImportJob:
    job = ImportJob.objects.select_for_update(of=("self",)).visible_to(by).get(pk=job.pk)
    kind = kind_named(job.kind)
    if kind is None or not by.has_perm(kind.post_permission or kind.permission):
        raise UndoRefused("您的角色不能撤销这次导入。")
    if job.state != ImportJob.State.POSTED:
        raise UndoRefused(f"这个批次现在是“{job.get_state_display()}”，不能撤销。")
    if not reason:
        raise UndoRefused("请填写撤销原因。")
    told = kind.undo(by=by, job=job, reason=reason)
    close(by=by, job=job, told=told, reason=reason)
    record(by=by, deed="撤销导入", on=job, summary=f"{kind.label}：{told}。原因：{reason}")
    return job


def close(*, by, job: ImportJob, told: str, reason: str) -> None:
    """Write down that a locked import was taken back: what of it, by whom, when and why."""
    job.state = ImportJob.State.UNDONE
    job.sentence = f"{by} 于 {timezone.localtime():%Y-%m-%d %H:%M} 撤销：{told}。原因：{reason}"
    job.save(update_fields=["state", "sentence"])


@dataclass
class Taken:
    """What a run took back: keys by model of what went, came back or is as before."""

    added: Counter = field(default_factory=Counter)
    changed: Counter = field(default_factory=Counter)
    removed: Counter = field(default_factory=Counter)

    @property
    def put_back(self) -> int:
        """How many records are as they were before."""
        return self.changed.total() + self.removed.total()


def take_back(
    job: ImportJob,
    tables: Collection[Traced],
    *,
    before_restoring: Callable[[type, list[int]], None] = lambda *_: None,
    closing: Callable[[list[int]], None] | None = None,
) -> Taken:
    """Put everything as it was before a traced import; call inside a transaction that a refusal rolls back.

    `before_restoring` is told the keys of changed records of each table, while they are as the import left them. What
    was added is handed to `closing`, by its keys, where the rule is never to delete it.
    """
    runs = list(job.traces.order_by("-position").values_list("position", flat=True))
    if not runs:
        raise UndoRefused(NOT_TRACED)
    by_label = {traced.model._meta.label: traced for traced in tables}
    marks: dict[str, int] = {}
    obstacles, taken = Obstacles(), Taken()
    for position in runs:
        content = json.loads(job.traces.get(position=position).payload)
        marks = content.get("marks", marks)
        run = [_Table(by_label[told["model"]], told, marks) for told in content.get("tables", ())]
        for table in run:
            table.look(obstacles, run)
        if obstacles:
            continue
        for table in run:
            before_restoring(table.model, [pk for pk, *_ in table.changed])
        if closing is None:
            _restore(run)
        else:
            closing([pk for table in run for pk, *_ in table.added])
        for table in run:
            taken.added[table.model] += len(table.added)
            taken.changed[table.model] += len(table.changed)
            taken.removed[table.model] += len(table.removed)
    if obstacles:
        raise UndoRefused(f"导入以后，其中 {len(obstacles):,} 人的记录有了后续变动，不能整批撤销。", obstacles)
    return taken


def added_keys(job: ImportJob, model: type[models.Model]) -> list[int]:
    """The keys of what a traced import added to a table."""
    runs = (json.loads(payload) for payload in job.traces.order_by("position").values_list("payload", flat=True))
    label = model._meta.label
    return [pk for run in runs for table in run.get("tables", ()) if table["model"] == label
            for pk, *_ in table["added"]]  # fmt: skip


class _Table:
    """One table's share of a run."""

    def __init__(self, traced: Traced, told: dict, marks: dict[str, int]):
        self.traced, self.model, self.marks = traced, traced.model, marks
        self.added, self.changed, self.removed = told["added"], told["changed"], told["removed"]
        self.columns = told["columns"]
        self.written = {pk: (owner, fingerprint) for pk, owner, fingerprint, *_ in (*self.added, *self.changed)}

    def look(self, obstacles: Obstacles, run: list["_Table"]) -> None:
        """Add what stands in the way of this table's records."""
        if not self.written:
            return
        self._hold()
        name = str(self.model._meta.verbose_name)
        now = by_key(self.traced, self.written)
        for pk, (owner, fingerprint) in self.written.items():
            if pk not in now:
                obstacles.add(owner, f"{name}{GONE}")
            elif now[pk].fingerprint != fingerprint:
                obstacles.add(owner, f"{name}{CHANGED}")
        written: dict[type, set[int]] = defaultdict(set)
        for table in run:
            written[table.model].update(table.written)
        for key in pointing_at(self.model):
            self._look_at(key, written[key.model], obstacles)

    def _hold(self) -> None:
        """Lock the records until the transaction ends: who wants to build on them meanwhile, waits."""
        rows = self.model._base_manager.filter(pk__any_of=list(self.written)).order_by("pk")
        len(rows.select_for_update().values_list("pk"))

    def _look_at(self, key: models.ForeignKey, own: set[int], obstacles: Obstacles) -> None:
        """Records of another table that point at these: at an added one any, at a changed one those that came later."""
        label, name = key.model._meta.label, str(key.model._meta.verbose_name)
        rows = key.model._base_manager.order_by()
        later = rows.filter(pk__gt=self.marks.get(label, 0)).exclude(_taken_back(label))
        for standing, keys in ((rows, self.added), (later, self.changed)):
            if not keys:
                continue
            found = standing.filter(**{f"{key.name}__any_of": [pk for pk, *_ in keys]})
            for pk, target in found.values_list("pk", key.attname).iterator():
                if pk not in own:
                    obstacles.add(self.written[target][0], name)


def _taken_back(label: str) -> Q:
    told = settings.RECORDS_TAKEN_BACK.get(label)
    return Q(**told) if told else Q(pk=None)


def _restore(run: list[_Table]) -> None:
    """What hangs off others goes first and comes back last; three statements a table."""
    for table in reversed(run):
        delete_rows(table.model, [pk for pk, *_ in table.added])
    for table in run:
        if table.removed:
            # A column that came since the import has its default.
            columns = columns_of(table.model)[: len(table.removed[0])]
            columns, removed = _sealed(table.model, columns, table.removed)
            insert_rows(table.model, columns, _rows(table.model, columns, removed), matched=False)
    for table in run:
        key = table.model._meta.pk.column
        # In the reverse of the order in which they were written: each step is then one that the constraints have seen.
        rows = [[pk, *was] for pk, _, _, was in reversed(table.changed)]
        columns, rows = _sealed(table.model, [key, *table.columns], rows)
        update_rows(table.model, key, columns[1:], _rows(table.model, columns, rows))


def _sealed(model: type[models.Model], columns: list[str], rows: list[list]) -> tuple[list[str], list[list]]:
    """Kept rows, key among their columns, of an import from before rows were sealed: with the seals they should have.

    By the same statement as what they cover: of a payment that is frozen the seal may not change alone.
    """
    fields = model._meta.local_concrete_fields
    seal = next((one for one in fields if isinstance(one, SealField) and one.of), None)
    if not rows or seal is None or seal.column in columns:
        return columns, rows
    covers = [model._meta.get_field(name).column for name in seal.covers]
    if not set(covers) & set(columns):
        return columns, rows
    at = columns.index(model._meta.pk.column)
    standing = model._base_manager.filter(pk__any_of=[row[at] for row in rows]).order_by()
    found = fetched(standing.values_list("pk", seal.attname, *seal.covers))
    beside = {pk: dict(zip((seal.column, *covers), values, strict=True)) for pk, *values in found}
    seen = [beside.get(row[at], {}) | dict(zip(columns, row, strict=True)) for row in rows]
    return [*columns, seal.column], [[*row, _seal_of(seal, covers, one)] for row, one in zip(rows, seen, strict=True)]


def _seal_of(seal: SealField, covers: list[str], row: dict) -> str | None:
    """The seal of a row as it is kept or stands; the one that it has where a secret does not open."""
    own = len(seal.of)
    stored = [bytes.fromhex(one) if isinstance(one, str) else one for one in (row[name] for name in covers[own:])]
    places = [field.place for field in secrets_of(seal.model)]
    try:
        clear = [decrypt(one, place) for one, place in zip(stored, places, strict=True)]
    except UnreadableSecret:
        return row.get(seal.column)
    return row_seal(seal.model._meta.db_table, [row[name] for name in covers[:own]], clear)


def _rows(model, columns: list[str], rows: list[list]) -> Iterator[tuple]:
    """Kept rows as bulk loads take them."""
    readers = [reader_of(model, column) for column in columns]
    return (
        tuple(None if value is None else read(value) for read, value in zip(readers, row, strict=True)) for row in rows
    )
