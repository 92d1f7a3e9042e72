"""What a case's ledger adds up to, and what may still be claimed or offset."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Sum

from subsidies.models import Payment, RecoveryCase, RecoveryEntry, RecoveryLine

Kind, State = RecoveryEntry.Kind, RecoveryCase.State
NOTHING = Decimal("0.00")
COLUMN_OF = {Kind.REFUND: "refunded", Kind.OFFSET: "offset", Kind.WRITE_OFF: "written_off"}


def sums_of(case: RecoveryCase) -> dict[str, Decimal]:
    """The sums of the entries that count, by the case's columns."""
    rows = RecoveryEntry.objects.standing().filter(case=case).order_by().values_list("kind")
    totals = dict(rows.annotate(total=Sum("amount")))
    return {column: totals.get(kind, NOTHING) for kind, column in COLUMN_OF.items()}


def state_of(balance: Decimal, written_off: Decimal) -> str:
    """The state of a case that stands."""
    if balance:
        return State.OPEN
    return State.WRITTEN_OFF if written_off else State.SETTLED


def spread(recovered: Decimal, lines: Iterable[RecoveryLine]) -> list[RecoveryLine]:
    """Set what came back against the months in their order; the lines whose part of it changed."""
    changed = []
    for line in lines:
        part = min(recovered, line.amount)
        recovered -= part
        if line.recovered != part:
            line.recovered = part
            changed.append(line)
    return changed


def settle(case: RecoveryCase) -> RecoveryCase:
    """Bring the sums, the state and the months of a locked case in step with its ledger."""
    for column, total in sums_of(case).items():
        setattr(case, column, total)
    case.balance = case.claimed - case.refunded - case.offset - case.written_off
    case.state = state_of(case.balance, case.written_off)
    case.save(update_fields=[*COLUMN_OF.values(), "balance", "state"])
    lines = RecoveryLine.objects.live().filter(case=case).order_by("month", "pk")
    RecoveryLine.objects.bulk_update(spread(case.recovered, lines), ["recovered"])
    return case


def claimable(payments: QuerySet[Payment]) -> QuerySet[Payment]:
    """Of these, what was paid and not sent back, and neither claimed nor used to offset something."""
    claims = RecoveryLine.objects.live().filter(payment=OuterRef("pk"))
    offsets = RecoveryEntry.objects.standing().filter(payment=OuterRef("pk"))
    return payments.counted().filter(~Exists(claims), ~Exists(offsets))


def offsettable(case: RecoveryCase) -> QuerySet[Payment]:
    """Later payments of the same programme to the same person and by the same place, that were made and are right.

    Another programme's money is of another budget (city rule, unverified). Only once it is paid has anything been
    held back: until then nothing came back.
    """
    claims = RecoveryLine.objects.live().filter(payment=OuterRef("pk"))
    own = Payment.objects.counted().filter(
        person=case.person_id, programme=case.programme_id, area__unit_key=case.area.unit_key
    )
    first = RecoveryLine.objects.live().filter(case=case).order_by("month").values_list("month", flat=True)[:1]
    return own.filter(~Exists(claims), month__gt=first).order_by("month", "pk")


def left_of(payment: Payment) -> Decimal:
    """What of a payment no offset has used yet."""
    used = RecoveryEntry.objects.standing().filter(payment=payment).aggregate(total=Sum("amount"))["total"]
    return payment.amount - (used or NOTHING)


def left_of_all(case: RecoveryCase) -> list[tuple[Payment, Decimal]]:
    """The later payments that can still offset something, with how much; two statements."""
    payments = list(offsettable(case).select_related("roll", "programme").defer("account_no"))
    entries = RecoveryEntry.objects.standing().filter(payment__in=[one.pk for one in payments])
    used = dict(entries.order_by().values_list("payment").annotate(total=Sum("amount")))
    left = ((one, one.amount - used.get(one.pk, NOTHING)) for one in payments)
    return [(one, amount) for one, amount in left if amount]
