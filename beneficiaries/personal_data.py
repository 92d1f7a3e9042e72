"""Class of every field that says something about a person: what the law calls it (个人信息保护法 art. 28).

sensitive: health, anything about a child; secret: encrypted besides; derived: a digest; record: about the record.
"""

from beneficiaries.models.family import ChildDiagnosis, Guardian, Household, HouseholdMember
from beneficiaries.models.person import Certificate, DisabilityPart, HardshipStatus, Person
from beneficiaries.models.records import Departure, FormerNumber, Merge, Residence, Transfer

DATES = {"valid_from": "personal", "valid_to": "personal"}
PERSONAL_DATA = {
    Person: {
        "basis": "sensitive", "name": "personal", "name_key": "personal", "pinyin": "personal", "initials": "personal",
        "id_number": "secret", "id_digest": "derived", "id_tail_digest": "derived",
        "sex": "personal", "birth_date": "personal", "area": "personal", "village": "personal", "address": "personal",
        "hukou_type": "personal", "phone": "secret", "phone_digest": "derived", "bank_name": "personal",
        "account_no": "secret", "account_digest": "derived", "account_holder": "personal",
        "died_on": "personal", "moved_out_on": "personal",
        "created_at": "record", "updated_at": "record", "id": "record",
    },
    Certificate: {
        "id": "record", "person": "record", "number": "secret", "number_digest": "derived",
        "category": "sensitive", "grade": "sensitive", "status": "sensitive", **DATES,
    },
    DisabilityPart: {"id": "record", "certificate": "record", "category": "sensitive", "grade": "sensitive"},
    HardshipStatus: {"id": "record", "person": "record", "status": "sensitive", **DATES},
    Household: {
        "id": "record", "area": "personal", "village": "personal", "address": "personal", "created_at": "record",
    },
    HouseholdMember: {"id": "record", "household": "personal", "person": "record", "relation": "personal", **DATES},
    Guardian: {
        "id": "record", "person": "record", "name": "personal", "relation": "sensitive", "id_number": "secret",
        "id_digest": "derived", "phone": "secret", "phone_digest": "derived", "on_file": "sensitive", **DATES,
    },
    ChildDiagnosis: {
        "id": "record", "person": "record", "suspected_category": "sensitive", "text": "sensitive",
        "diagnosed_on": "sensitive", "hospital": "sensitive",
    },
    Residence: {
        "id": "record", "person": "record", "area": "personal", "village": "personal", "address": "personal", **DATES,
    },
    Departure: {
        "id": "record", "person": "record", "kind": "personal", "day": "personal", "reason": "personal",
        "recorded_by": "record", "recorded_at": "record", "corrected_by": "record", "corrected_at": "record",
        "correction": "personal",
    },
    FormerNumber: {
        "id": "record", "person": "record", "id_number": "secret", "id_digest": "derived", "since": "record",
    },
    Merge: {
        "id": "record", "kept": "record", "gone_id": "record", "values": "secret", "taken": "record", "moved": "record",
        "reason": "personal", "merged_by": "record", "merged_at": "record",
    },
    Transfer: {
        "id": "record", "person": "record", "name": "personal", "id_number": "secret", "id_digest": "derived",
        "requested_from": "record", "giving_unit": "personal", "giving_area": "personal", "receiving_unit": "personal",
        "receiving_area": "personal", "reason": "personal", "state": "record", "requested_by": "record",
        "requested_at": "record", "decided_by": "record", "decided_at": "record", "answer": "personal",
    },
}  # fmt: skip
