"""Which figures depend on a facility: what every deed that changes one must say has changed."""

from collections.abc import Iterable

from facilities.models import Facility
from lianyungang_cdpf.metrics.models import ChangeStamp

SOURCE = "facilities.facility"


def touch_counts(*facilities: Facility | None) -> None:
    """Say that the figures of these have changed, as they were and as they are; inside the transaction that writes."""
    touch_years((one.kind.code, one.accepted_on.year) for one in facilities if one and one.accepted_on)


def touch_years(pairs: Iterable[tuple[str, int]]) -> None:
    """Say that the figures of (kind's code, year) have changed."""
    for kind, year in sorted(set(pairs)):
        ChangeStamp.objects.touch(source=SOURCE, kind=kind, year=year)
