"""Claims about the deeds of supervision: who may, when, and what stays of it."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import localdate

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Allocation, SupervisionMessage, SupervisionOrder
from lianyungang_cdpf.targets.supervision.actions import (
    close_order,
    follow_up,
    return_order,
    withdraw_order,
)
from lianyungang_cdpf.targets.supervision.figures import in_words, scope_of
from lianyungang_cdpf.targets.supervision.told import open_notes, replies_of


def test_an_order_keeps_the_figures_on_which_it_was_issued(issue, lagging, make_person, pay):
    order = issue()
    assert str(order) == "督办〔2019〕1号"
    pay(make_person(area="320706006"), 6)
    Allocation.objects.filter(target=lagging).update(goal=3)
    said = SupervisionOrder.objects.get().issue
    assert (said.goal, said.done, said.due, said.light) == (8, 2, 8, "lagging")
    assert in_words(said, lagging) == "截至 2019 年 9 月 30 日，完成 2 人，全年目标 8 人，应达 8 人，滞后"


def test_orders_are_numbered_through_the_plans_year(issue):
    assert [order.sequence for order in (issue(), issue("320722"), issue("xuwei"))] == [1, 2, 3]


def test_what_does_not_lag_gets_no_order(issue, lagging):
    Allocation.objects.filter(target=lagging, area__code="320706").update(goal=2)
    with pytest.raises(ValidationError, match="现在是“提前完成”，只对滞后和略低的签发督办单"):
        issue()
    assert not SupervisionOrder.objects.exists()


@pytest.mark.parametrize("code", ["320706006", "320700"])
def test_only_units_get_orders(issue, code):
    with pytest.raises(ValidationError, match="只发给县区和功能板块"):
        issue(code)


def test_one_order_is_open_per_target_and_unit(issue, answer, city_clerk, due):
    first = issue()
    with pytest.raises(ValidationError, match="已有一份督办单没有办结"):
        issue()
    with pytest.raises(IntegrityError), transaction.atomic():
        SupervisionOrder.objects.create(
            year=2019, sequence=9, target=first.target, area=first.area, due_on=due, issued_by=city_clerk
        )
    answer(first)
    close_order(order=first, text="已追上序时，同意办结。", by=city_clerk)
    assert issue().sequence == 2


def test_a_zone_has_one_open_order_too(issue):
    issue("xuwei")
    with pytest.raises(ValidationError, match="已有一份督办单没有办结"):
        issue("xuwei")


@pytest.mark.parametrize("text", ["", "   ", "快一点"])
def test_an_order_says_what_it_asks_for(issue, text):
    with pytest.raises(ValidationError, match="请写明内容，至少五个字"):
        issue(text=text)
    assert not SupervisionOrder.objects.exists()


def test_the_day_is_not_in_the_past(issue):
    with pytest.raises(ValidationError, match="回复期限不能早于今天"):
        issue(due_on=localdate() - timedelta(days=1))


@pytest.mark.parametrize("role", ["district_clerk", "district_reviewer"])
def test_districts_issue_no_orders(issue, make_staff, role):
    with pytest.raises(ValidationError, match="只有市级业务人员可以签发"):
        issue(by=make_staff("somebody", role=role))


@pytest.mark.parametrize("role", ["leader", "auditor"])
def test_of_the_city_only_its_operators_issue_orders(issue, make_staff, role):
    with pytest.raises(ValidationError, match="只有市级业务人员可以签发"):
        issue(by=make_staff("somebody", area="320700", role=role))


def test_an_order_goes_from_issue_to_reply_to_return_to_closing(issue, answer, city_clerk, make_person, pay, due):
    order = issue()
    answer(order)
    assert SupervisionOrder.objects.get().state == "replied"
    return_order(order=order, text="请补充分乡镇的计划。", due_on=due + timedelta(days=7), by=city_clerk)
    order.refresh_from_db()
    assert (order.state, order.due_on) == ("returned", due + timedelta(days=7))
    answer(order, text="各镇计划见附件，11 月完成。")
    pay(make_person(area="320706006"), 8)
    close_order(order=order, text="同意办结，继续关注。", by=city_clerk)
    order = SupervisionOrder.objects.get()
    assert order.state == "closed" and order.ended_at is not None
    assert (order.issue.done, order.ending.done) == (2, 3)
    assert [one.kind for one in order.messages.all()] == ["issue", "reply", "return", "reply", "closing"]
    assert [line.deed for line in AuditLine.objects.filter(object_type="督办单").order_by("id")] == [
        "签发督办单", "回复督办单", "退回督办回复", "回复督办单", "办结督办单",
    ]  # fmt: skip


def test_an_order_without_an_answer_is_not_closed(issue, city_clerk):
    with pytest.raises(ValidationError, match="现在是“待回复”，不能办结"):
        close_order(order=issue(), text="同意办结。。。", by=city_clerk)


def test_what_has_ended_takes_no_word_more(issue, answer, city_clerk, due):
    order = issue()
    withdraw_order(order=order, text="发错了单位。", by=city_clerk)
    for deed in (
        lambda: answer(order),
        lambda: follow_up(order=order, text="再说一句也好", by=city_clerk),
        lambda: return_order(order=order, text="请补充材料说明", due_on=due, by=city_clerk),
        lambda: withdraw_order(order=order, text="再撤回一次吧", by=city_clerk),
    ):
        with pytest.raises(ValidationError, match="现在是“已撤回”"):
            deed()
    assert SupervisionMessage.objects.count() == 2


def test_a_district_neither_sees_nor_answers_anothers_order(issue, answer, donghai_clerk, haizhou_clerk):
    order = issue()
    assert list(SupervisionOrder.objects.visible_to(haizhou_clerk)) == [order]
    assert not SupervisionOrder.objects.visible_to(donghai_clerk).exists()
    assert not SupervisionMessage.objects.visible_to(donghai_clerk).exists()
    with pytest.raises(ValidationError, match="没有这份督办单，或者它不在您的辖区内"):
        answer(order, by=donghai_clerk)


def test_a_zone_answers_its_own_order_and_its_towns_county_does_not(issue, answer, make_staff):
    order, zone = issue("xuwei"), make_staff("xuwei", area="xuwei")
    lianyun = make_staff("lianyun", area="320703")
    assert not SupervisionOrder.objects.visible_to(lianyun).exists()
    assert answer(order, by=zone).kind == "reply"
    assert scope_of(SupervisionOrder.objects.get()) == scopes.named("xuwei")


def test_a_reviewer_of_the_district_reads_and_does_not_answer(issue, answer, make_staff):
    order, reviewer = issue(), make_staff("reviewer", role="district_reviewer")
    assert SupervisionOrder.objects.visible_to(reviewer).exists()
    with pytest.raises(ValidationError, match="由被督办单位的经办人员回复"):
        answer(order, by=reviewer)


def test_the_city_does_not_answer_in_a_districts_name(issue, answer, city_clerk):
    with pytest.raises(ValidationError, match="由被督办单位的经办人员回复"):
        answer(issue(), by=city_clerk)


def test_who_did_not_read_the_latest_word_is_told_so(issue, answer, city_clerk):
    order = issue()
    seen = answer(order).pk
    follow_up(order=order, text="另外请报人员名单。", by=city_clerk)
    with pytest.raises(ValidationError, match="有了新的往来"):
        close_order(order=order, text="同意办结此单。", by=city_clerk, seen=seen)


def test_an_order_is_overdue_until_it_is_answered(issue, answer):
    order = issue()
    SupervisionOrder.objects.update(due_on=localdate() - timedelta(days=1))
    assert list(SupervisionOrder.objects.overdue(localdate())) == [order]
    order.refresh_from_db()
    reply = answer(order)
    assert reply.is_late
    assert not SupervisionOrder.objects.overdue(localdate()).exists()


@pytest.mark.parametrize("statement", ["UPDATE {} SET text = '改过的话也行'", "DELETE FROM {}"])
def test_the_database_keeps_what_was_said(issue, statement):
    issue()
    with pytest.raises(IntegrityError, match="督办往来只能追加"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format("targets_supervisionmessage"))
    assert SupervisionMessage.objects.get().text == "请说明滞后原因，提出追赶措施。"


def test_the_bulletin_is_told_of_open_orders_and_of_the_latest_replies(issue, answer, city_clerk, lagging):
    answered, waiting = issue(), issue("320722")
    answer(answered)
    answer_later = follow_up(order=answered, text="请补报分镇数字。", by=city_clerk)
    assert answer_later.kind == "follow_up"
    assert list(open_notes(2019)) == [answered, waiting]
    assert not open_notes(2020).exists()
    haizhou = scopes.on_the_board("320706")
    assert replies_of(2019, 9) == [(haizhou, lagging, "银行账号核对较慢，10 月底前补发到位。")]
    assert replies_of(2019, 8) == []
    close_order(order=answered, text="同意办结此单。", by=city_clerk)
    assert list(open_notes(2019)) == [waiting]
    assert len(replies_of(2019, 9)) == 1 and replies_of(2019, 10) == []
    withdraw_order(order=waiting, text="数据有误，撤回。", by=city_clerk)
    assert len(replies_of(2019, 9)) == 1


def test_asking_for_orders_and_replies_costs_the_same_for_many(issue, answer, django_assert_num_queries):
    order = issue()
    answer(order)
    for code in ("320722", "xuwei", "320703"):
        issue(code)
    with django_assert_num_queries(2):
        assert [(scope_of(one).code, one.issue.done) for one in open_notes(2019)] != []
    with django_assert_num_queries(2):
        replies_of(2019, 9)
