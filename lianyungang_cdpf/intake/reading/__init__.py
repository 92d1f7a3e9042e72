"""An uploaded file becomes sheets of raw cells, safely. Knows neither Django nor rolls."""

from .cells import BadCell, Cell
from .gate import check_upload
from .limits import REGISTER_LIMITS, ROLL_LIMITS, Limits
from .refused import Refused
from .stream import Sheet, read_sheets

__all__ = [
    "REGISTER_LIMITS",
    "ROLL_LIMITS",
    "BadCell",
    "Cell",
    "Limits",
    "Refused",
    "Sheet",
    "check_upload",
    "read_sheets",
]
