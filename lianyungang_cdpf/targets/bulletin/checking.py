"""Where a bulletin and the records say different things: figures that have moved since, and numbers typed otherwise."""

from dataclasses import dataclass
from functools import cached_property

from lianyungang_cdpf.targets.bulletin.drafting import Draft
from lianyungang_cdpf.targets.bulletin.models import Bulletin, BulletinFigure
from lianyungang_cdpf.targets.bulletin.numbers import strangers

COMPARED = ("goal", "value", "denominator", "state")


@dataclass(frozen=True)
class Moved:
    """A figure that the records now tell otherwise; either is None where there was or is no such target."""

    then: BulletinFigure | None
    now: BulletinFigure | None

    @property
    def sentence(self) -> str:
        """困难残疾人生活补贴（海州区）：通报为 120 人，台账现为 118 人."""
        known = self.now or self.then
        where = f"（{known.place_name}）" if known.place_name else ""
        return f"{known.name}{where}：通报为{told(self.then)}，台账现为{told(self.now)}"


def told(figure: BulletinFigure | None) -> str:
    """A figure in the words of the comparison."""
    if figure is None:
        return "无此项"
    if figure.value is None:
        return figure.state
    goal = "未分解" if figure.goal is None else f"目标{figure.goal}"
    of_whole = "" if figure.denominator is None else f"{figure.denominator}人中"
    unit = "人" if figure.denominator is not None else figure.unit
    return f"{of_whole}{figure.value}{unit}（{goal}，{figure.state}）"


@dataclass(frozen=True)
class Stranger:
    """Numbers in a sentence of a section that the records don't say in one sentence."""

    label: str
    sentence: str
    figures: list[str]

    @property
    def words(self) -> str:
        return f"“{self.sentence}”中的{'、'.join(self.figures)}"


@dataclass(frozen=True)
class Checked:
    """A bulletin held against the records as of its day."""

    bulletin: Bulletin

    @cached_property
    def draft(self) -> Draft:
        return Draft(self.bulletin.year, self.bulletin.month, self.bulletin.as_of)

    @cached_property
    def moved(self) -> list[Moved]:
        """The figures of the tables that differ, the city's first."""
        then = {(one.place, one.number): one for one in self.bulletin.figures.all()}
        now = {(one.place, one.number): one for one in self.draft.figures}
        pairs = [(then.get(at), now.get(at)) for at in dict.fromkeys([*now, *then])]
        return [Moved(*pair) for pair in pairs if _facts(pair[0]) != _facts(pair[1])]

    @cached_property
    def strangers(self) -> list[Stranger]:
        """Numbers of the text that are not the records', section by section."""
        now = {(one.kind, one.heading): one.text for one in self.draft.sections}
        return [
            Stranger(section.label, sentence, figures)
            for section in self.bulletin.sections.all()
            if section.is_from_records
            for sentence, figures in strangers(section.text, now.get((section.kind, section.heading), ""))
        ]

    @property
    def count(self) -> int:
        return len(self.moved) + len(self.strangers)


def _facts(figure: BulletinFigure | None):
    return figure and tuple(getattr(figure, name) for name in COMPARED)
