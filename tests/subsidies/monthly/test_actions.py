"""Reasons are written by who prepares the rolls; a roll with an open difference is neither handed in nor passed."""

from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from beneficiaries.merging import merge_people
from beneficiaries.models import Merge
from lianyungang_cdpf.audit.models import AuditLine
from subsidies.approval.actions import approve_roll, return_roll, submit_roll
from subsidies.models import DifferenceReason, Payment, Roll
from subsidies.monthly import actions
from subsidies.monthly.actions import give_reasons
from subsidies.monthly.differences import Differences, open_in_words
from tests.fixtures_city import DONGHAI, make_id


@pytest.fixture
def roll(february, march, make_person):
    """Of March, with one new person and one who is missing."""
    stays, goes, comes = make_person("留"), make_person("去"), make_person("来")
    february(stays, goes)
    return march(stays, comes)


def keys_of(roll, kind):
    return [one.change.key for one in Differences(roll).found if one.kind == kind]


def settle(roll, by):
    give_reasons(roll=roll, by=by, kind="new", code="application", every_open=True)
    give_reasons(roll=roll, by=by, kind="stopped", code="voluntary", every_open=True)


def refused(deed, **given) -> str:
    with pytest.raises(ValidationError) as error:
        deed(**given)
    (sentence,) = error.value.messages
    assert sentence.endswith("。")
    return sentence


def test_a_roll_is_handed_in_once_every_difference_has_its_reason(roll, taker):
    clerk = taker("prepare")
    sentence = refused(submit_roll, roll=roll, by=clerk)
    assert sentence == (
        "批次 R-3 与 2019-02 相比还有 2 项变动没有写明原因（新增 1 项、停发 1 项），不能提交或通过："
        "请由编制人在花名册的“与上月相比”页面逐项或批量写明原因。"
    )
    give_reasons(roll=roll, by=clerk, kind="new", code="application", keys=keys_of(roll, "new"))
    assert "还有 1 项变动没有写明原因（停发 1 项）" in refused(submit_roll, roll=roll, by=clerk)
    give_reasons(roll=roll, by=clerk, kind="stopped", code="imprisoned", keys=keys_of(roll, "stopped"))
    assert submit_roll(roll=roll, by=clerk).state == "submitted"


def test_a_reason_that_somebody_writes_at_the_same_moment_is_a_sentence(roll, taker, monkeypatch):
    clerk, insert = taker("prepare"), actions.insert_rows

    def after_another(*told, **more):
        insert(*told, **more)
        insert(*told, **more)

    monkeypatch.setattr(actions, "insert_rows", after_another)
    sentence = refused(give_reasons, roll=roll, by=clerk, kind="stopped", code="voluntary", every_open=True)
    assert sentence == "同时有其他人写明了其中的变动原因：请刷新页面后核对。"


def test_two_records_with_the_same_reason_are_merged_and_one_reason_stays(roll, taker, haizhou_clerk, make_person):
    give_reasons(roll=roll, by=taker("prepare"), kind="stopped", code="voluntary", every_open=True)
    reason = DifferenceReason.objects.get()
    kept = make_person("去")
    DifferenceReason.objects.create(
        programme=reason.programme, month=reason.month, area=reason.area, person=kept, kind="stopped",
        code="imprisoned", by=haizhou_clerk,
    )  # fmt: skip
    merge_people(by=haizhou_clerk, kept=kept, gone=reason.person, reason="同一人两份档案")
    assert (DifferenceReason.objects.get().person, DifferenceReason.objects.get().code) == (kept, "imprisoned")
    assert '"code": "voluntary"' in Merge.objects.get().values, "what was dropped stays in the log"


def test_what_the_portal_knows_needs_no_hand(february, march, make_person, taker):
    stays, dead = make_person("留"), make_person("亡")
    february(stays, dead)
    roll = march(stays)
    dead.died_on = "2019-02-20"
    dead.save()
    assert submit_roll(roll=roll, by=taker("prepare")).state == "submitted"


def test_a_difference_that_comes_up_later_holds_the_approval_up(february, march, make_person, taker):
    from subsidies.actions import undo_roll

    one, other = make_person("甲"), make_person("乙")
    february(one, other)
    first, second = march(one), march(other, reference="R-3b")
    first = submit_roll(roll=first, by=taker("prepare"))
    undo_roll(roll=second, by=taker("prepare"))
    assert "停发 1 项" in refused(approve_roll, roll=first, by=taker("review"))
    give_reasons(roll=first, by=taker("prepare"), kind="stopped", code="voluntary", every_open=True)
    assert approve_roll(roll=first, by=taker("review")).next_step.code == "confirm"


def test_a_reason_says_who_wrote_it_and_leaves_a_line(roll, taker):
    clerk, key = taker("prepare"), keys_of(roll, "new")
    assert give_reasons(roll=roll, by=clerk, kind="new", code="other", note=" 镇里补报的新对象 ", keys=key) == 1
    kept = DifferenceReason.objects.get()
    assert (kept.by, kept.note, str(kept), kept.area, kept.month) == (
        clerk, "镇里补报的新对象", "其他", roll.area, roll.month
    )  # fmt: skip
    line = AuditLine.objects.get(deed="填写变动原因")
    assert (line.staff, line.summary) == (clerk, "R-3：2019-03 1 项")


def test_a_reason_may_be_changed_until_the_roll_is_handed_in(roll, taker):
    clerk, key = taker("prepare"), keys_of(roll, "stopped")
    settle(roll, clerk)
    give_reasons(roll=roll, by=clerk, kind="stopped", code="income_over", keys=key)
    assert DifferenceReason.objects.get(kind="stopped").code == "income_over"
    roll = submit_roll(roll=roll, by=clerk)
    for kind, code in (("stopped", "voluntary"), ("new", "reinstated")):
        said = refused(give_reasons, roll=roll, by=clerk, kind=kind, code=code, keys=keys_of(roll, kind))
        assert said == "花名册已提交审批，已有的原因不能再改；退回后可以修改。"
    roll = return_roll(roll=roll, by=taker("review"), reason="停发原因写错了")
    assert give_reasons(roll=roll, by=clerk, kind="stopped", code="voluntary", keys=key) == 1


def test_a_stop_stays_as_it_is_when_any_roll_of_the_month_was_handed_in(roll, march, make_person, taker):
    clerk = taker("prepare")
    settle(roll, clerk)
    submit_roll(roll=roll, by=clerk)
    second = march(make_person("后"), reference="R-3b")
    key = keys_of(second, "stopped")
    assert "不能再改" in refused(give_reasons, roll=second, by=clerk, kind="stopped", code="income_over", keys=key)
    assert give_reasons(roll=second, by=clerk, kind="new", code="application", keys=keys_of(second, "new")) == 1


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "new", "code": "other", "note": "不详"}, "原因选“其他”的，请写明说明，至少五个字。"),
        ({"kind": "new", "code": "death"}, "没有这个原因，请重新选择。"),
        ({"kind": "nothing", "code": "death"}, "没有这个原因，请重新选择。"),
        ({"kind": "stopped", "code": "death"},
         "所选的变动里有“新增”，与“停发”的原因不符：请按变动的种类分别选择。"),
        ({"kind": "new", "code": "application", "note": "长" * 201}, "说明最多 200 个字。"),
        ({"kind": "new", "code": "application", "keys": []}, "请先选择要填写原因的变动。"),
        ({"kind": "new", "code": "application", "keys": [(987654321, "new")]},
         "所选的变动里有的已不存在：请刷新页面后重新选择。"),
    ],
)  # fmt: skip
def test_what_is_no_reason_is_refused_with_a_sentence(roll, taker, given, said):
    asked = {"roll": roll, "by": taker("prepare"), "keys": keys_of(roll, "new"), **given}
    assert refused(give_reasons, **asked) == said
    assert not DifferenceReason.objects.exists()


@pytest.mark.parametrize(("code", "place"), [("review", "320706"), ("prepare", DONGHAI), ("prepare", "320700")])
def test_only_the_places_own_preparers_write_reasons(roll, taker, code, place):
    said = refused(give_reasons, roll=roll, by=taker(code, place), kind="new", code="application", every_open=True)
    assert said == "变动原因只能由编制本单位花名册的人员填写。"


def reason(roll, **fields):
    person = Payment.objects.filter(roll=roll).first().person
    values = {"kind": "new", "code": "application", **fields}
    return DifferenceReason.objects.create(
        programme=roll.programme, month=roll.month, area=roll.area, person=person, by=roll.posted_by, **values
    )


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({}, "one_reason_per_difference"),
        ({"kind": "stopped", "code": "other", "note": "不详"}, "another_reason_has_its_note"),
        ({"kind": "stopped", "code": "application"}, "difference_reason_fits_its_kind"),
    ],
)
def test_the_database_holds_the_rules_itself(roll, fields, name):
    reason(roll)
    reason(roll, kind="stopped", code="other", note="本人电话说明")
    DifferenceReason.objects.filter(kind="stopped").delete()
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        reason(roll, **fields)
    # SQLite names the columns of a unique index, not the index.
    assert name in str(error.value) or "UNIQUE" in str(error.value)


def test_a_zone_has_one_reason_per_difference_too(roll, city):
    from lianyungang_cdpf.accounts.models import Zone

    zone = Zone.objects.first()
    reason(roll)
    reason(roll, zone=zone)
    with pytest.raises(IntegrityError), transaction.atomic():
        reason(roll, zone=zone)


@pytest.fixture
def large(february, march, make_person):
    """large(number): a county whose March differs from its February in every way, `number` people a way."""

    people = (make_person(id_number=make_id(one % 500, date(1981, 1, 1 + one // 500))) for one in count())

    def made(number):
        stay, go, come, amount, account = ([next(people) for _ in range(number)] for _ in range(5))
        february(*stay, *go, *amount, *account, reference=f"R-2-{number}")
        roll = march(*stay, *come, *amount, *account, reference=f"R-3-{number}")
        Payment.objects.filter(roll=roll, person__in=amount).update(amount=Decimal("260"))
        Payment.objects.filter(roll=roll, person__in=account).update(account_digest="b" * 64)
        return roll

    return made


def statements(roll) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert open_in_words(roll)
    return len(asked)


def test_the_statements_do_not_grow_with_the_rows(large):
    few = statements(large(2))
    Payment.objects.update(live=False)
    Roll.objects.update(state="undone", payment_count=0)
    assert statements(large(200)) == few <= 25
