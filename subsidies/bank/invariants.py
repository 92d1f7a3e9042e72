"""I9: a roll's money adds up, and a payment is returned exactly if the bank's last word on it says so."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum

from subsidies.bank.models import BankFile, BankLine
from subsidies.bank.money import money_by_roll
from subsidies.models import Payment, Roll

ROLLS_AT_ONCE = 500
Outcome = BankLine.Outcome
SAID = (Outcome.PAID, Outcome.RETURNED)


def breaches() -> Iterator[str]:
    """A Chinese sentence for every roll, file or payment that breaks I9."""
    yield from _rolls_that_do_not_add_up()
    yield from _payments_that_say_otherwise()
    yield from _files_that_do_not_add_up()


def _rolls_that_do_not_add_up() -> Iterator[str]:
    rolls, after = Roll.objects.standing().order_by("pk"), 0
    while some := list(rolls.filter(pk__gt=after)[:ROLLS_AT_ONCE]):
        after = some[-1].pk
        money = money_by_roll(Roll.objects.filter(pk__gte=some[0].pk, pk__lte=after), some)
        for roll in some:
            if not money[roll.pk].adds_up:
                parts = "，".join(f"{word} {part.money} 元" for word, part in money[roll.pk].parts)
                yield f"I9：花名册 {roll.reference} 应发 {roll.total:,.2f} 元，与{parts}之和不符。"


def _payments_that_say_otherwise() -> Iterator[str]:
    """Payments whose lines the bank has answered, against the last of these; a payment without lines is not asked."""
    said = BankLine.objects.filter(payment=OuterRef("pk"), outcome__in=SAID).order_by("-pk")
    asked = Payment.objects.live().filter(Exists(said)).annotate(last=Subquery(said.values("outcome")[:1]))
    wrong = asked.filter(
        Q(last=Outcome.RETURNED, returned_on__isnull=True) | Q(last=Outcome.PAID, returned_on__isnull=False)
    )
    for reference, pk in wrong.order_by("pk").values_list("roll__reference", "pk"):
        yield f"I9：花名册 {reference} 的发放 {pk} 是否退回，与银行最后一次回盘不符。"
    strangers = BankLine.objects.exclude(payment__roll=F("file__roll"), payment__amount=F("amount"))
    for reference, number in strangers.order_by("pk").values_list("file__roll__reference", "number"):
        yield f"I9：花名册 {reference} 的报盘明细第 {number} 笔与发放的花名册或金额不符。"


def _files_that_do_not_add_up() -> Iterator[str]:
    files = BankFile.objects.annotate(sent=Sum("lines__amount")).exclude(sent=F("total"))
    for reference, number in files.order_by("pk").values_list("roll__reference", "number"):
        yield f"I9：花名册 {reference} 的第 {number} 个报盘文件合计与明细不符。"
