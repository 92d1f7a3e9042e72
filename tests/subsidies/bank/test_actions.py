"""Files for the bank and its returns: what is sent, what is entered, and that the money adds up."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.uploads import contents
from lianyungang_cdpf.metrics.models import ChangeStamp
from subsidies.approval.actions import call_back_roll, return_roll
from subsidies.bank.actions import apply_return, found_in, withdraw_bank_file
from subsidies.bank.models import BankFile, BankLayout, BankLine
from subsidies.bank.money import bank_day, money_of
from subsidies.models import Payment, Roll
from subsidies.paying import mark_roll_paid
from tests.fixtures_city import DONGHAI
from tests.subsidies.bank.conftest import DAY, told_of
from tests.subsidies.samples import account

REASON = "格式选错了没有送"


def refused(deed, **given) -> str:
    with pytest.raises(ValidationError) as error:
        deed(**given)
    (sentence,) = error.value.messages
    assert sentence.endswith("。")
    return sentence


def parts(roll) -> list[tuple[int, str]]:
    """Paid, returned and outstanding of the roll as it now is; that they add up is asked each time."""
    money = money_of(Roll.objects.get(pk=roll.pk))
    assert money.adds_up
    return [(part.count, f"{part.total:.2f}") for _, part in money.parts]


def lines(file) -> list[BankLine]:
    return list(file.lines.select_related("payment__person").order_by("number"))


def test_a_file_holds_every_payment_of_an_approved_roll(roll, make):
    made = roll("甲", "乙")
    file = make(made)
    assert (file.number, file.line_count, file.total) == (1, 2, Decimal("740.00"))
    rows = [line.split("^") for line in b"".join(contents(file.stored_name)).decode("gb18030").splitlines()]
    sent = lines(file)
    assert [row[9] for row in rows] == [account(1), account(2)] == [line.account_no for line in sent]
    assert [row[10] for row in rows] == ["370.00", "370.00"] and [row[7] for row in rows] == ["甲", "乙"]
    assert [row[8] for row in rows] == [line.payment.person.id_number for line in sent]
    assert {line.outcome for line in sent} == {"waiting"}
    told = AuditLine.objects.get(deed="生成报盘文件").summary
    assert "2 笔，合计 740.00 元" in told and account(1) not in told


def test_what_is_in_a_file_is_not_sent_twice(roll, make):
    made = roll("甲")
    make(made)
    assert "没有可以报盘的款项" in refused(make, roll=made)
    line = BankLine.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        BankLine.objects.create(
            file=line.file, payment=line.payment, number=2, amount=1, account_no="1", account_digest="1", holder="甲"
        )


@pytest.mark.parametrize("to", ["submitted", "reviewed"])
def test_no_file_is_made_before_the_roll_is_approved(roll, make, to):
    assert "审批通过后才能生成报盘文件" in refused(make, roll=roll("甲", to=to))


def test_a_roll_that_was_posted_as_paid_is_not_paid_again(make_roll, make_person, make):
    made = make_roll(make_person(), state="paid", paid_on=date(2019, 3, 1))
    assert "补录的花名册" in refused(make, roll=made)


def test_only_finance_of_the_place_makes_files(roll, make, taker):
    made = roll("甲")
    assert "只有能查看完整银行账号的财务人员" in refused(make, roll=made, by=taker("review"))
    assert "不在您的辖区内" in refused(make, roll=made, by=taker("pay", DONGHAI))
    assert make(made, by=taker("pay", "320700")).number == 1


def test_a_layout_for_reports_pays_nobody(roll, make):
    assert "不是启用的银行报盘格式" in refused(make, roll=roll("甲"), layout="finance_office")


def test_a_return_says_who_was_paid_and_who_was_not(roll, make, answer, taker):
    made = roll("甲", "乙", "丙")
    file = make(made)
    first, second, third = lines(file)
    arrived = answer(file, [told_of(first), told_of(second, "失败", "账号已销户")])
    found = found_in(arrived)
    assert (len(found.paid), len(found.returned), [line.number for line in found.left_out]) == (1, 1, [3])
    assert parts(made) == [(0, "0.00"), (0, "0.00"), (3, "1110.00")], "a preview enters nothing"
    before = ChangeStamp.objects.filter(kind="hardship_subsidy", year=2019).first()
    apply_return(arrived=arrived, by=taker("pay"))
    assert parts(made) == [(1, "370.00"), (1, "370.00"), (1, "370.00")]
    outcomes = [(line.outcome, line.outcome_on, line.reason) for line in lines(file)]
    assert outcomes == [("paid", DAY, ""), ("returned", DAY, "账号已销户"), ("waiting", None, "")]
    payment = Payment.objects.get(pk=second.payment_id)
    assert (payment.returned_on, payment.return_reason) == (DAY, "账号已销户")
    after = ChangeStamp.objects.get(kind="hardship_subsidy", year=2019)
    assert before is None or after.version > before.version
    assert "已付 1 笔 370.00 元，退回 1 笔 370.00 元" in AuditLine.objects.get(deed="记入银行回盘").summary
    assert made.paid_on is None and bank_day(made) == DAY, "the bank's day is only proposed"


def test_a_return_after_the_roll_was_marked_as_paid_takes_the_returned_out_of_the_count(roll, make, answer, taker):
    made = roll("甲", "乙")
    file = make(made)
    mark_roll_paid(roll=Roll.objects.get(), by=taker("pay"), paid_on=DAY)
    assert Payment.objects.counted().count() == 2
    first, second = lines(file)
    apply_return(arrived=answer(file, [told_of(first), told_of(second, "失败")]), by=taker("pay"))
    assert [one.person.name for one in Payment.objects.counted()] == ["甲"]
    assert Payment.objects.get(pk=second.payment_id).return_reason == "失败", "without a reason the result itself"
    assert parts(made) == [(1, "370.00"), (1, "370.00"), (0, "0.00")]


def test_rows_that_fit_no_line_are_told_and_enter_nothing(roll, make, answer, taker):
    made = roll("甲", "乙", "丙")
    file = make(made)
    first, second, third = lines(file)
    rows = [
        told_of(first), told_of(first), told_of(second, amount="360.00"), told_of(third, account=account(99)),
        told_of(third, account="12345678X"), told_of(third, ""),
    ]  # fmt: skip
    arrived = answer(file, rows)
    found = found_in(arrived)
    assert [len(one) for one in (found.paid, found.repeated, found.other_amounts, found.unknown, found.pending)] == [
        1, 1, 1, 1, 1,
    ]  # fmt: skip
    assert [one.row for one in found.unread] == [5] and "12345678X" not in found.unread[0].why
    apply_return(arrived=arrived, by=taker("pay"))
    assert parts(made) == [(1, "370.00"), (0, "0.00"), (2, "740.00")]


def test_a_return_uploaded_twice_at_once_is_one_return(roll, make, answer, taker, monkeypatch):
    file, atomic, others = make(roll("甲")), transaction.atomic, []
    rows, finance = [told_of(line) for line in lines(file)], taker("pay")

    def after_another(*told, **more):
        if not others:
            others.append(None)
            others[0] = answer(file, rows, by=finance)
        return atomic(*told, **more)

    monkeypatch.setattr(transaction, "atomic", after_another)
    assert answer(file, rows, by=finance) == others[0] == file.returns.get()


def test_a_return_that_comes_again_changes_nothing(roll, make, answer, taker):
    made = roll("甲", "乙")
    file = make(made)
    first, second = lines(file)
    rows = [told_of(first), told_of(second, "失败", "户名不符")]
    arrived = apply_return(arrived=answer(file, rows), by=taker("pay"))
    assert answer(file, rows) == arrived, "the same bytes are the same return"
    assert "已经记入" in refused(apply_return, arrived=arrived, by=taker("pay"))
    before = list(BankLine.objects.values()), list(Payment.objects.values()), parts(made)
    again = answer(file, rows[::-1])
    found = found_in(again)
    assert (found.changes, len(found.known)) == (0, 2)
    apply_return(arrived=again, by=taker("pay"))
    assert (list(BankLine.objects.values()), list(Payment.objects.values()), parts(made)) == before


def test_money_may_come_back_after_it_was_paid_but_what_came_back_is_paid_only_anew(roll, make, answer, taker):
    made = roll("甲", "乙")
    file = make(made)
    first, second = lines(file)
    apply_return(arrived=answer(file, [told_of(first), told_of(second, "失败")]), by=taker("pay"))
    later = answer(file, [told_of(first, "退汇", "账户冻结"), told_of(second)], day=date(2019, 4, 2))
    found = found_in(later)
    assert [one.line.number for one in found.returned] == [1] and [one.line.number for one in found.contrary] == [2]
    apply_return(arrived=later, by=taker("pay"))
    assert parts(made) == [(0, "0.00"), (2, "740.00"), (0, "0.00")]


def test_a_returned_payment_is_sent_again_with_what_was_typed(roll, make, answer, taker):
    made = roll("甲", "乙")
    file = make(made)
    first, second = lines(file)
    apply_return(arrived=answer(file, [told_of(first), told_of(second, "失败", "户名不符")]), by=taker("pay"))
    again = make(made, corrected={second.payment_id: (account(50), "王代领")})
    (line,) = lines(again)
    assert (again.number, line.account_no, line.holder) == (2, account(50), "王代领")
    assert parts(made) == [(1, "370.00"), (0, "0.00"), (1, "370.00")], "under way"
    payment = Payment.objects.get(pk=second.payment_id)
    assert (payment.account_no, payment.return_reason) == (second.account_no, "户名不符"), "the frozen payment stays"
    apply_return(arrived=answer(again, [told_of(line)]), by=taker("pay"))
    payment.refresh_from_db()
    assert (payment.returned_on, payment.return_reason) == (None, "")
    assert parts(made) == [(2, "740.00"), (0, "0.00"), (0, "0.00")]
    history = BankLine.objects.filter(payment=payment).order_by("pk").values_list("outcome", "reason")
    assert list(history) == [("returned", "户名不符"), ("paid", "")]


def test_what_did_not_come_back_is_not_sent_again(roll, make):
    made = roll("甲")
    (line,) = lines(make(made))
    assert "已重新报盘或已付" in refused(make, roll=made, corrected={line.payment_id: (account(50), "")})


def test_a_file_is_withdrawn_until_the_bank_has_answered(roll, make, answer, taker):
    made = roll("甲", "乙")
    file = withdraw_bank_file(file=make(made), by=taker("pay"), reason=REASON)
    assert [(line.outcome, line.reason) for line in lines(file)] == [("withdrawn", REASON)] * 2
    assert parts(made) == [(0, "0.00"), (0, "0.00"), (2, "740.00")]
    again = make(made)
    assert (again.number, again.line_count) == (2, 2)
    apply_return(arrived=answer(again, [told_of(lines(again)[0])]), by=taker("pay"))
    assert "银行已有回盘" in refused(withdraw_bank_file, file=again, by=taker("pay"), reason=REASON)


def test_a_roll_at_the_bank_is_not_opened_again(roll, make, taker, city_clerk):
    made = roll("甲")
    file = make(made)
    for deed, by in ((return_roll, taker("pay")), (call_back_roll, city_clerk)):
        assert "先作废报盘文件" in refused(deed, roll=Roll.objects.get(), by=by, reason=REASON)
    withdraw_bank_file(file=file, by=taker("pay"), reason=REASON)
    assert return_roll(roll=Roll.objects.get(), by=taker("pay"), reason=REASON).state == "posted"


def test_nothing_of_a_file_that_failed_is_left_on_the_disk(roll, make, uploads, monkeypatch):
    made = roll("甲")
    monkeypatch.setattr("subsidies.bank.actions.insert_rows", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        make(made)
    assert not BankFile.objects.exists() and not list(uploads.iterdir())


@pytest.mark.parametrize(
    ("wrong", "name"),
    [({"amount": 0}, "amount_positive"), ({"outcome": "returned"}, "outcome_has_day"), ({"account_digest": ""}, "acc")],
)
def test_the_database_holds_what_a_line_must_be(roll, make, wrong, name):
    make(roll("甲"))
    with pytest.raises(IntegrityError, match=f"bank_line_.*{name}"), transaction.atomic():
        BankLine.objects.update(**wrong)


def statements(roll, make, answer, taker, size: int) -> list[int]:
    """How many statements a file, a preview and an application of `size` payments take."""
    made = roll(*["甲"] * size, reference=f"R-{size}")
    counts = []
    with CaptureQueriesContext(connection) as queries:
        file = make(made)
    counts.append(len(queries))
    rows = [told_of(line, "成功" if line.number % 2 else "失败") for line in lines(file)]
    arrived = answer(file, rows)
    with CaptureQueriesContext(connection) as queries:
        found_in(arrived)
    counts.append(len(queries))
    with CaptureQueriesContext(connection) as queries:
        apply_return(arrived=arrived, by=taker("pay"))
    return [*counts, len(queries)]


def test_five_hundred_lines_take_as_many_statements_as_ten(roll, make, answer, taker):
    statements(roll, make, answer, taker, 2)  # the first touches a stamp that is not there yet
    small = statements(roll, make, answer, taker, 10)
    assert statements(roll, make, answer, taker, 500) == small
    assert small[1] <= 2 and small[2] <= 26


def test_the_layouts_that_are_shipped_are_valid(city):
    for layout in BankLayout.objects.all():
        layout.full_clean()
        assert "未经" in layout.source
    assert set(BankLayout.objects.values_list("code", "purpose")) == {
        ("one_card_text", "payment"), ("bank_workbook", "payment"), ("national_two_subsidies", "export"),
        ("finance_office", "export"),
    }  # fmt: skip
