"""The timeline: every source's entries, by year, the latest first."""

from dataclasses import dataclass
from itertools import groupby

from lianyungang_cdpf.pages.one_person import on_file, paid, recovered, served
from lianyungang_cdpf.pages.one_person.entries import Entry, Group, Subject

# Who has something to say about a person. Each takes a Subject and asks a fixed number of questions.
SOURCES = (
    on_file.certificates,
    on_file.hardships,
    on_file.family,
    on_file.changes,
    paid.monthly,
    paid.once,
    recovered.recoveries,
    served.services,
    served.stays,
)
UNDATED = "未注明日期"


@dataclass(frozen=True)
class Choice:
    """A filter of the timeline with how many entries it leaves; "" leaves all."""

    value: str
    words: str
    count: int


@dataclass(frozen=True)
class Timeline:
    """`years` are (heading, entries); `chosen` is the group that they are of, "" for all."""

    years: list[tuple[str, list[Entry]]]
    choices: list[Choice]
    chosen: str

    @property
    def groups(self) -> list[tuple[str, str]]:
        """(shape, word) of what is shown, for the legend."""
        shown = dict.fromkeys(entry.group for _, entries in self.years for entry in entries)
        shapes = {entry.group: entry.shape for _, entries in self.years for entry in entries}
        return [(shapes[group], group.label) for group in Group if group in shown]


def timeline_of(subject: Subject, asked: str) -> Timeline:
    """The entries of the group that was asked for; of all groups when there is nothing of it."""
    entries = [entry for source in SOURCES for entry in source(subject)]
    counts = {group: sum(entry.group == group for entry in entries) for group in Group}
    choices = [Choice(group.value, group.label, count) for group, count in counts.items() if count]
    chosen = asked if asked in {choice.value for choice in choices} else ""
    shown = [entry for entry in entries if chosen in ("", entry.group)]
    return Timeline(_by_year(shown), [Choice("", "全部", len(entries)), *choices], chosen)


def _by_year(entries: list[Entry]) -> list[tuple[str, list[Entry]]]:
    dated = sorted((entry for entry in entries if entry.day), key=lambda entry: entry.day, reverse=True)
    years = [(f"{year} 年", list(lines)) for year, lines in groupby(dated, key=lambda entry: entry.day.year)]
    undated = [entry for entry in entries if entry.day is None]
    return [*years, (UNDATED, undated)] if undated else years
