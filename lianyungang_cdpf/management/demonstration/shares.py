"""How the invented city splits what it plans among its units: by their shares of the register."""

from collections import Counter
from collections.abc import Iterable

from lianyungang_cdpf.management.demonstration.people import Invented

# With so many people the invented rolls come near the city's goals of 36,000 and 17,000.
WHOLE_CITY = 50_000


def shares_of(citizens: Iterable[Invented]) -> Counter:
    """How many of the citizens live in each county-level unit or zone."""
    return Counter(one.area.unit_key for one in citizens)


def split(goal: int, shares: dict[str, int]) -> dict[str, int]:
    """Whole numbers in proportion to the shares that add up to the goal (largest remainders)."""
    total = sum(shares.values()) or 1
    parts = {key: goal * share // total for key, share in shares.items()}
    left = sorted(shares, key=lambda key: -(goal * shares[key] % total))
    for key in left[: goal - sum(parts.values())]:
        parts[key] += 1
    return parts
