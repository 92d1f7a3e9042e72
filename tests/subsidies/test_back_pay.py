"""补发: rows that name earlier months, from the file to the payments, each month judged by what held in it."""

import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from beneficiaries.models import Certificate, HardshipStatus
from subsidies.models import Payment, Roll
from tests.fixtures_city import DONGHAI_TOWN
from tests.subsidies.test_judging import certificate, outcomes, poor, values_of, verdict  # noqa: F401 - poor is a fixture

JANUARY, FEBRUARY, MARCH = (date(2019, month, 1) for month in (1, 2, 3))
KIND = "hardship_subsidy"


def paid(person) -> dict[str, str]:
    rows = Payment.objects.live().filter(person=person).order_by("month")
    return {f"{one.month:%Y-%m}": f"{one.amount:.2f}" for one in rows}


def row(person, **cells) -> dict:
    return {"姓名": person.name, "身份证号": person.id_number, **cells}


# -- which months --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "months"),
    [
        ({"amount": "740.00", "back_months": "2019-01,2019-02"}, [JANUARY, FEBRUARY]),
        ({"amount": "1110.00", "back_months": "2019-01,2019-02"}, [JANUARY, FEBRUARY, MARCH]),
        ({"amount": "370.00", "back_months": "2019-01,2019-02", "back_amount": "740.00"}, [JANUARY, FEBRUARY, MARCH]),
        ({"amount": "1110.00", "back_months": "2019-01,2019-02", "back_amount": "740.00"}, [JANUARY, FEBRUARY, MARCH]),
        ({"amount": "0.00", "back_months": "2019-01", "back_amount": "370.00"}, [JANUARY]),
        ({"amount": "740.00", "month": "2019-01,2019-02"}, [JANUARY, FEBRUARY]),
        ({"amount": "1110.00", "month": "2019-01,2019-02,2019-03"}, [JANUARY, FEBRUARY, MARCH]),
        ({"amount": "370.00", "month": "2019-02"}, [FEBRUARY]),
        ({"amount": "1110.00", "month": "2019-03", "back_months": "2019-01,2019-02", "months": 3},
         [JANUARY, FEBRUARY, MARCH]),
    ],
)  # fmt: skip
def test_the_standards_say_which_months_an_amount_covers(haizhou_clerk, poor, cells, months):  # noqa: F811
    cells = cells | {name: Decimal(cells[name]) for name in ("amount", "back_amount") if name in cells}
    (one,) = outcomes(haizhou_clerk, values_of(poor(), **cells))
    assert (one.codes, one.warnings, one.data.months) == ([], ["W_BACK_PAY"], months)
    assert one.amount == one.data.amount == 370 * len(months)


def test_the_reminder_names_the_months_and_the_sum(haizhou_clerk, poor):  # noqa: F811
    person = poor()
    (one,) = outcomes(haizhou_clerk, values_of(person, amount=Decimal(1110), back_months="2019-01,2019-02"))
    assert one.messages[0][2].startswith("补发 2019-01、2019-02，连同本月共 3 个月，合计 1,110.00 元")
    (plain,) = outcomes(haizhou_clerk, values_of(person, back_months="2019-03"))
    assert (plain.codes, plain.warnings) == ([], []), "the roll's own month is no back-pay"


@pytest.mark.parametrize(
    ("cells", "wanted", "said"),
    [
        ({"back_months": "2019-01", "amount": "371"}, "AMOUNT_NOT_STANDARD", "按档案应为 370.00 元"),
        ({"back_months": "2019-01", "amount": "370", "back_amount": "369"}, "AMOUNT_NOT_STANDARD", "应为 740.00 元"),
        ({"amount": "370", "back_amount": "370"}, "MONTH_INVALID", "填了补发金额，却没有写明是哪几个月"),
        ({"back_months": "2019-01,2019-02", "amount": "740", "months": 4}, "MONTH_INVALID", "月数与写明的月份不符"),
        ({"back_months": "2019-03,2019-04", "amount": "740"}, "MONTH_INVALID", "不能晚于名册的月份"),
    ],
)  # fmt: skip
def test_what_does_not_agree_is_refused_with_what_to_do(haizhou_clerk, poor, cells, wanted, said):  # noqa: F811
    cells = cells | {name: Decimal(cells[name]) for name in ("amount", "back_amount") if name in cells}
    (one,) = outcomes(haizhou_clerk, values_of(poor(), **cells))
    assert one.codes[0] == wanted
    assert any(said in sentence for _, _, sentence in one.messages), one.messages


# -- judged by what held then --------------------------------------------------------------------------------------


def test_each_month_has_the_standard_of_then(haizhou_clerk, poor):  # noqa: F811
    """370 until 2020, 710 from 2021 on."""
    march, named = date(2021, 3, 1), "2020-12,2021-01"
    person = poor()
    assert verdict(haizhou_clerk, person, month=march, back_months=named, amount=Decimal(1080)) == []
    assert verdict(haizhou_clerk, person, month=march, back_months=named, amount=Decimal(1420)) == [
        "AMOUNT_NOT_STANDARD"
    ]


def test_each_month_has_the_certificate_and_the_status_of_then(haizhou_clerk, poor, make_person):  # noqa: F811
    person = make_person(hardship="低保")
    certificate(person, 2, date(2015, 1, 1), date(2019, 1, 31))
    certificate(person, 1, date(2019, 2, 1))
    assert verdict(haizhou_clerk, person, back_months="2019-01", amount=Decimal(300)) == []
    assert verdict(haizhou_clerk, person, back_months="2019-02", amount=Decimal(370)) == []
    HardshipStatus.objects.filter(person=person).update(valid_from=date(2019, 2, 1))
    assert verdict(haizhou_clerk, person, back_months="2019-01", amount=Decimal(300)) == ["INELIGIBLE_HOUSEHOLD"]
    late = make_person(hardship="低保")
    certificate(late, 1, date(2019, 2, 1))
    assert verdict(haizhou_clerk, late, back_months="2019-01", amount=Decimal(370)) == ["INELIGIBLE_GRADE"]


def test_who_lost_the_claim_since_is_paid_for_the_months_before(haizhou_clerk, poor):  # noqa: F811
    """A certificate that ran out in January, a death in February, a move out of the city in February."""
    person = poor()
    Certificate.objects.filter(person=person).update(valid_to=date(2019, 1, 31))
    assert verdict(haizhou_clerk, person, back_months="2019-01", amount=Decimal(370)) == []
    assert verdict(haizhou_clerk, person, back_months="2019-02", amount=Decimal(370)) == ["CERT_EXPIRED"]
    dead = poor(died_on=date(2019, 1, 20))
    assert verdict(haizhou_clerk, dead, back_months="2019-01", amount=Decimal(370)) == []
    assert verdict(haizhou_clerk, dead, back_months="2019-02", amount=Decimal(370)) == ["PERSON_DEAD"]
    gone = poor(moved_out_on=date(2019, 1, 20))
    assert verdict(haizhou_clerk, gone, back_months="2019-01", amount=Decimal(370)) == []
    assert verdict(haizhou_clerk, gone, back_months="2019-02", amount=Decimal(370)) == ["WRONG_DISTRICT"]


def test_a_month_paid_before_names_the_roll_that_paid_it(haizhou_clerk, poor, make_roll):  # noqa: F811
    person, here = poor("甲"), poor("乙")
    make_roll(person, month=JANUARY, reference="201901-320706-3")
    named = {"back_months": "2019-01,2019-02", "amount": Decimal(740)}
    one, other = outcomes(haizhou_clerk, values_of(person, **named), values_of(here, **named))
    assert (one.codes, other.codes) == (["ALREADY_PAID"], [])
    assert one.messages[0][2].startswith("此人本项目 2019-01 已由批次 201901-320706-3 发放过")


def test_of_a_roll_out_of_sight_only_that_there_is_one_is_said(haizhou_clerk, poor, make_roll):  # noqa: F811
    from lianyungang_cdpf.accounts.models import Area

    person = poor()
    make_roll(person, month=MARCH, reference="SECRET-REF")
    Payment.objects.update(area=Area.objects.get(code=DONGHAI_TOWN))
    (one,) = outcomes(haizhou_clerk, values_of(person))
    assert one.codes == ["ALREADY_PAID"]
    assert one.messages[0][2].startswith("此人本项目 2019-03 已由其他县区发放过")


# -- from the file to the payments ---------------------------------------------------------------------------------


def test_a_roll_with_back_pay_is_read_judged_and_posted(take_in, told, poor, haizhou_clerk, sign_in):  # noqa: F811
    """As an office writes it: 补发月份 and 补发金额 beside the month's own amount, most rows without."""
    plain, back, alone = poor("甲"), poor("乙"), poor("丙")
    job = take_in(
        KIND,
        row(plain, 补贴金额="370"),
        row(back, 补贴金额="370", 补发月份="2019年1-2月", 补发金额="740.00"),
        row(alone, 补贴金额="0", 补发月份="补发2月", 补发金额="370"),
    )
    assert job.state == "posted", (job.state, job.sentence)
    assert job.summary["total_valid_amount"] == "1850.00"
    assert [one["code"] for one in job.summary["warnings"]] == ["W_BACK_PAY"]
    assert paid(plain) == {"2019-03": "370.00"}
    assert paid(back) == {"2019-01": "370.00", "2019-02": "370.00", "2019-03": "370.00"}
    assert paid(alone) == {"2019-02": "370.00"}
    roll = Roll.objects.get()
    assert (roll.row_count, roll.payment_count, roll.total) == (3, 5, Decimal(1850))
    client = sign_in(haizhou_clerk)
    page = client.get(reverse("admin:subsidies_roll_change", args=[roll.pk])).content.decode()
    assert "3 笔，1,110.00 元" in page
    listed = client.get(reverse("admin:subsidies_payment_changelist"), {"roll__id__exact": roll.pk, "back": "yes"})
    assert {payment.month for payment in listed.context["cl"].queryset} == {JANUARY, FEBRUARY}
    assert "2019-01（补发）" in listed.content.decode()
    text = client.post(reverse("admin:subsidies_payment_export"), {"format": "1"}).content.decode("utf-8-sig")
    rows = {(one["姓名"], one["所属月份"]): one["补发"] for one in csv.DictReader(io.StringIO(text))}
    assert rows["乙", "2019-01"] == "补发" and rows["乙", "2019-03"] == ""
    printed = "".join(part.decode() for part in client.get(reverse("roll:print", args=[roll.pk])).streaming_content)
    assert "2019-02（补发）" in printed


def test_a_second_roll_can_not_pay_the_month_again(take_in, told, poor):  # noqa: F811
    person = poor("甲")
    take_in(KIND, row(person, 金额="740", 预拨月份="2019.1-2019.2"))
    assert paid(person) == {"2019-01": "370.00", "2019-02": "370.00"}
    again = take_in(KIND, row(person, 金额="1110", 月份="1-3月"), name="又一份.csv")
    assert told(again)[2].startswith("ALREADY_PAID")
    assert paid(person) == {"2019-01": "370.00", "2019-02": "370.00"}


def test_what_names_no_month_is_an_error_of_its_row_alone(take_in, told, poor):  # noqa: F811
    person, other = poor("甲"), poor("乙")
    job = take_in(KIND, row(person, 金额="370", 补发月份="去年"), row(other, 金额="370", 补发月份=""))
    assert told(job) == {2: "MONTH_INVALID"}
    assert paid(other) == {"2019-03": "370.00"}
