"""What is done for disabled people: kinds of service as data, one record for each service, typed ones with more."""

from services.models.care import CareMode, RespitePlacement
from services.models.courses import TrainingCourse
from services.models.employment import CourseAttendance, EmploymentForm, NewEmployment, SupportedEmployment
from services.models.homes import Acceptance, HomeModification
from services.models.kinds import DeviceType, Group, Need, Proof, RecordForm, ServiceKind
from services.models.medical import AidMode, FamilyDoctorContract, HealthCheck, PsychiatricAid
from services.models.needs import PrecisionService, RehabilitationNeed
from services.models.photos import HomePhoto
from services.models.records import Service
from services.models.rehabilitation import CataractSurgery, ChildTraining, DeviceIssue, Eye, Nature
from services.models.schooling import ENROLLED, SchoolEnrolment, Schooling, school_year_of
from services.models.stays import SERVING_KINDS, FacilityStay, MonthlyAttendance

# After the models: their classes name each of them.
from services.personal_data import PERSONAL_DATA, USES

__all__ = [
    "ENROLLED",
    "PERSONAL_DATA",
    "USES",
    "SERVING_KINDS",
    "Acceptance",
    "AidMode",
    "CareMode",
    "CataractSurgery",
    "ChildTraining",
    "CourseAttendance",
    "DeviceIssue",
    "DeviceType",
    "EmploymentForm",
    "Eye",
    "FacilityStay",
    "FamilyDoctorContract",
    "Group",
    "HealthCheck",
    "HomeModification",
    "HomePhoto",
    "MonthlyAttendance",
    "Nature",
    "Need",
    "PrecisionService",
    "NewEmployment",
    "Proof",
    "PsychiatricAid",
    "RecordForm",
    "RehabilitationNeed",
    "RespitePlacement",
    "SchoolEnrolment",
    "Schooling",
    "Service",
    "ServiceKind",
    "SupportedEmployment",
    "TrainingCourse",
    "school_year_of",
]
