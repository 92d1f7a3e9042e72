"""One county's rolls of the last month stand at different steps, so that each of its accounts finds something to do.

The other counties' rolls wait for their submission, with the newly admitted of the month still to be explained.
"""

from datetime import date

from lianyungang_cdpf.accounts.models import Staff
from subsidies.approval.actions import approve_roll, submit_roll
from subsidies.models import Roll
from subsidies.monthly.actions import give_reasons
from subsidies.monthly.differences import Differences
from subsidies.monthly.models import Difference, NewReason

COUNTY = "320707"


def submit_last_month(staff: list[Staff], month: date) -> None:
    """赣榆区: the first programme's roll waits for its review, the second's for its payment."""
    here = {one.role.code: one for one in staff if one.area_id and one.area.code == COUNTY}
    rolls = Roll.objects.filter(month=month, area__code=COUNTY, state=Roll.State.POSTED, payment_count__gt=0)
    rolls = list(rolls.filter(programme__roll_type="monthly").order_by("programme__position"))
    for number, roll in enumerate(rolls):
        _say_why(roll, here["district_clerk"])
        roll = submit_roll(roll=roll, by=here["district_clerk"])
        for role in ("district_reviewer", "civil_affairs_approver") if number else ():
            roll = approve_roll(roll=roll, by=here[role])


def _say_why(roll: Roll, clerk: Staff) -> None:
    """Who died is known; who was admitted in the month applied in it."""
    if any(one.kind == Difference.NEW for one in Differences(roll).open):
        give_reasons(roll=roll, by=clerk, kind=Difference.NEW, code=NewReason.APPLICATION, every_open=True)
