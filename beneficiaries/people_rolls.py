"""What rolls about people on file have in common: finding them, whose they are, what is said, how it is undone.

People are matched city-wide by ID number first, former numbers too, and their place is checked after; of somebody of
another place nothing is told but that they are not one's own. A blank never erases.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice

from django.utils import timezone

from beneficiaries.former import former_owners
from beneficiaries.headings import COUNTY, ID_NUMBER, TOWN, VILLAGE
from beneficiaries.identity import id_digest
from beneficiaries.models import Person
from beneficiaries.obstacles import people_in_the_way
from beneficiaries.places import CountyNames, TownNames
from beneficiaries.register_stamp import stamp_register
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.intake.kinds import Context, Kind, Outcome, register_limits
from lianyungang_cdpf.intake.presentation import rank
from lianyungang_cdpf.intake.tables import Column, IdNumber, PersonName, Roll, Text, name_key, sentence
from lianyungang_cdpf.intake.tracing import Trace, Traced
from lianyungang_cdpf.intake.undoing import take_back
from lianyungang_cdpf.masking import masked

BATCH = 10_000
FIELDS = ("pk", "id_digest", "name_key", "area_id", "basis", "birth_date", "died_on", "moved_out_on")
SENTENCES = {
    "UNKNOWN_PERSON": "残疾人档案中没有这个身份证号：请核对号码，确属新增人员的先建档。",
    "NAME_MISMATCH": "姓名与残疾人档案不一致：请核对姓名和身份证号是否为同一人。",
    "WRONG_DISTRICT": "不在本辖区：请从名册中删除，由所属县区登记；需要迁移的请办理迁移。",
    "DUPLICATE_IN_FILE": "本文件中同一人出现不止一次：只保留一行。",
    "AREA_UNKNOWN": "认不出所属乡镇（街道）：请填写规范的县区和乡镇（街道）名称。",
    "DATE_ORDER": "日期先后不对：不能早于出生日期、晚于今天，终止日期不能早于起始日期，请核对。",
    "W_NOT_ON_FILE": "残疾人档案中没有这个身份证号：此行不作登记。",
    "W_FORMER_ID": "这是曾用身份证号，已按合并后的档案处理：请在名册中改用现在的号码。",
    "HOUSEHOLD_HEAD": "户主与成员对不上：每户要有一行户主本人，该行没有错误，且“与户主关系”为户主。",
    "GUARDIAN_SELF": "监护人与被监护人是同一个身份证号：请核对。",
    "CHILD_AGE": "按身份证号已满 18 周岁，不能登记为非持证残疾儿童：请核对号码，或办理残疾人证。",
    "CHILD_CERTIFIED": "档案中已有残疾人证，不能登记为非持证残疾儿童：请从名册中删除。",
    "DEPARTURE_KNOWN": "档案登记的日期与本行不同：请核对，确需更正的在档案页上更正并说明原因。",
    "TRANSFER_UNIT": "认不出迁入县区，或迁入县区就是本单位：请填写对方县区或功能板块的名称。",
    "TRANSFER_TOWN": "认不出本单位的迁入乡镇（街道）：请填写规范的名称。",
    "TRANSFER_SIDE": "只有县区或功能板块的经办人员办理迁移。",
    "TRANSFER_STATE": "此人已去世或迁出本市，不能办理迁移。",
    "MERGE_SAME": "两个身份证号属于同一份档案，不需要合并。",
    "PARTS_MISMATCH": "明细与残疾人证对不上：只有多重残疾登记明细，至少两类，最重的一类与证上等级相同。",
}  # fmt: skip


class PeopleRoll(Roll):
    """A roll whose rows are each about one person on file."""

    name = Column(PersonName(), "姓名 残疾人姓名 本人姓名", whole="name", required=True, key=True)
    id_number = Column(
        IdNumber(), ID_NUMBER, whole="id_number", never="住址 有效 类型 银行 账户 重复 停用 旧",
        required=True, key=True,
    )  # fmt: skip


class PlacedRoll(PeopleRoll):
    """A roll that says where its people live."""

    county = Column(Text(), COUNTY, whole="县 区", of_person=False, region=True)
    town = Column(Text(), TOWN, whole="镇 乡", of_person=False, region=True)
    village = Column(Text(), VILLAGE, whole="村 居", of_person=False, region=True)
    address = Column(Text(), "家庭住址 户籍地址 居住地址 现住址 家庭地址 详细地址", whole="地址 住址", of_person=False)


@dataclass(slots=True)
class Known:
    """What is on record of somebody whom a row names."""

    pk: int
    id_digest: str
    name_key: str
    area_id: int
    basis: str
    birth_date: date
    died_on: date | None
    moved_out_on: date | None


@dataclass(slots=True)
class Line:
    """A row with who it is about and, once judged, what it writes."""

    values: dict
    known: Known | None = None
    write: dict = field(default_factory=dict)
    # What reading found, kept with the row so that it can be corrected.
    problems: list = field(default_factory=list)


def look_up(numbers: Iterable[str]) -> tuple[dict[str, Known], set[str]]:
    """People by ID number, and which of the numbers are former ones; one statement, up to three for unknown ones."""
    digests = {id_digest(number): number for number in numbers}
    rows = [
        Known(*row) for row in Person.objects.filter(id_digest__any_of=list(digests)).order_by().values_list(*FIELDS)
    ]
    people = {digests[one.id_digest]: one for one in rows}
    former = former_owners(digests.keys() - {one.id_digest for one in rows})
    by_pk = {one.pk: one for one in rows}
    if missing := set(former.values()) - by_pk.keys():
        found = Person.objects.filter(pk__any_of=list(missing)).order_by().values_list(*FIELDS)
        by_pk |= {row[0]: Known(*row) for row in found}
    people |= {digests[digest]: by_pk[owner] for digest, owner in former.items()}
    return people, {digests[digest] for digest in former}


class PeopleJudge:
    """Judges rows about people. Subclasses say what else is looked up, and what a row about somebody in scope means.

    numbers  the columns of a row that hold ID numbers of people on file
    creates  whether somebody who is not on file is put on file
    batch    rows that are judged together
    """

    numbers: tuple[str, ...] = ("id_number",)
    creates = False
    batch = BATCH

    def __init__(self, context: Context):
        self.context, self.staff = context, context.staff
        self.counties, self.towns = CountyNames(), TownNames()
        self.today = timezone.localdate()
        self.seen: set = set()

    def judge(self, rows: Iterable) -> Iterator[Outcome]:
        """An Outcome per row, in order; a fixed number of statements for each batch."""
        rows = iter(rows)
        while batch := list(islice(rows, self.batch)):
            named = {row.values[name] for row in batch for name in self.numbers if row.values.get(name)}
            self.people, self.former = look_up(named)
            lines = [
                Line(row.values, self.people.get(row.values.get("id_number")), problems=row.problems) for row in batch
            ]
            self.prepare(lines)
            yield from self.finish([self._outcome(row, line) for row, line in zip(batch, lines, strict=True)])

    def prepare(self, lines: list[Line]) -> None:
        """Look up what the rows of a batch need besides the people."""

    def findings(self, line: Line) -> Iterator[tuple]:
        """(code, column) or (code, column, sentence) of a row about somebody in scope; fills line.write."""
        raise NotImplementedError

    def change(self, line: Line) -> str:
        """new, changed or unchanged, of a row without errors."""
        return "new" if line.known is None else "changed" if line.write else "unchanged"

    def finish(self, outcomes: list[Outcome]) -> list[Outcome]:
        """A last look at a batch, where rows depend on one another."""
        return outcomes

    def key(self, line: Line):
        """What makes two rows of a file say the same thing twice."""
        return line.known.pk if line.known else line.values["id_number"]

    def _outcome(self, row, line: Line) -> Outcome:
        outcome = Outcome(row.sheet, row.row, data=line)
        found = [(code, column, "", text) for code, column, text in row.problems]
        is_bad = any(code.startswith("ID_") for code, *_ in row.problems)
        if line.values.get("id_number") and not is_bad:
            outcome.is_foreign = line.known is not None and not self.in_scope(line.known.area_id)
            told = [("WRONG_DISTRICT", "id_number")] if outcome.is_foreign else self._own(line)
            found += [(code, column, "".join(said), "") for code, column, *said in told]
        for code, column, said, text in sorted(found, key=lambda one: rank(one[0])):
            self.tell(outcome, code, column, said, text)
        outcome.change = self.change(line)
        return outcome

    def tell(self, outcome: Outcome, code: str, column: str, said: str = "", text: str = "") -> None:
        """Add a finding once, with its sentence."""
        codes = outcome.warnings if code.startswith("W_") else outcome.codes
        if code not in codes:
            codes.append(code)
            heading = self.context.heading(outcome.sheet, column)
            said = said or SENTENCES.get(code) or sentence(code, heading, masked(column, text))
            outcome.messages.append((code, column, said))

    def _own(self, line: Line) -> Iterator[tuple]:
        key = self.key(line)
        if key in self.seen:
            yield "DUPLICATE_IN_FILE", "id_number"
        self.seen.add(key)
        if line.known is None and not self.creates:
            yield "UNKNOWN_PERSON", "id_number"
            return
        if line.known and differs(line.values.get("name"), line.known):
            yield "NAME_MISMATCH", "name"
        if line.values["id_number"] in self.former:
            yield "W_FORMER_ID", "id_number"
        yield from self.findings(line)

    def in_scope(self, area_id: int) -> bool:
        """Whether an area is the staff member's to look after."""
        path, zone_id = self.towns.paths[area_id]
        return path.startswith(self.staff.area.path) if self.staff.area_id else zone_id == self.staff.zone_id

    def unit_of_own(self) -> str:
        """The county-level unit whose towns a row means when it names no county."""
        if self.staff.zone_id:
            return self.staff.zone.key
        return next(iter(self.staff.area.path.split("/")[1:2]), "")

    def area_in(self, values: dict) -> int | None:
        """The own town that a row names; None when it names none that is known and one's own."""
        units = self.counties.named_by(values["county"]) if values.get("county") else {self.unit_of_own()}
        area = self.towns.find(units, values.get("town"))
        return area if area is not None and self.in_scope(area) else None


def differs(name: str | None, known: Known) -> bool:
    """Whether a written name is not the one on file."""
    return bool(name) and name_key(name)[:60] != known.name_key


class PeopleKind(Kind):
    """A roll about people on file. `judge_by` is its judge; `write(batch, context, job)` applies a batch.

    writes  the tables that it writes and that undoing puts back, those first on which others depend
    """

    undo_page = "intake:undo"
    writes: tuple[Traced, ...] = ()
    group = "人员情况和变动"
    permission = post_permission = "beneficiaries.import_register"
    judge_by: type[PeopleJudge]

    def __init__(self):
        self.limits = register_limits()

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        return self.judge_by(context).judge(rows)

    def apply(self, outcomes: Iterable[Outcome], context: Context, job) -> dict:
        counts = {"new": 0, "changed": 0, "unchanged": 0}
        outcomes, trace = iter(outcomes), Trace(job, self.writes)
        while batch := list(islice(outcomes, self.judge_by.batch)):
            for one in batch:
                counts[one.change] += 1
            changing = [one for one in batch if one.change != "unchanged"]
            with trace.around(partial(self.people_of, changing)):
                self.write(changing, context, job)
        trace.close()
        summary = "新增 {new} 行，更新 {changed} 行，无变化 {unchanged} 行".format(**counts)
        stamp_register()
        record(by=context.by, deed=f"导入{self.label}", on=job, summary=summary)
        return {"applied_rows": sum(counts.values()), **counts}

    def people_of(self, batch: list[Outcome]) -> list[int]:
        """Whom a batch is about, as far as they are on file."""
        known = {one.data.known.pk for one in batch if one.data.known}
        new = [id_digest(one.data.values["id_number"]) for one in batch if one.data.known is None]
        found = Person.objects.filter(id_digest__any_of=new).order_by().values_list("pk", flat=True) if new else ()
        return [*known, *found]

    def undo(self, *, by, job, reason: str) -> str:
        return self.told(take_back(job, self.writes))

    def told(self, taken) -> str:
        """Say what was taken back, also to the figures."""
        stamp_register()
        return f"删除新增的 {taken.added.total():,} 条记录，恢复更改的 {taken.put_back:,} 条"

    def in_the_way(self, staff, obstacles):
        return people_in_the_way(staff, obstacles)

    def write(self, batch: list[Outcome], context: Context, job) -> None:
        """Write the changes of a batch in a fixed number of statements, inside the caller's transaction."""
        raise NotImplementedError

    def pack(self, outcome: Outcome) -> dict:
        values = outcome.data.values
        return {name: values[name] for name in ("name", "id_number") if values.get(name)}
