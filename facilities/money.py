"""What a facility's money adds up to, said once for its page and its resource."""

from collections.abc import Iterable
from decimal import Decimal

from facilities.models import Funding

AMOUNTS = ("planned", "granted", "spent")


def sums_of(lines: Iterable[Funding]) -> dict[str, Decimal]:
    """Planned, granted and spent of all sources and years, yuan."""
    lines = list(lines)
    return {name: sum((getattr(line, name) for line in lines), Decimal(0)) for name in AMOUNTS}


def spent_share(lines: Iterable[Funding]) -> str:
    """How much of what was granted is spent, in per cent cut to two places; empty where nothing was granted."""
    sums = sums_of(lines)
    return f"{int(sums['spent'] * 10_000 / sums['granted']) / 100:g}%" if sums["granted"] else ""
