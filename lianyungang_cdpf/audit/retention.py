"""How long what is kept: the rules of fixtures/retention-rules.json, in the words that pages and the purge use.

A rule either has a period after which `manage.py purge` removes what it names, or says which law keeps it.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

SOURCE = settings.BASE_DIR / "fixtures" / "retention-rules.json"

# A hundred years: no moment so long ago is before the calendar's first year.
MOST_DAYS = 36_525


class BadRules(ValueError):
    """Why nothing can be purged by the rules as they are: a Chinese sentence that cites no data."""


@dataclass(frozen=True)
class Rule:
    """One rule. `days` is the period in days; None where a setting or the records have it, or where nothing ever goes.

    `kept_because` is why the purge leaves it alone, "" for what it removes.
    """

    code: str
    what: str
    period: str
    basis: str
    is_seen: bool
    days: int | None
    kept_because: str

    @property
    def is_purged(self) -> bool:
        """Whether the purge ever removes anything of it."""
        return not self.kept_because


@cache
def rules() -> dict[str, Rule]:
    """All rules by code, in the order of the file. Raises BadRules; an override of what has no days is one, too."""
    _require_days()
    try:
        told = {entry["code"]: _rule(entry) for entry in json.loads(SOURCE.read_text(encoding="utf-8"))}
    except OSError as error:
        raise BadRules(f"保存期限规则 {SOURCE} 不见了或打不开（{type(error).__name__}）：请从安装包恢复。") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRules(f"保存期限规则 {SOURCE} 写得不对（{type(error).__name__}）：请从安装包恢复。") from error
    for code in settings.RETENTION_DAYS:
        if code not in told or told[code].days is None:
            raise BadRules(f"PORTAL_RETENTION_DAYS：规则 {code} 没有可以改的天数，请去掉。")
    return told


def _require_days() -> None:
    """Raises BadRules for periods that are no whole days from 1: with 0 or fewer everything would go at once."""
    changed = settings.RETENTION_DAYS
    if not isinstance(changed, dict):
        raise BadRules('PORTAL_RETENTION_DAYS 应当写成 {"规则": 天数} 的样子。')
    for code, days in changed.items():
        # bool is an int to Python, and no number of days to anybody.
        if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= MOST_DAYS:
            raise BadRules(f"PORTAL_RETENTION_DAYS：规则 {code} 的天数必须是 1 至 {MOST_DAYS:,} 的整数。")


def _rule(entry: dict[str, Any]) -> Rule:
    code, days = entry["code"], entry.get("days")
    values: dict[str, Any] = {"AUDIT_KEPT_MONTHS": settings.AUDIT_KEPT_MONTHS}
    if isinstance(days, str):
        values |= getattr(settings, days)
        days = None
    elif days is not None:
        values["days"] = days = int(settings.RETENTION_DAYS.get(code, days))
    period = entry["period"].format(**values)
    kept_because = entry.get("kept_because", "")
    return Rule(code, entry["what"], period, entry["basis"], entry["checked"], days, kept_because)
