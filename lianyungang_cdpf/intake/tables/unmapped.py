"""A header in words that no alias covers: what a clerk is asked, so that the file need not be sent again."""

from ..reading import Refused
from .columns import Roll
from .datarow import place_of
from .header import Header
from .headings import Heading, candidates


class HeadingsMissing(Refused):
    """A file whose header can be completed by saying what its headings mean.

    `asks` is what to ask: the sheet, the header's row, and the headings not understood as (column from 0, key, text).
    """

    def __init__(self, sentence: str, asks: dict):
        super().__init__(sentence)
        self.asks = asks

    @property
    def question(self) -> str:
        """The sentence for a page on which the headings can be explained at once."""
        asked = "、".join(f"“{label}”" for label in self.asks["labels"])
        place = f"{place_of(self.asks['sheet'])}第 {self.asks['row']} 行"
        return f"{place}是表头，但没有认出必填的{asked}列：列名可能是本单位自己的写法。"


def is_known(key: str, roll: type[Roll]) -> bool:
    """Whether the roll's own aliases cover the heading: such a heading means what they say."""
    return bool(candidates([Heading(0, key)], roll))


def refusal(sentence: str, sheet: str | None, header: Header | None, roll: type[Roll]) -> Refused:
    """The refusal of a sheet whose header lacks columns; a question where its other headings can be those."""
    unknown = [one for one in header.unknown if not is_known(one.key, roll)] if header else []
    if not unknown or not header.columns or len(header.missing(roll)) > len(unknown) or not header.is_words:
        return Refused(sentence)
    asks = {
        "sheet": sheet,
        "row": header.last_row,
        "missing": header.missing(roll),
        "labels": [roll.columns[name].label for name in header.missing(roll)],
        "fields": sorted(header.columns),
        "unknown": [[one.index, one.key, one.text] for one in unknown],
    }
    return HeadingsMissing(sentence, asks)
