"""户籍成员名册: who lives with whom, a row for each member, the head's ID number on every row of the household.

Who is not on file is put on file as a family member. Somebody who lives in another household leaves it on the day on
which this one begins, or today.
"""

from collections import defaultdict

from django.utils import timezone

from beneficiaries.models import Basis, Household, HouseholdMember, Person, Relation
from beneficiaries.people_rolls import PeopleJudge, PeopleKind, PlacedRoll
from beneficiaries.putting_on_file import NewPerson, put_on_file
from lianyungang_cdpf.intake.bulk import insert_rows, update_rows
from lianyungang_cdpf.intake.tables import Choice, Column, Date, IdNumber, PersonName, birth_date_of
from lianyungang_cdpf.intake.tracing import Traced

COLUMNS = ("household_id", "person_id", "relation", "valid_from", "valid_to")
WRITINGS = {
    "head": ("户主", "本人", "本人（户主）", "户主本人"),
    "spouse": ("配偶", "妻", "夫", "妻子", "丈夫"),
    "child": ("子女", "子", "女", "儿子", "女儿", "长子", "次子", "三子", "长女", "次女", "三女", "独生子", "独生女"),
    "parent": ("父母", "父", "母", "父亲", "母亲"),
    "child_in_law": ("儿媳女婿", "儿媳", "女婿"),
    "parent_in_law": ("公婆岳父母", "公公", "婆婆", "岳父", "岳母"),
    "grandchild": ("孙子女", "孙子", "孙女", "外孙", "外孙女", "孙"),
    "grandparent": ("祖父母", "祖父", "祖母", "外祖父", "外祖母"),
    "sibling": ("兄弟姐妹", "兄", "弟", "姐", "妹", "哥哥", "弟弟", "姐姐", "妹妹"),
    "other": ("其他", "其他亲属", "非亲属"),
}


class HouseholdRoll(PlacedRoll):
    """户籍成员名册."""

    name = Column(
        PersonName(), "姓名 成员姓名 家庭成员姓名", whole="家庭成员 成员", never="户主", required=True, key=True
    )
    id_number = Column(
        IdNumber(), "身份证号 身份证号码 公民身份号码 居民身份证号 证件号码",
        whole="成员身份证号 成员身份证号码 家庭成员身份证号",
        never="户主 有效 类型 银行", required=True, key=True,
    )  # fmt: skip
    head_id = Column(
        IdNumber(),
        whole="户主身份证号 户主身份证号码 户主公民身份号码 户主身份证 户主证件号码",
        of_person=False,
        required=True,
    )
    relation = Column(
        Choice("CHOICE_FORMAT", **WRITINGS),
        "与户主关系 户主关系 家庭关系",
        whole="关系",
        of_person=False,
        required=True,
    )
    valid_from = Column(Date(), "迁入日期 起始日期 入户日期 登记日期", of_person=False)
    valid_to = Column(Date(), "迁出日期 终止日期 离户日期", of_person=False)


class HouseholdJudge(PeopleJudge):
    """Judges a household at a time; one whose head's own row has an error is refused whole."""

    numbers = ("id_number", "head_id")
    creates = True
    # A household's rows belong together, wherever they stand in the file.
    batch = 1_000_000

    def prepare(self, lines):
        keys = [one.pk for one in self.people.values()]
        open_ones = HouseholdMember.objects.filter(person__any_of=keys, valid_to=None).order_by("pk")
        self.held = {one["person_id"]: one for one in open_ones.values("pk", *COLUMNS)}
        self.areas = {}
        for line in lines:
            if line.values.get("relation") == Relation.HEAD:
                area = self.area_in(line.values) or (line.known.area_id if line.known else None)
                self.areas[line.values.get("id_number")] = area

    def findings(self, line):
        values, head = line.values, line.values.get("head_id")
        if not head or not values.get("relation"):
            return
        is_head = values["relation"] == Relation.HEAD
        if is_head != (head == values["id_number"]):
            yield "HOUSEHOLD_HEAD", "relation"
            return
        area = self._area(line, head)
        if area is None:
            yield "AREA_UNKNOWN", "town"
        yield from self._dates(line)
        self._plan(line, head, area)

    def _area(self, line, head: str) -> int | None:
        """The household's area: as the row says, else the head's row, else where the head is on file."""
        known = self.people.get(head)
        own = known.area_id if known and self.in_scope(known.area_id) else None
        return self.area_in(line.values) or self.areas.get(head) or own

    def _dates(self, line):
        born = birth_date_of(line.values["id_number"])
        start, end = line.values.get("valid_from"), line.values.get("valid_to")
        if (start and not born <= start <= self.today) or (end and not (start or born) <= end <= self.today):
            yield "DATE_ORDER", "valid_from"

    def _plan(self, line, head: str, area: int | None) -> None:
        values = line.values
        known_head = self.people.get(head)
        standing = self.held.get(known_head.pk) if known_head else None
        household = standing["household_id"] if standing and standing["relation"] == Relation.HEAD else None
        mine = self.held.get(line.known.pk) if line.known else None
        told = {name: values.get(name) for name in ("relation", "valid_from", "valid_to")}
        if household and mine and mine["household_id"] == household:
            changes = {name: value for name, value in told.items() if value and value != mine[name]}
            line.write = {"member": mine, "changes": changes} if changes else {}
            return
        line.write = {"head": head, "household": household, "area": area, "told": told, "left": mine}

    def finish(self, outcomes):
        """Without a head there is no household: rows of a head whose own row is missing or wrong are refused."""
        heads = {one.data.values.get("id_number"): one for one in outcomes if _is_head(one)}
        for one in outcomes:
            head = one.data.values.get("head_id")
            known = self.people.get(head)
            standing = self.held.get(known.pk) if known and self.in_scope(known.area_id) else None
            stands = bool(standing) and standing["relation"] == Relation.HEAD
            is_missing = head not in heads and not stands
            if head and (is_missing or (head in heads and heads[head].is_bad)) and not one.is_bad:
                self.tell(one, "HOUSEHOLD_HEAD", "head_id")
        return outcomes


def _is_head(outcome) -> bool:
    return outcome.data.values.get("relation") == Relation.HEAD


class HouseholdKind(PeopleKind):
    """户籍成员名册."""

    code, label = "households", "户籍成员名册"
    roll, judge_by = HouseholdRoll, HouseholdJudge
    words = ("户籍成员", "家庭成员名册", "家庭户名册")
    writes = (Traced(Person, "pk"), Traced(Household, "members__person"), Traced(HouseholdMember, "person"))

    def write(self, batch, context, job):
        lines = [one.data for one in batch]
        new = [line for line in lines if line.known is None]
        keys = put_on_file(_new(line) for line in new)
        owner = {id(line): line.known.pk if line.known else keys[line.values["id_number"]] for line in lines}
        coming = [line for line in lines if "told" in line.write]
        _leave(coming)
        households = _households(coming)
        rows = [
            (line.write["household"] or households[line.write["head"]], owner[id(line)], *line.write["told"].values())
            for line in coming
        ]
        insert_rows(HouseholdMember, COLUMNS, rows)
        changed = [line.write for line in lines if "changes" in line.write]
        names = ("relation", "valid_from", "valid_to")
        merged = [{**write["member"], **write["changes"]} for write in changed]
        update_rows(HouseholdMember, "id", names, [(one["pk"], *(one[name] for name in names)) for one in merged])


def _new(line) -> NewPerson:
    values = line.values
    return NewPerson(
        values["name"], values["id_number"], line.write["area"], Basis.FAMILY_MEMBER.value, values.get("village") or "",
        values.get("address") or "",
    )  # fmt: skip


def _leave(coming: list) -> None:
    """End the memberships of who comes from another household."""
    today = timezone.localdate()
    rows = []
    for line in coming:
        left = line.write["left"]
        if left:
            day = line.write["told"]["valid_from"] or today
            rows.append((left["pk"], max(day, left["valid_from"] or day)))
    update_rows(HouseholdMember, "id", ("valid_to",), rows)


def _households(coming: list) -> dict[str, int]:
    """New households by the head's ID number, with the address of the head's row or the first that has one."""
    by_head = defaultdict(list)
    for line in coming:
        if not line.write["household"]:
            by_head[line.write["head"]].append(line)
    made = []
    for lines in by_head.values():
        lines.sort(key=lambda line: line.values["relation"] != Relation.HEAD)
        address = next((line.values["address"] for line in lines if line.values.get("address")), "")
        village = next((line.values["village"] for line in lines if line.values.get("village")), "")
        made.append(Household(area_id=lines[0].write["area"], village=village[:60], address=address[:200]))
    Household.objects.bulk_create(made)
    return {head: household.pk for head, household in zip(by_head, made, strict=True)}
