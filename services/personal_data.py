"""Class of every field that says something about a person (个人信息保护法 art. 28); the classes: beneficiaries.

What is done for a person tells of their health, and much of it is about children: so it is sensitive throughout.
"""

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
    SchoolEnrolment: _typed("school_year", "schooling", "school", "school_grade", "reason") | {"student_no": "secret"},
    FacilityStay: {
        **OF_ENTRY, "person": "record", "area": "personal",
        **dict.fromkeys(("facility", "admitted_on", "left_on", "leaving_reason", "remarks"), "sensitive"),
    },
    MonthlyAttendance: {**OF_ENTRY, "stay": "record", "month": "sensitive", "days": "sensitive"},
}  # fmt: skip
