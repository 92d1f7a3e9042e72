"""Saying which services changed, so that tallies of them go stale."""

from collections.abc import Iterable
from datetime import date

from lianyungang_cdpf.metrics.models import ChangeStamp
from services.counting import years_touched
from services.metrics import SOURCE
from services.models import Service

Span = tuple[str, date, date | None, date | None]  # kind code, served_on, counted_on, ended_on


def stamp(spans: Iterable[Span]) -> None:
    """Say that services of these kinds changed, in every year in which they may matter."""
    changed = {(code, year) for code, *days in spans for year in years_touched(*days)}
    for code, year in sorted(changed):
        ChangeStamp.objects.touch(source=SOURCE, kind=code, year=year)


def span(service: Service) -> Span:
    """What `stamp` asks of a record."""
    return service.kind.code, service.served_on, service.counted_on, service.ended_on
