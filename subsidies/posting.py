"""Valid rows become payments: one roll, one statement for all of its payments."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import ROUND_DOWN, Decimal

from django.utils import timezone

from beneficiaries.models import Person
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import encrypt_all, row_seals
from lianyungang_cdpf.intake.actions import place_of
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.engine import kept_sheet
from lianyungang_cdpf.intake.kinds import Outcome
from lianyungang_cdpf.metrics.models import ChangeStamp
from subsidies.models import Payment, PaymentAcceptance, Programme, Roll

SOURCE = "subsidies.payment"
COLUMNS = (
    "roll_id", "sheet", "row", "person_id", "programme_id", "month", "amount", "area_id", "standard_id",
    "standard_amount", "account_no", "account_digest", "account_holder", "live", "seal",
)  # fmt: skip


def open_roll(
    *, by, programme: Programme, month: date, reference: str, job=None, paid_on: date | None = None, place_from=None
) -> Roll:
    """A new roll posted by `by` in the place of `place_from`, who sent it (without: in the place of `by`).

    A zone without one county of its own stands at the city's node.
    """
    area, zone = place_of(place_from or by)
    return Roll.objects.create(
        programme=programme,
        month=month,
        area=area,
        zone=zone,
        reference=reference,
        state=Roll.State.PAID if paid_on else Roll.State.POSTED,
        paid_on=paid_on,
        paid_by=by if paid_on else None,
        job=job,
        posted_by=by,
    )


def post_payments(*, by, roll: Roll, outcomes: Iterable[Outcome]) -> Roll:
    """Write the payments of valid outcomes to a new roll, with its count and sum, and say what changed.

    Call inside a transaction. Raises IntegrityError when somebody was paid for a month meanwhile.
    """
    outcomes = list(outcomes)
    accounts = _accounts(outcomes)
    payments = _Payments(roll, outcomes, accounts)
    insert_rows(Payment, COLUMNS, payments)
    roll.row_count, roll.payment_count, roll.total = len(outcomes), payments.count, payments.total
    return close_roll(by=by, roll=roll, years=payments.years)


def close_roll(*, by, roll: Roll, years: set[int]) -> Roll:
    """Keep the counts and the sum that a roll has been given with its payments, and say what changed.

    A roll that was paid before it was posted is frozen at once, as one that went through approval.
    """
    roll.frozen_at = timezone.now() if roll.is_paid else None
    roll.save(update_fields=["row_count", "payment_count", "total", "frozen_at"])
    stamp_years(roll.programme, years)
    record(by=by, deed="花名册入账", on=roll, summary=f"{roll.reference}：{roll.row_count} 行，{roll.total:,.2f} 元")
    return roll


def keep_acceptances(*, roll: Roll, outcomes: Iterable[Outcome]) -> None:
    """Keep with each payment of an accepted row why and by whom it was let through; nothing to do on other rolls.

    Call inside the transaction that posts the roll.
    """
    accepted = {(kept_sheet(one.sheet), one.row): one.acceptance for one in outcomes if one.acceptance is not None}
    if not accepted:
        return
    numbers = {row for _, row in accepted}
    payments = Payment.objects.filter(roll=roll, row__any_of=list(numbers)).values_list("pk", "sheet", "row")
    PaymentAcceptance.objects.bulk_create(
        PaymentAcceptance(
            payment_id=pk, codes=decision.accepted_codes, reason=decision.reason,
            accepted_by_id=decision.accepted_by_id, accepted_at=decision.accepted_at,
            uploaded_by_id=decision.uploaded_by_id, corrected_by_id=decision.corrected_by_id,
        )
        for pk, sheet, row in payments
        if (decision := accepted.get((sheet, row)))
    )  # fmt: skip
    record(by=roll.posted_by, deed="带例外入账", on=roll, summary=f"{roll.reference}：{len(accepted)} 行")


def stamp_years(programme: Programme, years: set[int]) -> None:
    """Say that payments of the programme changed in these years."""
    for year in sorted(years):
        ChangeStamp.objects.touch(source=SOURCE, kind=programme.code, year=year)


Account = tuple[str, str, str]  # number, its digest, the holder where that is not the person


def _accounts(outcomes: list[Outcome]) -> list[Account]:
    """The account that each outcome is paid to: the row's, else the one on file."""
    without = [one.data.person.pk for one in outcomes if not one.data.values.get("account_no")]
    on_file = accounts_on_file(without) if without else {}
    return [_account(one.data, on_file) for one in outcomes]


def _account(facts, on_file: dict[int, Account]) -> Account:
    account, holder = facts.values.get("account_no"), facts.values.get("account_holder") or ""
    if not account:
        return on_file.get(facts.person.pk, ("", "", ""))
    if not holder and facts.account_digest == facts.person.account_digest:
        holder = facts.person.account_holder
    return account, facts.account_digest, holder


def accounts_on_file(people: list[int]) -> dict[int, Account]:
    """The accounts that the register has of people."""
    rows = Person.objects.filter(pk__any_of=people).order_by()
    columns = ("pk", "account_no", "account_digest", "account_holder")
    return {pk: account for pk, *account in rows.values_list(*columns)}


class _Payments:
    """The rows of a roll's payments, made while they are written; afterwards how many, their sum and their years."""

    def __init__(self, roll: Roll, outcomes: list[Outcome], accounts: list[Account]):
        self._roll, self._outcomes, self._accounts = roll, outcomes, accounts
        self.count, self.total = 0, Decimal(0)
        self.years: set[int] = set()
        # Few months and standards stand in many rows; as texts, or the driver would ask for an adapter at each value.
        self._months: dict[date, str] = {}
        self._standards: dict[int | None, tuple[int | None, str | None]] = {None: (None, None)}

    def __iter__(self) -> Iterator[tuple]:
        secrets = encrypt_all([number for number, *_ in self._accounts], PLACE)
        of_roll, programme = self._roll.pk, self._roll.programme_id
        seals = iter(payment_seals(self._roll, self._paid()))
        for outcome, (_, digest, holder), secret in zip(self._outcomes, self._accounts, secrets, strict=True):
            facts, sheet, row, holder = outcome.data, kept_sheet(outcome.sheet), outcome.row, holder[:60]
            pk, area, amounts = facts.person.pk, facts.person.area_id, _shares(facts)
            self.count += len(amounts)
            self.total += facts.amount
            for month, standard, amount in zip(facts.months, facts.standards, amounts, strict=True):
                yield (
                    of_roll, sheet, row, pk, programme, self._month(month), str(amount), area,
                    *self._standard(standard), secret, digest, holder, True, next(seals) or None,
                )  # fmt: skip

    def _paid(self) -> Iterator[tuple[date, int, str]]:
        """Month, person and account of each payment, in their order."""
        for outcome, (number, *_) in zip(self._outcomes, self._accounts, strict=True):
            for month in outcome.data.months:
                yield month, outcome.data.person.pk, number

    def _month(self, month: date) -> str:
        if month not in self._months:
            self.years.add(month.year)
            self._months[month] = month.isoformat()
        return self._months[month]

    def _standard(self, standard) -> tuple[int | None, str | None]:
        key = standard.id if standard else None
        if key not in self._standards:
            self._standards[key] = key, str(standard.amount)
        return self._standards[key]


def _shares(facts) -> list[Decimal]:
    """What each month of the row is paid; where the amount is not the standards' sum, the months share it evenly."""
    amount, count = facts.amount, len(facts.months)
    if count == 1:
        return [amount]
    if None not in facts.standards and sum(one.amount for one in facts.standards) == amount:
        return [one.amount for one in facts.standards]
    share = (amount / count).quantize(Decimal("0.01"), ROUND_DOWN)
    return [share] * (count - 1) + [amount - share * (count - 1)]


def payment_seals(roll: Roll, paid: Iterable[tuple[date, int, str]]) -> list[str]:
    """The seals of payments of a roll, each told by month, person and account in the clear; "" without an account."""
    starts = _Starts(roll)
    return row_seals(TABLE, ((f"{starts[month]}{person}", number) for month, person, number in paid))


class _Starts(dict):
    """By month what the seal of every payment of a roll covers before the person: few months stand in many rows."""

    def __init__(self, roll: Roll):
        super().__init__()
        self._roll = f"{roll.pk}\x1f{roll.programme_id}"

    def __missing__(self, month: date) -> str:
        self[month] = f"{self._roll}\x1f{month}\x1f"
        return self[month]


TABLE = Payment._meta.db_table
PLACE = f"{TABLE}.account_no"
