"""Class of every field that says something about a person (个人信息保护法 art. 28); the classes: beneficiaries.

What is done for a person tells of their health, and much of it is about children: so it is sensitive throughout.
"""

from lianyungang_cdpf.purposes import DISABLED, DUTY, Ground, Purpose, Uses
from services.models.care import RespitePlacement
from services.models.employment import CourseAttendance, NewEmployment, SupportedEmployment
from services.models.homes import HomeModification
from services.models.medical import FamilyDoctorContract, HealthCheck, PsychiatricAid
from services.models.needs import PrecisionService, RehabilitationNeed
from services.models.photos import HomePhoto
from services.models.records import Service
from services.models.rehabilitation import CataractSurgery, ChildTraining, DeviceIssue
from services.models.schooling import SchoolEnrolment
from services.models.stays import FacilityStay, MonthlyAttendance

OF_ANY = {
    "id": "record", "kind": "sensitive", "person": "record", "area": "personal", "household": "personal",
    "served_on": "sensitive", "ended_on": "sensitive", "counted_on": "sensitive", "occasion": "sensitive",
    "content": "sensitive", "institution": "sensitive", "quantity": "sensitive", "amount": "personal",
    "remarks": "sensitive", "job": "record", "sheet": "record", "row": "record", "recorded_by": "record",
    "recorded_at": "record", "cancelled_at": "record", "cancelled_by": "record", "cancel_reason": "personal",
}  # fmt: skip

OF_ENTRY = {
    "id": "record", "job": "record", "sheet": "record", "row": "record", "recorded_by": "record",
    "recorded_at": "record", "cancelled_at": "record", "cancelled_by": "record", "cancel_reason": "personal",
}  # fmt: skip


_FILE = (
    "id", "stored_name", "media_type", "size", "sha256", "added_by", "added_at", "removed_at", "removed_by",
)  # fmt: skip


def _typed(*names: str) -> dict[str, str]:
    return {**OF_ANY, "service_ptr": "record", **dict.fromkeys(names, "sensitive")}


PERSONAL_DATA = {
    Service: OF_ANY,
    ChildTraining: _typed("plan", "sessions", "assessment_before", "assessment_after"),
    CataractSurgery: _typed("eye", "sight_before", "sight_after"),
    PsychiatricAid: _typed("mode", "months"),
    HealthCheck: _typed("report_no", "conclusion"),
    FamilyDoctorContract: _typed("doctor", "contract_no"),
    HomeModification: _typed(
        "surveyed_on", "plan", "cost", "devices_only", "acceptance", "accepted_on", "photos_before", "photos_after"
    ),
    # A photo shows somebody's home; the file itself is sealed.
    HomePhoto: {
        **dict.fromkeys(_FILE, "record"), "home": "record", "moment": "sensitive", "title": "sensitive",
        "taken_on": "sensitive", "removed_why": "personal",
    },
    RehabilitationNeed: _typed("need"),
    PrecisionService: _typed("need", "meets"),
    DeviceIssue: _typed("nature", "device", "device_model", "fitted_on", "signed_on"),
    RespitePlacement: _typed("mode", "months", "leaving_reason"),
    CourseAttendance: _typed("course", "level", "hours", "attended_hours", "completed_on", "certificate_no"),
    NewEmployment: _typed("form", "contract_no", "contract_until", "is_insured", "was_employed"),
    SupportedEmployment: _typed("agreement_no", "monthly_hours", "monthly_pay"),
    SchoolEnrolment: {
        **_typed("school_year", "schooling", "school", "school_grade", "reason"), "student_no": "secret",
        "seal": "derived",
    },
    FacilityStay: {
        **OF_ENTRY, "person": "record", "area": "personal",
        **dict.fromkeys(("facility", "admitted_on", "left_on", "leaving_reason", "remarks"), "sensitive"),
    },
    MonthlyAttendance: {**OF_ENTRY, "stay": "record", "month": "sensitive", "days": "sensitive"},
}  # fmt: skip

SCHOOLS = Ground("《残疾人教育条例》：残疾学生就学")
CHILD_AID = Ground("苏政发〔2018〕129号：残疾儿童康复救助", is_seen=True)
SUPPORTED = Ground("残联发〔2015〕27号：智力、精神和重度肢体残疾人辅助性就业", is_seen=True)

SERVE = Purpose("办理和记录所提供的服务，避免重复，续上下次服务")
COUNT = Purpose("核对年度目标完成数和服务经费（市级统计口径，待核实）")
PLACED = Purpose("确定由哪个县区、乡镇办理和统计")
REHABILITATE = Purpose("残疾儿童康复训练的评估和救助", (DUTY, DISABLED, CHILD_AID))
TEACH = Purpose("掌握残疾儿童少年入学情况，落实就学", (DUTY, DISABLED, SCHOOLS))
EMPLOY = Purpose("培训、就业和辅助性就业的办理和补助", (DUTY, DISABLED, SUPPORTED))
STAY = Purpose("残疾人之家在册和出勤，核定运营补助")
WHY_NOT = Purpose("记明撤销、删除的原因，供核对")

OF_EVERY = {
    PLACED: "area household",
    SERVE: "kind served_on ended_on content institution remarks",
    COUNT: "counted_on occasion quantity amount",
    WHY_NOT: "cancel_reason",
}


def _served(purpose: Purpose = SERVE, names: str = "") -> Uses:
    """What any service says, and what only its type says for this purpose."""
    return Uses("services", OF_EVERY | {purpose: f"{OF_EVERY.get(purpose, '')} {names}"})


USES = {
    Service: _served(),
    ChildTraining: _served(REHABILITATE, "plan sessions assessment_before assessment_after"),
    CataractSurgery: _served(names="eye sight_before sight_after"),
    PsychiatricAid: _served(names="mode months"),
    HealthCheck: _served(names="report_no conclusion"),
    FamilyDoctorContract: _served(names="doctor contract_no"),
    HomeModification: _served(
        names="surveyed_on plan cost devices_only acceptance accepted_on photos_before photos_after"
    ),
    HomePhoto: Uses("services", {SERVE: "moment title taken_on", WHY_NOT: "removed_why"}),
    RehabilitationNeed: _served(names="need"),
    PrecisionService: _served(names="need meets"),
    DeviceIssue: _served(names="nature device device_model fitted_on signed_on"),
    RespitePlacement: _served(names="mode months leaving_reason"),
    CourseAttendance: _served(EMPLOY, "course level hours attended_hours completed_on certificate_no"),
    NewEmployment: _served(EMPLOY, "form contract_no contract_until is_insured was_employed"),
    SupportedEmployment: _served(EMPLOY, "agreement_no monthly_hours monthly_pay"),
    SchoolEnrolment: _served(TEACH, "school_year schooling school school_grade reason student_no"),
    FacilityStay: Uses("services", {
        PLACED: "area", STAY: "facility admitted_on left_on leaving_reason remarks", WHY_NOT: "cancel_reason",
    }),
    MonthlyAttendance: Uses("services", {STAY: "month days", WHY_NOT: "cancel_reason"}),
}  # fmt: skip
