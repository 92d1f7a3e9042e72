"""A month in the offices: lists are judged and posted, changes explained, rolls approved, sent to the bank and paid."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.files.base import ContentFile
from django.db import transaction

from lianyungang_cdpf.intake.engine import judge_again
from lianyungang_cdpf.intake.kinds import Context, kind_named
from lianyungang_cdpf.intake.tables import DataRow
from lianyungang_cdpf.intake.uploads import readable
from lianyungang_cdpf.management.rehearsal.people import Office, Payee
from subsidies.approval.actions import approve_roll, submit_roll
from subsidies.bank.actions import apply_return, make_bank_file, receive_return, to_be_reissued
from subsidies.models import BankFile, BankLayout, Programme, Roll
from subsidies.monthly.actions import give_reasons
from subsidies.monthly.differences import Differences
from subsidies.monthly.models import Difference
from subsidies.paying import mark_roll_paid
from subsidies.posting import open_roll, post_payments

HARDSHIP, NURSING = "hardship_subsidy", "nursing_subsidy"
PROGRAMMES = (HARDSHIP, NURSING)
CLOSED = "账户已销户"


@dataclass(slots=True)
class Entry:
    """A row of a list; the same person may stand in it twice."""

    payee: Payee
    amount: Decimal
    account_no: str

    def row(self, number: int) -> DataRow:
        values = {
            "name": self.payee.name, "id_number": self.payee.id_number, "amount": self.amount,
            "account_no": self.account_no,
        }  # fmt: skip
        return DataRow("花名册", number, values, [])


Told = list[tuple[str, tuple[str, ...]]]  # ID number and codes


@dataclass
class Judged:
    """What the portal says of a list: its plan, who is rejected for what, which rows are warned of."""

    plan: object
    rejected: Told
    warned: Told


def judge_list(office: Office, programme: Programme, month: date, entries: Iterable[Entry]) -> Judged:
    """A county's list, judged."""
    rows = [entry.row(number) for number, entry in enumerate(entries, start=4)]
    plan = judge_again(kind_named(programme.code), rows, Context(staff=office.clerk, month=month), {})
    numbers = {row.row: row.values["id_number"] for row in rows}
    told = [(numbers[one.row], one) for one in plan.kept]
    return Judged(
        plan,
        [(number, tuple(sorted(one.codes))) for number, one in told if one.codes],
        [(number, tuple(sorted(one.warnings))) for number, one in told if one.warnings],
    )


def post_list(office: Office, programme: Programme, month: date, judged: Judged) -> Roll:
    """Post the valid rows."""
    reference = f"{month:%Y%m}-{office.county.code}-{programme.code}"
    with transaction.atomic():
        roll = open_roll(by=office.clerk, programme=programme, month=month, reference=reference)
        return post_payments(by=office.clerk, roll=roll, outcomes=judged.plan.valid())


def explain(office: Office, roll: Roll) -> Iterator[tuple[int, str, bool]]:
    """Every difference as (person, kind, whether the portal left it open); the clerk writes the reasons of the open."""
    found = Differences(roll).found
    yield from ((one.change.person, one.kind.value, one.is_open) for one in found)
    by_kind = defaultdict(list)
    for one in found:
        if one.is_open:
            by_kind[one.kind].append(one.change.key)
    for kind, keys in by_kind.items():
        give_reasons(roll=roll, by=office.clerk, kind=kind, code=REASON[kind], keys=keys)


REASON = {
    Difference.NEW: "application", Difference.STOPPED: "voluntary", Difference.AMOUNT: "corrected",
    Difference.ACCOUNT: "new_card", Difference.MOVED_IN: "moved", Difference.MOVED_OUT: "moved",
}  # fmt: skip


def approve(office: Office, roll: Roll) -> Roll:
    """编制, 审核 and 审定, each by its own person."""
    roll = submit_roll(roll=roll, by=office.clerk)
    roll = approve_roll(roll=roll, by=office.reviewer)
    return approve_roll(roll=roll, by=office.approver)


def pay(office: Office, roll: Roll, day: date, returned: set[str], again: set[str]) -> set[str]:
    """Send the roll to the bank, enter its answer, mark the roll as paid, send again what `again` names by ID number.

    Returns the ID numbers of whose payments came back at first.
    """
    layout = BankLayout.objects.get(code="one_card_text")
    answered(make_bank_file(roll=roll, layout=layout, by=office.finance), office, day, returned)
    came_back = {
        payment.pk: payment
        for payment in to_be_reissued(roll).select_related("person")
        if payment.returned_on is not None
    }
    mark_roll_paid(roll=Roll.objects.get(pk=roll.pk), by=office.finance, paid_on=day)
    corrected = {
        pk: (payment.account_no, payment.person.name)
        for pk, payment in came_back.items()
        if payment.person.id_number in again
    }
    if corrected:
        paid = Roll.objects.get(pk=roll.pk)
        answered(make_bank_file(roll=paid, layout=layout, by=office.finance, corrected=corrected), office, day, set())
    return {payment.person.id_number for payment in came_back.values()}


def answered(file: BankFile, office: Office, day: date, returned: set[str]) -> None:
    """The bank's answer to the file, uploaded and entered: all paid, but for those of these ID numbers."""
    with readable(file.stored_name) as path, open(path, encoding="gb18030") as stream:
        lines = [line.rstrip("\r\n").split("^") for line in stream]
    told = "".join("^".join([*line[:-1], *_result(line[8] in returned)]) + "\r\n" for line in lines)
    upload = ContentFile(told.encode("gb18030"), name="回盘.txt")
    arrived = receive_return(file=file, by=office.finance, upload=upload, day=day)
    apply_return(arrived=arrived, by=office.finance)


def _result(is_returned: bool) -> tuple[str, str]:
    return ("失败", CLOSED) if is_returned else ("成功", "")
