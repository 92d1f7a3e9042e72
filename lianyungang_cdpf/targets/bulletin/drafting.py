"""The month's bulletin as the records of the day write it: its sections and the figures of its tables."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.board import Board, board_of
from lianyungang_cdpf.targets.bulletin import wording
from lianyungang_cdpf.targets.bulletin.models import BulletinFigure, BulletinSection, BulletinStanding, SectionKind
from lianyungang_cdpf.targets.bulletin.sources import said
from lianyungang_cdpf.targets.models import Plan
from lianyungang_cdpf.targets.pace import Light
from lianyungang_cdpf.targets.progress import Row, default_day, demonstration

NO_REASONS = "本期没有收到各地报送的原因说明。"
NO_LAGGARDS = "本期没有进度滞后的目标。"


@dataclass(frozen=True)
class Draft:
    """What a bulletin of the month says; `replaces` is the reference of the issued one that it corrects."""

    year: int
    month: int
    as_of: date
    replaces: str = ""

    @cached_property
    def board(self) -> Board:
        """The city's targets and their rows of the ten units."""
        return board_of(scopes.city(), year=self.year, as_of=self.as_of)

    @property
    def title(self) -> str:
        return f"关于{self.year}年{self.month}月全市残疾人工作目标进展情况的通报"

    @cached_property
    def sections(self) -> list[BulletinSection]:
        """The parts of the text in their order, not yet kept."""
        lines = [line for line in self.board.behind_first if line.light is Light.LAGGING]
        told = [(one.scope.name, one.target.name, one.text) for one in said(self.year, self.month)]
        parts = [
            (SectionKind.OVERVIEW, "", [wording.overview([line.row for line in self.board.lines])]),
            *[
                (SectionKind.GROUP, group, [wording.paragraph([line.row for line in of_group])])
                for group, of_group in self.board.groups
            ],
            (SectionKind.RANKING, "", [wording.ranking(self.board.ranking, self.board.units)]),
            (SectionKind.LAGGARDS, "", wording.laggards(lines) or [NO_LAGGARDS]),
            (SectionKind.REASONS, "", wording.reasons(told) or [NO_REASONS]),
            (SectionKind.NEXT_STEPS, "", wording.next_steps(self.board.lines)),
            (SectionKind.CLOSING, "", [self._closing]),
        ]
        return [
            BulletinSection(position=position, kind=kind, heading=heading, text="\n".join(paragraphs))
            for position, (kind, heading, paragraphs) in enumerate(parts, start=1)
        ]

    @property
    def _closing(self) -> str:
        corrected = f"本通报替代{self.replaces}通报，原通报同时作废。" if self.replaces else ""
        return f"{corrected}特此通报。"

    @cached_property
    def figures(self) -> list[BulletinFigure]:
        """The rows of the tables: the city's targets, then those of each unit; not yet kept."""
        places = [(self.board.scope, ""), *((unit, unit.name) for unit in self.board.units)]
        return [figure_of(row, name) for scope, name in places for row in self.board.rows[scope.place]]

    @cached_property
    def standings(self) -> list[BulletinStanding]:
        """The ranking as its table prints it; not yet kept."""
        return [
            BulletinStanding(
                position=position, rank=one.place, place_name=one.scope.name, assessed=one.assessed, good=one.good,
                behind=one.behind, lagging=one.lagging,
            )
            for position, one in enumerate(self.board.ranking, start=1)
        ]  # fmt: skip


def figure_of(row: Row, place_name: str) -> BulletinFigure:
    """One row of progress as a figure of a table; what lacks is to what is due on the day."""
    rate = row.rate
    share = f"{row.rate_percent or row.percent}%" if row.connected and (row.rate_percent or row.percent) else ""
    return BulletinFigure(
        place=row.scope.place, place_name=place_name, number=row.target.number, name=wording.wide(row.target.name),
        unit=row.target.unit, goal=row.goal, value=row.value, denominator=rate.denominator if rate else None,
        percent=share, lacking=-row.gap if row.gap is not None and row.gap < 0 else None, state=row.word,
        lead_department=wording.wide(row.target.lead_department),
    )  # fmt: skip


def day_of(year: int, month: int) -> date:
    """The day that a bulletin of the month is told as of: its last, or the portal's day while the month runs."""
    return min(date(year, month, monthrange(year, month)[1]), default_day(year, demonstration()))


def months_open() -> list[tuple[int, int]]:
    """The months that a bulletin may be about, the latest first: those of planned years that have begun."""
    mark, found = demonstration(), []
    for year in Plan.objects.order_by("-year").values_list("year", flat=True):
        last = default_day(year, mark)
        found += [(year, month) for month in range(last.month if last.year == year else 0, 0, -1)]
    return found
