"""标记为已发放: only an approved roll, only by finance of its place, with a day that can be."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.timezone import localdate

from lianyungang_cdpf.audit.models import AuditLine
from subsidies.approval.actions import return_roll
from subsidies.models import Roll
from subsidies.paying import mark_roll_paid
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN

ROLLS = reverse("admin:subsidies_roll_changelist")
DAY = date(2019, 3, 28)


@pytest.fixture
def finance(make_staff):
    return make_staff("cw", role="finance", name="海州财务")


@pytest.fixture
def roll(make_roll, make_person, walk):
    return walk(make_roll(make_person("甲"), make_person("乙")), to="approved")


def state(roll):
    roll.refresh_from_db()
    return roll.state


def refused(**deed):
    with pytest.raises(ValidationError) as error:
        mark_roll_paid(**deed)
    return "".join(error.value.messages)


def test_finance_marks_an_approved_roll(finance, roll):
    paid = mark_roll_paid(roll=roll, by=finance, paid_on=DAY)
    roll.refresh_from_db()
    assert (paid.state, roll.state, roll.paid_on, roll.paid_by) == ("paid", "paid", DAY, finance)
    line = AuditLine.objects.get(deed="标记花名册已发放")
    assert (line.staff, line.object_id) == (finance, str(roll.pk))
    assert "2 笔，合计 740.00 元，发放日期 2019-03-28" in line.summary


@pytest.mark.parametrize("role", ["district_clerk", "district_reviewer", "civil_affairs_approver"])
def test_nobody_but_finance_marks_rolls(make_staff, roll, role):
    assert "只有本辖区的财务人员" in refused(roll=roll, by=make_staff("x", role=role), paid_on=DAY)
    assert state(roll) == "approved"


def test_the_city_operator_does_not_mark_rolls_either(city_clerk, roll):
    assert "只有本辖区的财务人员" in refused(roll=roll, by=city_clerk, paid_on=DAY)


def test_finance_of_another_county_does_not_mark_rolls(make_staff, roll):
    other = make_staff("dh", role="finance", area=DONGHAI)
    assert "不在您的辖区内" in refused(roll=roll, by=other, paid_on=DAY)
    assert state(roll) == "approved"


@pytest.mark.parametrize(("now", "word"), [("posted", "已入账"), ("paid", "已发放"), ("undone", "已撤销")])
def test_only_an_approved_roll_is_marked(finance, make_roll, make_person, now, word):
    roll = make_roll(make_person(), state=now, paid_on=date(2019, 3, 1))
    sentence = refused(roll=roll, by=finance, paid_on=DAY)
    assert f"状态是“{word}”" in sentence and "R-1" in sentence
    roll.refresh_from_db()
    assert roll.paid_on == date(2019, 3, 1)


def test_a_roll_that_was_returned_meanwhile_is_not_marked(finance, roll, make_staff):
    cashier = make_staff("cn", role="finance")
    return_roll(roll=Roll.objects.get(pk=roll.pk), by=cashier, reason="开户行信息不全")
    assert roll.state == "approved"
    assert "现在是“已入账”，与您打开页面时不同" in refused(roll=roll, by=finance, paid_on=DAY)


def test_the_day_can_be(finance, roll):
    assert "不能晚于今天" in refused(roll=roll, by=finance, paid_on=localdate() + timedelta(days=1))
    assert "早于 2019-02-01" in refused(roll=roll, by=finance, paid_on=date(2019, 1, 31))
    mark_roll_paid(roll=roll, by=finance, paid_on=date(2019, 2, 1))


def test_a_january_roll_may_have_been_paid_in_december(finance, make_roll, make_person, walk):
    january = walk(make_roll(make_person(), month=date(2019, 1, 1)), to="approved")
    mark_roll_paid(roll=january, by=finance, paid_on=date(2018, 12, 28))
    assert state(january) == "paid"


def action(client, *rolls, **fields):
    data = {"action": "mark_paid", "_selected_action": [roll.pk for roll in rolls]} | fields
    return client.post(ROLLS, data, follow=True)


def test_the_page_asks_for_the_day_and_then_marks(finance, sign_in, roll):
    client = sign_in(finance)
    asked = action(client, roll).content.decode()
    assert "发放日期" in asked and "740.00" in asked and state(roll) == "approved"
    assert "请填写发放日期" in action(client, roll, confirmed="yes", paid_on="").content.decode()
    assert "应写成 2019-03-28 的样子" in action(client, roll, confirmed="yes", paid_on="昨天").content.decode()
    assert state(roll) == "approved"
    done = action(client, roll, confirmed="yes", paid_on="2019-03-28").content.decode()
    assert "已把 1 个花名册标记为已发放" in done and state(roll) == "paid"


def test_several_rolls_are_marked_all_or_none(finance, sign_in, roll, make_roll, make_person):
    undone = make_roll(make_person("丙"), reference="R-2", state="undone")
    text = action(sign_in(finance), roll, undone, confirmed="yes", paid_on="2019-03-28").content.decode()
    assert "没有标记任何花名册" in text and "R-2" in text
    assert state(roll) == "approved"


def test_a_foreign_roll_slipped_into_the_action_stays_as_it_is(finance, sign_in, roll, make_roll, make_person, walk):
    foreign = walk(make_roll(make_person("赵六", area=DONGHAI_TOWN), area=DONGHAI, reference="DH-1"), to="approved")
    text = action(sign_in(finance), roll, foreign).content.decode()
    assert "DH-1" not in text
    action(sign_in(finance), roll, foreign, confirmed="yes", paid_on="2019-03-28")
    assert (state(roll), state(foreign)) == ("paid", "approved")


def test_a_clerk_is_not_offered_the_action(haizhou_clerk, sign_in, roll):
    client = sign_in(haizhou_clerk)
    assert "mark_paid" not in client.get(ROLLS).content.decode()
    action(client, roll, confirmed="yes", paid_on="2019-03-28")
    assert state(roll) == "approved"
