"""Everything encrypted moves to the key that writes now, while the portal serves; can be killed and begun again.

No state is kept: what still has to move is told by the id of the key in each stored value and in the head of each
sealed file. Re-encrypted are all encrypted columns of all models (imports' kept rows, their decisions and traces with
the earlier values inside among them) and all sealed files that a record has. Not moved, as they end by themselves: a
large file while it arrives (its request), what a reader has in memory. A batch reads and encrypts outside the
transaction and writes a cell only where the old ciphertext still stands: an edit meanwhile is never overwritten. What
was written behind a pass by a process with older settings, a later pass finds.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection, transaction

from lianyungang_cdpf.encryption.columns import SecretTable, secret_tables
from lianyungang_cdpf.fields import UnreadableSecret, decrypt, key_id_of, renewed
from lianyungang_cdpf.intake.models import ImportTrace
from lianyungang_cdpf.intake.resealing import remove_leftovers, reseal, stored_files
from lianyungang_cdpf.intake.sealing import BrokenSeal
from lianyungang_cdpf.intake.tracing import renewed_trace, seal_following
from lianyungang_cdpf.management.telling import Words

# A batch is as many rows as hold about this much, so that neither runs of kept rows nor 4 million payments hurt.
BYTES_AT_ONCE, FIRST_ROWS, MOST_ROWS = 4 * 1024 * 1024, 50, 1_000
MOST_PASSES = 5
# What holds ciphertexts inside its text.
RENEWERS: dict[type, Callable[[bytes, str], bytes]] = {ImportTrace: renewed_trace}


@dataclass
class Remaining:
    """How many values and files lie under each key."""

    values: Counter = field(default_factory=Counter)
    files: Counter = field(default_factory=Counter)

    @property
    def key_ids(self) -> list[int]:
        """The keys under which anything lies."""
        return sorted(self.values | self.files)

    @property
    def on_old_keys(self) -> int:
        """How many are not under the key that writes now."""
        everything = self.values + self.files
        return everything.total() - everything[settings.FIELD_KEY_ID]


def remaining() -> Remaining:
    """What lies under which key, counted in the database and in the heads of the files."""
    found = Remaining()
    for table in secret_tables():
        for column in table.columns:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"SELECT substr({column}, 2, 1), count(*) FROM {table.quoted} WHERE length({column}) > 1 GROUP BY 1"
                )
                for key_id, count in cursor.fetchall():
                    found.values[bytes(key_id)[0]] += count
    for _, _, key_id in stored_files():
        found.files[key_id] += 1
    return found


class Rotation:
    """One run: `tell` is called with a Chinese line now and then, `unreadable` names what no key opens."""

    def __init__(self, tell: Callable[[str], None] = lambda line: None, *, most_rows: int = MOST_ROWS):
        self.words, self.most_rows = Words(tell), most_rows
        self.moved, self.unreadable = 0, set()

    def run(self) -> Remaining:
        """Move everything; what lies where afterwards. Passes are repeated while they still move something."""
        remove_leftovers()
        for _ in range(MOST_PASSES):
            before = self.moved
            for table in secret_tables():
                self._move_table(table)
            self._move_files()
            left = remaining()
            if not left.on_old_keys or self.moved == before:
                break
        return left

    def _move_table(self, table: SecretTable) -> None:
        last, rows_at_once = None, min(FIRST_ROWS, self.most_rows)
        while rows := _stale_rows(table, last, rows_at_once):
            with transaction.atomic():
                self.moved += _replace(table, list(self._moves(table, rows)))
            last = rows[-1][0]
            size = sum(len(cell or b"") for _, *cells in rows for cell in cells)
            rows_at_once = max(1, min(self.most_rows, BYTES_AT_ONCE * len(rows) // max(size, 1)))
            self._word(f"{table.model._meta.verbose_name}：到编号 {last}")

    def _moves(self, table: SecretTable, rows: Sequence[tuple]) -> Iterator[tuple]:
        """(column, key, old, new) of each cell that is to move."""
        renew = RENEWERS.get(table.model, renewed)
        for key, *cells in rows:
            for column, of_model, old in zip(table.columns, table.fields, cells, strict=True):
                if not old or key_id_of(old) == settings.FIELD_KEY_ID:
                    continue
                try:
                    yield column, key, old, renew(old, of_model.place)
                except UnreadableSecret as error:
                    self.unreadable.add(f"{table.model._meta.verbose_name} {key}：{error}")

    def _move_files(self) -> None:
        for model, name, key_id in stored_files():
            if key_id == settings.FIELD_KEY_ID:
                continue
            try:
                reseal(model, name)
                self.moved += 1
            except BrokenSeal:
                self.unreadable.add(f"{model._meta.verbose_name}的文件 {name}：打不开，密钥不对，或文件损坏")
            self._word("上传的文件")

    def _word(self, where: str) -> None:
        self.words.say(f"已换 {self.moved:,} 项；{where}")


def _stale_rows(table: SecretTable, after, most: int) -> list[tuple]:
    """The next rows by key of which a cell is not under the current key, or too short for any: (key, cell ...)."""
    stale = " OR ".join(f"(length({column}) > 0 AND substr({column}, 2, 1) <> %s)" for column in table.columns)
    where = f"({stale})" if after is None else f"{table.key} > %s AND ({stale})"
    parameters = [bytes((settings.FIELD_KEY_ID,))] * len(table.columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join((table.key, *table.columns))} FROM {table.quoted} WHERE {where} "
            f"ORDER BY {table.key} LIMIT {most}",
            parameters if after is None else [after, *parameters],
        )
        return cursor.fetchall()


def _reseal(key: int, was: str, now: str) -> None:
    """A trace's text changes with the ciphertexts in it: its seal follows, whatever it is by now."""
    traces = ImportTrace._base_manager.filter(pk=key)
    *place, seal = traces.values_list("job_id", "position", "seal").get()
    traces.update(seal=seal_following(tuple(place), seal, was, now))


def _replace(table: SecretTable, moves: Sequence[tuple]) -> int:
    """Put new ciphertexts where the old ones still stand; how many."""
    replaced = 0
    with connection.cursor() as cursor:
        for column, key, old, new in moves:
            cursor.execute(
                f"UPDATE {table.quoted} SET {column} = %s WHERE {table.key} = %s AND {column} = %s", [new, key, old]
            )
            replaced += cursor.rowcount
            if cursor.rowcount and table.model is ImportTrace:
                _reseal(key, decrypt(old, table.fields[0].place), decrypt(new, table.fields[0].place))
    return replaced
