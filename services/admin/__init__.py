"""The ledgers of services, in the order in which the side bar lists them."""

from services.admin import records  # noqa: I001 - the order of registration is the order of the side bar
from services.admin import rehabilitation, medical, homes, needs, care, stays, schooling, courses, employment, kinds

__all__ = [
    "care",
    "courses",
    "employment",
    "homes",
    "kinds",
    "medical",
    "needs",
    "records",
    "rehabilitation",
    "schooling",
    "stays",
]
