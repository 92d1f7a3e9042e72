"""A roll's money adds up to the cent, in whatever order the bank answers and payments are sent again."""

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from subsidies.bank.actions import apply_return, to_be_reissued, withdraw_bank_file
from subsidies.bank.invariants import breaches
from subsidies.bank.models import BankLine
from subsidies.bank.money import RollMoney, money_of
from subsidies.models import Payment, Roll
from tests.subsidies.bank.conftest import told_of
from tests.subsidies.samples import account

calm = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
STEPS = st.lists(
    st.tuples(st.sampled_from(["answer", "reissue", "withdraw", "pay"]), st.lists(st.booleans(), min_size=3)),
    max_size=7,
)


class _TakenBack(Exception):
    """Ends an example: its records go, the roll stays for the next one."""


def step(deed, words, made, make, answer, taker):
    """One thing that finance does; what is refused changes nothing."""
    files = list(made.bank_files.filter(removed_at=None).order_by("number"))
    if deed == "answer":
        for file in files:
            lines = file.lines.select_related("payment__person")
            rows = [told_of(one, "成功" if paid else "失败") for one, paid in zip(lines, words, strict=False)]
            apply_return(arrived=answer(file, rows[:1] + [told_of(lines[0], "")]), by=taker("pay"))
            apply_return(arrived=answer(file, rows), by=taker("pay"))
    elif deed == "reissue":
        keys = list(to_be_reissued(made).values_list("pk", flat=True))
        make(made, corrected={pk: (account(60 + at), "") for at, pk in enumerate(keys)})
    elif deed == "withdraw" and files:
        withdraw_bank_file(file=files[-1], by=taker("pay"), reason="格式选错了没有送")
        make(made)
    elif deed == "pay":
        Roll.objects.filter(pk=made.pk).update(state="paid", paid_on="2019-03-28")


def test_any_order_of_answers_and_reissues_keeps_the_sum(roll, make, answer, taker):
    made = roll("甲", "乙", "丙", amount="123.45")
    taker("pay")

    @calm
    @given(STEPS)
    def in_order(steps):
        with pytest.raises(_TakenBack), transaction.atomic():
            current = Roll.objects.get(pk=made.pk)
            make(current)
            for deed, words in steps:
                current = Roll.objects.get(pk=made.pk)
                try:
                    with transaction.atomic():
                        step(deed, words, current, make, answer, taker)
                except ValidationError:
                    pass
                money = money_of(current)
                assert money.adds_up and money.planned.total == sum(part.total for _, part in money.parts)
            assert list(breaches()) == []
            raise _TakenBack

    in_order()


def test_a_roll_without_files_is_outstanding_until_it_is_marked_as_paid(roll, walk):
    made = roll("甲", to="submitted")
    assert money_of(made).outstanding.count == 1
    Roll.objects.update(state="paid", paid_on="2019-03-28")
    assert money_of(Roll.objects.get()).paid.count == 1


def test_sums_that_differ_by_a_cent_do_not_add_up(roll):
    money = money_of(roll("甲"))
    short = type(money.planned)(1, money.planned.total - money.planned.total / 37000)
    assert money.adds_up and not RollMoney(planned=money.planned, outstanding=short).adds_up


def breached() -> str:
    try:
        call_command("check_invariants")
    except CommandError as error:
        return str(error)
    return ""


def test_what_was_written_past_the_deeds_is_found(roll, make, answer, taker):
    made = roll("甲", "乙")
    file = make(made)
    lines = list(file.lines.select_related("payment__person").order_by("number"))
    apply_return(arrived=answer(file, [told_of(lines[0]), told_of(lines[1], "失败")]), by=taker("pay"))
    assert list(breaches()) == []
    Payment.objects.filter(pk=lines[1].payment_id).update(returned_on=None, return_reason="")
    (sentence,) = breaches()
    assert f"发放 {lines[1].payment_id} 是否退回，与银行最后一次回盘不符" in sentence
    Payment.objects.filter(pk=lines[1].payment_id).update(returned_on="2019-03-29", return_reason="失败")
    BankLine.objects.filter(pk=lines[0].pk).update(amount="1.00")
    found = "".join(breaches())
    assert "第 1 笔与发放的花名册或金额不符" in found and "第 1 个报盘文件合计与明细不符" in found


def test_the_command_looks_for_it(roll, make, capsys):
    file = make(roll("甲"))
    BankLine.objects.filter(file=file).update(amount="1.00")
    assert breached() and "I9：花名册 R-1" in capsys.readouterr().out
