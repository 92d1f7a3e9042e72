"""月报 of the invented city: the last months until the day of the demonstration, sent in, returned and locked."""

from datetime import date, datetime, time

from django.utils import timezone

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.progress import progress
from lianyungang_cdpf.targets.reporting.actions import lock_report, return_report, submit_report
from lianyungang_cdpf.targets.reporting.days import due_day, month_end
from lianyungang_cdpf.targets.reporting.models import BEHIND, ReportVersion
from lianyungang_cdpf.targets.scopes import Scope

# Reports begin with the last month that is over: so the demonstration takes seconds.
LATE, RETURNED, NOT_YET = "320724", "320723", "320707"
WHY = "前三季度受场地和人员限制，进度低于序时；四季度增加批次，11 月底前补齐。"


def report_the_months(clerks: dict[str, Staff], by: Staff, as_of: date) -> None:
    """Of the last full month: one unit late, one returned, one not yet, the others locked."""
    plan, last = Plan.objects.get(year=as_of.year), as_of.month - 1
    plan.report_from = last
    plan.save(update_fields=["report_from"])
    for unit in scopes.units():
        if unit.code == NOT_YET:
            continue
        version = _sent_in(plan, last, unit, clerks[unit.code], late=2 if unit.code == LATE else 0)
        if unit.code == RETURNED:
            return_report(report=version.report, by=by, reason="康复训练一项与台账不符，请核对后再报。")
        else:
            lock_report(report=version.report, by=by)


def _sent_in(plan: Plan, month: int, unit: Scope, clerk: Staff, late: int = 0) -> ReportVersion:
    rows = progress(year=plan.year, scopes=[unit], as_of=month_end(plan.year, month))[unit.place]
    behind = [row.target.pk for row in rows if row.light and row.light.code in BEHIND]
    day = due_day(plan, month)
    at = datetime.combine(day.replace(day=day.day + late), time(16, 20), timezone.get_current_timezone())
    return submit_report(plan=plan, month=month, unit=unit, notes=dict.fromkeys(behind, WHY), by=clerk, at=at)
