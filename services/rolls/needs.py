"""康复需求调查 and 精准康复服务: a cell may name several sorts, each becomes a record."""

import re

from lianyungang_cdpf.intake.tables import Column, Date, Text
from lianyungang_cdpf.intake.tables.cleaners import Cleaner
from services.models import Need, PrecisionService, RehabilitationNeed
from services.rolls.base import ServiceRoll, ServiceRollKind

WRITINGS = {
    Need.SURGERY: ("手术", "康复手术", "矫治手术", "白内障手术", "人工耳蜗"),
    Need.MEDICATION: ("药物", "服药", "免费服药", "精神科药物"),
    Need.TRAINING: ("功能训练", "训练", "康复训练", "康复治疗与训练", "康复治疗", "机能训练"),
    Need.DEVICE: ("辅具", "辅助器具", "辅具适配", "辅助器具适配"),
    Need.SUPPORT: ("护理和支持性服务", "支持性服务", "护理", "支持", "居家照料", "心理疏导", "康复指导"),
}
SORTS = {word: need for need, words in WRITINGS.items() for word in words}
NOTHING = {"无", "无需求", "没有", "不需要"}
SEPARATORS = re.compile(r"[、，,;；/+\s]+")


class Needs(Cleaner):
    """One or several sorts of basic rehabilitation, as 手术、训练; 无 is none."""

    accepts = "康复需求，可填几项，用顿号分开；没有的填“无”"
    example = "功能训练、辅具"

    def clean(self, cell):
        parts = [part for part in SEPARATORS.split(cell.strip()) if part] if isinstance(cell, str) else []
        if not parts:
            return None, None if cell is None or cell == "" else "CHOICE_FORMAT"
        if set(parts) <= NOTHING:
            return (), None
        needs = tuple(dict.fromkeys(SORTS.get(part) for part in parts))
        return (None, "CHOICE_FORMAT") if None in needs else (needs, None)

    def written(self, value):
        return "、".join(WRITINGS[need][0] for need in value) if value else "无" if value == () else ""


class NeedsRoll(ServiceRoll):
    """康复需求调查表 (facts.md 4.1 F)."""

    needs = Column(
        Needs(), "康复需求 康复需求类别 需求类别 目前需求 目前是否还需要以下服务", whole="需求", of_person=False,
        required=True,
    )  # fmt: skip
    served_on = Column(Date(), "调查日期 填表日期 采集日期 入户日期", of_person=False, required=True)
    institution = Column(Text(), "调查单位 填报单位 采集单位", of_person=False, example="浦西街道残联")


class NeedsKind(ServiceRollKind):
    """康复需求; who needs nothing is left without a record."""

    roll, record = NeedsRoll, RehabilitationNeed

    def services_of(self, values):
        return [one for need in values["needs"] for one in super(NeedsKind, self).services_of({**values, "need": need})]


class PrecisionRoll(ServiceRoll):
    """精准康复服务记录."""

    needs = Column(
        Needs(),
        "服务类别 康复服务类别 服务项目 康复服务项目 服务类型",
        whole="类别 项目",
        of_person=False,
        required=True,
    )
    served_on = Column(Date(), "服务日期 服务时间 康复服务日期", of_person=False, required=True)
    content = Column(Text(), "服务内容 具体内容", of_person=False, example="下肢功能训练")
    institution = Column(Text(), "服务机构 康复机构 定点机构", of_person=False, required=True, example="市康复中心")


class PrecisionKind(ServiceRollKind):
    """精准康复服务; several sorts in a row are several entries of the handbook."""

    roll, record = PrecisionRoll, PrecisionService

    def services_of(self, values):
        every = values["needs"]
        return [one for need in every for one in super(PrecisionKind, self).services_of({**values, "need": need})]
