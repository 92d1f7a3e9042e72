"""An imported payment history is taken back: its payments stay on file and count no more."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianyungang_cdpf.intake.undoing import UndoRefused
from lianyungang_cdpf.metrics.models import ChangeStamp
from subsidies.invariants import breaches
from subsidies.models import Payment, Roll
from tests.fixtures_city import make_id

HEADER = ["补贴项目", "发放月份", "身份证号", "发放金额", "批次", "发放日期"]


@pytest.fixture
def bring_in(send, run_import, post, city_clerk, standards):
    def brought(*lines, name="历史发放.csv"):
        return post(run_import(send(city_clerk, "payment_history", [HEADER, *lines], name=name)))

    return brought


def line(person, month="2018-12", amount="370.00", reference="HIST-1"):
    return ["hardship_subsidy", month, person.id_number, amount, reference, "2018-12-28"]


def test_payments_count_no_more_and_their_roll_is_undone(bring_in, take_back, make_person):
    job = bring_in(line(make_person("甲")), line(make_person("乙"), reference="HIST-2"))
    version = ChangeStamp.objects.get(source="subsidies.payment", year=2018).version
    take_back(job)
    assert not Payment.objects.live().exists() and Payment.objects.count() == 2
    sums = Roll.objects.order_by("pk").values_list("state", "row_count", "payment_count", "total")
    assert list(sums) == [("undone", 0, 0, Decimal(0))] * 2
    assert ChangeStamp.objects.get(source="subsidies.payment", year=2018).version == version + 1
    assert "2 笔" in job.sentence and list(breaches()) == []


def test_the_same_history_can_be_imported_again(bring_in, take_back, make_person):
    lines = [line(make_person("甲")), line(make_person("乙"))]
    take_back(bring_in(*lines))
    assert bring_in(*lines).applied_rows == 2
    assert Payment.objects.live().count() == 2 and list(breaches()) == []


def test_a_roll_that_other_files_grew_keeps_their_payments(bring_in, take_back, make_person):
    first = bring_in(line(make_person("甲"), amount="100"), name="一.csv")
    second = bring_in(line(make_person("乙"), amount="200"), name="二.csv")
    roll = Roll.objects.get()
    assert (roll.payment_count, roll.total) == (2, Decimal(300))
    take_back(first)
    roll.refresh_from_db()
    assert (roll.state, roll.payment_count, roll.total) == ("paid", 1, Decimal(200))
    assert list(breaches()) == []
    take_back(second)
    roll.refresh_from_db()
    assert (roll.state, roll.payment_count) == ("undone", 0)
    assert list(breaches()) == []


def test_a_payment_that_the_bank_returned_since_stands_in_the_way(bring_in, take_back, make_person):
    person = make_person("甲")
    job = bring_in(line(person), line(make_person("乙")))
    Payment.objects.filter(person=person).update(returned_on=date(2019, 1, 3), return_reason="账号有误")
    with pytest.raises(UndoRefused) as refused:
        take_back(job)
    assert dict(refused.value.obstacles.found[person.pk]) == {"补贴发放在导入以后又改过": 1}
    assert Payment.objects.live().count() == 2


def test_an_archived_roll_is_not_undone(bring_in, take_back, make_person):
    job = bring_in(line(make_person("甲")))
    Roll.objects.update(state=Roll.State.ARCHIVED)
    with pytest.raises(UndoRefused, match="HIST-1"):
        take_back(job)
    assert Payment.objects.live().count() == 1


def test_payments_of_the_register_import_that_followed_stand_in_the_way_of_it(bring_in, take_in, take_back, snapshot):
    number = make_id(300)
    register = take_in("register", {"姓名": "张三", "身份证号": number, "县区": "海州区"})
    from beneficiaries.models import Person

    job = bring_in(line(Person.objects.get()))
    before = snapshot()
    with pytest.raises(UndoRefused):
        take_back(register)
    assert snapshot() == before
    take_back(job)
    # Payments are never deleted, so that who was paid once stays on file.
    with pytest.raises(UndoRefused):
        take_back(register)


def test_500_payments_are_undone_in_as_many_statements_as_10(bring_in, take_back, make_person):
    asked = {}
    for count in (10, 500):
        born = date(1980, 1, count // 10 % 28 + 1)
        people = [make_person(id_number=make_id(number, born)) for number in range(min(count, 250))]
        months = ("2018-11", "2018-12") if count == 500 else ("2018-12",)
        job = bring_in(*(line(one, month, reference=f"{count}-{month}") for one in people for month in months))
        assert job.applied_rows == count
        with CaptureQueriesContext(connection) as queries:
            take_back(job)
        asked[count] = len(queries)
    # One roll and one year more.
    assert asked[500] - asked[10] <= 2
