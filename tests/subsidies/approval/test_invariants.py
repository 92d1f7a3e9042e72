"""I4 by check_invariants: what was written past the deeds, with the database's guard off, is found."""

import io
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from beneficiaries.merging import merge_people
from subsidies.approval import triggers
from subsidies.approval.sealing import roll_digest
from subsidies.models import Approval, Payment, Roll


@pytest.fixture
def roll(make_roll, make_person, walk, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "none"
    return walk(make_roll(make_person("甲"), make_person("乙"), make_person("丙")), to="approved")


@contextmanager
def unguarded():
    """The triggers are off, as for somebody at the database's own console who takes them away."""
    with connection.schema_editor() if connection.vendor == "postgresql" else _editor() as editor:
        triggers.drop(None, editor)
    yield
    with connection.schema_editor() if connection.vendor == "postgresql" else _editor() as editor:
        triggers.create(None, editor)


@contextmanager
def _editor():
    # SQLite's own refuses to begin inside a transaction that checks foreign keys; these statements need none of it.
    editor = connection.SchemaEditorClass(connection, atomic=False)
    editor.deferred_sql = []
    yield editor


def breaches() -> list[str]:
    said = io.StringIO()
    try:
        call_command("check_invariants", stdout=said)
    except CommandError:
        return said.getvalue().splitlines()
    return []


def test_a_roll_that_went_its_way_breaks_nothing(roll):
    assert breaches() == []


@pytest.mark.parametrize(
    "change",
    [
        {"amount": "370.01"}, {"account_no": "6222020000000000000"}, {"account_digest": "0" * 64},
        {"account_holder": "别人"}, {"row": 77}, {"month": "2019-05-01"}, {"payee": 1}, {"standard_amount": "1"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_a_payment_changed_after_approval_is_found(roll, change):
    with unguarded():
        Payment.objects.filter(roll=roll, row=3).update(**change)
    assert f"I4：花名册 {roll.reference} 的发放数据与审批通过时的摘要不符。" in breaches()


def test_a_payment_that_was_taken_away_or_exchanged_is_found(roll):
    first, second = Payment.objects.filter(roll=roll).order_by("pk")[:2]
    with unguarded():
        Payment.objects.filter(pk=first.pk).update(account_no=second.account_no, row=second.row)
        Payment.objects.filter(pk=second.pk).update(live=False)
        Roll.objects.filter(pk=roll.pk).update(payment_count=2, total="740.00")
    assert breaches() == [f"I4：花名册 {roll.reference} 的发放数据与审批通过时的摘要不符。"]


def test_what_happens_to_a_payment_later_leaves_the_seal_whole(roll, make_person, haizhou_clerk, walk):
    kept, gone = make_person("甲某"), Payment.objects.filter(roll=roll).first().person
    merge_people(by=haizhou_clerk, kept=kept, gone=gone, reason="同一人两份档案")
    Payment.objects.filter(roll=roll, row=3).update(returned_on="2019-04-01", return_reason="户名不符")
    assert roll_digest(roll) == roll.digest
    assert breaches() == []


def test_another_person_without_a_merge_is_found(roll, make_person):
    payment = Payment.objects.filter(roll=roll).first()
    Payment.objects.filter(pk=payment.pk).update(person=make_person("冒领"))
    assert breaches() == [f"I4：花名册 R-1 的发放 {payment.pk} 换了残疾人档案，却没有合并记录。"]


def test_a_roll_approved_by_its_preparer_is_found(roll, taker):
    with unguarded():
        Roll.objects.filter(pk=roll.pk).update(posted_by=taker("review"))
    found = breaches()
    assert "I4：花名册 R-1 的“审核”由编制它的人自己办理。" in found
    assert "I4：花名册 R-1 的审批记录与它的编制人不符。" in found


def test_an_approved_roll_without_an_approval_is_found(roll):
    with unguarded():
        Approval.objects.filter(deed="approve").delete()
    assert breaches() == ["I4：花名册 R-1 没有审批通过的记录，却已是待发放或已发放。"]


def test_the_seal_is_of_this_roll_and_this_key(roll, settings, make_roll, make_person, walk):
    other = walk(make_roll(make_person("丁"), reference="R-2"), to="approved")
    assert roll.digest != other.digest
    settings.DIGEST_KEY = b"another key of thirty-two bytes!"
    assert roll_digest(roll) != roll.digest


def test_sealing_asks_the_database_once_whatever_the_rows(roll, django_assert_num_queries):
    with django_assert_num_queries(1):
        roll_digest(roll)
