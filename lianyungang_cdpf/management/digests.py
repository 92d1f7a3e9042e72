"""Every digest goes over to another digest key while the portal serves; can be killed and begun again anywhere.

staged    batch by batch it is worked out what each digest will be, and kept beside the tables (StagedDigest). Digests
          themselves stay: everybody is found, and every unique constraint holds. What is written meanwhile, or written
          anew, stands out, since no staged digest was made of it, and is staged by the next pass.
switched  in one transaction, which writers wait for, the last are staged and all are exchanged; it also retires the
          old key, and from then on every process makes digests with the new one (encryption/digest_keys.py)
mended    what a process wrote in those moments with the old key; and the traces of imports come to the new digests
ended     once the old key is no longer configured, what was staged goes

What is staged says for which key: a run that was stopped, and begun again for another one, stages all of it anew.

A secret that does not open, or does not fit its digest of now, is named, and nothing is switched: nobody's tampering
gets a fresh digest. Of an import alone (its trace, kept rows, rows and decisions) what does not open is named and
hinders nothing, since no page can put it right: its seal stays as it is, and never fits again.

The switch opens a door in a trigger, which on PostgreSQL only the owner of the tables may.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from lianyungang_cdpf.accounts.models import ApiToken
from lianyungang_cdpf.accounts.tokens import not_used_since
from lianyungang_cdpf.encryption.checking import register_keys
from lianyungang_cdpf.encryption.digest_keys import becoming, forget, in_force, number_of
from lianyungang_cdpf.encryption.models import KeyCheck, StagedDigest
from lianyungang_cdpf.fields import UnreadableSecret, check_value, digest_keys, digests_under
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, ImportTrace, KeptRows, RowDecision
from lianyungang_cdpf.management.redigesting import Digested, OfSecrets, digested_tables
from lianyungang_cdpf.management.retracing import CONVERTED, SEALED, traced_anew
from lianyungang_cdpf.management.telling import Words
from subsidies.approval.triggers import letting_digests_change
from subsidies.models import Payment

ROWS_AT_ONCE, STAGED_AT_ONCE, MOST_PASSES = 1_000, 20_000, 5
STAGED = connection.ops.quote_name(StagedDigest._meta.db_table)
# What no page can put right, and nothing but an import needs.
OF_IMPORTS = (ImportTrace, KeptRows, ImportRow, RowDecision)
# Of a column: what was made of the value that stands there, and what has become it.
MADE_OF_IT, BECAME_IT = "old", "new"


class NotSwitched(Exception):
    """Something has no staged digest; nothing was exchanged."""


class DigestRotation:
    """One run: `tell` is called with a Chinese line now and then, `unfit` names what does not fit its digest of now.

    `lost` names what no key opens of an import alone: it stays as it is and hinders nothing.
    """

    def __init__(self, tell: Callable[[str], None] = lambda line: None, *, most_rows: int = ROWS_AT_ONCE):
        self.words, self.most_rows = Words(tell), most_rows
        self.staged, self.mended, self.cleared, self.switched = 0, 0, 0, False
        self.unfit: set[str] = set()
        self.lost: set[str] = set()

    def run(self) -> None:
        """As far as it goes with the keys that are configured; call it again after anything that stopped it."""
        if settings.DIGEST_KEY_NEXT is None:
            self._clear()
            return
        # The switch tells every process by the register which key is in force.
        register_keys()
        if target := becoming():
            self._stage_all(target)
            if not self.unfit:
                self._switch(target)
        if not becoming():
            self._mend()
            self._retrace()

    def _stage_all(self, target: bytes) -> None:
        number = number_of(target)
        for _ in range(MOST_PASSES):
            before, self.unfit = self.staged, set()
            for table in digested_tables():
                for rows in _batches(table, MADE_OF_IT, number, self.most_rows):
                    self._stage(table, rows, target, number)
            if self.staged == before:
                return

    def _stage(self, table: Digested, rows: list[dict], target: bytes, number: int) -> None:
        """Keep what the digests of rows will be, where they are those of the secrets beside them."""
        rows, lines = self._without_lost(table, rows, number, MADE_OF_IT)
        for row, now, then in zip(rows, *_under(table, rows, in_force(), target), strict=True):
            unfit = [name for name, value in now.items() if value != (row[name] or "")]
            # A seal is over digests: it can't fit either, and that says nothing more.
            self.unfit.update(table.said(row, name) for name in unfit if name != "seal" or unfit == ["seal"])
            kept = [name for name, value in now.items() if value and name not in unfit]
            lines += [(table.place(name), row["pk"], number, now[name], then[name]) for name in kept]
        with transaction.atomic():
            keep_staged(lines)
        self.staged += len(lines)
        if rows:
            self._word(f"{table.label}：到编号 {rows[-1]['pk']}")

    def _without_lost(
        self, table: Digested, rows: list[dict], number: int, state: str
    ) -> tuple[list[dict], list[tuple[str, int, int, str, str]]]:
        """Rows without what is lost, and the lines that let the seals of that stay as they are, in either state."""
        lost = [row for row in rows if _is_lost(table, row)]
        self.lost.update(f"{table.said(row, 'seal')}没有改动它，这次导入可能不能再撤销。" for row in lost)
        staged = [
            (table.place("seal"), row["pk"], number, row["seal"] if state == MADE_OF_IT else "", row["seal"])
            for row in lost
        ]
        return [row for row in rows if row not in lost], staged

    def _switch(self, target: bytes) -> None:
        """Exchange everything in one transaction. Raises NotSwitched, and then nothing has changed."""
        number = number_of(target)
        with transaction.atomic():
            tables = list(digested_tables())
            _hold(tables)
            self._stage_all(target)
            if self.unfit:
                return
            with letting_digests_change(connection):
                for table in tables:
                    _exchange(table, number)
            left = sum(_count(table, BECAME_IT, number) for table in tables)
            if left:
                raise NotSwitched(f"{left} rows have no digest under the new key")
            # Made again by whoever compares next (intake/recognition.py).
            ImportJob._base_manager.exclude(rows_digest="").update(rows_digest="")
            retired = KeyCheck.objects.filter(purpose=KeyCheck.Purpose.DIGEST, retired_at=None)
            retired.exclude(value=check_value(target)).update(retired_at=timezone.now())
        forget()
        self.switched = True

    def _mend(self) -> None:
        """Look at what was written since the switch: all of it has to be of the new key."""
        now = in_force()
        number, old = number_of(now), next(key for key in digest_keys() if key != now)
        for table in digested_tables():
            for rows in _batches(table, BECAME_IT, number, self.most_rows):
                rows, lost = self._without_lost(table, rows, number, BECAME_IT)
                with transaction.atomic():
                    keep_staged(lost)
                    self._mend_rows(table, rows, number, _under(table, rows, now, old))

    def _mend_rows(self, table: Digested, rows: list[dict], number: int, made: tuple[list[dict], list[dict]]) -> None:
        right, wrong = [], []
        for row, now, before in zip(rows, *made, strict=True):
            for name, value in now.items():
                if (row[name] or "") not in (value, before[name]):
                    self.unfit.add(table.said(row, name))
                    continue
                if (row[name] or "") != value:
                    wrong.append((row["pk"], name, row[name], value))
                right += [(table.place(name), row["pk"], number, "", value)] if value else []
        with letting_digests_change(connection) if wrong and table.model is Payment else nullcontext():
            for pk, name, old, new in wrong:
                table.model._base_manager.filter(pk=pk, **{name: old}).update(**{name: new})
        keep_staged(right)
        self.mended += len(wrong)

    def _retrace(self) -> None:
        """What imports from before can be taken back to, under the new key."""
        number = number_of(in_force())
        done = StagedDigest.objects.filter(place=CONVERTED, key_id=number).values("row")
        keys = ImportTrace._base_manager.exclude(pk__in=done).order_by("pk").values_list("pk", flat=True)
        for key in list(keys):
            try:
                with transaction.atomic():
                    self.mended += traced_anew(key)
                    keep_staged([(CONVERTED, key, number, "", "-"), *_seal_of_trace(key, number)])
            except UnreadableSecret as error:
                self.lost.add(f"{ImportTrace._meta.verbose_name} {key}：{error}。没有改动它，这次导入不能再撤销。")
            self._word(f"导入留下的原值：到编号 {key}")

    def _clear(self) -> None:
        """What was staged for a key that is in force alone."""
        while keys := list(StagedDigest.objects.order_by("pk").values_list("pk", flat=True)[:STAGED_AT_ONCE]):
            self.cleared += StagedDigest.objects.filter(pk__lte=keys[-1]).delete()[0]

    def _word(self, where: str) -> None:
        self.words.say(f"已备新摘要 {self.staged:,} 项；{where}")


def left_to_do() -> int:
    """How many rows have digests that are not staged, or, after the switch, that nobody has looked at since."""
    if settings.DIGEST_KEY_NEXT is None:
        return 0
    target = becoming()
    state, number = (MADE_OF_IT, number_of(target)) if target else (BECAME_IT, number_of(in_force()))
    return sum(_count(table, state, number) for table in digested_tables())


def tokens_on_the_old_key() -> QuerySet[ApiToken]:
    """Tokens that stop working with the old key: nothing but the token itself makes its digest, and none came since."""
    moment = KeyCheck.objects.filter(purpose=KeyCheck.Purpose.DIGEST).aggregate(last=Max("retired_at"))["last"]
    return not_used_since(moment) if moment else ApiToken.objects.none()


def _seal_of_trace(key: int, number: int) -> list[tuple[str, int, int, str, str]]:
    """The line that says that somebody has looked at the seal of a trace as it stands now, and that it fits.

    One that does not is named again by every run.
    """
    trace = ImportTrace._base_manager.filter(pk=key).first()
    fits = trace and trace.seal and trace.seal == ImportTrace._meta.get_field("seal").made(trace)
    return [(SEALED, key, number, "", trace.seal)] if fits else []


def _is_lost(table: Digested, row: dict) -> bool:
    """Whether a row is of an import alone and a secret in it opens no more."""
    if table.model not in OF_IMPORTS or not isinstance(table, OfSecrets):
        return False
    return any(row[field.attname] is None for field in table.secrets.fields)


def keep_staged(lines: Iterable[tuple[str, int, int, str, str]]) -> None:
    """Keep (place, row, key's number, old, new) in the place of what was staged there before."""
    lines = list(lines)
    for place in {line[0] for line in lines}:
        rows = [row for where, row, *_ in lines if where == place]
        StagedDigest.objects.filter(place=place, row__any_of=rows).delete()
    insert_rows(StagedDigest, ("place", "row", "key_id", "old", "new"), lines, matched=False)


def _under(table: Digested, rows: list[dict], *keys: bytes) -> tuple[list[dict], ...]:
    """The digests of rows under each of some keys, by column."""
    found = []
    for key in keys:
        with digests_under(key):
            found.append([table.made(row) for row in rows])
    return tuple(found)


def _unlike(table: Digested, state: str, number: int | None) -> tuple[str, list[str | int | None]]:
    """The condition that of a row some digest is not in this state for the key of that number, and its parameters.

    For a key that has none nothing was ever staged.
    """
    key, quote = table.quoted(table.model._meta.pk.column), table.quoted
    conditions = [
        f"({quote(name)} <> '' AND NOT EXISTS (SELECT 1 FROM {STAGED} WHERE {STAGED}.place = %s "
        f"AND {STAGED}.row = {key} AND {STAGED}.key_id = %s AND {STAGED}.{state} = {quote(name)}))"
        for name in table.columns
    ]
    return f"({' OR '.join(conditions)})", [one for name in table.columns for one in (table.place(name), number)]


def _batches(table: Digested, state: str, number: int | None, most: int) -> Iterator[list[dict]]:
    condition, parameters = _unlike(table, state, number)
    key, last = table.quoted(table.model._meta.pk.column), 0
    most = min(most, table.rows_at_once)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {key} FROM {table.table} WHERE {key} > %s AND {condition} ORDER BY {key} LIMIT {most}",
                [last, *parameters],
            )
            keys = [pk for (pk,) in cursor.fetchall()]
        if not keys:
            return
        last = keys[-1]
        if rows := table.rows(keys):
            yield rows


def _count(table: Digested, state: str, number: int | None) -> int:
    condition, parameters = _unlike(table, state, number)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table.table} WHERE {condition}", parameters)
        return cursor.fetchone()[0]


def _hold(tables: list[Digested]) -> None:
    """Nobody writes these tables until the transaction ends; on SQLite the transaction itself is the lock."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(one.table for one in tables)} IN SHARE ROW EXCLUSIVE MODE")


def _exchange(table: Digested, number: int) -> None:
    key = table.quoted(table.model._meta.pk.column)
    for name in table.columns:
        column = connection.ops.quote_name(name)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table.table} SET {column} = {STAGED}.new FROM {STAGED} WHERE {STAGED}.place = %s "
                f"AND {STAGED}.row = {key} AND {STAGED}.key_id = %s AND {STAGED}.old = {table.quoted(name)}",
                [table.place(name), number],
            )
