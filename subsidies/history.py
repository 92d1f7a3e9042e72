"""Payments made before the portal was used: recorded as they happened, one paid roll per reference."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import count, islice

from django.db.models import Count, F, Sum

from beneficiaries.former import former_owners
from beneficiaries.identity import id_digest
from beneficiaries.models import Person
from beneficiaries.places import area_facts
from lianyungang_cdpf.accounts.models import Area, Level
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import encrypt_all, row_seals
from lianyungang_cdpf.intake.bulk import insert_rows, update_rows
from lianyungang_cdpf.intake.engine import kept_sheet
from lianyungang_cdpf.intake.kinds import Context, Outcome
from lianyungang_cdpf.intake.tables import name_key
from lianyungang_cdpf.intake.tracing import Trace, Traced, highest_key
from lianyungang_cdpf.intake.undoing import UndoRefused, take_back
from lianyungang_cdpf.masking import masked
from subsidies.checks import PRIMARY_ORDER, say
from subsidies.judging import is_payable
from subsidies.models import Payment, Programme, Roll, RollType
from subsidies.posting import COLUMNS, PLACE, TABLE, stamp_years

BATCH = 20_000
PAYMENTS = Traced(Payment, "person")
# Where the account stands among what is known of a person.
ACCOUNT = 4


@dataclass(slots=True)
class Entry:
    """One payment of the history: who, what for, which month (first day), and the line as read."""

    person: tuple | None
    programme: Programme | None
    month: date | None
    values: dict
    problems: list


def judge(rows: Iterable, context: Context) -> Iterator[Outcome]:
    """Outcomes of history lines, a batch at a time; each batch takes two statements."""
    programmes = {form: one for one in _monthly() for form in (one.code, name_key(one.name))}
    seen: set[tuple] = set()
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        entries = _entries(batch, programmes)
        paid = _paid(entries)
        for row, entry in zip(batch, entries, strict=True):
            yield _outcome(row, entry, context, paid, seen)


def _monthly():
    """The programmes whose payments are whole by themselves: what premiums, policies and grants are, no line says."""
    return Programme.objects.filter(roll_type=RollType.MONTHLY)


def _entries(batch: list, programmes: dict) -> list[Entry]:
    numbers = {row.values["id_number"] for row in batch if row.values.get("id_number")}
    digests = {id_digest(number): number for number in numbers}
    people = Person.objects.filter(id_digest__any_of=list(digests)).order_by()
    fields = ("id_digest", "pk", "area_id", "account_no", "account_digest", "account_holder")
    places = area_facts()
    known = {}
    for digest, *person in people.values_list(*fields):
        known[digests[digest]] = _with_place(person, places)
    if len(known) < len(digests):
        owners = former_owners(digest for digest, number in digests.items() if number not in known)
        people = Person.objects.filter(pk__any_of=list(owners.values())) if owners else Person.objects.none()
        former = {pk: _with_place([pk, *person], places) for pk, *person in people.order_by().values_list(*fields[1:])}
        known |= {digests[digest]: former[owner] for digest, owner in owners.items()}
    entries = []
    for row in batch:
        values = row.values
        named = values.get("programme") or ""
        programme = programmes.get(named) or programmes.get(name_key(named))
        month = date.fromisoformat(f"{values['month']}-01") if values.get("month") else None
        entries.append(Entry(known.get(values.get("id_number")), programme, month, values, row.problems))
    return entries


def _with_place(person: list, places: dict) -> tuple:
    pk, area, *account = person
    path, _, _, zone = places[area]
    return (pk, area, path, zone, *account)


def _paid(entries: list[Entry]) -> set[tuple]:
    people = [entry.person[0] for entry in entries if entry.person]
    payments = Payment.objects.live().filter(person__any_of=people).order_by() if people else Payment.objects.none()
    return set(payments.values_list("person_id", "programme_id", "month"))


def _outcome(row, entry: Entry, context: Context, paid: set, seen: set) -> Outcome:
    findings = [*row.problems, *((code, column, "") for code, column in _findings(row, entry, context, paid, seen))]
    findings.sort(key=lambda finding: PRIMARY_ORDER.get(finding[0], len(PRIMARY_ORDER)))
    outcome = Outcome(row.sheet, row.row, amount=entry.values.get("amount"), data=entry, change="new")
    outcome.is_foreign = entry.person is not None and not _in_scope(entry.person, context.staff)
    for code, column, text in findings:
        if code not in outcome.codes:
            outcome.codes.append(code)
            outcome.messages.append(
                (code, column, _say(code, context.heading(row.sheet, column), masked(column, text)))
            )
    return outcome


def _findings(row, entry: Entry, context: Context, paid: set, seen: set) -> Iterator[tuple[str, str]]:
    bad = {code for code, *_ in row.problems}
    values = entry.values
    if values.get("programme") and entry.programme is None:
        yield "PROGRAMME_UNKNOWN", "programme"
    amount = values.get("amount")
    if amount is not None and not bad & {"AMOUNT_FORMAT", "AMOUNT_NEGATIVE"} and not is_payable(amount, 1):
        yield ("AMOUNT_NOT_POSITIVE" if amount == 0 else "AMOUNT_NOT_PAYABLE"), "amount"
    if not values.get("id_number") or any(code.startswith("ID_") for code in bad):
        return
    if entry.person is None:
        yield "UNKNOWN_PERSON", "id_number"
        return
    if not _in_scope(entry.person, context.staff):
        # Nothing more: whether somebody of another place was paid is not told.
        yield "WRONG_DISTRICT", "id_number"
        return
    if entry.programme and entry.month:
        key = (entry.person[0], entry.programme.pk, entry.month)
        if key in paid:
            yield "ALREADY_PAID", "id_number"
        elif key in seen:
            yield "DUPLICATE_IN_FILE", "id_number"
        seen.add(key)


def _in_scope(person: tuple, staff) -> bool:
    return person[2].startswith(staff.area.path) if staff.area_id else person[3] == staff.zone_id


def _say(code: str, heading: str, text: str) -> str:
    if code == "PROGRAMME_UNKNOWN":
        advice = "请填项目名称或代码，如“困难残疾人生活补贴”；代缴、投保、教育补贴用各自的名册导入。"
        return f"没有这个按月发放的补贴项目：{advice}"
    if code == "AMOUNT_NOT_POSITIVE":
        return "金额应大于零：没有发放的记录请删除。"
    if code == "AMOUNT_NOT_PAYABLE":
        return "金额应精确到分，且小于一亿元：请按实际发放的金额更正。"
    return say(code, heading, text, [])


def apply(outcomes: Iterable[Outcome], context: Context, job) -> dict:
    """Write the payments, each to the paid roll of its reference; call inside a transaction."""
    outcomes, trace = iter(outcomes), Trace(job, (PAYMENTS,))
    rolls: dict[tuple, Roll] = {}  # (reference, programme, month) -> roll
    counts: dict[int, list] = defaultdict(lambda: [0, Decimal(0)])
    years: dict[Programme, set[int]] = defaultdict(set)
    applied = 0
    while batch := list(islice(outcomes, BATCH)):
        rows = list(_payments([(_roll(one.data, context, job, rolls), one) for one in batch], counts))
        floor = highest_key(Payment)
        insert_rows(Payment, COLUMNS, rows)
        # Their rolls are new or held: nobody else adds to them meanwhile.
        ours = Payment.objects.filter(pk__gt=floor, roll__in=[roll.pk for roll in rolls.values()])
        trace.added(PAYMENTS, ours)
        applied += len(batch)
        for one in batch:
            years[one.data.programme].add(one.data.month.year)
    for roll_pk, (payments, total) in counts.items():
        Roll.objects.filter(pk=roll_pk).update(
            row_count=F("row_count") + payments, payment_count=F("payment_count") + payments, total=F("total") + total
        )
    trace.close()
    for programme, changed in years.items():
        stamp_years(programme, changed)
    record(by=context.by, deed="导入历史发放", on=job, summary=f"{applied} 笔，{len(counts)} 个批次")
    return {"applied_rows": applied, "rolls": len(counts)}


def undo(job) -> str:
    """Take the payments of an import back, inside the caller's transaction: they stay on file and count no more.

    A roll without a payment that counts is undone, too. Raises UndoRefused for payments on which something was built.
    """
    closed = _Closed()
    take_back(job, (PAYMENTS,), closing=closed)
    held = Roll.objects.select_for_update(of=("self",)).filter(pk__in=closed.rolls).order_by("pk")
    if archived := [roll.reference for roll in held if roll.state != Roll.State.PAID or roll.frozen_at]:
        raise UndoRefused(f"批次 {'、'.join(archived[:3])} 已归档或锁定，不能撤销。")
    live = Payment.objects.live().filter(roll__in=closed.rolls).order_by()
    left = {pk: sums for pk, *sums in live.values_list("roll").annotate(Count("pk"), Sum("amount"))}
    rows = [(pk, *_left(*left.get(pk, (0, Decimal(0))))) for pk in sorted(closed.rolls)]
    update_rows(Roll, "id", ("row_count", "payment_count", "total", "state"), rows)
    for programme in Programme.objects.filter(pk__in=closed.years):
        stamp_years(programme, closed.years[programme.pk])
    return f"停止计入 {closed.count:,} 笔发放"


def _left(payments: int, total: Decimal) -> tuple:
    return payments, payments, total, (Roll.State.PAID if payments else Roll.State.UNDONE).value


class _Closed:
    """Takes payments out of the count, a run at a time, and remembers on which rolls and for which years."""

    def __init__(self):
        self.rolls: set[int] = set()
        self.years: dict[int, set[int]] = defaultdict(set)
        self.count = 0

    def __call__(self, keys: list[int]) -> None:
        rows = Payment.objects.filter(pk__any_of=keys).order_by()
        for roll, programme, month in rows.values_list("roll_id", "programme_id", "month").distinct():
            self.rolls.add(roll)
            self.years[programme].add(month.year)
        self.count += rows.update(live=False)


def _payments(pairs: list[tuple[Roll, Outcome]], counts: dict) -> Iterator[tuple]:
    """The payments of lines, each with its roll; `counts` takes in how many each roll has and what they sum up to."""
    accounts = [one.data.person[ACCOUNT] for _, one in pairs]
    keys = (f"{roll.pk}\x1f{roll.programme_id}\x1f{one.data.month}\x1f{one.data.person[0]}" for roll, one in pairs)
    seals = row_seals(TABLE, zip(keys, accounts, strict=True))
    for (roll, outcome), secret, seal in zip(pairs, encrypt_all(accounts, PLACE), seals, strict=True):
        entry = outcome.data
        counts[roll.pk][0] += 1
        counts[roll.pk][1] += entry.values["amount"]
        pk, area_id, _, _, _, digest, holder = entry.person
        yield (
            roll.pk, kept_sheet(outcome.sheet), outcome.row, pk, entry.programme.pk, entry.month,
            entry.values["amount"], area_id, None, None, secret, digest, holder, True, seal or None,
        )  # fmt: skip


def _roll(entry: Entry, context: Context, job, rolls: dict) -> Roll:
    """The paid roll of the line's reference; a reference used for two months or programmes is two rolls."""
    key = (entry.values["roll_ref"][:60], entry.programme.pk, entry.month)
    if key not in rolls:
        rolls[key] = _find_or_open(key, entry, context, job)
    return rolls[key]


def _find_or_open(key: tuple, entry: Entry, context: Context, job) -> Roll:
    for name in _references(*key):
        rolls = Roll.objects.select_for_update(of=("self",)).select_related("job")
        taken = rolls.filter(reference=name).first()
        if taken is None:
            return _open(name, entry, context, job)
        from_history = taken.job is not None and taken.job.kind == job.kind and taken.state == Roll.State.PAID
        if from_history and (taken.programme_id, taken.month) == key[1:]:
            return taken


def _references(reference: str, programme_pk: int, month: date) -> Iterator[str]:
    """The reference as given; where another roll has it, with programme and month, then numbered."""
    yield reference
    for number in count(1):
        yield f"{reference}/{programme_pk}-{month:%Y%m}" + (f"-{number}" if number > 1 else "")


def _open(reference: str, entry: Entry, context: Context, job) -> Roll:
    return Roll.objects.create(
        programme=entry.programme,
        month=entry.month,
        area=Area.objects.get(level=Level.CITY),
        reference=reference,
        state=Roll.State.PAID,
        paid_on=entry.values["paid_on"],
        paid_by=context.by,
        job=job,
        posted_by=context.by,
    )
