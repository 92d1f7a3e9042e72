"""家庭无障碍改造汇总表: a household's works, one row for the disabled person in whose name they were done."""

import re

from lianyungang_cdpf.intake.tables import Choice, Column, Date, Money, PersonName, Text, name_key
from services.fitness import SENTENCES
from services.models import Acceptance, DeviceType, HomeModification
from services.rolls.base import ServiceRoll, ServiceRollKind, is_money

SEPARATORS = re.compile(r"[、，,;；/+和及\s]+")


class HomeModificationRoll(ServiceRoll):
    """家庭无障碍改造汇总表 (facts.md 4.1 B and 4.2)."""

    name = Column(
        PersonName(), "姓名 残疾人姓名 户主姓名 户主/残疾人姓名 户主(残疾人)姓名", whole="户主", required=True, key=True
    )
    content = Column(
        Text(), "改造内容 改造项目 改造类型 改造地点", of_person=False, required=True, example="坡道、卫生间扶手"
    )
    cost = Column(Money(), "改造金额 改造费用 改造总金额 工程造价", whole="总金额", of_person=False)
    institution = Column(Text(), "施工单位 改造单位 承建单位", of_person=False, example="海州区某建筑公司")
    surveyed_on = Column(Date(), "入户评估日期 评估日期 入户日期", of_person=False)
    plan = Column(Text(), "一户一案 改造方案 方案编号", of_person=False)
    served_on = Column(Date(), "开工日期 开工时间 施工日期", of_person=False)
    ended_on = Column(Date(), "完工日期 完工时间 竣工日期", of_person=False, required=True)
    acceptance = Column(
        Choice(
            "CHOICE_FORMAT", passed=("验收合格", "合格", "通过", "已验收", "验收通过"),
            failed=("验收不合格", "不合格", "未通过"), pending=("未验收", "待验收", "改造中"),
        ),
        "验收情况 验收结果 验收结论", of_person=False, required=True,
    )  # fmt: skip
    accepted_on = Column(Date(), "验收日期 验收时间", of_person=False)
    photos_before = Column(Text(), "改造前照片编号 改造前照片", of_person=False)
    photos_after = Column(Text(), "改造后照片编号 改造后照片", of_person=False)


class HomeModificationKind(ServiceRollKind):
    """家庭无障碍改造; what is nothing but devices of the catalogue is no work on a home."""

    roll, record = HomeModificationRoll, HomeModification
    day_column = "ended_on"

    def prepare(self, lines):
        self._devices = {name_key(word) for device in DeviceType.objects.all() for word in (device.name, *device.words)}

    def findings(self, values):
        if not is_money(values.get("cost")):
            yield "AMOUNT_FORMAT", "cost", SENTENCES["AMOUNT_SIZE"]
        if self._is_devices_only(values):
            yield "W_DEVICES_ONLY", "content", SENTENCES["W_DEVICES_ONLY"]
        elif values["acceptance"] == Acceptance.PASSED and not values.get("accepted_on"):
            yield "W_ACCEPTANCE_DAY", "accepted_on", SENTENCES["W_ACCEPTANCE_DAY"]

    def services_of(self, values):
        told = {"served_on": values["ended_on"], **{name: value for name, value in values.items() if value is not None}}
        if values["acceptance"] == Acceptance.PASSED:
            told.setdefault("accepted_on", values["ended_on"])
        return super().services_of({**told, "devices_only": self._is_devices_only(values)})

    def _is_devices_only(self, values: dict) -> bool:
        parts = [name_key(part) for part in SEPARATORS.split(values["content"]) if part]
        return bool(parts) and all(part in self._devices for part in parts)
