"""Publishing and taking down: what the lines say, who may, and what becomes of them when the roll comes back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from subsidies.approval.actions import call_back_roll, return_roll, submit_roll
from subsidies.models import Notice, NoticeLine, Payment, Roll
from subsidies.notices.actions import take_down_notice
from tests.fixtures_city import HAIZHOU_TOWN, make_id


def lines(notice):
    return list(notice.lines.values_list("name", "village", "months", "amount"))


def test_the_lines_are_the_rolls_live_payments_masked(publish, make_roll, make_person, walk):
    child = make_person("王小明", village="新东村5组", id_number=make_id(7, date(2015, 5, 5)))
    make_roll(make_person("张建国", village="新东村"), child, make_person("李梅", village="朝阳路1号"))
    Payment.objects.filter(person__name="李梅").update(live=False)
    Roll.objects.update(payment_count=2, total=Decimal("740.00"))
    notice = publish(walk(Roll.objects.get(), to="submitted"))
    expected = [("张*国", "新东村", "2019-03", Decimal("370.00")), ("王**", "新东村", "2019-03", Decimal("370.00"))]
    assert lines(notice) == expected
    assert (notice.line_count, notice.total) == (2, Decimal("740.00"))
    assert set(notice.lines.values_list("area__code", flat=True)) == {HAIZHOU_TOWN}


def test_several_months_of_a_person_are_one_line(publish, make_roll, make_person, walk):
    person = make_person("张建国")
    roll = make_roll(person)
    for month in (1, 2):
        Payment.objects.create(
            roll=roll, person=person, programme=roll.programme, month=date(2019, month, 1), amount=Decimal("100.50"),
            area=person.area,
        )  # fmt: skip
    assert lines(publish(walk(roll, to="submitted"))) == [("张*国", "", "2019-01至2019-03（3个月）", Decimal("571.00"))]


def test_the_policy_that_writes_adults_in_full_leaves_children_masked(publish, make_roll, make_person, walk, settings):
    settings.PUBLIC_NOTICE = settings.PUBLIC_NOTICE | {"adult_names": "full"}
    child = make_person("王小明", id_number=make_id(7, date(2015, 5, 5)))
    notice = publish(walk(make_roll(make_person("张建国"), child), to="submitted"))
    assert [name for name, *_ in lines(notice)] == ["张建国", "王**"]
    assert notice.names == "full"


def test_who_moved_since_is_not_named_with_the_new_village(publish, submitted):
    person = Payment.objects.first().person
    person.village, person.area = "别处村", Area.objects.filter(level="town", path__contains="320722").first()
    person.save()
    assert {village for _, village, *_ in lines(publish(submitted))} == {""}


def test_a_village_of_the_tree_is_named_with_its_town(publish, make_roll, make_person, walk):
    village = Area.objects.filter(level="village", parent__code=HAIZHOU_TOWN).first()
    if village is None:
        village = Area.objects.create(
            code=f"{HAIZHOU_TOWN}999", name="示例村", common_name="示例村", level="village",
            parent=Area.objects.get(code=HAIZHOU_TOWN), path=f"{Area.objects.get(code=HAIZHOU_TOWN).path}999/",
        )  # fmt: skip
    notice = publish(walk(make_roll(make_person("张建国", area=village.code)), to="submitted"))
    line = notice.lines.select_related("area").get()
    assert (line.area.code, line.village) == (HAIZHOU_TOWN, village.common_name)


def test_a_roll_that_is_not_handed_in_can_not_be_published(publish, make_roll, make_person):
    with pytest.raises(ValidationError, match="还没有提交审批"):
        publish(make_roll(make_person()))
    assert not Notice.objects.exists()


def test_a_round_is_published_once_and_anew_after_it_was_taken_down(publish, submitted, haizhou_clerk):
    notice = publish(submitted)
    with pytest.raises(ValidationError, match="已有公示"):
        publish(submitted)
    take_down_notice(notice=notice, by=haizhou_clerk, reason="联系电话写错了")
    assert publish(submitted).pk != notice.pk


@pytest.mark.parametrize(("start", "end", "said"), [(-1, 5, "过去"), (3, 2, "早于"), (0, 30, "最多 30 天")])
def test_the_days_begin_today_or_later_and_are_few(publish, submitted, start, end, said):
    today = localdate()
    with pytest.raises(ValidationError, match=said):
        publish(submitted, starts_on=today + timedelta(days=start), ends_on=today + timedelta(days=end))


@pytest.mark.parametrize("field", ["title", "issuer", "phone", "contact", "posted_at"])
@pytest.mark.parametrize("number", ["320701198001010012", "6222 6000 0000 0004 321"])
def test_nobodys_number_can_be_typed_onto_the_public_page(publish, submitted, field, number):
    with pytest.raises(ValidationError, match="不能写身份证号"):
        publish(submitted, **{field: f"张 {number}"})
    assert not Notice.objects.exists()


def test_two_telephones_are_no_number(publish, submitted):
    assert publish(submitted, phone="0518-85521234，0518-85525678").pk


def test_only_clerks_publish_and_take_down_and_only_of_their_place(publish, submitted, make_staff, donghai_clerk):
    finance = make_staff("finance", role="finance")
    for stranger, said in ((finance, "只有县区经办"), (donghai_clerk, "不在您的辖区内")):
        with pytest.raises(ValidationError, match=said):
            publish(submitted, by=stranger)
    notice = publish(submitted)
    for stranger, said in ((finance, "只有县区经办"), (donghai_clerk, "不在您的辖区内")):
        with pytest.raises(ValidationError, match=said):
            take_down_notice(notice=notice, by=stranger, reason="联系电话写错了")
    assert Notice.objects.running(localdate()).count() == 1


def test_taking_down_deletes_the_lines_and_keeps_their_number(publish, submitted, haizhou_clerk):
    notice = take_down_notice(notice=publish(submitted), by=haizhou_clerk, reason=" 联系电话写错了 ")
    assert not NoticeLine.objects.exists()
    kept = Notice.objects.get()
    assert (kept.line_count, kept.total, kept.standing) == (2, Decimal("740.00"), "已撤下")
    assert (kept.taken_down_why, kept.taken_down_by) == ("联系电话写错了", haizhou_clerk)
    assert not Notice.objects.running(localdate()).exists()
    with pytest.raises(ValidationError, match="不用再撤下"):
        take_down_notice(notice=notice, by=haizhou_clerk, reason="联系电话写错了")
    deeds = AuditLine.objects.filter(object_type="公示").order_by("pk").values_list("deed", flat=True)
    assert list(deeds) == ["发布公示", "撤下公示"]


def test_taking_down_needs_a_reason(publish, submitted, haizhou_clerk):
    with pytest.raises(ValidationError, match="至少五个字"):
        take_down_notice(notice=publish(submitted), by=haizhou_clerk, reason="错了")
    assert NoticeLine.objects.count() == 2


@pytest.mark.parametrize("back", ["return", "call_back"])
def test_a_roll_that_comes_back_takes_its_notice_down(publish, submitted, taker, city_clerk, back):
    notice = publish(submitted)
    if back == "return":
        returned = return_roll(roll=submitted, by=taker("review"), reason="第二行金额不对")
    else:
        returned = call_back_roll(roll=submitted, by=city_clerk, reason="第二行金额不对")
    notice.refresh_from_db()
    assert notice.taken_down_why == "花名册已退回编制，公示随之撤下。"
    assert not NoticeLine.objects.exists()
    again = submit_roll(roll=returned, by=taker("prepare"))
    assert publish(again).round == 2


def test_a_roll_that_went_on_keeps_its_notice(publish, submitted, taker):
    from subsidies.approval.actions import approve_roll

    publish(submitted)
    approve_roll(roll=submitted, by=taker("review"))
    assert Notice.objects.running(localdate()).count() == 1


def test_publishing_takes_the_same_statements_for_any_roll(make_roll, make_person, walk, publish, explain):
    def statements(people, reference, month):
        roll = make_roll(*people, reference=reference, month=month)
        if reference != "R-0":
            explain(roll, new="application", stopped="voluntary")
        roll = walk(roll, to="submitted")
        with CaptureQueriesContext(connection) as counted:
            publish(roll)
        return len(counted)

    # What an account may do is asked once.
    statements([make_person()], "R-0", date(2019, 2, 1))
    few = statements([make_person()], "R-1", date(2019, 3, 1))
    many = statements([make_person(f"人{number}") for number in range(40)], "R-2", date(2019, 4, 1))
    assert few == many
