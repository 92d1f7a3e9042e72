"""The people the Federation serves, their certificates, their families, and what became of their records."""

from beneficiaries.models.family import ChildDiagnosis, Guardian, Household, HouseholdMember, Kinship, Relation
from beneficiaries.models.person import (
    Basis,
    Category,
    Certificate,
    CertificateStatus,
    DisabilityPart,
    Grade,
    Hardship,
    HardshipStatus,
    HukouType,
    Person,
    Sex,
)
from beneficiaries.models.records import Departure, FormerNumber, Merge, Residence, Transfer

# After the models: their classes name each of them.
from beneficiaries.personal_data import PERSONAL_DATA, USES

__all__ = [
    "PERSONAL_DATA",
    "USES",
    "Basis",
    "Category",
    "Certificate",
    "CertificateStatus",
    "ChildDiagnosis",
    "Departure",
    "DisabilityPart",
    "FormerNumber",
    "Grade",
    "Guardian",
    "Hardship",
    "HardshipStatus",
    "Household",
    "HouseholdMember",
    "HukouType",
    "Kinship",
    "Merge",
    "Person",
    "Relation",
    "Residence",
    "Sex",
    "Transfer",
]
