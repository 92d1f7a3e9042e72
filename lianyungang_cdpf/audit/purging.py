"""The purge: by every rule of retention.py that has a period, what its time is over for goes, in batches.

What a rule names and how that goes lies in the apps; they say so in tuples that settings.RETENTION_PURGES names.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Protocol

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.retention import Rule, rules

DEED = "按保存期限清理"


class Purge(Protocol):
    """What removes for one rule, named by its code. `moment` is now, `days` the rule's period or 0."""

    code: str

    def count(self, moment: datetime, days: int) -> int:
        """How much is due; changes nothing."""

    def remove(self, moment: datetime, days: int) -> int:
        """Remove what is due; how much. Doing it again removes nothing."""


@dataclass(frozen=True)
class InBatches:
    """Records that are due before a moment. `remove` takes the keys of some, in a transaction; how many it removed.

    It asks again whether each still is due: what somebody took up meanwhile stays.
    """

    code: str
    due: Callable[[datetime], models.QuerySet]
    take: Callable[[models.QuerySet], int]
    at_once: int = 500

    def count(self, moment: datetime, days: int) -> int:
        """As Purge."""
        return self.due(moment - timedelta(days=days)).count()

    def remove(self, moment: datetime, days: int) -> int:
        """As Purge."""
        before, last, removed = moment - timedelta(days=days), 0, 0
        while keys := self._keys(before, last):
            with transaction.atomic():
                removed += self.take(self.due(before).filter(pk__in=keys))
            last = keys[-1]
        return removed

    def _keys(self, before: datetime, last: int) -> list[int]:
        ahead = self.due(before).filter(pk__gt=last).order_by("pk")
        return list(ahead.values_list("pk", flat=True)[: self.at_once])


@dataclass(frozen=True)
class AsItIs:
    """What another part of the portal already removes by its own setting, in its own transactions."""

    code: str
    due: Callable[[datetime], int]
    take: Callable[[datetime], int]

    def count(self, moment: datetime, days: int) -> int:
        """As Purge."""
        return self.due(moment)

    def remove(self, moment: datetime, days: int) -> int:
        """As Purge."""
        return self.take(moment)


@cache
def purges() -> dict[str, Purge]:
    """What removes, by rule. Raises ValueError for a rule without one, one without a rule, or two for one rule."""
    told: dict[str, Purge] = {}
    for dotted in settings.RETENTION_PURGES:
        for purge in import_string(dotted):
            if purge.code in told:
                raise ValueError(f"two purges for the rule {purge.code}")
            told[purge.code] = purge
    if told.keys() != {rule.code for rule in rules().values() if rule.is_purged}:
        raise ValueError("the purges are not those of fixtures/retention-rules.json")
    return told


def due_by_rule(moment: datetime | None = None) -> Iterator[tuple[Rule, int]]:
    """(rule, how much of it is due) of every rule, those that never remove anything with 0."""
    moment = moment or timezone.now()
    for rule in rules().values():
        yield rule, purges()[rule.code].count(moment, rule.days or 0) if rule.is_purged else 0


def purge_all(*, by=None, moment: datetime | None = None) -> Iterator[tuple[Rule, int]]:
    """Remove what is due; (rule, how much went) as each is done. By any number of workers, at any time.

    A rule that has something to remove writes its line first: a purge that was cut off has its line, too.
    """
    moment = moment or timezone.now()
    for rule, due in due_by_rule(moment):
        if due:
            record(by=by, deed=DEED, summary=f"{rule.what}（{rule.period}）：到期 {due:,} 条")
            yield rule, purges()[rule.code].remove(moment, rule.days or 0)
