"""Lists of facilities as files: as on the screen, phones masked."""

from facilities.models import Facility, FacilityKind
from lianyungang_cdpf.accounts.models import Level
from lianyungang_cdpf.accounts.places import county_name, town_name
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.masking import mask_phone

ACCESSIBILITY = (
    "has_ramp", "has_handrails", "has_toilet", "has_lift", "has_tactile_paving", "has_signs", "has_parking",
)  # fmt: skip


# What naming a facility's place reads along with it.
PLACE = ("area__zone", "area__parent__parent")


def unit_name(facility: Facility) -> str:
    """The zone that the facility counts under, else its county."""
    return str(facility.area.zone) if facility.area.zone_id else county_name(facility.area)


def place_name(facility: Facility) -> str:
    """Unit, town and village in one line."""
    return " ".join(filter(None, (unit_name(facility), town_name(facility.area), village_name(facility))))


def village_name(facility: Facility) -> str:
    """The village, where the facility stands in one."""
    return str(facility.area) if facility.area.level == Level.VILLAGE else ""


def accessibility(facility: Facility) -> str:
    """What the facility has, in words."""
    has = (name for name in ACCESSIBILITY if getattr(facility, name))
    return "、".join(str(Facility._meta.get_field(name).verbose_name) for name in has)


class FacilityKindsFile(ListResource):
    """设施种类."""

    class Meta:
        model = FacilityKind

    columns = {
        "代码": lambda kind: kind.code,
        "名称": lambda kind: kind.name,
        "计量单位": lambda kind: kind.unit,
        "统计口径": lambda kind: kind.counting_rule,
        "佐证材料": lambda kind: kind.evidence,
        "牵头部门": lambda kind: kind.lead_department,
        "验收最小面积": lambda kind: kind.minimum_area,
        "验收最少服务人数": lambda kind: kind.minimum_capacity,
    }


class FacilitiesFile(ListResource):
    """设施."""

    class Meta:
        model = Facility

    columns = {
        "设施种类": lambda one: one.kind.name,
        "名称": lambda one: one.name,
        "县区（功能板块）": unit_name,
        "乡镇街道": lambda one: town_name(one.area),
        "村（社区）": village_name,
        "地址": lambda one: one.address,
        "经度": lambda one: one.longitude,
        "纬度": lambda one: one.latitude,
        "运行方式": lambda one: one.get_run_mode_display(),
        "运营单位": lambda one: one.operator,
        "统一社会信用代码": lambda one: one.credit_code,
        "负责人": lambda one: one.responsible,
        "联系电话": lambda one: mask_phone(one.phone),
        "建筑面积（平方米）": lambda one: one.area_m2,
        "功能室数": lambda one: one.rooms,
        "可服务人数": lambda one: one.capacity,
        "专职人员": lambda one: one.staff_full,
        "兼职人员": lambda one: one.staff_part,
        "开放时间": lambda one: one.opening_hours,
        "服务内容": lambda one: one.services_offered,
        "对外电话": lambda one: one.public_phone,
        "无障碍设施": accessibility,
        "阶段": lambda one: one.get_stage_display(),
        "申报日期": lambda one: one.applied_on,
        "立项日期": lambda one: one.approved_on,
        "开工日期": lambda one: one.started_on,
        "竣工日期": lambda one: one.completed_on,
        "验收日期": lambda one: one.accepted_on,
        "运行日期": lambda one: one.operating_on,
        "撤销日期": lambda one: one.revoked_on,
    }
