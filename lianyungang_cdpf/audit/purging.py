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
from lianyungang_cdpf.audit.retention import BadRules, Rule, rules

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


def deleted(rows: models.QuerySet) -> int:
    """Delete these rows; how many of themselves, what hangs off them not counted."""
    return rows.delete()[1].get(rows.model._meta.label, 0)


@cache
def purges() -> dict[str, Purge]:
    """What removes, by rule. Raises BadRules for a rule without one, one without a rule, or two for one rule."""
    told: dict[str, Purge] = {}
    for dotted in settings.RETENTION_PURGES:
        for purge in import_string(dotted):
            if purge.code in told:
                raise BadRules(f"规则 {purge.code} 有两处清理（RETENTION_PURGES），请去掉一处。")
            told[purge.code] = purge
    asked = {rule.code for rule in rules().values() if rule.is_purged}
    if told.keys() != asked:
        odd = "、".join(sorted(told.keys() ^ asked))
        raise BadRules(f"保存期限规则（fixtures/retention-rules.json）与清理（RETENTION_PURGES）对不上：{odd}。")
    return told


def due_by_rule(moment: datetime | None = None) -> Iterator[tuple[Rule, int]]:
    """(rule, how much of it is due) of every rule, those that never remove anything with 0."""
    moment = moment or timezone.now()
    for rule in rules().values():
        yield rule, purges()[rule.code].count(moment, rule.days or 0) if rule.is_purged else 0


def purge_by(rule: Rule, *, by=None, moment: datetime | None = None) -> int:
    """Remove what is due by a rule; how much. By any number of workers, at any time.

    What there is to remove has its line first: a purge that was cut off has its line, too.
    """
    moment, purge = moment or timezone.now(), purges()[rule.code]
    due = purge.count(moment, rule.days or 0)
    if not due:
        return 0
    record(by=by, deed=DEED, summary=f"{rule.what}（{rule.period}）：到期 {due:,} 条")
    return purge.remove(moment, rule.days or 0)


def purge_all(
    *, failed: Callable[[Rule, Exception], object], by=None, moment: datetime | None = None
) -> Iterator[tuple[Rule, int]]:
    """Remove what is due by every rule; (rule, how much went) of those by which something did, as each is done.

    A rule that raises stops none behind it: `failed` is told of it.
    """
    moment = moment or timezone.now()
    known = purges()
    for rule in rules().values():
        if rule.code not in known:
            continue
        try:
            removed = purge_by(rule, by=by, moment=moment)
        except Exception as error:
            failed(rule, error)
            continue
        if removed:
            yield rule, removed
