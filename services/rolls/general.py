"""The roll of any kind that an administrator adds: who, when, where, what, how many and how much."""

from lianyungang_cdpf.intake.tables import Column, Date, Text, Whole
from services.rolls.base import ServiceRoll, ServiceRollKind


class GeneralRoll(ServiceRoll):
    """通用服务花名册."""

    served_on = Column(
        Date(), "服务日期 活动日期 救助日期 发放日期 办理日期 服务时间 活动时间 救助时间", whole="日期 时间",
        of_person=False, required=True,
    )  # fmt: skip
    content = Column(
        Text(), "服务内容 活动名称 救助内容 救助项目 项目名称 活动内容 扶持项目", whole="内容 项目", of_person=False,
        example="象棋比赛",
    )  # fmt: skip
    institution = Column(
        Text(), "服务机构 举办单位 承办单位 医疗机构 救助单位 机构名称", whole="机构 单位", of_person=False,
        example="海州区残疾人文化活动中心",
    )  # fmt: skip
    quantity = Column(Whole(minimum=1), "数量 件数 次数", of_person=False)


class GeneralKind(ServiceRollKind):
    """A kind of service without a record of its own."""

    roll = GeneralRoll
