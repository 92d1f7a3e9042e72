"""Lists of services as files: numbers masked for everybody, as on the screen."""

from beneficiaries.exports import county_name, town_name
from lianyungang_cdpf.audit.exports import ListResource
from lianyungang_cdpf.masking import mask_account_no, mask_id_number
from services.filters import state_of, stay_state_of
from services.models import (
    CataractSurgery,
    ChildTraining,
    CourseAttendance,
    DeviceIssue,
    DeviceType,
    FacilityStay,
    FamilyDoctorContract,
    HealthCheck,
    HomeModification,
    NewEmployment,
    PrecisionService,
    PsychiatricAid,
    RehabilitationNeed,
    RespitePlacement,
    SchoolEnrolment,
    Service,
    SupportedEmployment,
    TrainingCourse,
)

WHO = {
    "姓名": lambda one: one.person.name,
    "身份证号": lambda one: mask_id_number(one.person.id_number),
    "县区": lambda one: county_name(one.area),
    "乡镇街道": lambda one: town_name(one.area),
    "服务种类": lambda one: one.kind.name,
}
WHAT = {
    "服务机构": lambda one: one.institution,
    "数量": lambda one: one.quantity,
    "补助金额（元）": lambda one: one.amount,
    "计入日期": lambda one: one.counted_on,
    "状态": state_of,
    "备注": lambda one: one.remarks,
}


def attendance_of(stay) -> str:
    """The standing months of a stay with their days, the earliest first."""
    months = sorted((one for one in stay.attendance.all() if not one.cancelled_at), key=lambda one: one.month)
    return "；".join(map(str, months))


class StaysFile(ListResource):
    """残疾人之家在册人员."""

    class Meta:
        model = FacilityStay

    columns = {
        **{word: read for word, read in WHO.items() if word != "服务种类"},
        "残疾人之家": lambda one: one.facility.name,
        "入家日期": lambda one: one.admitted_on,
        "退出日期": lambda one: one.left_on,
        "退出原因": lambda one: one.leaving_reason,
        "累计出勤（天）": lambda one: one.days_attended,
        "每月出勤": attendance_of,
        "状态": stay_state_of,
        "备注": lambda one: one.remarks,
    }


class ServicesFile(ListResource):
    """服务记录."""

    class Meta:
        model = Service

    columns = {**WHO, "服务日期": lambda one: one.served_on, "服务内容": lambda one: one.content, **WHAT}


class TrainingsFile(ListResource):
    """儿童康复训练."""

    class Meta:
        model = ChildTraining

    columns = {
        **WHO,
        "入训日期": lambda one: one.served_on,
        "结训日期": lambda one: one.ended_on,
        "训练次数": lambda one: one.sessions,
        "训练前评估": lambda one: one.assessment_before,
        "训练后评估": lambda one: one.assessment_after,
        **WHAT,
    }


class SurgeriesFile(ListResource):
    """白内障手术."""

    class Meta:
        model = CataractSurgery

    columns = {
        **WHO,
        "手术日期": lambda one: one.served_on,
        "手术眼": lambda one: one.get_eye_display(),
        "术前视力": lambda one: one.sight_before,
        "术后视力": lambda one: one.sight_after,
        **WHAT,
    }


class DevicesFile(ListResource):
    """辅具发放."""

    class Meta:
        model = DeviceIssue

    columns = {
        **WHO,
        "辅具名称": lambda one: one.device.name,
        "规格型号": lambda one: one.device_model,
        "性质": lambda one: one.get_nature_display(),
        "发放日期": lambda one: one.served_on,
        "签收日期": lambda one: one.signed_on,
        **WHAT,
    }


class PsychiatricAidFile(ListResource):
    """精神病人救助."""

    class Meta:
        model = PsychiatricAid

    columns = {
        **WHO,
        "救助方式": lambda one: one.get_mode_display(),
        "救助起始日期": lambda one: one.served_on,
        "救助结束日期": lambda one: one.ended_on,
        "救助月数": lambda one: one.months,
        **WHAT,
    }


class HealthChecksFile(ListResource):
    """健康体检."""

    class Meta:
        model = HealthCheck

    columns = {
        **WHO,
        "体检日期": lambda one: one.served_on,
        "体检报告编号": lambda one: one.report_no,
        "体检结论": lambda one: one.conclusion,
        **WHAT,
    }


class ContractsFile(ListResource):
    """家庭医生签约."""

    class Meta:
        model = FamilyDoctorContract

    columns = {
        **WHO,
        "家庭医生": lambda one: one.doctor,
        "协议编号": lambda one: one.contract_no,
        "签约起始日期": lambda one: one.served_on,
        "签约到期日期": lambda one: one.ended_on,
        **WHAT,
    }


class HomesFile(ListResource):
    """家庭无障碍改造."""

    class Meta:
        model = HomeModification

    columns = {
        **WHO,
        "改造内容": lambda one: one.content,
        "一户一案": lambda one: one.plan,
        "入户评估日期": lambda one: one.surveyed_on,
        "开工日期": lambda one: one.served_on,
        "完工日期": lambda one: one.ended_on,
        "验收情况": lambda one: one.get_acceptance_display(),
        "验收日期": lambda one: one.accepted_on,
        "改造总金额（元）": lambda one: one.cost,
        **WHAT,
    }


class NeedsFile(ListResource):
    """康复需求."""

    class Meta:
        model = RehabilitationNeed

    columns = {
        **WHO,
        "康复需求": lambda one: one.get_need_display(),
        "调查日期": lambda one: one.served_on,
        "调查单位": lambda one: one.institution,
        "状态": state_of,
        "备注": lambda one: one.remarks,
    }


class PrecisionFile(ListResource):
    """精准康复服务."""

    class Meta:
        model = PrecisionService

    columns = {
        **WHO,
        "服务类别": lambda one: one.get_need_display(),
        "服务内容": lambda one: one.content,
        "服务日期": lambda one: one.served_on,
        **WHAT,
    }


class PlacementsFile(ListResource):
    """托养服务."""

    class Meta:
        model = RespitePlacement

    columns = {
        **WHO,
        "托养方式": lambda one: one.get_mode_display(),
        "托养开始日期": lambda one: one.served_on,
        "托养结束日期": lambda one: one.ended_on,
        "托养月数": lambda one: one.months,
        "退出原因": lambda one: one.leaving_reason,
        **WHAT,
    }


class CoursesFile(ListResource):
    """实名制培训."""

    class Meta:
        model = CourseAttendance

    columns = {
        **WHO,
        "培训项目": lambda one: one.content,
        "培训等级": lambda one: one.level,
        "开班日期": lambda one: one.served_on,
        "培训结束日期": lambda one: one.ended_on,
        "课时": lambda one: one.hours,
        "实到课时": lambda one: one.attended_hours,
        "结业日期": lambda one: one.completed_on,
        "证书编号": lambda one: one.certificate_no,
        **WHAT,
    }


class TrainingCoursesFile(ListResource):
    """培训班."""

    class Meta:
        model = TrainingCourse

    columns = {
        "培训项目": lambda course: course.name,
        "培训机构": lambda course: course.institution,
        "培训地点": lambda course: course.venue,
        "培训等级": lambda course: course.level,
        "举办单位": lambda course: str(course.office),
        "开班日期": lambda course: course.starts_on,
        "结束日期": lambda course: course.ends_on,
        "课时": lambda course: course.hours,
        "名额": lambda course: course.places,
        "开班通知文号": lambda course: course.document_no,
        "学员": lambda course: course.people,
        "已结业": lambda course: course.finished,
    }


class EmploymentsFile(ListResource):
    """新增就业."""

    class Meta:
        model = NewEmployment

    columns = {
        **WHO,
        "就业形式": lambda one: one.get_form_display(),
        "岗位": lambda one: one.content,
        "就业起始日期": lambda one: one.served_on,
        "离职日期": lambda one: one.ended_on,
        "合同编号": lambda one: one.contract_no,
        "合同截止日期": lambda one: one.contract_until,
        "已参加社会保险": lambda one: {True: "是", False: "否", None: ""}[one.is_insured],
        "上年末已就业": lambda one: "是" if one.was_employed else "否",
        **WHAT,
    }


class SupportedFile(ListResource):
    """辅助性就业."""

    class Meta:
        model = SupportedEmployment

    columns = {
        **WHO,
        "劳动项目": lambda one: one.content,
        "上岗日期": lambda one: one.served_on,
        "离岗日期": lambda one: one.ended_on,
        "协议编号": lambda one: one.agreement_no,
        "每月劳动时数": lambda one: one.monthly_hours,
        "每月劳动报酬（元）": lambda one: one.monthly_pay,
        **WHAT,
    }


class EnrolmentsFile(ListResource):
    """适龄儿童入学."""

    class Meta:
        model = SchoolEnrolment

    columns = {
        **WHO,
        "学年": lambda one: one.what_it_is(),
        "就读方式": lambda one: one.get_schooling_display(),
        "学校": lambda one: one.school,
        "年级": lambda one: one.school_grade,
        "学籍号": lambda one: mask_account_no(one.student_no),
        "未入学原因": lambda one: one.reason,
        "登记日期": lambda one: one.served_on,
        "状态": state_of,
        "备注": lambda one: one.remarks,
    }


class DeviceTypesFile(ListResource):
    """辅具目录."""

    class Meta:
        model = DeviceType

    columns = {
        "名称": lambda device: device.name,
        "代码": lambda device: device.code,
        "计量单位": lambda device: device.unit,
        "其他叫法": lambda device: "、".join(device.words),
        "在目录中": lambda device: "是" if device.is_offered else "否",
    }
