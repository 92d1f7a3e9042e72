"""A bulletin as paper has it: headings, paragraphs and tables in their order, whoever then sets them.

The page, the .docx and the .pdf are made of this one, so that they can't say different things.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from lianyungang_cdpf.targets.bulletin.models import Bulletin, BulletinFigure, SectionKind
from lianyungang_cdpf.targets.bulletin.numbers import day_text

NUMERALS = "一二三四五六七八九十"
NOTHING = "—"
DRAFT_MARK = "（草稿，未签发）"


@dataclass(frozen=True)
class Table:
    """A table of texts; `numbers` are the columns that are set to the right."""

    caption: str
    headings: list[str]
    rows: list[list[str]]
    numbers: frozenset[int] = frozenset()

    @property
    def cells(self) -> list[list[tuple[str, bool]]]:
        """(text, whether it is a number) of each cell."""
        return [[(text, at in self.numbers) for at, text in enumerate(row)] for row in self.rows]


@dataclass(frozen=True)
class Block:
    """A heading of the first or second level, a paragraph, or a table."""

    kind: str
    text: str = ""
    table: Table | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Paper:
    """A bulletin laid out."""

    bulletin: Bulletin

    @property
    def title(self) -> str:
        return self.bulletin.title

    @property
    def reference(self) -> str:
        """The line below the title."""
        return self.bulletin.reference if self.bulletin.is_issued else DRAFT_MARK

    @property
    def day(self) -> str:
        return day_text(self.bulletin.issued_on) if self.bulletin.issued_on else "　　年　　月　　日"

    @cached_property
    def blocks(self) -> list[Block]:
        """What stands between the recipients and the signature."""
        return list(self._blocks())

    def _blocks(self) -> Iterator[Block]:
        headings, groups = iter(NUMERALS), iter(NUMERALS)
        in_groups = False
        for section in self.bulletin.sections.all():
            if not section.paragraphs:
                continue
            is_group = section.kind == SectionKind.GROUP
            if section.kind != SectionKind.CLOSING and not (is_group and in_groups):
                yield Block("h1", f"{next(headings)}、{section.get_kind_display()}")
            if is_group:
                yield Block("h2", f"（{next(groups)}）{section.heading}")
            in_groups = is_group
            yield from (Block("p", paragraph) for paragraph in section.paragraphs)
            if section.kind == SectionKind.RANKING and self.ranking.rows:
                yield Block("table", table=self.ranking)

    @cached_property
    def ranking(self) -> Table:
        """各地排名."""
        rows = [
            [str(one.rank), one.place_name, str(one.assessed), str(one.good), str(one.behind), str(one.lagging)]
            for one in self.bulletin.standings.all()
        ]
        headings = ["名次", "地区", "到期目标（项）", "达到序时（项）", "略低（项）", "滞后（项）"]
        return Table("各地排名", headings, rows, frozenset({0, 2, 3, 4, 5}))

    @cached_property
    def figures(self) -> list[BulletinFigure]:
        """The city's targets."""
        return [figure for figure in self.bulletin.figures.all() if not figure.place_name]

    @cached_property
    def annex(self) -> Table:
        """附表: the plan's targets."""
        rows = [
            [str(one.number), one.name, goal_text(one), value_text(one), one.percent or NOTHING, lacking_text(one),
             one.state]
            for one in self.figures
        ]  # fmt: skip
        headings = ["序号", "目标", "全年目标", "完成数", "完成率", "按序时还差", "状态"]
        caption = f"附表　{self.bulletin.year}年{self.bulletin.month}月全市残疾人工作目标进展情况"
        return Table(caption, headings, rows, frozenset({0, 2, 3, 4, 5}))


def goal_text(figure: BulletinFigure) -> str:
    """36000人; of a rate ≥98%."""
    if figure.goal is None:
        return "未分解"
    return f"≥{figure.goal}%" if figure.unit == "%" else f"{figure.goal}{figure.unit}"


def value_text(figure: BulletinFigure) -> str:
    """34210人; of a rate how many of how many; 尚未接入 where the records are not held."""
    if figure.value is None:
        return NOTHING
    if figure.denominator is not None:
        return f"{figure.denominator}人中{figure.value}人"
    return f"{figure.value}{figure.unit}"


def lacking_text(figure: BulletinFigure) -> str:
    """What lacks to what is due on the day."""
    if not figure.lacking:
        return NOTHING
    return f"{figure.lacking}{'人' if figure.unit == '%' else figure.unit}"
