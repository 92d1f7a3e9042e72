"""托养花名册."""

from lianyungang_cdpf.intake.tables import Choice, Column, Text, Whole
from services.models import CareMode, RespitePlacement
from services.rolls.base import ServiceRoll, ServiceRollKind
from services.rolls.terms import first_day, last_day, term


class RespiteRoll(ServiceRoll):
    """托养花名册 (facts.md 4.2), and 机构养护 of an older system (4.1 B, whose 人住审核日期 is a typing error)."""

    mode = Column(
        Choice(
            "CHOICE_FORMAT", residential=("寄宿制托养", "寄宿制", "寄宿", "寄宿托养", "集中托养", "机构托养"),
            day=("日间照料", "日托", "日间托养", "日间"), home=("居家托养", "居家", "居家服务", "上门服务"),
        ),
        "托养方式 托养形式 服务方式 供养方式 托养类型", of_person=False, filled=True,
    )  # fmt: skip
    institution = Column(
        Text(), "托养机构 护理机构 供养机构 服务机构 机构名称", never="地址 电话", whole="机构", of_person=False,
        required=True, example="海州区某托养中心",
    )  # fmt: skip
    served_on = first_day(
        "入住日期 入住审核日期 人住审核日期 入托时间 入托日期 托养开始日期 开始日期 开始时间 起始日期"
    )
    ended_on = last_day("退出日期 退出审核日期 退出时间 出托日期 托养结束日期 结束日期 结束时间 终止日期")
    term = term("托养时间 托养起止时间 服务时间")
    months = Column(Whole(minimum=1), "托养月数 服务月数 月数 享受月数", of_person=False)
    leaving_reason = Column(Text(), "退出原因", of_person=False)


class RespiteKind(ServiceRollKind):
    """托养; a list without a column of the mode is one of an institution, whose people live there."""

    roll, record = RespiteRoll, RespitePlacement

    def services_of(self, values):
        return super().services_of({"mode": CareMode.RESIDENTIAL, **{k: v for k, v in values.items() if v is not None}})
