"""What of a person may stand in a public notice (facts.md 6.5, 个人信息保护法 arts. 25, 28; city rule, unverified)."""

import re
from datetime import date

from beneficiaries.people import age_on
from subsidies.notices.models import Names

ADULT_FROM = 18
# A village as people write it; what stands behind it (group, house, telephone) is nobody's business.
VILLAGE = re.compile(r"[\u4e00-\u9fff]{1,20}?(?:社区居委会|村委会|居委会|社区|村)")


def is_child(born: date | None, day: date) -> bool:
    """Whether somebody is under 18 on the day; who has no date of birth is taken for a child."""
    return born is None or age_on(born, day) < ADULT_FROM


def shown_name(name: str, born: date | None, day: date, names: str) -> str:
    """The name as a notice that begins on the day writes it: 张*三, of a child 张**, full only for adults by policy."""
    letters = name.strip()
    child = is_child(born, day)
    if names == Names.FULL and not child:
        return letters
    if len(letters) == 1:
        return "*"
    if child or len(letters) == 2:
        return letters[0] + "*" * (len(letters) - 1)
    return letters[0] + "*" * (len(letters) - 2) + letters[-1]


def shown_village(text: str, name: str) -> str:
    """The village in a typed text, without what follows it; nothing where it is none or holds the person's name."""
    found = VILLAGE.match(text.strip())
    return found[0] if found and name.strip() not in found[0] else ""
