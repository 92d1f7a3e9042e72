"""康复 rolls: training of children, cataract surgery, assistive devices."""

from lianyungang_cdpf.intake.tables import Choice, Column, Date, PersonName, Text, Whole, name_key
from services.fitness import SENTENCES
from services.models import CataractSurgery, ChildTraining, DeviceIssue, DeviceType, Eye
from services.rolls.base import ServiceRoll, ServiceRollKind


class ChildTrainingRoll(ServiceRoll):
    """儿童康复训练花名册 (facts.md 4.1 B: 评估医院 is not where the child is trained)."""

    name = Column(PersonName(), "姓名 儿童姓名 残疾儿童姓名", whole="儿童", required=True, key=True)
    served_on = Column(
        Date(), "入训日期 训练开始日期 开训日期 入训时间 训练开始时间 入院日期 开始日期", of_person=False, required=True
    )
    ended_on = Column(Date(), "结训日期 训练结束日期 结训时间 训练结束时间 出院日期 结束日期", of_person=False)
    institution = Column(
        Text(), "康复机构 训练机构 定点机构 定点康复机构", never="地址 电话", whole="机构", of_person=False,
        required=True, example="市儿童康复中心",
    )  # fmt: skip
    content = Column(Text(), "训练项目 训练类别 康复项目 训练内容 救助项目", of_person=False, example="运动功能训练")
    plan = Column(Text(), "训练计划 康复计划", of_person=False)
    sessions = Column(Whole(minimum=1), "训练次数 训练课时 课时 次数 训练天数", of_person=False)
    assessment_before = Column(Text(), "训练前评估 初评 初次评估 训前评估", never="医院 机构", of_person=False)
    assessment_after = Column(Text(), "训练后评估 末评 末次评估 训后评估", never="医院 机构", of_person=False)


class ChildTrainingKind(ServiceRollKind):
    """儿童康复训练."""

    roll, record = ChildTrainingRoll, ChildTraining


class CataractRoll(ServiceRoll):
    """白内障复明手术登记表 (facts.md 4.1 E)."""

    name = Column(PersonName(), "姓名 患者姓名", whole="患者", required=True, key=True)
    eye = Column(
        Choice(
            "CHOICE_FORMAT", left=("左眼", "左", "左侧", "OS"), right=("右眼", "右", "右侧", "OD"),
            both=("双眼", "双", "双侧", "左右眼", "左、右眼", "左眼、右眼", "OU"),
        ),
        "手术眼 手术眼别 眼别 左/右眼 左右眼", of_person=False, required=True,
    )  # fmt: skip
    served_on = Column(Date(), "手术日期 手术时间", of_person=False, required=True)
    institution = Column(
        Text(), "手术机构 手术医院 定点医院 医院名称", whole="医院 机构", of_person=False, required=True,
        example="市第一人民医院",
    )  # fmt: skip
    sight_before = Column(Text(), "术前视力 手术前视力", of_person=False, example="0.05")
    sight_after = Column(Text(), "术后视力 手术后视力", of_person=False, example="0.6")


class CataractKind(ServiceRollKind):
    """白内障手术; a row of both eyes is two cases."""

    roll, record, puts_on_file = CataractRoll, CataractSurgery, True

    def services_of(self, values):
        eyes = (Eye.LEFT, Eye.RIGHT) if values.get("eye") == "both" else (values["eye"],)
        return [service for eye in eyes for service in super(CataractKind, self).services_of({**values, "eye": eye})]


class DeviceRoll(ServiceRoll):
    """辅具发放（签收）表: every device handed out, as the county signs for it."""

    device = Column(
        Text(), "辅具名称 辅助器具名称 器具名称 品名 产品名称 辅具种类 辅具类别", whole="辅具", of_person=False,
        required=True, example="轮椅",
    )  # fmt: skip
    device_model = Column(Text(), "规格型号 型号 规格", of_person=False, example="折叠式")
    quantity = Column(Whole(minimum=1), "数量 件数 数量(件)", of_person=False, required=True)
    signed_on = Column(Date(), "领取日期 签收日期 领取时间 签收时间 发放日期 发放时间", of_person=False, required=True)
    fitted_on = Column(Date(), "适配日期 评估日期", of_person=False)
    nature = Column(
        Choice(
            "CHOICE_FORMAT", issue=("发放", "新发", "新配", "适配", "免费发放"), loan=("租借", "借用", "租赁", "借出"),
            exchange=("更换", "换新", "以旧换新"), repair=("维修", "修理"), **{"return": ("退回", "退还", "归还")},
        ),
        "性质 发放性质 服务方式 发放方式 业务类型", of_person=False,
    )  # fmt: skip


class DeviceKind(ServiceRollKind):
    """辅具发放; devices are those of the catalogue, by name or as the catalogue knows that rolls write them."""

    roll, record = DeviceRoll, DeviceIssue
    day_column = "signed_on"

    def prepare(self, lines):
        self._devices = {
            name_key(word): device
            for device in DeviceType.objects.filter(is_offered=True)
            for word in (device.name, *device.words)
        }

    def findings(self, values):
        if self._device(values) is None:
            yield "DEVICE_UNKNOWN", "device", SENTENCES["DEVICE_UNKNOWN"]

    def services_of(self, values):
        device = self._device(values)
        if device is None:
            return []
        return super().services_of({**values, "device": device, "served_on": values["signed_on"]})

    def _device(self, values: dict) -> DeviceType | None:
        return self._devices.get(name_key(values["device"]))
