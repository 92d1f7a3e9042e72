"""结转下月: a month's payments with what changes become the next month's file, in the layout of the roll's blank form.

The file then goes the way of every upload: the dead, the moved and the unqualified are found by the usual judging.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property

import xlsxwriter

from beneficiaries.exports import town_name
from beneficiaries.former import former_owners
from beneficiaries.identity import id_digests
from beneficiaries.models import Person
from lianyungang_cdpf.audit.plainsheet import PlainSheet
from subsidies.models import Payment, Roll
from subsidies.monthly.causes import OfficeJudge
from subsidies.monthly.changes import CHANGE, NEW, STOP, Change, doubled, is_named
from subsidies.monthly.comparing import Office
from subsidies.monthly.models import OTHER, REASONS_OF, Difference
from subsidies.rolls import SubsidyRoll

ROWS_AT_ONCE = 2_000
FIELDS = ("name", "id_number", "amount", "account_no", "account_holder", "town")
TITLE_ROW, HEADING_ROW = 0, 2


@dataclass(frozen=True)
class Row:
    """A line of the next month's roll."""

    name: str
    id_number: str
    amount: Decimal | None
    account: str
    holder: str
    town: str


def following(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


class Carried:
    """What becomes of the payments of some rolls of one place and month when the changes are applied."""

    def __init__(self, rolls: list[Roll], changes: list[Change], *, by_standard: bool):
        self.roll, self.rolls, self.changes, self.by_standard = rolls[0], rolls, changes, by_standard
        self.month = following(self.roll.month)
        self.judge = OfficeJudge(Office.of(self.roll), self.month)

    @cached_property
    def paid(self) -> dict[int, tuple[Row, Decimal | None]]:
        """By person, their line as it was and the standard that it was paid by."""
        payments = Payment.objects.live().filter(roll__in=self.rolls, month=self.roll.month).order_by("pk")
        payments = payments.select_related("person", "area__parent__parent")
        return {
            one.person_id: (self._row(one), one.standard_amount) for one in payments.iterator(ROWS_AT_ONCE)
        }  # fmt: skip

    @staticmethod
    def _row(payment: Payment) -> Row:
        """As paid; what the bank returned, or what had no account, is paid to the account on file."""
        person, account, holder = payment.person, payment.account_no, payment.account_holder
        if (payment.returned_on or not account) and person.account_no:
            account, holder = person.account_no, person.account_holder
        return Row(person.name, person.id_number, payment.amount, account, holder, town_name(payment.area))

    @cached_property
    def owners(self) -> dict[str, int]:
        """By ID number of the changes, the person; who is not on file is missing."""
        numbers = [one.id_number for one in self.changes]
        by_digest = dict(zip(id_digests(numbers), numbers, strict=True))
        found = dict(Person.objects.filter(id_digest__any_of=by_digest.keys()).values_list("id_digest", "pk"))
        found |= former_owners(by_digest.keys() - found.keys())
        return {by_digest[digest]: pk for digest, pk in found.items()}

    @cached_property
    def known(self) -> dict:
        """What the register knows of whom the rolls paid and whom the changes add, as of the next month."""
        people = self.paid.keys() | set(self.owners.values())
        return self.judge.known(Person.objects.filter(pk__any_of=people))

    # -- what is wrong with the changes -----------------------------------------------------------------------------

    def problems(self) -> list[str]:
        """A sentence for each line that does not fit the rolls, or whose reason says nothing."""
        found = doubled(self.changes)
        for one in self.changes:
            person = self.owners.get(one.id_number)
            if said := self._misfit(one, person) or _bad_reason(one):
                found.append(f"{one.where}：{said}")
        return found

    def _misfit(self, change: Change, person: int | None) -> str:
        if change.kind == NEW:
            if person in self.paid:
                return f"{change.name}已在所选的花名册中，请选“变更”。"
            if change.amount is None and self._standard(person) is None:
                return f"查不到{change.name}下月的标准，请填写金额。"
            return ""
        if person not in self.paid:
            return f"{change.name}不在所选的花名册中，不能“{'停发' if change.kind == STOP else '变更'}”。"
        if not is_named(change, self.known[person].name_key):
            return f"姓名“{change.name}”与花名册中这个身份证号的姓名不同，请核对。"
        return ""

    # -- the rows ----------------------------------------------------------------------------------------------------

    def rows(self) -> Iterator[Row]:
        """The next month's lines: who stays in the order of the rolls, then who is new."""
        of_person = {self.owners.get(one.id_number): one for one in self.changes if one.kind != NEW}
        for person, (row, standard_amount) in self.paid.items():
            change = of_person.get(person)
            if change is None or change.kind == CHANGE:
                yield self._carried(person, row, standard_amount, change)
        for one in self.changes:
            if one.kind == NEW:
                amount = self._standard(self.owners.get(one.id_number)) if one.amount is None else one.amount
                yield Row(one.name, one.id_number, amount, one.account, one.holder, "")

    def _carried(self, person: int, row: Row, standard_amount: Decimal | None, change: Change | None) -> Row:
        if self.by_standard and row.amount == standard_amount:
            row = replace(row, amount=self._standard(person) or row.amount)
        if change is None:
            return row
        account, holder = (change.account, change.holder) if change.account else (row.account, row.holder)
        amount = row.amount if change.amount is None else change.amount
        return replace(row, amount=amount, account=account, holder=change.holder or holder)

    def _standard(self, person: int | None) -> Decimal | None:
        known = self.known.get(person)
        standard = self.judge.standard_of(known) if known and known.place.is_ours else None
        return standard.amount if standard else None

    # -- the reasons -------------------------------------------------------------------------------------------------

    def reasons(self) -> Iterator[tuple[int, str, str, str]]:
        """(person, kind, code, note) of every line with a reason, about somebody on file."""
        for one in self.changes:
            person = self.owners.get(one.id_number)
            if person is None or not one.reason:
                continue
            for kind in _kinds(one):
                if given := reason_of(kind, one.reason):
                    yield person, kind.value, *given


def _kinds(change: Change) -> list[Difference]:
    """What a line makes different."""
    if change.kind != CHANGE:
        return [Difference.NEW if change.kind == NEW else Difference.STOPPED]
    asked = {Difference.AMOUNT: change.amount is not None, Difference.ACCOUNT: bool(change.account or change.holder)}
    return [kind for kind, is_asked in asked.items() if is_asked]


def reason_of(kind: Difference, text: str) -> tuple[str, str] | None:
    """Code and note of a reason as written: a word of the list, else “其他” with the text; None for too few words."""
    code = next((code for code, label in REASONS_OF[kind].choices if label == text and code != OTHER), None)
    if code:
        return code, ""
    return (OTHER, text[:200]) if len(text) >= 5 else None


def _bad_reason(change: Change) -> str:
    if not change.reason or any(reason_of(kind, change.reason) for kind in _kinds(change)):
        return ""
    words = "、".join(label for kind in _kinds(change) for code, label in REASONS_OF[kind].choices if code != OTHER)
    return f"原因“{change.reason}”不在可选之列：请填写{words}，或写五个字以上的说明。"


def workbook(carried: Carried, place: str) -> tuple[bytes, int, Decimal]:
    """The next month's roll as .xlsx, its rows and its sum; the same content is the same file, byte for byte."""
    content, count, total = io.BytesIO(), 0, Decimal(0)
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"created": datetime(carried.month.year, carried.month.month, 1, tzinfo=UTC)})
        sheet = book.add_worksheet("花名册", PlainSheet)
        text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": "0.00"})
        programme = carried.roll.programme.name
        sheet.write_string(TITLE_ROW, 0, f"{programme}名册（{carried.month.year}年{carried.month.month}月）")
        sheet.write_string(TITLE_ROW + 1, 0, f"填报单位：{place}")
        for column, heading in enumerate(["序号", *(SubsidyRoll.columns[field].label for field in FIELDS)]):
            sheet.write_string(HEADING_ROW, column, heading)
        for count, row in enumerate(carried.rows(), start=1):
            total += row.amount or 0
            sheet.write_number(HEADING_ROW + count, 0, count)
            cells = (row.name, row.id_number, row.amount, row.account, row.holder, row.town)
            for column, cell in enumerate(cells, start=1):
                if isinstance(cell, Decimal):
                    sheet.write_number(HEADING_ROW + count, column, cell, money)
                elif cell:
                    sheet.write_string(HEADING_ROW + count, column, cell, text)
    return content.getvalue(), count, total
