"""设施名册: one class of columns and one kind of file for every kind of facility, new ones included."""

from collections.abc import Iterable, Iterator

from facilities.judging import FacilityJudge
from facilities.models import FacilityKind
from facilities.roll_apply import apply
from lianyungang_cdpf.intake.kinds import Context, Kind, Outcome, register_limits
from lianyungang_cdpf.intake.places import COUNTY, TOWN, VILLAGE
from lianyungang_cdpf.intake.tables import Choice, Column, Date, Money, Roll, Text, Whole

STAGES = {
    "applied": ("申报", "已申报", "拟建", "计划"),
    "approved": ("立项", "已立项", "批复", "已批复"),
    "building": ("在建", "建设中", "施工中", "正在建设"),
    "completed": ("竣工", "已竣工", "建成", "已建成"),
    "accepted": ("验收", "已验收", "验收合格", "通过验收", "已认定"),
    "operating": ("运行", "运行中", "已运行", "正常运行", "运营中", "正常运营", "已开放"),
    "rectifying": ("整改", "整改中"),
    "suspended": ("停运", "已停运", "暂停运行"),
    "revoked": ("撤销", "已撤销", "撤并"),
}
RUN_MODES = {
    "public": ("公建公营",),
    "public_private": ("公建民营", "公办民营"),
    "subsidised": ("民办公助",),
    "purchased": ("购买服务", "政府购买服务"),
}


class Measure(Money):
    """A decimal number of square metres or degrees, above zero."""

    accepts = "数字，如 260 或 260.5"
    example = "260.5"

    def clean(self, cell):
        text = (
            cell.strip().removesuffix("平方米").removesuffix("㎡").removesuffix("m²") if isinstance(cell, str) else cell
        )
        value, code = super().clean(text)
        if code or (value is not None and value <= 0):
            return None, "MEASURE_FORMAT"
        return value, None


def _other(cleaner, *aliases: str, **more) -> Column:
    """A column that is about a facility, whoever its heading names."""
    return Column(cleaner, *aliases, of_person=False, **more)


def _day(*aliases: str) -> Column:
    return _other(Date(), *aliases)


class FacilityRoll(Roll):
    """设施名册, headings as offices write them (header_aliases.csv, facts.md 7)."""

    name = _other(
        Text(), "设施名称 机构名称 站点名称 点位名称 站(点)名称 康复室名称 康复站名称 康复点名称 服务站名称 试点名称",
        "基地名称 残疾人之家名称 希望之家名称 场所名称", whole="名称 单位名称 残疾人之家",
        never="运营 承办 承接 文件 村 社区 乡 镇 县", required=True, key=True, example="示例镇残疾人之家",
    )  # fmt: skip
    county = _other(Text(), COUNTY, whole="县 区", region=True)
    town = _other(Text(), TOWN, whole="镇 乡", region=True, required=True, example="示例镇")
    village = _other(Text(), VILLAGE, whole="村 居", region=True)
    address = _other(Text(), "详细地址 设施地址 所在地址 建设地点 地址", whole="地点 位置 住址")
    run_mode = _other(Choice(**RUN_MODES), "运行方式 运营方式 运营模式 运行模式")
    operator = _other(Text(), "运营单位 运营机构 承办单位 承接单位 主办单位", example="示例社会服务中心")
    credit_code = _other(Text(), "统一社会信用代码 社会信用代码 信用代码", digits=True)
    responsible = _other(Text(), "负责人 负责人姓名 联系人 联系人姓名", never="电话 手机 方式", example="张三")
    phone = _other(Text(), "联系电话 负责人电话 联系人电话 手机号码 手机号 联系方式", whole="电话 手机", digits=True)
    area_m2 = _other(Measure(), "建筑面积 场地面积 使用面积 面积")
    rooms = _other(Whole(), "功能室数 功能室 房间数 室数")
    capacity = _other(Whole(), "可服务人数 服务人数 容纳人数 设计容量 带动人数 安置人数")
    staff_full = _other(Whole(), "专职人员数 专职人员 专职人数 工作人员数 工作人员")
    staff_part = _other(Whole(), "兼职人员数 兼职人员 兼职人数")
    opening_hours = _other(Text(), "开放时间 服务时间", example="周一至周五 8:30—17:00")
    longitude = _other(Measure(), "经度")
    latitude = _other(Measure(), "纬度")
    stage = _other(
        Choice("FACILITY_STAGE", **STAGES),
        "建设阶段 当前阶段 目前阶段 建设状态 建设进度 运行状态",
        whole="阶段 状态 进度",
    )
    applied_on = _day("申报日期 申报时间")
    approved_on = _day("立项日期 立项时间 批复日期 批复时间 建点日期")
    started_on = _day("开工日期 开工时间")
    completed_on = _day("竣工日期 竣工时间 建成日期 建成时间")
    accepted_on = _day("验收日期 验收时间 认定日期 认定时间")
    operating_on = _day("运行日期 运营日期 开放日期 启用日期 投入使用日期 投入使用时间")
    revoked_on = _day("撤销日期 撤销时间")
    approval_no = _other(Text(), "立项文号 批复文号 立项批复文号")
    acceptance_no = _other(Text(), "验收文号 认定文号 验收文件号", whole="文号")


class FacilityRollKind(Kind):
    """The roll of one kind of facility; its code is the kind's own."""

    group = "设施"
    roll = FacilityRoll
    permission = post_permission = "facilities.import_facility"
    undo_page = "facility:undo"
    told_apart_by = ("town", "name")

    def __init__(self, kind: FacilityKind, others: Iterable[FacilityKind] = ()):
        self.limits = register_limits()
        self.kind, self.code, self.label = kind, kind.code, f"{kind.name}名册"
        self.words = words_of(kind)
        self.rivals = {other.name: words_of(other) for other in others}

    def judge(self, rows: Iterable, context: Context) -> Iterator[Outcome]:
        return FacilityJudge(self.kind, context).judge(rows)

    def apply(self, outcomes: Iterable[Outcome], context: Context, job) -> dict:
        return apply(self.kind, outcomes, context, job)

    def pack(self, outcome: Outcome) -> dict:
        values = outcome.data.values
        return {name: values[name] for name in ("name",) if values.get(name)}


def words_of(kind: FacilityKind) -> tuple[str, ...]:
    """The words by which a title names the kind: its name, and what stands of it before a bracket."""
    return tuple(dict.fromkeys((kind.name, kind.name.split("（")[0])))


def kinds() -> list[Kind]:
    """A roll for every kind of facility on record."""
    rows = list(FacilityKind.objects.all())
    return [FacilityRollKind(one, [other for other in rows if other != one]) for one in rows]
