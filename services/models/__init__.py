"""What is done for disabled people: kinds of service as data, one record for each service, typed ones with more."""

from services.models.kinds import DeviceType, Group, Proof, RecordForm, ServiceKind
from services.models.records import Service
from services.models.rehabilitation import CataractSurgery, ChildTraining, DeviceIssue, Eye, Nature

# After the models: their classes name each of them.
from services.personal_data import PERSONAL_DATA

__all__ = [
    "PERSONAL_DATA",
    "CataractSurgery",
    "ChildTraining",
    "DeviceIssue",
    "DeviceType",
    "Eye",
    "Group",
    "Nature",
    "Proof",
    "RecordForm",
    "Service",
    "ServiceKind",
]
