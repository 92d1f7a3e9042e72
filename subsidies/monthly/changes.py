"""What the clerk enters for the next month: 新增, 停发 and 变更, in a small workbook or on the page, read by one set of
cleaners and told with one set of sentences."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import ValidationError

from beneficiaries.headings import ID_NUMBER
from lianyungang_cdpf.intake.kinds import roll_limits
from lianyungang_cdpf.intake.reading import Refused, read_sheets
from lianyungang_cdpf.intake.tables import (
    BankAccount,
    Choice,
    Column,
    DataRow,
    IdNumber,
    Money,
    PersonName,
    Roll,
    Text,
    name_key,
    read_table,
    sentence,
)
from lianyungang_cdpf.intake.uploads import Upload, readable
from lianyungang_cdpf.masking import masked

NEW, STOP, CHANGE = "new", "stop", "change"
LABELS = {NEW: "新增", STOP: "停发", CHANGE: "变更"}
# More is a file that is wrong as a whole; what is wrong with more than some rows, nobody reads.
MOST_CHANGES, MOST_SENTENCES = 5_000, 20


class ChangesRoll(Roll):
    """变动表: whom the next month's roll adds, drops or pays otherwise."""

    kind = Column(Choice(new=("新增",), stop=("停发", "停止"), change=("变更", "变动")), "变动类型", required=True)
    name = Column(PersonName(), "姓名", required=True, key=True)
    id_number = Column(IdNumber(), ID_NUMBER, required=True, key=True)
    amount = Column(Money(), "金额 补贴金额 发放金额")
    account_no = Column(BankAccount(), "账号 银行账号 银行卡号 卡号", never="名")
    account_holder = Column(Text(), "户名 开户人", of_person=False, example="张三")
    reason = Column(Text(), "原因 变动原因 停发原因", of_person=False, example="死亡")


@dataclass(frozen=True)
class Change:
    """One line that the clerk entered; `where` is how a sentence about it begins."""

    where: str
    kind: str
    name: str
    id_number: str
    amount: Decimal | None = None
    account: str = ""
    holder: str = ""
    reason: str = ""


def typed(number: int, texts: dict[str, str]) -> Change:
    """The line of the page's form. Raises ValidationError with a sentence for each thing that is wrong."""
    values, problems = {}, []
    for field, column in ChangesRoll.columns.items():
        value, code = column.cleaner.clean(texts.get(field) or None)
        values[field] = value
        if code is None and value is None and column.required:
            code = "MISSING_REQUIRED"
        if code:
            problems.append((code, field, texts.get(field, "")))
    return _change(DataRow(None, number, values, problems), f"第 {number} 项", field_label)


def field_label(field: str) -> str:
    """A field as sentences name it where there is no sheet."""
    return f"“{ChangesRoll.columns[field].label}”"


def read_changes(upload, name: str) -> list[Change]:
    """The lines of an uploaded workbook, which is not kept. Raises ValidationError with sentences."""
    limits = roll_limits()
    file = Upload(upload, name, limits)
    try:
        file.check(limits)
        with readable(file.stored_name) as path, read_sheets(path, file.name, limits) as sheets:
            return _taken(read_table(sheets, ChangesRoll))
    except Refused as refused:
        raise ValidationError(refused.sentence, code="refused") from refused
    finally:
        file.discard()


def _taken(table) -> list[Change]:
    changes, wrong = [], []
    for row in table:
        if len(changes) + len(wrong) >= MOST_CHANGES:
            raise ValidationError(f"变动表超过 {MOST_CHANGES:,} 行：请直接上传整月的花名册。", code="long")
        try:
            changes.append(
                _change(row, f"第 {row.row} 行", lambda field, sheet=row.sheet: table.column_label(sheet, field))
            )
        except ValidationError as error:
            wrong += error.messages
    refuse_all(wrong)
    return changes


def refuse_all(sentences: list[str]) -> None:
    """Raise the sentences, the first of many; nothing to do for none."""
    if len(sentences) > MOST_SENTENCES:
        more = len(sentences) - MOST_SENTENCES
        sentences = [*sentences[:MOST_SENTENCES], f"另有 {more:,} 处问题没有列出。"]
    if sentences:
        raise ValidationError(sentences, code="changes")


def _change(row: DataRow, where: str, heading) -> Change:
    values = row.values
    wrong = [f"{where}：{sentence(code, heading(field), masked(field, text))}" for code, field, text in row.problems]
    wrong += [f"{where}：{said}" for said in _missing(values)]
    if wrong:
        raise ValidationError(wrong, code="change")
    return Change(
        where, values["kind"], values["name"], values["id_number"], values.get("amount"),
        values.get("account_no") or "", values.get("account_holder") or "", values.get("reason") or "",
    )  # fmt: skip


def _missing(values: dict) -> Iterator[str]:
    """What the columns alone do not ask for."""
    if values.get("kind") == STOP and not values.get("reason"):
        yield "停发要写明原因。"
    if values.get("kind") == CHANGE and not any(
        values.get(field) for field in ("amount", "account_no", "account_holder")
    ):
        yield "变更要填写新的金额、账号或户名。"
    if values.get("amount") is not None and values["amount"] == 0:
        yield "金额要大于零；不再发放的请选“停发”。"


def doubled(changes: list[Change]) -> list[str]:
    """A sentence for each line about somebody whom an earlier line is about."""
    seen: dict[str, str] = {}
    said = []
    for one in changes:
        if one.id_number in seen:
            said.append(f"{one.where}：{one.name}在{seen[one.id_number]}已填写，一人只能填一次。")
        seen.setdefault(one.id_number, one.where)
    return said


def is_named(change: Change, key: str) -> bool:
    """Whether the line's name is the register's, in whatever script."""
    return name_key(change.name)[:60] == key
