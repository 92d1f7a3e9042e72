"""Numbers of the board's drawings. All of them are SVG attributes, so that no page needs an inline style.

Every progress bar runs from 0 to 110 % of its goal; a trend is 56 wide, its base at 20 and the goal at 2.
"""

from collections.abc import Sequence
from fractions import Fraction

FULL_SCALE = 110
SPARK_WIDTH, SPARK_BASE, SPARK_RISE = 56, 20, 18


def along_bar(percent: Fraction | float) -> str:
    """How far along the bar a percentage lies, as an SVG percentage; what is beyond the scale stops at its end."""
    return f"{float(min(max(percent, 0), FULL_SCALE)) * 100 / FULL_SCALE:.1f}%"


def height_at(part: Fraction | float) -> float:
    """The trend's y for a part of the goal (1 = reached)."""
    return round(SPARK_BASE - SPARK_RISE * float(min(part, Fraction(FULL_SCALE, 100))), 1)


def trend(parts: Sequence[Fraction | float]) -> str:
    """The path of a line through the parts of the goal reached by each month."""
    step = SPARK_WIDTH / max(len(parts) - 1, 1)
    return "M" + " L".join(f"{round(step * place, 1):g} {height_at(part):g}" for place, part in enumerate(parts))


def stacked(numbers: Sequence[int]) -> list[tuple[str, str]]:
    """Start and width of each part of a stacked bar, as SVG percentages."""
    whole, begin, parts = sum(numbers) or 1, 0, []
    for number in numbers:
        parts.append((f"{begin * 100 / whole:.1f}%", f"{number * 100 / whole:.1f}%"))
        begin += number
    return parts


def year_blocks(months: int) -> list[tuple[str, bool]]:
    """The start of each of twelve blocks, and whether its month has come."""
    return [(f"{month * 8.4:.1f}%", month < months) for month in range(12)]
