"""迁移名单: many requests at once. Who is one's own is offered to the unit named; who is not is asked for.

Of somebody who is not one's own nothing is told, not even whether they are on file: every such row is a request that
was sent.
"""

from django.urls import reverse
from django.utils import timezone

from beneficiaries.identity import id_digest
from beneficiaries.models import Transfer
from beneficiaries.moving import PERMISSION
from beneficiaries.obstacles import SHOWN
from beneficiaries.people_rolls import PeopleJudge, PeopleKind, PeopleRoll, differs
from beneficiaries.register_apply import place
from beneficiaries.transfers import unit_of
from lianyungang_cdpf.fields import encrypt, row_seal
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.kinds import InTheWay
from lianyungang_cdpf.intake.tables import Column, Text
from lianyungang_cdpf.intake.tracing import Traced
from lianyungang_cdpf.intake.undoing import Obstacles, UndoRefused, added_keys
from lianyungang_cdpf.masking import mask_id_number

COLUMNS = (
    "person_id", "name", "id_number", "id_digest", "requested_from", "giving_unit", "giving_area_id", "receiving_unit",
    "receiving_area_id", "reason", "state", "requested_by_id", "requested_at", "answer",
    "seal",
)  # fmt: skip
NO_REASON = "名单导入"
AGREED = "对方已同意迁移"


class TransfersRoll(PeopleRoll):
    """迁移名单."""

    receiving = Column(Text(), "迁入县区 迁入区县 迁入单位 迁入地区 转入县区", whole="迁入地 转入地", of_person=False)
    town = Column(
        Text(), "迁入乡镇 迁入街道 迁入乡镇街道 迁入乡镇(街道) 迁入镇街", whole="乡镇 街道 乡镇街道", of_person=False
    )
    reason = Column(Text(), "迁移原因 原因 迁入原因 迁出原因", whole="备注", of_person=False)


class TransfersJudge(PeopleJudge):
    """Plans one request a row; `write` holds its columns without the staff and the time."""

    def __init__(self, context):
        super().__init__(context)
        self.unit = unit_of(self.staff)

    def prepare(self, lines):
        numbers = [id_digest(line.values["id_number"]) for line in lines if line.values.get("id_number")]
        own = Transfer.objects.sent_by(self.unit).filter(id_digest__any_of=numbers).order_by()
        self.pending = set(own.values_list("id_digest", "receiving_unit", "requested_from"))

    def key(self, line):
        # The same for one's own and for others: a former number of a foreign person must not show as one.
        return line.known.pk if self._is_own(line) else line.values["id_number"]

    def change(self, line):
        return "new" if line.write else "unchanged"

    def _is_own(self, line) -> bool:
        return line.known is not None and self.towns.unit_keys[line.known.area_id] == self.unit

    def in_scope(self, area_id: int) -> bool:
        """Whoever is asked for is not out of place here."""
        return True

    def _own(self, line):
        key = self.key(line)
        if key in self.seen:
            yield "DUPLICATE_IN_FILE", "id_number"
        self.seen.add(key)
        if not self.unit:
            yield "TRANSFER_SIDE", "id_number"
        elif self._is_own(line):
            yield from self._offer(line)
        else:
            yield from self._ask(line)

    def _offer(self, line):
        known, values = line.known, line.values
        if differs(values.get("name"), known):
            yield "NAME_MISMATCH", "name"
        if known.died_on or known.moved_out_on:
            yield "TRANSFER_STATE", "id_number"
        named = self.counties.named_by(values.get("receiving")) - {self.unit}
        if len(named) != 1:
            yield "TRANSFER_UNIT", "receiving"
            return
        unit = next(iter(named))
        if (known.id_digest, unit, "giving") not in self.pending:
            line.write = {
                "person": known.pk, "side": "giving", "digest": known.id_digest, "giving_unit": self.unit,
                "giving_area": known.area_id, "receiving_unit": unit, "receiving_area": None,
            }  # fmt: skip

    def _ask(self, line):
        values, known, digest = line.values, line.known, id_digest(line.values["id_number"])
        named = self.counties.named_by(values.get("receiving"))
        if values.get("receiving") and self.unit not in named:
            yield "TRANSFER_UNIT", "receiving"
        town = self.towns.find({self.unit}, values.get("town"))
        if town is None or self.towns.unit_keys[town] != self.unit:
            yield "TRANSFER_TOWN", "town"
            return
        fits = known is not None and not differs(values.get("name"), known) and not known.died_on
        if (digest, self.unit, "receiving") not in self.pending:
            line.write = {
                "person": known.pk if fits else None, "side": "receiving", "digest": digest,
                "giving_unit": self.towns.unit_keys[known.area_id] if fits else "",
                "giving_area": known.area_id if fits else None, "receiving_unit": self.unit, "receiving_area": town,
            }  # fmt: skip


class TransfersKind(PeopleKind):
    """迁移名单."""

    code, label = "transfers", "迁移名单"
    permission = post_permission = PERMISSION
    roll, judge_by = TransfersRoll, TransfersJudge
    words = ("迁移名单", "迁入名单", "迁移申请", "户籍迁移")

    writes = (Traced(Transfer, "pk"),)

    def people_of(self, batch):
        """The requests that were sent, none before: they are traced by themselves, as not all are of people on file."""
        sent = [one.data.write for one in batch if "sent_by" in one.data.write]
        mine = Transfer.objects.filter(requested_by__in={one["sent_by"] for one in sent}).order_by()
        return list(mine.filter(id_digest__any_of=[one["digest"] for one in sent]).values_list("pk", flat=True))

    def undo(self, *, by, job, reason):
        """Requests are never deleted: the pending ones are withdrawn. Where one was agreed to, somebody has moved."""
        sent = Transfer.objects.filter(pk__any_of=added_keys(job, Transfer)).order_by("pk")
        states = dict(sent.select_for_update(of=("self",)).values_list("pk", "state"))
        if agreed := [pk for pk, state in states.items() if state == Transfer.State.AGREED]:
            obstacles = Obstacles()
            for pk in agreed:
                obstacles.add(pk, AGREED)
            raise UndoRefused(f"其中 {len(agreed):,} 份申请对方已经同意，人员已经迁移，不能整批撤销。", obstacles)
        count = sent.filter(state=Transfer.State.PENDING).update(
            state=Transfer.State.WITHDRAWN, decided_by=by, decided_at=timezone.now(), answer=reason[:200]
        )
        return f"撤回 {count:,} 份待对方同意的申请"

    def in_the_way(self, staff, obstacles):
        requests = Transfer.objects.visible_to(staff).filter(pk__any_of=list(obstacles.found)).order_by("pk")[:SHOWN]
        return [
            InTheWay(one.name, mask_id_number(one.id_number), reverse("people:transfer", args=[one.pk]), AGREED)
            for one in requests
        ]

    def write(self, batch, context, job):
        now = timezone.now()
        insert_rows(Transfer, COLUMNS, [_row(one.data, context, now) for one in batch])
        for one in batch:
            one.data.write["sent_by"] = context.by.pk


def _row(line, context, now) -> tuple:
    write, values = line.write, line.values
    number = encrypt(values["id_number"], place(Transfer, "id_number"))
    key = (context.by.pk, values["name"][:60], write["receiving_unit"])
    return (
        write["person"], values["name"][:60], number, write["digest"], write["side"], write["giving_unit"],
        write["giving_area"], write["receiving_unit"], write["receiving_area"],
        (values.get("reason") or NO_REASON)[:200], "pending", context.by.pk, now, "",
        row_seal(Transfer._meta.db_table, key, [values["id_number"]]),
    )  # fmt: skip
