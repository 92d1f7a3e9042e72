"""The citizen's ID number and the certificate number that is built on it.

Source: GB 11643-1999 (18 characters: area 6, birth date 8, sequence 3 with the sex in its parity, check character
by ISO 7064 MOD 11-2); certificate number = ID + category + grade, reissues end in B1, B2, ... (corpus README).
"""

import re
from datetime import date
from functools import lru_cache
from operator import mul

from .text import bare

_FORM = re.compile("[0-9]{17}[0-9X]")
_POWER = re.compile(r"[0-9](\.[0-9]+)?E\+?[0-9]{1,2}|[0-9]{15,}\.0+")
_REISSUE = re.compile("(?:B[0-9]{1,2})+$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_OFFSET = ord("0") * sum(_WEIGHTS)
_CHECK = "10X98765432"
EARLIEST = date(1900, 1, 1)
# No clock need be asked about whoever was born before.
LONG_BORN = date(2019, 1, 1)


def normalise_id(text: str) -> str:
    """An ID or certificate number without blanks, full-width characters and text tricks, in capitals."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return bare(text).upper()


def is_power(text: str) -> bool:
    """Whether Excel has turned the number into 3.20701E+17 before it was saved as text."""
    return _POWER.fullmatch(text) is not None


@lru_cache(maxsize=131072)
def _day(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def id_problem(text: str) -> str | None:
    """ID_FORMAT, ID_PRECISION_LOST or ID_CHECKSUM for a normalised ID number, or None when it is right.

    A birth date before 1900 or in the future is as impossible as 30 February: ID_CHECKSUM.
    """
    if not _FORM.fullmatch(text):
        return "ID_PRECISION_LOST" if is_power(text) else "ID_FORMAT"
    if _CHECK[(sum(map(mul, text.encode(), _WEIGHTS)) - _OFFSET) % 11] != text[17]:
        return "ID_CHECKSUM"
    born = _day(text[6:14])
    if born and born >= EARLIEST and (born < LONG_BORN or born <= date.today()):
        return None
    return "ID_CHECKSUM"


def birth_date_of(id_number: str) -> date | None:
    """Birth date in a normalised ID number; None when the number holds no real date."""
    return _day(id_number[6:14]) if _FORM.fullmatch(id_number) else None


def sex_of(id_number: str) -> str | None:
    """男 or 女 by the parity of the 17th digit; None when the number is malformed."""
    if not _FORM.fullmatch(id_number):
        return None
    return "男" if int(id_number[16]) % 2 else "女"


def certificate_core(certificate_no: str) -> str:
    """A normalised certificate number without its reissue suffixes: what two issues have in common."""
    return _REISSUE.sub("", certificate_no)
