"""What districts and supervision say about a month: each source is asked for the year and the month.

A source gives (the unit's Scope, the Target, the text) for each thing that was said.
"""

from collections.abc import Callable
from typing import NamedTuple

from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.reporting.reasons import reasons_of
from lianyungang_cdpf.targets.scopes import Scope
from lianyungang_cdpf.targets.supervision.told import replies_of


class Said(NamedTuple):
    """What a place says of a target."""

    scope: Scope
    target: Target
    text: str


SOURCES: tuple[Callable, ...] = (reasons_of, replies_of)


def said(year: int, month: int) -> list[Said]:
    """Everything that was said about the month, source by source."""
    return [Said(*one) for source in SOURCES for one in source(year, month)]
