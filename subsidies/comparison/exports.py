"""Cases as a file: numbers masked for everybody, as on the screen."""

from lianyungang_cdpf.accounts.places import county_name, town_name
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.masking import mask_id_number
from subsidies.comparison.models import ComparisonCase


def case_place(case: ComparisonCase) -> str:
    """County and town of a case."""
    return f"{county_name(case.area)} {town_name(case.area)}".strip()


class CasesFile(ListResource):
    """比对问题."""

    class Meta:
        model = ComparisonCase

    columns = {
        "姓名": lambda case: case.person.name,
        "身份证号": lambda case: mask_id_number(case.person.id_number),
        "地区": case_place,
        "问题": lambda case: case.get_kind_display(),
        "补贴项目": lambda case: case.programme,
        "发现的情况": lambda case: case.finding,
        "起始日期": lambda case: case.since,
        "错发月数": lambda case: case.months,
        "错发金额（元）": lambda case: case.wrong_amount,
        "责任人": lambda case: case.owner,
        "处理期限": lambda case: case.due_on,
        "处理结果": lambda case: case.get_outcome_display(),
        "处理理由": lambda case: case.reason,
    }
