"""Exceptions in the ledgers: seen at the payment and its roll, found by a filter, changed by nobody."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from subsidies.actions import undo_roll
from subsidies.forms import CheckForm
from subsidies.models import Payment, PaymentAcceptance, ProgrammeCheck, Roll

PAYMENTS, ROLLS = reverse("admin:subsidies_payment_changelist"), reverse("admin:subsidies_roll_changelist")


@pytest.fixture
def reviewer(make_staff):
    return make_staff("haizhou_reviewer", role="district_reviewer", name="审核员")


@pytest.fixture
def roll(make_roll, make_person, haizhou_clerk, reviewer):
    """A roll of two payments, the second accepted against the check of the name."""
    roll = make_roll(make_person("郑志"), make_person("王芳"), reference="HZ-1")
    make_roll(make_person("赵六"), reference="HZ-2")
    PaymentAcceptance.objects.create(
        payment=roll.payments.order_by("-pk").last(), codes="NAME_MISMATCH", reason="姓名为生僻字，Excel 丢失",
        accepted_by=reviewer, accepted_at=timezone.now(), uploaded_by=haizhou_clerk,
    )  # fmt: skip
    return roll


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def body(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_payments_page_says_who_accepted_what_and_why(haizhou, roll):
    accepted = PaymentAcceptance.objects.get().payment
    page = body(haizhou.get(reverse("admin:subsidies_payment_change", args=[accepted.pk])))
    assert "接受“姓名与档案不一致”，理由：姓名为生僻字，Excel 丢失" in page and "审核员于" in page
    other = Payment.objects.exclude(pk=accepted.pk).first()
    assert "理由：" not in body(haizhou.get(reverse("admin:subsidies_payment_change", args=[other.pk])))


def test_the_rolls_page_lists_its_exceptions(haizhou, roll):
    page = body(haizhou.get(reverse("admin:subsidies_roll_change", args=[roll.pk])))
    assert "查看 1 笔" in page and "理由：姓名为生僻字" in page
    plain = body(haizhou.get(reverse("admin:subsidies_roll_change", args=[Roll.objects.get(reference="HZ-2").pk])))
    assert "理由：" not in plain


def test_payments_and_rolls_with_exceptions_are_found_by_a_filter(haizhou, roll):
    payments = haizhou.get(PAYMENTS, {"exception": "yes"}).context["cl"].result_list
    assert [one.pk for one in payments] == [PaymentAcceptance.objects.get().payment_id]
    assert [one.reference for one in haizhou.get(ROLLS, {"exception": "yes"}).context["cl"].result_list] == ["HZ-1"]


def test_an_undone_roll_keeps_its_reasons(roll, haizhou_clerk):
    undo_roll(roll=roll, by=haizhou_clerk)
    assert PaymentAcceptance.objects.get().reason == "姓名为生僻字，Excel 丢失"


@pytest.mark.parametrize(("code", "may"), [("NAME_MISMATCH", True), ("PERSON_DEAD", False), ("ID_CHECKSUM", False)])
def test_the_form_offers_acceptance_only_where_nothing_can_go_wrong(city, code, may):
    check = ProgrammeCheck.objects.filter(programme__code="hardship_subsidy", code=code).get()
    form = CheckForm({"severity": "error", "acceptable": "on"}, instance=check)
    assert form.fields["acceptable"].disabled is not may
    assert form.is_valid() and form.cleaned_data["acceptable"] is may


def test_what_may_be_accepted_is_shipped_as_data(city):
    codes = ProgrammeCheck.objects.filter(acceptable=True).values_list("code", flat=True)
    assert set(codes) == {"NAME_MISMATCH", "CERT_MISMATCH", "BANK_LUHN"}


def breaches() -> str:
    said = io.StringIO()
    with pytest.raises(CommandError):
        call_command("check_invariants", stdout=said)
    return said.getvalue()


def past_the_constraints(sql: str, *values):
    """As if the database had let it through: its checks are off for one statement, or gone for the test."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = 1")
            cursor.execute(sql, values)
            cursor.execute("PRAGMA ignore_check_constraints = 0")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for one in PaymentAcceptance._meta.constraints:
                cursor.execute(f"ALTER TABLE {PaymentAcceptance._meta.db_table} DROP CONSTRAINT {one.name}")
            cursor.execute(sql, values)


def test_a_roll_that_lost_its_reasons_is_found(send, run_import, post, standards, make_person, haizhou_clerk, reviewer):
    from lianyungang_cdpf.intake.correcting import accept_row

    person = make_person("王芳", category=4, grade=1, hardship="低保")
    rows = [["姓名", "身份证号", "金额"], ["王口", person.id_number, "370"]]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    accept_row(job=job, sheet="", row=2, reason="姓名为生僻字，Excel 丢失", version=0, by=reviewer)
    post(job)
    said = io.StringIO()
    call_command("check_invariants", stdout=said)
    assert "全部相符" in said.getvalue()
    PaymentAcceptance.objects.all().delete()
    assert "没有留下理由" in breaches()


def test_an_exception_without_a_reason_is_found(roll):
    past_the_constraints("UPDATE subsidies_paymentacceptance SET reason = %s", "好")
    assert "没有写明理由" in breaches()


def test_an_exception_that_its_preparer_accepted_is_found(roll, haizhou_clerk):
    past_the_constraints("UPDATE subsidies_paymentacceptance SET accepted_by_id = %s", haizhou_clerk.pk)
    assert "自己接受" in breaches()
