"""Writing judged register rows in bulk, noting what they replace so that the import can be undone."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

from django.utils import timezone

from beneficiaries.identity import (
    certificate_digest,
    certificate_digests,
    id_digest,
    id_tail_digest,
    person_seal,
    pinyin_of,
)
from beneficiaries.models import Certificate, DisabilityPart, HardshipStatus, Person, Residence, Sex
from beneficiaries.register import (
    BATCH,
    PLAIN,
    SECRET,
    Entry,
    changed_columns,
    new_certificate,
    new_hardship,
    standing_certificate,
    standing_hardships,
)
from beneficiaries.register_stamp import stamp_register
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import encrypt, encrypt_all, row_seals
from lianyungang_cdpf.intake.bulk import insert_rows, room_for_a_register, update_rows
from lianyungang_cdpf.intake.kinds import Context, JudgedBefore, Outcome
from lianyungang_cdpf.intake.tables import birth_date_of, name_key, sex_of
from lianyungang_cdpf.intake.tracing import Trace, Traced
from lianyungang_cdpf.intake.undoing import take_back

PERSON_COLUMNS = (
    "name", "name_key", "pinyin", "initials", "id_number", "id_digest", "id_tail_digest", "sex", "birth_date",
    "area_id", "village", "address", "hukou_type", "phone", "phone_digest", "bank_name", "account_no", "account_digest",
    "account_holder", "died_on", "moved_out_on", "seal", "created_at", "updated_at",
)  # fmt: skip
CERTIFICATE_COLUMNS = (
    "person_id", "number", "number_digest", "category", "grade", "status", "seal", "valid_from", "valid_to",
)  # fmt: skip
HARDSHIP_COLUMNS = ("person_id", "status", "valid_from", "valid_to")
RESIDENCE_COLUMNS = ("person_id", "area_id", "village", "address", "valid_from", "valid_to")
WRITES = (
    Traced(Person, "pk"), Traced(Certificate, "person"), Traced(DisabilityPart, "certificate__person"),
    Traced(HardshipStatus, "person"), Traced(Residence, "person"),
)  # fmt: skip


def place(model, column: str) -> str:
    """The associated data of an encrypted column."""
    return f"{model._meta.db_table}.{column}"


def apply(outcomes: Iterable[Outcome], context: Context, job) -> dict:
    """Write valid register rows, a batch at a time; call inside a transaction. Returns counts."""
    writer, trace = RegisterWriter(), Trace(job, WRITES)
    outcomes = iter(outcomes)
    with room_for_a_register():
        while batch := list(islice(outcomes, BATCH)):
            writer.added = []
            with trace.around(partial(writer.people_of, batch)):
                writer.write(batch)
    trace.close()
    summary = f"新增 {writer.new} 人，更新 {writer.changed} 人，无变化 {writer.unchanged} 人"
    stamp_register()
    record(by=context.by, deed="导入残疾人档案", on=job, summary=summary)
    applied = writer.new + writer.changed + writer.unchanged
    return {"applied_rows": applied, "new": writer.new, "changed": writer.changed, "unchanged": writer.unchanged}


def undo(job) -> str:
    """Put everything as it was before a register; call inside a transaction. What was taken back, in words."""
    with room_for_a_register():
        taken = take_back(job, WRITES)
    stamp_register()
    return f"删除新建的 {taken.added[Person]:,} 份档案，恢复 {taken.changed[Person]:,} 份档案的原值"


class RegisterWriter:
    """Writes batches of register rows: people first, then what hangs off them."""

    def __init__(self):
        # Whom the batch that is being written has put on file.
        self.added: list[int] = []
        self.now = timezone.now()
        self.today = timezone.localdate()
        self.new = self.changed = self.unchanged = 0

    def people_of(self, batch: list[Outcome]) -> list[int]:
        """Whom a batch changes or, once it is written, has put on file."""
        return [*(one.data.known["pk"] for one in batch if one.change == "changed"), *self.added]

    def write(self, batch: list[Outcome]) -> None:
        """Insert the new people of the batch, update the changed ones."""
        new = [one for one in batch if one.data.known is None]
        changed = [one for one in batch if one.data.known is not None and one.change == "changed"]
        self.new, self.changed = self.new + len(new), self.changed + len(changed)
        self.unchanged += len(batch) - len(new) - len(changed)
        self._insert(new)
        self._update(changed)

    def _insert(self, new: list[Outcome]) -> None:
        if not new:
            return
        insert_rows(Person, PERSON_COLUMNS, [self._person_row(one.data) for one in new])
        digests = [id_digest(one.data.values["id_number"]) for one in new]
        keys = dict(Person.objects.filter(id_digest__any_of=digests).order_by().values_list("id_digest", "pk"))
        people = self.added = [keys[one] for one in digests]
        self._add_certificates([(pk, one.data) for pk, one in zip(people, new, strict=True)], None)
        self._add_hardships([(pk, one.data) for pk, one in zip(people, new, strict=True)], None)

    def _person_row(self, entry: Entry) -> tuple:
        columns, number = entry.columns, entry.values["id_number"]
        sex = Sex.MALE if sex_of(number) == "男" else Sex.FEMALE
        phone, account = columns.get("phone", ""), columns.get("account_no", "")
        digests = id_digest(number), SECRET["phone"](phone), SECRET["account_no"](account)
        key = name_key(columns["name"])[:60]
        return (
            columns["name"], key, *pinyin_of(columns["name"]),
            encrypt(number, place(Person, "id_number")), digests[0], id_tail_digest(number), sex.value,
            birth_date_of(number), columns["area_id"], columns.get("village", ""), columns.get("address", ""),
            columns.get("hukou_type", ""), encrypt(phone, place(Person, "phone")), digests[1],
            columns.get("bank_name", ""), encrypt(account, place(Person, "account_no")), digests[2],
            columns.get("account_holder", ""), columns.get("died_on"), columns.get("moved_out_on"),
            person_seal(key, *digests), self.now, self.now,
        )  # fmt: skip

    def _add_certificates(self, pairs: list[tuple[int, Entry]], since: date | None) -> None:
        told = [(pk, *_certificate_of(entry, "valid")) for pk, entry in pairs if entry.certificate]
        if told:
            rows = ((*row, since, None) for row in certificate_rows(told))
            insert_rows(Certificate, CERTIFICATE_COLUMNS, rows)

    def _add_hardships(self, pairs: list[tuple[int, Entry]], since: date | None) -> None:
        rows = [(pk, entry.hardship, since, None) for pk, entry in pairs if entry.hardship]
        if rows:
            insert_rows(HardshipStatus, HARDSHIP_COLUMNS, rows)

    # -- people already known --------------------------------------------------------------------------------------

    def _update(self, changed: list[Outcome]) -> None:
        if not changed:
            return
        before = self._before({one.data.known["pk"]: one.data.known["updated_at"] for one in changed})
        columns = ("basis", "name", "name_key", "pinyin", "initials", *PLAIN[1:], "phone", "phone_digest", "account_no",
                   "account_digest", "seal", "updated_at")  # fmt: skip
        rows = [self._updated_row(one.data, before[one.data.known["pk"]], columns) for one in changed]
        update_rows(Person, "id", columns, rows)
        self._keep_places([before[one.data.known["pk"]] for one in changed if one.data.has_moved])
        self._replace_certificates([one.data for one in changed if new_certificate(one.data)])
        self._replace_hardships([one.data for one in changed if new_hardship(one.data)])

    def _before(self, judged: dict[int, datetime]) -> dict[int, dict]:
        """Their values now, held until the import stands, so that nobody's edit is overwritten unseen.

        `judged` says when each had last been edited as their row was judged; raises JudgedBefore for a later edit.
        """
        rows = Person.objects.filter(pk__any_of=list(judged)).order_by("pk").select_for_update()
        rows = rows.values("pk", "basis", "updated_at", "id_digest", *PLAIN, "phone", "account_no")
        before = {row["pk"]: row for row in rows}
        if any(pk not in before or before[pk]["updated_at"] != edited for pk, edited in judged.items()):
            raise JudgedBefore
        return before

    def _keep_places(self, left: list[dict]) -> None:
        """Remember where people lived who are now somewhere else."""
        rows = [(was["pk"], was["area_id"], was["village"], was["address"], None, self.today) for was in left]
        if rows:
            insert_rows(Residence, RESIDENCE_COLUMNS, rows)

    def _updated_row(self, entry: Entry, before: dict, columns: tuple) -> tuple:
        values = {**before, **changed_columns(entry)}
        pinyin, initials = pinyin_of(values["name"])
        values |= {"name_key": name_key(values["name"])[:60], "pinyin": pinyin, "initials": initials}
        values["updated_at"] = self.now
        for name, digest in SECRET.items():
            values[f"{name.removesuffix('_no')}_digest"] = digest(values[name])
            values[name] = encrypt(values[name], place(Person, name))
        sealed = (values[name] for name in ("name_key", "id_digest", "phone_digest", "account_digest"))
        values["seal"] = person_seal(*sealed)
        return (before["pk"], *(values[name] for name in columns))

    def _replace_certificates(self, entries: list[Entry]) -> None:
        """A number on record gets its new status and stands again; another number succeeds the one that stands."""
        statuses, replaced, first, succeeding, reopened, ended = [], [], [], [], [], []
        for entry in entries:
            standing, match = standing_certificate(entry), _same_number(entry)
            if entry.certificate is None:
                statuses.append((standing["pk"], entry.status))
            elif match:
                statuses.append((match["pk"], entry.certificate[3] or match["status"]))
                if match is not standing:
                    ended.append(standing)
                    reopened += [(match["pk"], None)] * (match["valid_to"] is not None)
            elif standing is None:
                first.append((entry.known["pk"], entry))
            elif standing["valid_from"] is None and standing["valid_to"] is None:
                replaced.append((standing["pk"], (entry.known["pk"], *_certificate_of(entry, standing["status"]))))
            else:
                ended.append(standing)
                succeeding.append((entry.known["pk"], entry))
        update_rows(Certificate, "id", ("status",), statuses)
        rows = certificate_rows([told for _, told in replaced])
        anew = [(pk, *row[1:]) for (pk, _), row in zip(replaced, rows, strict=True)]
        update_rows(Certificate, "id", CERTIFICATE_COLUMNS[1:7], anew)
        if replaced:
            # What a certificate of another category or grade is made of, nobody has said yet.
            DisabilityPart.objects.filter(certificate__any_of=[row[0] for row in replaced]).delete()
        update_rows(Certificate, "id", ("valid_to",), reopened)
        self._end(Certificate, ended)
        self._add_certificates(first, None)
        self._add_certificates(succeeding, self.today)

    def _replace_hardships(self, entries: list[Entry]) -> None:
        undated, ended, first, succeeding = [], [], [], []
        for entry in entries:
            standing = standing_hardships(entry)
            if standing and standing[0]["valid_from"] is None and standing[0]["valid_to"] is None:
                undated.append((standing[0]["pk"], entry.hardship))
                standing = standing[1:]
            else:
                (succeeding if standing else first).append((entry.known["pk"], entry))
            ended += standing
        update_rows(HardshipStatus, "id", ("status",), undated)
        self._end(HardshipStatus, ended)
        self._add_hardships(first, None)
        self._add_hardships(succeeding, self.today)

    def _end(self, model, standing: list[dict]) -> None:
        """End records the day before today, unless they ended earlier; one that only begins today ends today."""
        yesterday = self.today - timedelta(days=1)
        rows = [
            (one["pk"], max(min(yesterday, one["valid_to"] or yesterday), one["valid_from"] or yesterday))
            for one in standing
        ]
        update_rows(model, "id", ("valid_to",), rows)


def _same_number(entry: Entry) -> dict | None:
    """The record of the row's certificate number."""
    digest = certificate_digest(entry.certificate[0]) if entry.certificate else None
    return next((one for one in entry.known["certificates"] if one["number_digest"] == digest), None)


def _certificate_of(entry: Entry, status: str) -> tuple:
    """Number in the clear, category, grade and status of the row's certificate; a blank status leaves the one given."""
    number, category, grade, told = entry.certificate
    return number, category, grade, told or status


def certificate_rows(told: list[tuple]) -> Iterator[tuple]:
    """Certificates as the first of CERTIFICATE_COLUMNS hold them, of (person, number, category, grade, status)."""
    numbers = [one[1] for one in told]
    keys = ((f"{person}\x1f{category}\x1f{grade}", number) for person, number, category, grade, _ in told)
    seals = row_seals(Certificate._meta.db_table, keys)
    secrets = encrypt_all(numbers, place(Certificate, "number"))
    for one, secret, digest, seal in zip(told, secrets, certificate_digests(numbers), seals, strict=True):
        person, _, category, grade, status = one
        yield person, secret, digest, category, grade, status, seal or None
