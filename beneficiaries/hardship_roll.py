"""低保名单、特困名单: who has the status of a household in need, since when and until when; civil affairs send them
monthly, of everybody, so who is not on file is left out and said.

A line without a day holds from the first of the list's month. Whoever is no longer on a list is not ended: an office's
file may be a part; a day of leaving ends the status.
"""

from collections import defaultdict
from datetime import date, timedelta

from beneficiaries.models import Hardship, HardshipStatus
from beneficiaries.people_rolls import Line, PeopleJudge, PeopleKind, PeopleRoll
from lianyungang_cdpf.intake.bulk import insert_rows, update_rows
from lianyungang_cdpf.intake.tables import Column, Date
from lianyungang_cdpf.intake.tracing import Traced

COLUMNS = ("person_id", "status", "valid_from", "valid_to")


class HardshipRoll(PeopleRoll):
    """A list of one status."""

    valid_from = Column(Date(), "纳入日期 起始日期 享受起始日期 批准日期 保障起始日期 纳入低保日期 纳入特困日期")
    valid_to = Column(Date(), "退出日期 终止日期 停保日期 退保日期 截止日期")


class HardshipJudge(PeopleJudge):
    """What is on record already changes nothing; an undated record of the status holds for all months."""

    status: Hardship

    def prepare(self, lines: list[Line]) -> None:
        self.held: dict[int, list[tuple]] = defaultdict(list)
        keys = [line.known.pk for line in lines if line.known]
        records = HardshipStatus.objects.filter(person__any_of=keys, status__in=(self.status, Hardship.NONE))
        for person, *record in records.order_by("pk").values_list("person_id", "pk", "status", *COLUMNS[2:]):
            self.held[person].append(tuple(record))

    def _own(self, line: Line):
        if line.known is None:
            yield "W_NOT_ON_FILE", "id_number"
        else:
            yield from super()._own(line)

    def change(self, line: Line) -> str:
        return "changed" if line.write else "unchanged"

    def findings(self, line: Line):
        start = line.values.get("valid_from") or self.context.month
        end = line.values.get("valid_to")
        if start > max(self.today, self.context.month) or start < line.known.birth_date or (end and end < start):
            yield "DATE_ORDER", "valid_from"
            return
        same = [one for one in self.held[line.known.pk] if one[1] == self.status and _holds(one, start)]
        if not same:
            line.write = {"new": (start, end), "ended": self._ended(line.known.pk, start)}
        elif end and (same[-1][3] is None or same[-1][3] > end):
            line.write = {"new": None, "ended": [(same[-1][0], end)]}

    def _ended(self, person: int, start: date) -> list[tuple]:
        """The standing records that say there is no need, with the day before the list says otherwise."""
        day = start - timedelta(days=1)
        plain = (one for one in self.held[person] if one[1] == Hardship.NONE and one[3] is None)
        return [(pk, day) for pk, _, since, _ in plain if since is None or since <= day]


def _holds(record: tuple, day: date) -> bool:
    _, _, since, until = record
    return (since is None or since <= day) and (until is None or until >= day)


class DibaoJudge(HardshipJudge):
    status = Hardship.DIBAO


class TekunJudge(HardshipJudge):
    status = Hardship.TEKUN


class HardshipKind(PeopleKind):
    """The list of one status; its siblings are told apart by their words."""

    roll = HardshipRoll
    needs_month = True
    writes = (Traced(HardshipStatus, "person"),)

    def __init__(self, judge: type[HardshipJudge]):
        super().__init__()
        self.judge_by, self.status, self.words = judge, judge.status, LISTS[judge]
        self.code, self.label = f"hardship_{self.status.name.lower()}", f"{self.status.label}名单"
        self.rivals = {f"{other.status.label}名单": words for other, words in LISTS.items() if other is not judge}

    def write(self, batch, context, job):
        new = [(one.data.known.pk, self.status.value, *one.data.write["new"]) for one in batch if one.data.write["new"]]
        insert_rows(HardshipStatus, COLUMNS, new, matched=False)
        ended = [pair for one in batch for pair in one.data.write["ended"]]
        update_rows(HardshipStatus, "id", ("valid_to",), ended)


LISTS = {
    DibaoJudge: ("低保名单", "低保人员", "低保花名册", "低保对象", "最低生活保障"),
    TekunJudge: ("特困名单", "特困人员", "特困供养", "特困对象"),
}


def hardship_kinds() -> list[HardshipKind]:
    """A kind for each status of which lists come monthly."""
    return [HardshipKind(judge) for judge in LISTS]
