"""Recoveries as a file: what the list shows, numbers masked."""

from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.places import county_name, town_name
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.masking import mask_id_number
from subsidies.models import RecoveryCase


def standing_of(case: RecoveryCase) -> tuple[str, str]:
    """(shape, word) of how far a case is; an open one whose day has passed is 已逾期."""
    if case.is_overdue(localdate()):
        return "b", "已逾期"
    shapes = {"open": "w", "settled": "e", "written_off": "n", "cancelled": "n"}
    return shapes[case.state], case.get_state_display()


class RecoveriesFile(ListResource):
    """追缴."""

    class Meta:
        model = RecoveryCase

    columns = {
        "编号": lambda case: case.pk,
        "姓名": lambda case: case.person.name,
        "身份证号": lambda case: mask_id_number(case.person.id_number),
        "县区": lambda case: county_name(case.area),
        "乡镇街道": lambda case: town_name(case.area),
        "补贴项目": lambda case: case.programme.name,
        "错发原因": lambda case: case.get_reason_display(),
        "应追缴（元）": lambda case: case.claimed,
        "已退缴（元）": lambda case: case.refunded,
        "已抵扣（元）": lambda case: case.offset,
        "已核销（元）": lambda case: case.written_off,
        "未追回（元）": lambda case: case.balance,
        "状态": lambda case: standing_of(case)[1],
        "追缴期限": lambda case: case.due_on,
        "立案时间": lambda case: case.opened_at,
    }
