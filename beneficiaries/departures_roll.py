"""死亡、迁出名单: who died or moved out of the city, and when (compared monthly with civil affairs)."""

from django.utils import timezone

from beneficiaries.departures import COLUMN, day_problem
from beneficiaries.models import Departure, HouseholdMember, Person
from beneficiaries.people_rolls import PeopleJudge, PeopleKind, PeopleRoll
from lianyungang_cdpf.intake.bulk import insert_rows, update_rows
from lianyungang_cdpf.intake.tables import Column, Date, Text
from lianyungang_cdpf.intake.tracing import Traced

COLUMNS = ("person_id", "kind", "day", "reason", "recorded_by_id", "recorded_at", "correction")
NO_REASON = "名单导入"


class DeparturesRoll(PeopleRoll):
    """死亡、迁出名单; a row has one of the two days, or both."""

    died_on = Column(Date(), "死亡日期 死亡时间 去世日期 去世时间", whole="死亡 注销日期")
    moved_out_on = Column(Date(), "迁出日期 迁出时间 户口迁出日期", whole="迁出")
    reason = Column(Text(), "原因 死亡原因 迁出原因 去向 备注", "迁往地 信息来源", of_person=False)


class DeparturesJudge(PeopleJudge):
    """A day that is on record already changes nothing; another day is corrected on the person's page, not here."""

    def findings(self, line):
        values, known = line.values, line.known
        given = {kind: values.get(column) for kind, column in COLUMN.items() if values.get(column)}
        if not given:
            yield "MISSING_REQUIRED", "died_on"
        for kind, day in given.items():
            column = COLUMN[kind]
            stored = getattr(known, column)
            if stored and stored != day:
                yield "DEPARTURE_KNOWN", column
            elif not stored and day_problem(kind, day, known.birth_date, values.get("died_on") or known.died_on):
                yield "DATE_ORDER", column
            elif not stored:
                line.write[kind.value] = day


class DeparturesKind(PeopleKind):
    """死亡、迁出名单."""

    code, label = "departures", "死亡、迁出名单"
    roll, judge_by = DeparturesRoll, DeparturesJudge
    words = ("死亡名单", "死亡人员", "迁出名单", "迁出人员")
    writes = (Traced(Person, "pk"), Traced(HouseholdMember, "person"), Traced(Departure, "person"))

    def write(self, batch, context, job):
        now = timezone.now()
        for kind, column in COLUMN.items():
            gone = [one for one in batch if kind.value in one.data.write]
            days = [(one.data.known.pk, one.data.write[kind.value]) for one in gone]
            update_rows(Person, "id", (column, "updated_at"), [(pk, day, now) for pk, day in days])
            reasons = [(one.data.values.get("reason") or NO_REASON)[:100] for one in gone]
            rows = [
                (pk, kind.value, day, reason, context.by.pk, now, "")
                for (pk, day), reason in zip(days, reasons, strict=True)
            ]
            insert_rows(Departure, COLUMNS, rows, matched=False)
        _leave_households(batch)


def _leave_households(batch) -> None:
    """End the memberships of who is gone, on the day."""
    days = {one.data.known.pk: min(one.data.write.values()) for one in batch}
    open_ones = HouseholdMember.objects.filter(person__any_of=list(days), valid_to=None).order_by("pk")
    rows = [
        (pk, max(days[person], begun) if begun else days[person])
        for pk, person, begun in open_ones.values_list("pk", "person_id", "valid_from")
    ]
    update_rows(HouseholdMember, "id", ("valid_to",), rows)
