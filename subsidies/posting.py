"""Valid rows become payments: one roll, one statement for all of its payments."""

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_DOWN, Decimal

from beneficiaries.identity import account_digest
from beneficiaries.models import Person
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.fields import encrypt
from lianyungang_cdpf.intake.actions import place_of
from lianyungang_cdpf.intake.bulk import insert_rows
from lianyungang_cdpf.intake.engine import kept_sheet
from lianyungang_cdpf.intake.kinds import Outcome
from lianyungang_cdpf.metrics.models import ChangeStamp
from subsidies.models import Payment, Programme, Roll

SOURCE = "subsidies.payment"
COLUMNS = (
    "roll_id", "sheet", "row", "person_id", "programme_id", "month", "amount", "area_id", "standard_id",
    "standard_amount", "account_no", "account_digest", "account_holder", "live",
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
    accounts = _accounts_on_file([one.data.person.pk for one in outcomes if not one.data.values.get("account_no")])
    rows = [row for outcome in outcomes for row in _payments(roll, outcome, accounts)]
    insert_rows(Payment, COLUMNS, rows)
    roll.row_count, roll.payment_count = len(outcomes), len(rows)
    roll.total = sum((row[6] for row in rows), Decimal(0))
    roll.save(update_fields=["row_count", "payment_count", "total"])
    stamp_years(roll.programme, {row[5].year for row in rows})
    record(by=by, deed="花名册入账", on=roll, summary=f"{roll.reference}：{roll.row_count} 行，{roll.total:,.2f} 元")
    return roll


def stamp_years(programme: Programme, years: set[int]) -> None:
    """Say that payments of the programme changed in these years."""
    for year in sorted(years):
        ChangeStamp.objects.touch(source=SOURCE, kind=programme.code, year=year)


def _accounts_on_file(people: list[int]) -> dict[int, tuple[str, str]]:
    rows = Person.objects.filter(pk__any_of=people).order_by() if people else Person.objects.none()
    return {pk: (account, holder) for pk, account, holder in rows.values_list("pk", "account_no", "account_holder")}


def _payments(roll: Roll, outcome: Outcome, accounts: dict) -> Iterable[tuple]:
    facts = outcome.data
    person, values = facts.person, facts.values
    account, holder = values.get("account_no"), values.get("account_holder") or ""
    if not account:
        account, holder = accounts.get(person.pk, ("", ""))
    elif not holder and account_digest(account) == person.account_digest:
        holder = person.account_holder
    secret, digest = encrypt(account, PLACE), account_digest(account)
    sheet = kept_sheet(outcome.sheet)
    for month, standard, amount in zip(facts.months, facts.standards, _shares(facts), strict=True):
        yield (
            roll.pk, sheet, outcome.row, person.pk, roll.programme_id, month, amount, person.area_id,
            standard.pk if standard else None, standard.amount if standard else None, secret, digest, holder[:60], True,
        )  # fmt: skip


def _shares(facts) -> list[Decimal]:
    """What each month of the row is paid; where the amount is not the standards' sum, the months share it evenly."""
    amount, count = facts.values["amount"], len(facts.months)
    if None not in facts.standards and sum(one.amount for one in facts.standards) == amount:
        return [one.amount for one in facts.standards]
    share = (amount / count).quantize(Decimal("0.01"), ROUND_DOWN)
    return [share] * (count - 1) + [amount - share * (count - 1)]


PLACE = f"{Payment._meta.db_table}.account_no"
