"""What the database itself refuses of reports, by the names of its constraints and triggers, on both databases."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lianyungang_cdpf.accounts.models import Zone
from lianyungang_cdpf.targets.models import Plan, Target
from lianyungang_cdpf.targets.reporting.actions import lock_report, return_report
from lianyungang_cdpf.targets.reporting.models import (
    MonthlyReport,
    ReportedSet,
    ReportFigure,
    ReportVersion,
    YearClosing,
)
from tests.targets.reporting.conftest import KEY

KEPT, DECIDED, CLOSED = "月报已报送，数字已锁定", "月报已审核，不能再改", "已年终封账"


def refused(name: str, change):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        change()


def test_a_report_is_of_one_month_and_one_unit(plan, haizhou):
    create, zone = MonthlyReport.objects.create, Zone.objects.first()
    refused("report_has_exactly_one_area_or_zone", lambda: create(plan=plan, month=1))
    refused("report_has_exactly_one_area_or_zone", lambda: create(plan=plan, month=1, area=haizhou.area, zone=zone))
    refused("report_month_is_a_month", lambda: create(plan=plan, month=13, area=haizhou.area))
    refused("report_sent_in_has_its_round", lambda: create(plan=plan, month=1, area=haizhou.area, state="locked"))
    create(plan=plan, month=1, area=haizhou.area)
    names = {"sqlite": "plan_id, targets_monthlyreport.month", "postgresql": "one_report_per_month_and_area"}
    refused(names[connection.vendor], lambda: create(plan=plan, month=1, area=haizhou.area))


def test_the_citys_day_is_a_day_of_every_month(plan):
    refused("report_day_is_a_day_of_every_month", lambda: Plan.objects.update(report_day=29))


@pytest.mark.parametrize("month", [0, 13])
def test_reports_begin_with_a_month(plan, month):
    refused("reports_begin_with_a_month", lambda: Plan.objects.update(report_from=month))


def test_nobody_checks_what_they_sent_in(send_in, haizhou_clerk):
    versions = ReportVersion.objects.filter(pk=send_in().pk)
    decided = {"outcome": "locked", "decided_by": haizhou_clerk, "decided_at": timezone.now()}
    refused("report_checked_by_another_than_sent_it_in", lambda: versions.update(**decided))


def test_a_checked_version_has_its_checker_and_a_returned_one_its_reason(send_in, city_clerk):
    versions = ReportVersion.objects.filter(pk=send_in().pk)
    refused("report_checked_has_its_checker", lambda: versions.update(outcome="locked"))
    decided = {"decided_by": city_clerk, "decided_at": timezone.now()}
    refused("report_returned_has_its_reason", lambda: versions.update(outcome="returned", **decided))
    refused(
        "report_returned_has_its_reason", lambda: versions.update(outcome="locked", reason="不该有的原因", **decided)
    )


def test_one_version_of_a_report_is_in_force(send_in, haizhou_clerk):
    version = send_in()
    name = {"sqlite": "targets_reportversion.report_id", "postgresql": "one_version_of_a_report_in_force"}
    second = {"number": 2, "submitted_by": haizhou_clerk, "due_on": date(2019, 10, 5)}
    refused(name[connection.vendor], lambda: ReportVersion.objects.create(report=version.report, **second))


def test_a_figure_that_is_behind_says_why_and_a_rate_has_both_numbers(plan, haizhou, haizhou_clerk):
    report = MonthlyReport.objects.create(plan=plan, month=9, area=haizhou.area, state="submitted", round=1)
    version = ReportVersion.objects.create(
        report=report, number=1, submitted_by=haizhou_clerk, due_on=date(2019, 10, 5)
    )  # fmt: skip
    figure = {"version": version, "target": Target.objects.get(key=KEY)}
    create = ReportFigure.objects.create
    for light in ("behind", "lagging"):
        refused("figure_behind_says_why", lambda light=light: create(**figure, value=1, light=light, note=" 短 "))
    refused("reported_rate_has_both_its_numbers", lambda: create(**figure, value=3, whole=2))
    refused("reported_rate_has_both_its_numbers", lambda: create(**figure, whole=2))
    create(**figure, value=2, whole=2)


@pytest.mark.parametrize("decided", [False, True])
def test_what_was_reported_is_never_changed_or_deleted(send_in, city_clerk, make_person, pay, decided):
    pay(make_person(), 9)
    version = send_in()
    if decided:
        lock_report(report=version.report, by=city_clerk)
    figures = ReportFigure.objects.filter(version=version)
    sets = ReportedSet.objects.filter(figure__version=version)
    assert sets.count() > 10
    refused(KEPT, lambda: figures.update(value=999))
    refused(KEPT, lambda: figures.update(note="改过的说明"))
    refused(KEPT, lambda: sets.update(packed=b""))
    refused(KEPT, lambda: sets.first().delete())
    refused(KEPT, lambda: _deleted("targets_reportfigure"))
    refused(KEPT, lambda: _deleted("targets_reportversion"))


def _deleted(table):
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


def test_a_locked_month_takes_nothing_more(send_in, city_clerk, haizhou_clerk, figure):
    version = send_in()
    report, told = version.report, figure(version)
    lock_report(report=report, by=city_clerk)
    for change in ({"state": "draft", "round": 0}, {"state": "returned"}, {"month": 8}):
        refused(DECIDED, lambda change=change: MonthlyReport.objects.filter(pk=report.pk).update(**change))
    refused(DECIDED, lambda: ReportVersion.objects.filter(pk=version.pk).update(submitted_at=timezone.now()))
    second = {"number": 2, "submitted_by": haizhou_clerk, "due_on": date(2019, 10, 5)}
    refused(DECIDED, lambda: ReportVersion.objects.create(report=report, **second))
    refused(
        DECIDED, lambda: ReportFigure.objects.create(version=version, target=Target.objects.get(key="respite_care"))
    )
    refused(DECIDED, lambda: ReportedSet.objects.create(figure=told, packed=b"", basis=""))
    refused(DECIDED, lambda: _deleted("targets_monthlyreport"))


def test_a_returned_version_stays_as_it_was(send_in, city_clerk):
    version = send_in()
    return_report(report=version.report, by=city_clerk, reason="第一项请核对后再报")
    decided = ReportVersion.objects.filter(pk=version.pk)
    refused(DECIDED, lambda: decided.update(reason="后来改写的原因"))
    refused(DECIDED, lambda: decided.update(outcome="locked", reason=""))


def test_a_closed_year_takes_no_month_and_is_not_opened(plan, haizhou, city_clerk):
    report = MonthlyReport.objects.create(plan=plan, month=1, area=haizhou.area)
    YearClosing.objects.create(plan=plan, closed_by=city_clerk)
    refused(CLOSED, lambda: MonthlyReport.objects.create(plan=plan, month=2, area=haizhou.area))
    refused(CLOSED, lambda: MonthlyReport.objects.filter(pk=report.pk).update(state="submitted", round=1))
    refused(CLOSED, lambda: YearClosing.objects.update(closed_at=timezone.now()))
    refused(CLOSED, lambda: YearClosing.objects.all().delete())
