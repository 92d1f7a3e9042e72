"""How long what is kept: the rules of fixtures/retention-rules.json, in the words that pages and the purge use.

A rule either has a period after which `manage.py purge` removes what it names, or says which law keeps it.
"""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

SOURCE = settings.BASE_DIR / "fixtures" / "retention-rules.json"


@dataclass(frozen=True)
class Rule:
    """One rule. `days` is the period in days; None where another setting has it, or where nothing is ever removed.

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
    """All rules by code, in the order of the file. Raises KeyError for an override of a rule that there is not."""
    told = {entry["code"]: _rule(entry) for entry in json.loads(SOURCE.read_text(encoding="utf-8"))}
    for code in settings.RETENTION_DAYS:
        if told[code].days is None:
            raise KeyError(f"PORTAL_RETENTION_DAYS：规则 {code} 没有可以改的天数。")
    return told


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
