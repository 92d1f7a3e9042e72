"""Class of every field that says something about a person (个人信息保护法 art. 28), as in beneficiaries.personal_data.

A 居家康复点 is somebody's home, and often bears their name: name and place of a facility are personal.
"""

from facilities.models import Facility, FacilityDocument, Inspection, StageEntry
from lianyungang_cdpf.purposes import Purpose, Uses

_PLAIN = (
    "id", "kind", "longitude", "latitude", "run_mode", "operator", "credit_code", "area_m2", "rooms", "capacity",
    "staff_full", "staff_part", "opening_hours", "services_offered", "public_phone", "has_ramp", "has_handrails",
    "has_toilet", "has_lift", "has_tactile_paving", "has_signs", "has_parking", "stage", "applied_on", "approved_on",
    "started_on", "completed_on", "accepted_on", "operating_on", "revoked_on", "created_at", "updated_at",
)  # fmt: skip
PERSONAL_DATA = {
    Facility: {
        **dict.fromkeys(_PLAIN, "record"), "longitude": "personal", "latitude": "personal", "name": "personal",
        "name_key": "personal", "area": "personal", "address": "personal", "responsible": "personal",
        "phone": "secret", "seal": "derived",
    },
    StageEntry: dict.fromkeys(
        ("id", "facility", "stage", "on", "document_no", "document_title", "note", "job", "recorded_by", "recorded_at",
         "taken_back_at", "taken_back_by", "taken_back_why"),
        "record",
    ),
    # A photo may show somebody; the file itself is sealed.
    FacilityDocument: {
        **dict.fromkeys(
            ("id", "facility", "kind", "number", "dated", "media_type", "size", "sha256", "added_by", "added_at",
             "removed_at", "removed_by", "removed_why"),
            "record",
        ),
        "title": "personal", "stored_name": "record",
    },
    Inspection: {
        **dict.fromkeys(
            ("id", "facility", "inspected_on", "score", "findings", "follow_up", "due_on", "done_on"), "record"
        ),
        "inspector": "personal",
    },
}  # fmt: skip

PLACES = Purpose("设施的设立、验收、检查和对外服务；居家康复点设在个人家中")
IN_CHARGE = Purpose("联系设施负责人、检查人")

USES = {
    Facility: Uses("facilities", {
        PLACES: "name name_key area address longitude latitude",
        IN_CHARGE: "responsible phone",
    }, of_people=False),
    StageEntry: Uses("facilities", of_people=False),
    FacilityDocument: Uses("facilities", {PLACES: "title"}, of_people=False),
    Inspection: Uses("facilities", {IN_CHARGE: "inspector"}, of_people=False),
}  # fmt: skip
