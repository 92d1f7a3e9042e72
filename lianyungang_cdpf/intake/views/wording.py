"""Counts, amounts, months and file names as the import pages write them."""

from decimal import Decimal, InvalidOperation

from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.periods import MONTH, Period
from lianyungang_cdpf.intake.presentation import shown

State = ImportJob.State
# The glyph and colour of each state; the word stands beside it.
STATE_SIGNS = {
    State.QUEUED: "n",
    State.READING: "n",
    State.MAPPING: "w",
    State.READY: "w",
    State.POSTING: "n",
    State.POSTED: "o",
    State.REFUSED: "b",
    State.FAILED: "b",
    State.DISCARDED: "n",
    State.UNDONE: "n",
}
STEPS = ("选择文件", "识别与核验", "核对预览", "入账结果")
# The step that an import in this state stands at; ended ones stand where they ended.
STEP_OF = {
    State.QUEUED: 1,
    State.READING: 1,
    State.REFUSED: 1,
    State.FAILED: 1,
    State.MAPPING: 1,
    State.READY: 2,
    State.DISCARDED: 2,
    State.POSTING: 3,
    State.POSTED: 4,
    State.UNDONE: 4,
}


def steps_at(here: int) -> list[tuple[str, str]]:
    """The four steps with their marks; `here` is the step that the import stands at, from 0."""
    return [(name, "done" if index < here else "here" if index == here else "") for index, name in enumerate(STEPS)]


def count_of(number) -> str:
    """A count with thousands separators."""
    return f"{int(number or 0):,}"


def money_of(text) -> str:
    """Yuan with two decimals and thousands separators; blank for what is no amount."""
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        return ""
    return f"{amount:,.2f}" if amount.is_finite() else ""


def month_of(month, period: Period = MONTH) -> str:
    """2019年3月, 2019年度 or 2019-2020学年, as the period says; blank without a month."""
    return period.in_words(month) if month else ""


def size_of(size: int) -> str:
    """Bytes as people say them."""
    return f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(size / 1024, 0.1):.1f} KB"


def shortened(name: str, longest: int = 60) -> str:
    """A file name that fits a list: the middle gives way, the extension stays."""
    name = shown(name)
    return name if len(name) <= longest else f"{name[: longest - 13]}…{name[-12:]}"
