"""The next month's roll is made of this one and what changes, and goes the way of every upload."""

import csv
import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.models import ImportJob
from subsidies.approval.actions import submit_roll
from subsidies.models import DifferenceReason, Payment, Programme, Roll, Standard
from subsidies.monthly.actions import carry_forward
from subsidies.monthly.changes import Change, read_changes
from subsidies.monthly.differences import Differences
from tests.fixtures_city import DONGHAI, make_id

APRIL = date(2019, 4, 1)
ACCOUNT = "6299999630040357070"
NUMBERS = [make_id(one) for one in (401, 402, 403)]
HEADINGS = ("变动类型", "姓名", "身份证号", "金额", "账号", "户名", "原因")


@pytest.fixture
def uploads(settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"


@pytest.fixture
def clerk(uploads, taker):
    return taker("prepare")


def line(kind, person, **fields):
    return Change("第 1 项", kind, person.name, person.id_number, **fields)


def refused(**given) -> list[str]:
    with pytest.raises(ValidationError) as error:
        carry_forward(**given)
    assert not ImportJob.objects.exists() and not DifferenceReason.objects.exists()
    return error.value.messages


def amounts(roll) -> dict[str, Decimal]:
    return dict(Payment.objects.live().filter(roll=roll).values_list("person__name", "amount"))


def run_and_post(job, run_import, post, staff):
    run_import(job)
    post(job)
    return Roll.objects.get(job=job)


def test_who_stays_who_stops_who_changes_and_who_is_new(march, poor, clerk, run_import, post):
    stays, stops, card, comes = poor("留", account_no=ACCOUNT), poor("停"), poor("换"), poor("来")
    roll = march(stays, stops, card)
    changes = [
        line("stop", stops, reason="服刑"),
        line("change", card, account="6222021234567890128", reason="换卡或补卡"),
        line("new", comes, account=ACCOUNT, reason="新申请批准"),
    ]
    job = carry_forward(by=clerk, rolls=[roll], changes=changes)
    assert (job.kind, job.month, job.staff) == ("hardship_subsidy", APRIL, clerk)
    april = run_and_post(job, run_import, post, clerk)
    assert (april.month, amounts(april)) == (APRIL, {"留": 370, "换": 370, "来": 370})
    assert Payment.objects.get(roll=april, person=card).account_no == "6222021234567890128"
    found = {(one.kind.value, one.reason) for one in Differences(april).found}
    assert {("new", "新申请批准"), ("stopped", "服刑"), ("account", "换卡或补卡")} <= found
    line_ = AuditLine.objects.get(deed="结转下月")
    assert line_.summary == "2019-04：3 行，合计 1,110.00 元，变动 3 项"


def test_a_month_without_changes_is_handed_in_without_a_reason(march, poor, clerk, run_import, post):
    roll = march(poor("甲"), poor("乙"))
    april = run_and_post(carry_forward(by=clerk, rolls=[roll], changes=[]), run_import, post, clerk)
    Payment.objects.filter(roll=roll).update(account_digest=Payment.objects.filter(roll=april).first().account_digest)
    assert submit_roll(roll=april, by=clerk).state == "submitted"


def test_the_dead_are_found_by_the_usual_judging(march, poor, clerk, run_import):
    dead, stays = poor("亡"), poor("留")
    roll = march(dead, stays)
    dead.died_on = date(2019, 3, 20)
    dead.save()
    job = run_import(carry_forward(by=clerk, rolls=[roll], changes=[]))
    assert (job.state, job.summary["valid_rows"], job.summary["bad_rows"]) == ("ready", 1, 1)
    assert [one["code"] for one in job.summary["errors"]] == ["PERSON_DEAD"]


def test_several_rolls_of_the_month_become_one(march, poor, clerk, run_import, post):
    rolls = [march(poor("甲")), march(poor("乙"), reference="R-3b")]
    april = run_and_post(carry_forward(by=clerk, rolls=rolls, changes=[]), run_import, post, clerk)
    assert amounts(april) == {"甲": 370, "乙": 370}


@pytest.mark.parametrize(("by_standard", "amount"), [(True, 410), (False, 370)])
def test_a_new_standard_is_followed_where_the_old_one_was_paid(march, poor, clerk, by_standard, amount):
    roll = march(poor("甲"))
    Payment.objects.filter(roll=roll).update(standard_amount=Decimal("370"))
    Standard.objects.create(
        programme=Programme.objects.get(code="hardship_subsidy"), effective_from=APRIL, grade=1, amount=Decimal("410")
    )
    job = carry_forward(by=clerk, rolls=[roll], changes=[], by_standard=by_standard)
    told = AuditLine.objects.get(deed="结转下月").summary
    assert f"合计 {amount}.00 元" in told and job.month == APRIL


def test_what_the_bank_returned_goes_to_the_account_on_file(march, poor, clerk, run_import, post):
    person = poor("甲", account_no="6222021234567890128")
    roll = march(person)
    Payment.objects.filter(roll=roll).update(
        account_no=ACCOUNT, returned_on=date(2019, 3, 29), return_reason="账号有误"
    )
    april = run_and_post(carry_forward(by=clerk, rolls=[roll], changes=[]), run_import, post, clerk)
    assert Payment.objects.get(roll=april).account_no == "6222021234567890128"


def test_lines_that_do_not_fit_are_all_told(march, poor, clerk):
    paid, other = poor("在册"), poor("不在册")
    roll = march(paid)
    changes = [
        line("stop", other, reason="死亡"), line("new", paid), line("stop", paid, reason="死了"),
        Change("第 4 项", "change", "李四", paid.id_number, amount=Decimal("1")),
    ]  # fmt: skip
    told = refused(by=clerk, rolls=[roll], changes=changes)
    assert "第 1 项：在册在第 1 项已填写，一人只能填一次。" in told
    assert "第 1 项：不在册不在所选的花名册中，不能“停发”。" in told
    assert "第 1 项：在册已在所选的花名册中，请选“变更”。" in told
    assert any(one.startswith("第 1 项：原因“死了”不在可选之列") for one in told)
    assert "第 4 项：姓名“李四”与花名册中这个身份证号的姓名不同，请核对。" in told


@pytest.mark.parametrize(("code", "place"), [("prepare", DONGHAI), ("review", "320706"), ("prepare", "320700")])
def test_only_the_places_own_preparers_carry_forward(march, poor, uploads, taker, code, place):
    told = refused(by=taker(code, place), rolls=[march(poor("甲"))], changes=[])
    assert told == ["只能结转本单位按月发放的、有效的花名册，请重新选择。"]


def test_rolls_of_two_months_are_not_carried_together(march, february, poor, clerk):
    rolls = [february(poor("甲")), march(poor("乙"))]
    assert refused(by=clerk, rolls=rolls, changes=[]) == ["一次只能结转同一单位、同一项目、同一个月的花名册。"]


def test_a_month_that_was_handed_in_is_not_made_again(march, make_roll, poor, clerk, walk):
    roll = march(poor("甲"))
    walk(make_roll(poor("乙"), month=APRIL, reference="R-4", area=DONGHAI), to="submitted")
    april = make_roll(poor("丙"), month=APRIL, reference="R-4b")
    Roll.objects.filter(pk=april.pk).update(frozen_at=april.posted_at)
    (told,) = refused(by=clerk, rolls=[roll], changes=[])
    assert told.startswith("2019-04 的花名册已提交审批")


def test_everybody_stopped_makes_no_roll(march, poor, clerk):
    person = poor("甲")
    told = refused(by=clerk, rolls=[march(person)], changes=[line("stop", person, reason="死亡")])
    assert told == ["结转后没有一个人，不能生成花名册。"]


# -- the workbook of changes -----------------------------------------------------------------------------------------


def table(*rows) -> ContentFile:
    stream = io.StringIO()
    csv.writer(stream).writerows([HEADINGS, *rows])
    return ContentFile(stream.getvalue().encode("utf-8-sig"), name="变动表.csv")


def test_a_workbook_of_changes_is_read_and_not_kept(uploads, settings):
    number = NUMBERS[0]
    (one,) = read_changes(table(("停发", "张三", number, "", "", "", "死亡")), "变动表.csv")
    assert (one.where, one.kind, one.name, one.id_number, one.reason) == ("第 2 行", "stop", "张三", number, "死亡")
    assert not list(settings.UPLOAD_ROOT.iterdir())


def test_what_is_wrong_in_it_is_told_by_its_row(uploads):
    rows = [
        ("停发", "张三", NUMBERS[0], "", "", "", ""), ("改", "李四", NUMBERS[1], "1", "", "", ""),
        ("变更", "王五", NUMBERS[2], "", "", "", ""),
    ]  # fmt: skip
    with pytest.raises(ValidationError) as error:
        read_changes(table(*rows), "变动表.csv")
    first, second, third = error.value.messages
    assert first == "第 2 行：停发要写明原因。" and third == "第 4 行：变更要填写新的金额、账号或户名。"
    assert second.startswith("第 3 行：") and "不在可填的内容之中" in second


# -- the page --------------------------------------------------------------------------------------------------------


def sent(roll, **fields):
    empty = {"lines-TOTAL_FORMS": "6", "lines-INITIAL_FORMS": "0"}
    return {"rolls": [roll.pk], "by_standard": "on", **empty, **fields}


def at(roll) -> str:
    return reverse("monthly:carry", args=[roll.pk])


def test_the_page_leads_from_the_roll_to_the_import(march, poor, clerk, sign_in):
    stays, stops, gone = poor("留"), poor("停"), poor("去")
    roll, client = march(stays, stops, gone), sign_in(clerk)
    assert at(roll) in client.get(reverse("admin:subsidies_roll_change", args=[roll.pk])).content.decode()
    assert "2019-04" in client.get(at(roll)).content.decode()
    typed = {
        "lines-0-kind": "停发",
        "lines-0-name": "停",
        "lines-0-id_number": stops.id_number,
        "lines-0-reason": "服刑",
    }
    file = SimpleUploadedFile("变动表.csv", table(("停发", "去", gone.id_number, "", "", "", "死亡")).read())
    answer = client.post(at(roll), sent(roll, file=file, **typed))
    job = ImportJob.objects.get()
    assert answer.headers["Location"] == reverse("intake:job", args=[job.uid])
    assert set(DifferenceReason.objects.values_list("person__name", "code", "month")) == {
        ("停", "imprisoned", APRIL), ("去", "death", APRIL)
    }  # fmt: skip


def test_a_wrong_line_is_told_above_the_form_and_stays_typed(march, poor, clerk, sign_in):
    roll = march(poor("留"))
    answer = sign_in(clerk).post(at(roll), sent(roll, **{"lines-1-kind": "停发", "lines-1-name": "停"}))
    page = answer.content.decode()
    assert answer.status_code == 422 and "第 2 项：“身份证号”为空：请填写。" in page and 'value="停"' in page
    assert not ImportJob.objects.exists()


def test_who_may_not_carry_is_told_so(march, poor, uploads, sign_in, make_staff, taker):
    roll = march(poor("留"))
    page = sign_in(taker("prepare", "320700")).get(at(roll)).content.decode()
    assert "不能由您结转" in page and "生成下月花名册" not in page
    assert sign_in(taker("review")).get(at(roll)).status_code == 403
    assert sign_in(taker("prepare", DONGHAI)).get(at(roll)).status_code == 404


def test_the_blank_form_is_read_as_it_is(clerk, sign_in):
    content = sign_in(clerk).get(reverse("monthly:blank_changes")).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book.active
    headings = [cell.value for cell in sheet[3]]
    assert headings[1:] == list(HEADINGS)
    values = ("停发", "张三", NUMBERS[0], None, None, None, "死亡")
    for column, value in enumerate(values, start=2):
        sheet.cell(row=5, column=column, value=value)
    stream = io.BytesIO()
    book.save(stream)
    assert [one.name for one in read_changes(ContentFile(stream.getvalue()), "变动表.xlsx")] == ["张三"]
