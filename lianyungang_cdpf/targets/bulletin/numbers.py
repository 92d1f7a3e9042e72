"""How a bulletin writes numbers. What was done is cut and what lacks is rounded up: nothing reads better than it is."""

import re
from calendar import monthrange
from datetime import date
from fractions import Fraction
from math import ceil, floor

TEN_THOUSAND = 10_000
POINTS = "个百分点"
# Dates and ages stand in names and sentences and are no figures.
NO_FIGURES = re.compile(r"\d+年|\d+月|\d+日|第\d+[期条号]|\d+\s*[-–—~至]\s*\d+\s*(?:周)?岁|\d+周?岁")
FIGURE = re.compile(r"\d+(?:\.\d+)?(?:万|%)?")
FULL_WIDTH = str.maketrans("０１２３４５６７８９．％，", "0123456789.%,")


def done_text(number: int) -> str:
    """9999, 1万, 3.42万: what was done; from ten thousand on in 万, cut after two decimals."""
    return _text(number, floor)


def lacking_text(number: int) -> str:
    """What lacks: as `done_text`, but rounded up."""
    return _text(number, ceil)


def _text(number: int, to_whole) -> str:
    if number < TEN_THOUSAND:
        return str(number)
    return f"{_decimals(to_whole(Fraction(number * 100, TEN_THOUSAND)), 2)}万"


def share_text(value: int, goal: int) -> str:
    """95.0%: cut after one decimal; 100% only for the whole, and what is begun is not called 0.0%."""
    tenths = value * 1000 // goal
    if value and not tenths:
        return "不足0.1%"
    return "100%" if value == goal else f"{tenths // 10}.{tenths % 10}%"


def rate_text(rate: Fraction) -> str:
    """98.2%, 97.96%: per cent, cut after two decimals, without zeros at the end."""
    return f"{_decimals(floor(rate * 100), 2)}%"


def points_ahead(difference: Fraction, decimals: int) -> str:
    """0.2个百分点: by how much it is more, cut; "" where nothing is left of it."""
    cut = floor(difference * 10**decimals)
    return f"{_decimals(cut, decimals)}{POINTS}" if cut > 0 else ""


def points_behind(difference: Fraction, decimals: int) -> str:
    """0.05个百分点: by how much it is less, rounded up."""
    return f"{_decimals(ceil(difference * 10**decimals), decimals)}{POINTS}"


def _decimals(number: int, decimals: int) -> str:
    """A number of hundredths or tenths, without zeros at the end."""
    whole, part = divmod(number, 10**decimals)
    return f"{whole}.{part:0{decimals}}".rstrip("0").rstrip(".")


def until(as_of: date) -> str:
    """截至9月底; within a month 截至9月15日."""
    is_last = as_of.day == monthrange(as_of.year, as_of.month)[1]
    return f"截至{as_of.month}月底" if is_last else f"截至{as_of.month}月{as_of.day}日"


def day_text(day: date) -> str:
    """2019年9月30日."""
    return f"{day.year}年{day.month}月{day.day}日"


def figures_in(text: str) -> list[str]:
    """The figures of a sentence, however its digits are typed; dates and ages are none."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text.translate(FULL_WIDTH))
    return FIGURE.findall(NO_FIGURES.sub("", plain))


def sentences_in(text: str) -> list[str]:
    """The text's parts between full stops, semicolons and line ends."""
    return [part.strip() for part in re.split(r"[；。;\n]", text) if part.strip()]


def strangers(text: str, source: str) -> list[tuple[str, list[str]]]:
    """(sentence, its figures that no one sentence of the source holds beside its others), in the order of the text.

    Compared sentence by sentence: a figure that stands with another target than its own is found as well.
    """
    known = [set(figures_in(sentence)) for sentence in sentences_in(source)]
    found = []
    for sentence in sentences_in(text):
        figures = figures_in(sentence)
        best = max(known, key=lambda others: len(others & set(figures)), default=set())
        odd = [figure for figure in figures if figure not in best]
        if odd:
            found.append((sentence, odd))
    return found
