"""A reviewer lets a row through against a check, with a reason that stays with the payment."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.actions import ImportConflict
from lianyungang_cdpf.intake.correcting import RowRefused, accept_row, withdraw_acceptance
from lianyungang_cdpf.intake.models import RowDecision
from subsidies.models import Payment, PaymentAcceptance, ProgrammeCheck
from tests.intake.corrections.conftest import WRONG_ACCOUNT
from tests.intake.corrections.oracle import assert_as_judged_whole, told

REASON = "户口本为𬱟字，Excel 丢失"


@pytest.fixture
def odd(roll, people, line):
    """The name of row 3 has lost a character, and its account is a passbook's."""
    first, second, third = people
    return roll([line(first), line(second, name="乙口", account=WRONG_ACCOUNT), line(third, amount="1")])


def accept(job, by, row=3, reason=REASON, version=0):
    return accept_row(job=job, sheet="", row=row, reason=reason, version=version, by=by)


def test_an_accepted_row_may_be_entered_and_its_reason_stays_with_the_payment(odd, reviewer, post, people):
    accept(odd, reviewer)
    assert told(odd)["", 3] == ("warned", "W_ACCEPTED,NAME_MISMATCH,BANK_LUHN")
    assert (odd.summary["valid_rows"], odd.summary["bad_rows"]) == (2, 1)
    assert_as_judged_whole(odd)
    job = post(odd)
    assert (job.state, job.applied_rows) == ("posted", 2)
    kept = PaymentAcceptance.objects.get()
    assert (kept.payment.person, kept.codes, kept.reason) == (people[1], "NAME_MISMATCH,BANK_LUHN", REASON)
    assert (kept.accepted_by, kept.uploaded_by, kept.corrected_by) == (reviewer, job.staff, None)
    assert list(Payment.objects.with_exceptions()) == [kept.payment]


def test_a_row_of_several_months_keeps_its_reason_with_each_payment(
    send, run_import, post, people, reviewer, haizhou_clerk
):
    first = people[0]
    rows = [["姓名", "身份证号", "金额", "月数"], ["甲口", first.id_number, "740", "2"]]
    job = run_import(send(haizhou_clerk, "hardship_subsidy", rows))
    accept(job, reviewer, row=2)
    post(job)
    assert PaymentAcceptance.objects.count() == Payment.objects.count() == 2


def test_a_roll_without_exceptions_keeps_none(roll, people, line, post):
    post(roll([line(people[0])]))
    assert Payment.objects.count() == 1 and not PaymentAcceptance.objects.exists()


def test_who_uploaded_accepts_nothing_by_a_second_account(odd, haizhou_clerk, make_staff):
    # The first account is out of force, or the second would not have got its role.
    type(haizhou_clerk).objects.filter(pk=haizhou_clerk.pk).update(employee_no="0717", is_active=False)
    with pytest.raises(RowRefused, match="您上传的"):
        accept(odd, make_staff("second", role="district_reviewer", employee_no="0717"))


@pytest.mark.parametrize("reason", ["", "    ", "可以", "可 以 了", "甲" * 301])
def test_a_reason_has_to_be_written(odd, reviewer, reason):
    with pytest.raises(RowRefused) as refusal:
        accept(odd, reviewer, reason=reason)
    assert "理由" in refusal.value.sentence and not RowDecision.objects.exists()


def test_what_cannot_be_accepted_is_named(odd, reviewer):
    with pytest.raises(RowRefused) as refusal:
        accept(odd, reviewer, row=4)
    assert "金额与补贴标准不符" in refusal.value.sentence
    with pytest.raises(ImportConflict):
        accept(odd, reviewer, row=2)


def test_what_may_be_accepted_is_data(odd, reviewer):
    ProgrammeCheck.objects.filter(code="BANK_LUHN").update(acceptable=False)
    with pytest.raises(RowRefused) as refusal:
        accept(odd, reviewer)
    assert "银行账号校验位不符" in refusal.value.sentence


def test_nobody_accepts_a_row_of_their_own_upload(odd, haizhou_clerk):
    with pytest.raises(RowRefused) as refusal:
        accept(odd, haizhou_clerk)
    assert "您上传的" in refusal.value.sentence


def test_nobody_accepts_in_an_import_that_they_corrected(odd, correct, city_clerk):
    correct(odd, 4, amount="2", by=city_clerk)
    with pytest.raises(RowRefused) as refusal:
        accept(odd, city_clerk)
    assert "您改正过" in refusal.value.sentence


def test_a_correction_ends_the_acceptance(odd, reviewer, correct):
    accept(odd, reviewer)
    correct(odd, 3, name="乙某")
    decision = odd.decisions.get()
    assert (decision.accepted_by, decision.reason, decision.accepted_codes) == (None, "", "")
    assert told(odd)["", 3] == ("bad", "NAME_MISMATCH,BANK_LUHN,W_CORRECTED")
    assert_as_judged_whole(odd)


def test_an_acceptance_can_be_taken_back(odd, reviewer):
    before = told(odd)
    accept(odd, reviewer)
    withdraw_acceptance(job=odd, sheet="", row=3, version=1, by=reviewer)
    assert told(odd) == before
    assert_as_judged_whole(odd)


def test_something_new_at_posting_makes_the_row_wrong_again(odd, reviewer, post, people):
    accept(odd, reviewer)
    people[1].died_on = date(2019, 1, 1)
    people[1].save()
    job = post(odd)
    assert (job.state, Payment.objects.count()) == ("ready", 0)
    assert told(job)["", 3] == ("bad", "NAME_MISMATCH,PERSON_DEAD,BANK_LUHN")
    assert (post(job).applied_rows, PaymentAcceptance.objects.count()) == (1, 0)


def test_a_check_that_may_not_be_accepted_any_more_is_shown_before_posting(odd, reviewer, post):
    accept(odd, reviewer)
    ProgrammeCheck.objects.filter(code="BANK_LUHN").update(acceptable=False)
    job = post(odd)
    assert (job.state, told(job)["", 3][0], Payment.objects.count()) == ("ready", "bad", 0)


def test_an_acceptance_is_in_the_log_without_the_person(odd, reviewer, post):
    accept(odd, reviewer)
    line = AuditLine.objects.get(deed="接受例外行")
    assert (line.summary, line.username) == ("第 3 行：姓名与档案不一致、银行账号校验位不符", "haizhou_reviewer")
    post(odd)
    assert AuditLine.objects.get(deed="带例外入账").summary.endswith("1 行")


# -- the database's own word -----------------------------------------------------------------------------------------


def refused(name: str, write):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        write()
    assert name in str(refusal.value)


def test_the_database_keeps_reviewer_and_preparer_apart(odd, reviewer, haizhou_clerk):
    accept(odd, reviewer)
    decisions = RowDecision.objects.all()
    refused("nobody_accepts_a_row_they_uploaded", lambda: decisions.update(accepted_by=haizhou_clerk))
    refused("nobody_accepts_a_row_they_corrected", lambda: decisions.update(corrected_by=reviewer))


@pytest.mark.parametrize("reason", ["", "好", "    好    "])
def test_the_database_wants_a_reason(odd, reviewer, reason):
    accept(odd, reviewer)
    refused("accepted_row_has_its_reason", lambda: RowDecision.objects.update(reason=reason))


def test_the_database_keeps_one_decision_per_row(odd, reviewer, haizhou_clerk):
    accept(odd, reviewer)
    twin = RowDecision(job=odd, row=3, uploaded_by=haizhou_clerk)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"reason": "好"}, "payment_acceptance_has_its_reason"),
        ({"codes": ""}, "payment_acceptance_has_its_reason"),
        ({"accepted_by": "uploader"}, "payment_accepted_by_another_than_uploaded_it"),
        ({"corrected_by": "reviewer"}, "payment_accepted_by_another_than_corrected_it"),
    ],
)
def test_the_database_keeps_the_payments_reason_whole(odd, reviewer, haizhou_clerk, post, fields, name):
    accept(odd, reviewer)
    post(odd)
    people = {"uploader": haizhou_clerk, "reviewer": reviewer}
    fields = {field: people.get(value, value) for field, value in fields.items()}
    refused(name, lambda: PaymentAcceptance.objects.update(**fields))


def test_the_database_lets_no_dangerous_check_be_acceptable(city):
    dangerous = (
        "ID_CHECKSUM", "UNKNOWN_PERSON", "PERSON_DEAD", "DUPLICATE_IN_FILE", "ALREADY_PAID", "WRONG_DISTRICT",
        "AMOUNT_NEGATIVE", "AMOUNT_FORMAT",
    )  # fmt: skip
    for code in dangerous:
        checks = ProgrammeCheck.objects.filter(code=code)
        refused("only_harmless_checks_are_acceptable", lambda checks=checks: checks.update(acceptable=True))


def test_an_acceptance_says_when(odd, reviewer):
    accept(odd, reviewer)
    assert odd.decisions.get().accepted_at <= timezone.now()
