"""I8: every case adds up to its ledger, claims what was really paid to its person, and offsets what was really paid."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.db.models import F, Q, Sum

from subsidies.models import Payment, RecoveryCase, RecoveryEntry, RecoveryLine, WriteOffProposal
from subsidies.recovery.ledger import COLUMN_OF, NOTHING

CASES_AT_ONCE = 2000
NOT_COUNTED = ~Q(payment__in=Payment.objects.counted())


def breaches() -> Iterator[str]:
    """A Chinese sentence for every case, claim or entry that breaks I8; a fixed number of statements."""
    yield from _cases_that_do_not_add_up()
    for case, payment in _pairs(RecoveryLine.objects.live().filter(_strange_claim())):
        yield f"I8：追缴 {case} 的明细与发放 {payment} 的人员、项目、月份或金额不符。"
    for case, payment in _pairs(RecoveryLine.objects.live().filter(NOT_COUNTED)):
        yield f"I8：追缴 {case} 的发放 {payment} 没有发放或已被银行退回，请冲销后撤销案件。"
    offsets = RecoveryEntry.objects.standing().filter(kind=RecoveryEntry.Kind.OFFSET)
    strange = ~Q(payment__person=F("case__person")) | ~Q(payment__programme=F("case__programme")) | NOT_COUNTED
    for case, payment in _pairs(offsets.filter(strange)):
        yield f"I8：追缴 {case} 抵扣的发放 {payment} 不属于此人此项目，没有发放或已被银行退回，请冲销这笔抵扣。"
    for payment, used, amount in _offset_beyond_the_payment(offsets):
        yield f"I8：发放 {payment} 共 {amount:.2f} 元，却抵扣了 {used:.2f} 元。"
    for case, entry in _strange_entries():
        yield f"I8：追缴 {case} 的台账记录 {entry} 与它冲销的记录或核销申请不符。"


def _pairs(records) -> Iterator[tuple[int, int]]:
    return records.order_by("case", "payment").values_list("case", "payment")


def _strange_claim() -> Q:
    return (
        ~Q(payment__person=F("case__person")) | ~Q(payment__programme=F("case__programme"))
        | ~Q(payment__amount=F("paid")) | ~Q(payment__month=F("month"))
    )  # fmt: skip


def _cases_that_do_not_add_up() -> Iterator[str]:
    entered: dict[int, dict[str, Decimal]] = defaultdict(dict)
    rows = RecoveryEntry.objects.standing().order_by().values_list("case", "kind")
    for case, kind, total in rows.annotate(total=Sum("amount")):
        entered[case][COLUMN_OF[kind]] = total
    lines = RecoveryLine.objects.live().order_by().values_list("case")
    claimed = {case: sums for case, *sums in lines.annotate(amount=Sum("amount"), recovered=Sum("recovered"))}
    for case in RecoveryCase.objects.order_by("pk").iterator(CASES_AT_ONCE):
        sums = {column: entered[case.pk].get(column, NOTHING) for column in COLUMN_OF.values()}
        kept = {column: getattr(case, column) for column in COLUMN_OF.values()}
        amount, recovered = claimed.get(case.pk, (NOTHING, NOTHING))
        balance = amount - sum(sums.values())
        if kept != sums or (case.claimed, case.balance) != (amount, balance) or balance < 0:
            yield (
                f"I8：追缴 {case.pk} 登记应追缴 {case.claimed:.2f} 元、未追回 {case.balance:.2f} 元，"
                f"按明细和台账应为 {amount:.2f} 元、{balance:.2f} 元。"
            )
        if recovered != sums["refunded"] + sums["offset"]:
            yield f"I8：追缴 {case.pk} 各月已追回合计 {recovered:.2f} 元，与台账的退缴和抵扣不符。"


def _offset_beyond_the_payment(offsets) -> Iterator[tuple[int, Decimal, Decimal]]:
    used = offsets.order_by().values_list("payment", "payment__amount").annotate(used=Sum("amount"))
    for payment, amount, total in used:
        if total > amount:
            yield payment, total, amount


def _strange_entries():
    """Reversals of another case's or another amount's entry, and write-offs that nobody approved."""
    entries = RecoveryEntry.objects.order_by("pk")
    reversed_wrongly = (
        ~Q(reverses__case=F("case")) | ~Q(reverses__amount=F("amount")) | Q(reverses__kind=RecoveryEntry.Kind.REVERSAL)
    )
    approved = Q(
        proposal__case=F("case"), proposal__amount=F("amount"), proposal__state=WriteOffProposal.State.APPROVED,
        proposal__proposed_by=F("proposed_by"), proposal__decided_by=F("entered_by"),
    )  # fmt: skip
    strange = Q(kind=RecoveryEntry.Kind.REVERSAL) & reversed_wrongly
    strange |= Q(kind=RecoveryEntry.Kind.WRITE_OFF) & ~approved
    return entries.filter(strange).values_list("case", "pk")
