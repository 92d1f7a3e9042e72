"""How a roll is declared: a column is a field with its aliases, a roll is a class of columns.

class DeviceRoll(Roll):
    id_number = Column(IdNumber(), "身份证号", "身份证号码", required=True, key=True)
    device = Column(Text(), "辅具名称", "辅具", required=True)
    quantity = Column(Whole(minimum=1), "数量", "件数")
"""

from collections.abc import Sequence
from functools import lru_cache

from .cleaners import Cleaner, LongNumber


class Column:
    """One field of a roll and the headings that stand over it.

    Headings hold no blanks (those of the file are taken out), so that one text may list several, parted by blanks.

    aliases    headings, also recognised inside longer ones: 身份证号 in 残疾人身份证号(18位)
    whole      headings that must stand alone, because inside others they mean something else: 补贴 in 补贴对象
    never      words that make a heading another column's, whatever else it says: 标准 for the amount
    prefer     words, best first; a heading's rank is the first text that it holds a word of, and "" stands for
               all other headings: ("实发 实际发放", "发放金额", "", "应发 合计")
    required   every file must have the column and every row a value
    filled     a file need not have the column, but where it has, every row must have a value
    key        two such columns with rival headings and different contents are refused
    instead    the field to read when the file has no such column, and the cleaner for it
    of_person  the field is the person's own: columns of a guardian, an agent or an account holder are not it
    region     forward-filled below vertically merged cells
    informative  what cannot be read is left blank and not held against the row
    summed     the amount that total rows add up
    digits     long numbers in it must stay text in Excel; identifiers are so by themselves
    asked      a blank form has the column
    example    what a blank form shows as an example, where the cleaner has none of its own
    """

    def __init__(
        self,
        cleaner: Cleaner,
        *aliases: str,
        whole: str = "",
        never: str = "",
        prefer: Sequence[str] = ("",),
        required: bool = False,
        filled: bool = False,
        key: bool = False,
        instead: tuple[str, Cleaner] | None = None,
        of_person: bool = True,
        region: bool = False,
        informative: bool = False,
        summed: bool = False,
        digits: bool = False,
        asked: bool = True,
        example: str = "",
    ):
        self.name = ""
        self.cleaner = cleaner
        self.aliases = " ".join(aliases).split()
        self.whole, self.never, self.prefer = whole.split(), never.split(), [group.split() for group in prefer]
        self.required, self.filled, self.key, self.instead = required, filled, key, instead
        self.of_person, self.region, self.informative, self.summed = of_person, region, informative, summed
        self.digits = digits or isinstance(cleaner, LongNumber)
        self.asked, self.example = asked, example or cleaner.example

    def __set_name__(self, owner: type, name: str):
        self.name = name

    @property
    def label(self) -> str:
        """The heading to ask a clerk for."""
        names = [*self.aliases, *self.whole]
        return next((name for name in names if not name.isascii()), names[0])


class Roll:
    """A kind of file.  Subclasses hold Columns; the engine asks nothing else of them."""

    columns: dict[str, Column] = {}
    learned: dict[str, str] = {}  # heading key -> field, for headings that no alias covers

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        own = {name: column for name, column in vars(cls).items() if isinstance(column, Column)}
        cls.columns = {**cls.columns, **own}


@lru_cache(maxsize=64)
def with_learned(roll: type[Roll], learned: frozenset[tuple[str, str]]) -> type[Roll]:
    """The roll as read by an office whose own headings, (key, field) pairs, somebody has explained."""
    return type(roll.__name__, (roll,), {"__doc__": roll.__doc__, "learned": dict(learned)}) if learned else roll
