"""Three units that lag furthest have a supervision order each: one waits, one is answered, one is closed."""

from datetime import timedelta

from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.models import SupervisionOrder
from lianyungang_cdpf.targets.progress import Row, progress
from lianyungang_cdpf.targets.supervision.actions import answer_order, close_order, issue_order
from lianyungang_cdpf.targets.supervision.figures import SUPERVISED, day_of

ASKED = "请核实这项工作滞后的原因，逐个乡镇街道列出未完成的数量，提出追赶措施和完成日期。"
ANSWERED = "部分乡镇街道上半年集中摸底，登记比服务晚。已逐镇核对名单，计划在 11 月底前完成剩余任务。"
CLOSED = "原因清楚，措施可行，同意办结；完成情况在下一次通报中跟踪。"
DAYS = (14, 10, 7)


def supervise(staff: list[Staff], year: int) -> list[SupervisionOrder]:
    """Issue the orders by the deeds, as the accounts would on the pages."""
    city = next(one for one in staff if one.role.code == "city_operator")
    clerks = [one for one in staff if one.role.code == "district_clerk"]
    answering = {scopes.of_staff(clerk).place: clerk for clerk in clerks}
    orders = []
    for number, row in enumerate(_furthest_behind(year)[: len(DAYS)]):
        due_on = localdate() + timedelta(days=DAYS[number])
        order = issue_order(target=row.target, scope=row.scope, text=ASKED, due_on=due_on, by=city)
        if number:
            answer_order(order=order, text=ANSWERED, by=answering[row.scope.place])
        if number > 1:
            close_order(order=order, text=CLOSED, by=city)
        orders.append(order)
    return orders


def _furthest_behind(year: int) -> list[Row]:
    """The furthest row of each unit that lags, of different targets, the furthest first."""
    told = progress(year=year, scopes=scopes.units(), as_of=day_of(year))
    rows = [row for rows in told.values() for row in rows if row.light in SUPERVISED]
    rows.sort(key=lambda row: (row.ratio, row.target.number, row.scope.place))
    chosen: list[Row] = []
    for row in rows:
        if all(row.scope != one.scope and row.target != one.target for one in chosen):
            chosen.append(row)
    return chosen
