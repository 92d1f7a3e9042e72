"""康复医疗 rolls: aid to psychiatric patients, health checks, contracts with a family doctor."""

from lianyungang_cdpf.intake.tables import Choice, Column, Date, PersonName, Text, Whole
from services.models import FamilyDoctorContract, HealthCheck, PsychiatricAid
from services.rolls.base import ServiceRoll, ServiceRollKind


class PsychiatricAidRoll(ServiceRoll):
    """贫困精神病人免费救助花名册."""

    name = Column(PersonName(), "姓名 患者姓名 病人姓名", whole="患者", required=True, key=True)
    mode = Column(
        Choice(
            "CHOICE_FORMAT", medication=("免费服药", "服药", "药物", "门诊服药", "门诊"),
            inpatient=("住院救助", "住院", "住院治疗"),
        ),
        "救助方式 救助类型 救助类别 救助项目", of_person=False, required=True,
    )  # fmt: skip
    served_on = Column(
        Date(), "救助起始日期 救助日期 开始日期 起始日期 起始时间 入院日期 首次服药日期 领药日期 救助时间",
        of_person=False, required=True,
    )  # fmt: skip
    ended_on = Column(Date(), "救助结束日期 结束日期 终止日期 终止时间 出院日期", of_person=False)
    months = Column(Whole(minimum=1), "救助月数 服药月数 月数", of_person=False)
    institution = Column(
        Text(), "救助医院 定点医院 医疗机构 医院名称 服药机构", whole="医院 机构", of_person=False, required=True,
        example="市第四人民医院",
    )  # fmt: skip


class PsychiatricAidKind(ServiceRollKind):
    """精神病人救助."""

    roll, record, puts_on_file = PsychiatricAidRoll, PsychiatricAid, True


class HealthCheckRoll(ServiceRoll):
    """残疾人免费健康体检花名册 (facts.md 4.1 B)."""

    served_on = Column(Date(), "体检日期 体检时间 检查日期", of_person=False, required=True)
    institution = Column(
        Text(),
        "体检机构 体检医院 体检单位",
        whole="医院 机构",
        of_person=False,
        required=True,
        example="浦西街道卫生院",
    )
    report_no = Column(
        Text(), "体检报告编号 报告编号 体检编号 报告号", of_person=False, digits=True, example="20190001"
    )
    conclusion = Column(Text(), "体检结论 体检结果 主检结论", of_person=False, example="血压偏高")


class HealthCheckKind(ServiceRollKind):
    """健康体检."""

    roll, record = HealthCheckRoll, HealthCheck


class ContractRoll(ServiceRoll):
    """家庭医生签约名册; a contract without an end lasts a year."""

    served_on = Column(
        Date(), "签约日期 签约时间 签约起始日期 协议起始日期 生效日期 起始日期", of_person=False, required=True
    )
    ended_on = Column(Date(), "签约到期日期 到期日期 协议到期日期 终止日期 有效期至", of_person=False)
    institution = Column(
        Text(), "签约机构 签约医疗机构 服务机构 签约团队", whole="机构", of_person=False, required=True,
        example="浦西街道社区卫生服务中心",
    )  # fmt: skip
    doctor = Column(Text(), "家庭医生 家庭医生姓名 签约医生 医生姓名", of_person=False, example="王医生")
    contract_no = Column(Text(), "协议编号 协议书编号 签约编号", of_person=False, digits=True, example="20190001")


class ContractKind(ServiceRollKind):
    """家庭医生签约."""

    roll, record = ContractRoll, FamilyDoctorContract
