"""One county's rolls of the last month stand at different steps, so that each of its accounts finds something to do."""

from datetime import date

from lianyungang_cdpf.accounts.models import Staff
from subsidies.approval.actions import approve_roll, submit_roll
from subsidies.models import Roll

COUNTY = "320707"


def submit_last_month(staff: list[Staff], month: date) -> None:
    """赣榆区: the first programme's roll waits for its review, the second's for its payment."""
    here = {one.role.code: one for one in staff if one.area_id and one.area.code == COUNTY}
    rolls = Roll.objects.filter(month=month, area__code=COUNTY, state=Roll.State.POSTED, payment_count__gt=0)
    rolls = list(rolls.filter(programme__roll_type="monthly").order_by("programme__position"))
    for number, roll in enumerate(rolls):
        roll = submit_roll(roll=roll, by=here["district_clerk"])
        for role in ("district_reviewer", "civil_affairs_approver") if number else ():
            roll = approve_roll(roll=roll, by=here[role])
