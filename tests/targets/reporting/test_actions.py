"""Claims about the deeds of 月报: who may, when, what is kept, what is refused."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Allocation, Plan
from lianyungang_cdpf.targets.reporting.actions import (
    NotesRefused,
    close_year,
    keep_notes,
    lock_report,
    not_locked,
    return_report,
    submit_report,
)
from lianyungang_cdpf.targets.reporting.models import MonthlyReport, YearClosing
from lianyungang_cdpf.targets.reporting.overview import Overview
from lianyungang_cdpf.targets.reporting.packed import pack, unpack
from lianyungang_cdpf.targets.reporting.reasons import reasons_of, reported
from tests.targets.reporting.conftest import KEY

WHY = "体检机构不足，11 月底前增加两家"


def refused(sentence, deed, **told):
    with pytest.raises(ValidationError, match=sentence):
        deed(**told)


def test_a_month_is_told_as_of_its_last_day_with_what_it_counted(send_in, figure, make_person, pay):
    early, late, after = make_person(), make_person(), make_person()
    for person, month in ((early, 1), (early, 9), (late, 9), (after, 10)):
        pay(person, month)
    september = figure(send_in(9))
    assert (september.value, september.whole, september.goal, september.light) == (2, None, None, "")
    assert unpack(september.counted.packed) == {early.pk: 1, late.pk: 1}
    assert AuditLine.objects.get(deed="报送月报").summary == "2019年9月 海州区，第1次，逾期"


def test_36000_keys_take_less_than_60_kilobytes():
    counted = {key * 3 + key % 7: 1 for key in range(36_000)}
    packed = pack(counted)
    assert unpack(packed) == counted
    assert len(packed) < 60_000
    assert unpack(pack({})) == {}


def test_a_target_that_is_behind_must_be_explained(send_in, figure, goal):
    goal(5)
    with pytest.raises(NotesRefused, match="请写明原因和下一步"):
        send_in()
    assert not MonthlyReport.objects.exists()
    told = figure(send_in(notes={KEY: WHY}))
    assert (told.light, told.goal, told.due, told.note) == ("lagging", 5, 5, WHY)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("张三 320701199001011234 未办理", "身份证号"),
        ("号码 32070119900101123x 待查", "身份证号"),
        ("号码３２０７０１１９９００１０１１２３４", "身份证号"),
        ("320701 19900101 1234 待核实", "身份证号"),
        ("请联系 13912345678 催办", "电话"),
        ("请联系 139-1234-5678 催办", "电话"),
        ("请联系 0518-85812345 催办", "电话"),
        ("太短", "至少五个字"),
        ("字" * 501, "最多 500 个字"),
    ],
)
def test_a_note_says_enough_and_names_nobody_by_number(send_in, text, sentence):
    with pytest.raises(NotesRefused, match=sentence):
        send_in(notes={KEY: text})


def test_numbers_of_work_may_stand_in_a_note(send_in, figure):
    text = "计划 2019-10-15 前完成 1,234 人，资金 1200000 元已到位（连残发〔2019〕12号）"
    assert figure(send_in(notes={KEY: text})).note == text


def test_a_month_is_sent_in_after_its_end_by_the_units_own_clerk(send_in, donghai_clerk, city_clerk, make_staff):
    refused("10 月还没有结束", send_in, month=10)
    for other in (donghai_clerk, city_clerk, make_staff("reviewer", role="district_reviewer")):
        refused("只有本县区、本板块的经办", send_in, by=other)
    assert not MonthlyReport.objects.exists()
    assert send_in().report.state == "submitted"


def test_a_zone_reports_for_itself(plan, make_staff):
    clerk, zone = make_staff("xuwei_clerk", area="xuwei"), scopes.on_the_board("xuwei")
    version = submit_report(plan=plan, month=9, unit=zone, notes={}, by=clerk)
    assert (version.report.area, version.report.zone) == (None, zone.zone)
    assert version.report in MonthlyReport.objects.visible_to(clerk)


def test_months_before_the_first_report_are_not_asked_for(send_in, plan, haizhou, city_clerk):
    Plan.objects.update(report_from=8)
    plan.refresh_from_db()
    assert [cell.month for cell in Overview(plan, [haizhou], city_clerk).rows[0][1]] == [8, 9, 10, 11, 12]
    with pytest.raises(ValidationError, match="从 8 月起报送"):
        send_in(7)
    assert send_in(8).report.month == 8
    assert {month for _, months in not_locked(plan) for month in months} == {8, 9, 10, 11, 12}


def test_late_is_who_came_first_after_the_citys_day(send_in, plan, haizhou, city_clerk):
    in_time = datetime(2019, 9, 5, 23, 30, tzinfo=timezone.get_current_timezone())
    version = send_in(8, at=in_time)
    assert not version.is_late
    return_report(report=version.report, by=city_clerk, reason="第一项请核对后再报")
    assert send_in(8).is_late
    august = Overview(plan, [haizhou], city_clerk).rows[0][1][7]
    assert (august.word, august.late) == ("待审核", "")
    Plan.objects.update(report_day=3)
    assert send_in(7).due_on == date(2019, 8, 5)
    assert submit_report(
        plan=Plan.objects.get(), month=6, unit=haizhou, notes={}, by=version.submitted_by
    ).due_on == date(2019, 7, 3)


def test_returned_months_come_again_and_every_version_is_kept(send_in, figure, city_clerk, make_person, pay):
    pay(make_person(), 9)
    first = send_in()
    return_report(report=first.report, by=city_clerk, reason="少报了新增的人员")
    pay(make_person(), 9)
    second = send_in()
    assert (figure(first).value, figure(second).value) == (1, 2)
    first.refresh_from_db()
    assert (first.outcome, first.reason, first.decided_by) == ("returned", "少报了新增的人员", city_clerk)
    assert (second.number, second.outcome) == (2, "waiting")


def test_a_return_says_why(send_in, city_clerk):
    refused("至少五个字", return_report, report=send_in().report, by=city_clerk, reason=" 不对 ")


def test_only_the_city_checks(send_in, haizhou_clerk, make_staff):
    report = send_in().report
    for other in (haizhou_clerk, make_staff("reviewer", role="district_reviewer"), make_staff("l", "320700", "leader")):
        refused("只有市级业务可以审核", lock_report, report=report, by=other)


def test_who_sent_it_in_does_not_check_it_by_a_second_account(send_in, haizhou_clerk, make_staff):
    report = send_in().report
    # The first account is out of force, or the second would not have got its role.
    type(haizhou_clerk).objects.filter(pk=haizhou_clerk.pk).update(employee_no="0717", is_active=False)
    second = make_staff("second", area="320700", role="city_operator", employee_no="0717")
    refused("报送月报的人不能审核它", lock_report, report=report, by=second)
    refused("报送月报的人不能审核它", return_report, report=report, by=second, reason="少报了新增的人员")


def test_a_locked_month_is_neither_sent_in_nor_returned_again(send_in, city_clerk):
    report = send_in().report
    lock_report(report=report, by=city_clerk)
    refused("已锁定，不能再改", send_in)
    refused("现在是“已锁定”", return_report, report=report, by=city_clerk, reason="还想再改一改")
    refused("现在是“已锁定”", lock_report, report=report, by=city_clerk)


def test_who_was_slower_is_told_so(send_in, city_clerk):
    report = send_in().report
    refused("打开页面以后又有变动", lock_report, report=report, by=city_clerk, round=0)
    lock_report(report=report, by=city_clerk, round=1)


def test_a_goal_changed_later_leaves_the_reported_one(send_in, figure, goal):
    goal(4)
    version = send_in(notes={KEY: WHY})
    Allocation.objects.update(goal=400)
    assert figure(version).goal == 4


def test_notes_wait_for_the_report_and_go_with_it(plan, haizhou, haizhou_clerk, send_in, figure, goal):
    target = goal(5).target
    told = {"plan": plan, "month": 9, "unit": haizhou, "by": haizhou_clerk}
    report = keep_notes(**told, notes={target.pk: WHY})
    assert (report.state, report.notes.get().text) == ("draft", WHY)
    keep_notes(**told, notes={target.pk: ""})
    assert not report.notes.exists()


def test_reasons_are_told_of_what_stands(send_in, plan, city_clerk, goal, haizhou):
    goal(5)
    version = send_in(notes={KEY: WHY})
    assert [(unit, target.key, text) for unit, target, text in reasons_of(2019, 9)] == [(haizhou, KEY, WHY)]
    assert reported(2019, 9, haizhou) == []
    return_report(report=version.report, by=city_clerk, reason="原因写得不够具体")
    assert reasons_of(2019, 9) == []
    lock_report(report=send_in(notes={KEY: WHY}).report, by=city_clerk)
    figures = reported(2019, 9, haizhou)
    assert len(figures) == 25
    assert [figure.note for figure in figures if figure.target.key == KEY] == [WHY]


def lock_all(plan, months=range(1, 13), leave_out=()):
    """Locked reports without figures, for what only asks whether they are there."""
    MonthlyReport.objects.bulk_create(
        MonthlyReport(
            plan=plan, month=month, state="locked", round=1, area=unit.area if not unit.zone else None, zone=unit.zone
        )
        for unit in scopes.units()
        for month in months
        if (unit.code, month) not in leave_out
    )


def test_a_year_is_closed_when_all_months_of_all_units_are_locked(plan, city_clerk, haizhou_clerk, haizhou, send_in):
    lock_all(plan, leave_out=[("320706", 9), ("xuwei", 12)])
    assert [(unit.code, months) for unit, months in not_locked(plan)] == [("320706", [9]), ("xuwei", [12])]
    refused("还有 2 份月报没有锁定", close_year, plan=plan, by=city_clerk)
    lock_report(report=send_in(9).report, by=city_clerk)
    MonthlyReport.objects.create(plan=plan, month=12, zone=scopes.on_the_board("xuwei").zone, state="locked", round=1)
    refused("只有市级业务可以年终封账", close_year, plan=plan, by=haizhou_clerk)
    close_year(plan=plan, by=city_clerk)
    assert YearClosing.objects.get().closed_by == city_clerk
    refused("已经封账", close_year, plan=plan, by=city_clerk)
    refused("已年终封账", send_in, month=9)


def test_whom_to_remind_is_who_owes_months(plan, haizhou, haizhou_clerk, city_clerk, send_in):
    lock_all(plan, months=range(1, 9))
    send_in(9)
    reminders = Overview(plan, scopes.units(), city_clerk).reminders
    assert haizhou not in [one.unit for one in reminders]
    assert len(reminders) == 9
    return_report(report=MonthlyReport.objects.get(month=9), by=city_clerk, reason="第一项请核对后再报")
    mine = [one for one in Overview(plan, scopes.units(), city_clerk).reminders if one.unit == haizhou]
    assert [([cell.month for cell in one.cells], one.staff) for one in mine] == [([9], [haizhou_clerk])]
