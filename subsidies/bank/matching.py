"""A return laid over the lines of its file: what is paid, what came back, and what does not fit. Writes nothing.

A row answers the line with its account and amount. Of several such lines (a family's one account, months of one
person) ID number, then name, then line number tell which, as far as the row says; what is alike in all is taken in
the order of the file. A line that has an answer keeps it, with one exception: the bank may send back what it had paid
(退汇). So applying a return twice changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from beneficiaries.identity import account_digests, id_digests
from lianyungang_cdpf.intake.bulk import fetched
from lianyungang_cdpf.intake.tables import name_key
from subsidies.bank.models import BankFile, BankLine
from subsidies.bank.reading import Answer, Unread

WAITING, PAID, RETURNED = BankLine.Outcome.WAITING, BankLine.Outcome.PAID, BankLine.Outcome.RETURNED
COLUMNS = (
    "pk", "number", "payment_id", "amount", "account_digest", "holder", "outcome", "outcome_on",
    "payment__person__name", "payment__person__id_digest",
)  # fmt: skip


@dataclass
class Sent:
    """A line as it was sent."""

    pk: int
    number: int
    payment: int
    amount: Decimal
    account: str
    holder: str
    outcome: str
    outcome_on: date | None
    name: str
    id_digest: str
    answered: bool = False


@dataclass(frozen=True)
class Match:
    """A line with the row that answers it, and the day that the bank or else the clerk says."""

    line: Sent
    answer: Answer
    day: date


@dataclass
class Found:
    """All rows of a return and all lines of its file, each in one list."""

    paid: list[Match] = field(default_factory=list)
    returned: list[Match] = field(default_factory=list)
    # Rows that say what the line already says, or nothing yet; these change nothing.
    known: list[Match] = field(default_factory=list)
    pending: list[Match] = field(default_factory=list)
    # Rows and lines that somebody must look at.
    contrary: list[Match] = field(default_factory=list)
    other_amounts: list[Match] = field(default_factory=list)
    repeated: list[Answer] = field(default_factory=list)
    unknown: list[Answer] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    left_out: list[Sent] = field(default_factory=list)

    @property
    def paid_total(self) -> Decimal:
        return sum((one.line.amount for one in self.paid), Decimal(0))

    @property
    def returned_total(self) -> Decimal:
        return sum((one.line.amount for one in self.returned), Decimal(0))

    @property
    def changes(self) -> int:
        """How many lines applying it would change."""
        return len(self.paid) + len(self.returned)


def match(file: BankFile, answers: list[Answer], unread: list[Unread], day: date) -> Found:
    """Lay the rows over the file's lines; one statement. `day` stands for rows that name none."""
    lines = BankLine.objects.filter(file=file).order_by("number").values_list(*COLUMNS)
    sent = [Sent(*row) for row in fetched(lines)]
    by_account: dict[str, list[Sent]] = {}
    for line in sent:
        line.amount = Decimal(str(line.amount)).quantize(Decimal("0.01"))
        by_account.setdefault(line.account, []).append(line)
    found = Found(unread=unread)
    accounts = account_digests(answer.account_no for answer in answers)
    numbers = id_digests(answer.id_number for answer in answers)
    for answer, account, id_digest in zip(answers, accounts, numbers, strict=True):
        _place(answer, by_account.get(account, []), id_digest, found, day)
    found.left_out = [line for line in sent if not line.answered and line.outcome == WAITING]
    return found


def _place(answer: Answer, candidates: list[Sent], id_digest: str, found: Found, day: date) -> None:
    """Put a row into the list where it belongs."""
    if not candidates:
        found.unknown.append(answer)
        return
    equal = [line for line in candidates if line.amount == answer.amount]
    alike = _told_apart(equal or candidates, answer, id_digest)
    line = next((one for one in alike if not one.answered), None)
    if line is None:
        found.repeated.append(answer)
        return
    line.answered = True
    one = Match(line, answer, answer.day or day)
    (_list_of(one, found) if equal else found.other_amounts).append(one)


def _told_apart(lines: list[Sent], answer: Answer, id_digest: str) -> list[Sent]:
    """Those of the lines that the row's other columns fit, each asked only where it leaves any."""
    name = name_key(answer.name)
    tests = (
        (id_digest, lambda line: line.id_digest == id_digest),
        (name, lambda line: name in (name_key(line.name), name_key(line.holder))),
        (answer.number, lambda line: line.number == answer.number),
    )
    for told, fits in tests if len(lines) > 1 else ():
        if told:
            lines = _where(fits, lines) or lines
    return lines


def _where(fits, lines: Iterable[Sent]) -> list[Sent]:
    return [line for line in lines if fits(line)]


def _list_of(one: Match, found: Found) -> list[Match]:
    """Which list a row with its line belongs to, by what the line says so far and what the bank says now."""
    before, is_paid = one.line.outcome, one.answer.is_paid
    if is_paid is None:
        return found.pending
    if before == WAITING:
        return found.paid if is_paid else found.returned
    if before == (PAID if is_paid else RETURNED):
        return found.known
    sent_back_later = before == PAID and not is_paid and one.day >= one.line.outcome_on
    return found.returned if sent_back_later else found.contrary
