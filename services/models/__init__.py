"""What is done for disabled people: kinds of service as data, one record for each service, typed ones with more."""

from services.models.homes import Acceptance, HomeModification
from services.models.kinds import DeviceType, Group, Need, Proof, RecordForm, ServiceKind
from services.models.medical import AidMode, FamilyDoctorContract, HealthCheck, PsychiatricAid
from services.models.needs import PrecisionService, RehabilitationNeed
from services.models.records import Service
from services.models.rehabilitation import CataractSurgery, ChildTraining, DeviceIssue, Eye, Nature

# After the models: their classes name each of them.
from services.personal_data import PERSONAL_DATA

__all__ = [
    "PERSONAL_DATA",
    "Acceptance",
    "AidMode",
    "CataractSurgery",
    "ChildTraining",
    "DeviceIssue",
    "DeviceType",
    "Eye",
    "FamilyDoctorContract",
    "Group",
    "HealthCheck",
    "HomeModification",
    "Nature",
    "Need",
    "PrecisionService",
    "Proof",
    "PsychiatricAid",
    "RecordForm",
    "RehabilitationNeed",
    "Service",
    "ServiceKind",
]
