"""The lists of other offices as files: each sort of list is a kind of file, with headings of its own for its date."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice

from django.core.exceptions import ValidationError

from beneficiaries.headings import COUNTY, ID_NUMBER, TOWN, VILLAGE
from beneficiaries.identity import id_digests
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import encrypt_all, row_seals
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.engine import kept_sheet
from lianyungang_cdpf.intake.kinds import Context, Kind, Outcome, register_limits
from lianyungang_cdpf.intake.offices import place_of
from lianyungang_cdpf.intake.tables import Column, Date, IdNumber, PersonName, Roll, Text, name_key, sentence
from lianyungang_cdpf.intake.undoing import UndoRefused
from lianyungang_cdpf.masking import masked
from subsidies.comparison.actions import RUN, compare_with_lists, withdraw_list
from subsidies.comparison.models import ComparisonEntry, ComparisonList, ListType

BATCH = 10_000
SENTENCES = {
    "MISSING_REQUIRED": "没有身份证号，也没有出生日期，无法比对：请补上其中一项，或从名单中删除此行。",
    "DATE_ORDER": "终止日期早于起始日期：请核对。",
}
COLUMNS = (
    "listed_in_id", "sheet", "row", "name", "name_key", "id_number", "id_digest", "birth_date", "since", "until",
    "place",
)  # fmt: skip


class ComparisonRoll(Roll):
    """比对名单: a name, and a number or a birthday; the day that counts is each sort's own (`roll_of`)."""

    name = Column(
        PersonName(),
        "姓名 人员姓名 本人姓名 残疾人姓名 死者姓名 死亡人员姓名 逝者姓名 罪犯姓名 职工姓名 儿童姓名 享受人姓名",
        whole="name 名字", required=True, key=True,
    )  # fmt: skip
    id_number = Column(
        IdNumber(), ID_NUMBER, whole="id_number", never="住址 地址 有效 类型 银行 账户 残疾证 残疾人证", key=True
    )
    birth_date = Column(Date(), "出生日期 出生年月日 出生时间", whole="生日")
    until = Column(Date(), "释放日期 刑满日期 终止日期 截止日期 停止日期 结束日期", asked=False)
    county = Column(Text(), COUNTY, whole="县 区", of_person=False, region=True, asked=False)
    town = Column(Text(), TOWN, whole="镇 乡", of_person=False, region=True, asked=False)
    village = Column(Text(), VILLAGE, whole="村 居", of_person=False, region=True, asked=False)


@lru_cache(maxsize=64)
def roll_of(since_headings: str) -> type[Roll]:
    """The roll of a sort of list; one class for the same headings, so that they are taken apart once."""

    class ListRoll(ComparisonRoll):
        since = Column(Date(), since_headings)

    return ListRoll


class ListKind(Kind):
    """One sort of list. Posting keeps it and compares at once; nothing of the register is told of its people."""

    group = "数据比对名单"
    needs_month = True
    permission = post_permission = RUN
    undo_page = "intake:undo"
    # The same person twice is no error: the line that begins first counts.
    told_apart_by: tuple[str, ...] = ()

    def __init__(self, sort: ListType):
        self.sort = sort
        self.code, self.label = f"list_{sort.code}", sort.name
        self.roll = roll_of(sort.since_headings)
        self.words = (sort.name, *sort.words.split())
        self.limits = register_limits()

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        for row in rows:
            outcome = Outcome(row.sheet, row.row, data=row)
            found = [(code, column, masked(column, text), "") for code, column, text in row.problems]
            found += [(code, column, "", SENTENCES[code]) for code, column in _problems(row.values)]
            for code, column, text, said in found:
                outcome.codes.append(code)
                said = said or sentence(code, context.heading(outcome.sheet, column), text)
                outcome.messages.append((code, column, said))
            yield outcome

    def apply(self, outcomes: Iterable[Outcome], context: Context, job) -> dict:
        area, zone = place_of(context.staff)
        listed = ComparisonList.objects.create(
            list_type=self.sort, month=context.month, area=area, zone=zone, job=job, posted_by=context.by
        )
        outcomes = iter(outcomes)
        while batch := list(islice(outcomes, BATCH)):
            insert_rows(ComparisonEntry, (*COLUMNS, "seal"), _entries(listed, batch))
            listed.entry_count += len(batch)
        listed.save(update_fields=["entry_count"])
        record(by=context.by, deed="导入比对名单", on=listed, summary=f"{listed}，{listed.entry_count:,} 人")
        kept = compare_with_lists(by=context.by, staff=context.staff, sort=self.sort)
        return {"applied_rows": listed.entry_count, "list": listed.pk, "opened": kept.opened}

    def undo(self, *, by, job, reason: str) -> str:
        try:
            return withdraw_list(by=by, listed=ComparisonList.objects.get(job=job))
        except ValidationError as refused:
            raise UndoRefused("".join(refused.messages)) from refused

    def pack(self, outcome: Outcome) -> dict:
        values = outcome.data.values
        return {name: values[name] for name in ("name", "id_number") if values.get(name)}


def _problems(values: dict) -> Iterator[tuple[str, str]]:
    if not values.get("id_number") and not values.get("birth_date"):
        yield "MISSING_REQUIRED", "id_number"
    since, until = values.get("since"), values.get("until")
    if since and until and until < since:
        yield "DATE_ORDER", "until"


def _entries(listed: ComparisonList, batch: list[Outcome]) -> Iterator[tuple]:
    numbers = [one.data.values.get("id_number") or "" for one in batch]
    secrets = encrypt_all(numbers, f"{ComparisonEntry._meta.db_table}.id_number")
    keys = (f"{listed.pk}\x1f{one.row}\x1f{one.data.values['name'][:60]}" for one in batch)
    seals = row_seals(ComparisonEntry._meta.db_table, zip(keys, numbers, strict=True))
    for one, secret, digest, seal in zip(batch, secrets, id_digests(numbers), seals, strict=True):
        values = one.data.values
        place = " ".join(values[name] for name in ("county", "town", "village") if values.get(name))[:100]
        name = values["name"][:60]
        yield (
            listed.pk, kept_sheet(one.sheet), one.row, name, name_key(name)[:60], secret, digest,
            values.get("birth_date"), values.get("since"), values.get("until"), place,
            seal or None,
        )  # fmt: skip


def kinds() -> list[Kind]:
    """A kind for every sort of list that is in use."""
    return [ListKind(sort) for sort in ListType.objects.filter(active=True)]
