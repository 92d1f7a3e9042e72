"""A cleaner turns one raw cell into a typed value, or names what is wrong with it.

`clean(cell)` returns (value, code): (None, None) for a blank cell, (value, None) for a good one, and a problem code
for the rest.  The value is then what could still be read (a negative amount, an ID with a wrong check digit) or None.
Cleaners of values are idempotent: what they return is clean already.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from ..reading import BadCell, Cell
from .identity import id_problem, is_power, normalise_id
from .text import bare, compact, name_shown, simplify, tidy

Cleaned = tuple[object, str | None]
BLANK: Cleaned = (None, None)
_CLEAN_ID = re.compile("[0-9]{17}[0-9X]")
_DIGIT = re.compile("[0-9]")
_WORDS = re.compile("[一-龥].*[一-龥]|[:：]")  # 日期：20190405 is no number of anybody
LONG_NUMBER = 1e10


def shown(cell: Cell) -> str:
    """A cell as the clerk sees it in Excel, for messages; numbers with the 15 digits that Excel keeps."""
    if cell is None:
        return ""
    if isinstance(cell, BadCell):
        return cell.text
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float | int):
        return f"{cell:.15G}"
    return cell if isinstance(cell, str) else cell.isoformat()


class Cleaner:
    """What every kind of cell has in common.

    accepts, example and choices are what a blank form says of such a column: the last where there is a fixed list.
    """

    accepts: str = "文字"
    example: str = ""
    choices: tuple[str, ...] = ()

    def clean(self, cell: Cell) -> Cleaned:
        raise NotImplementedError

    def for_month(self, month: str | None) -> "Cleaner":
        """The cleaner of a roll of this month ("2019-03"): only months care."""
        return self

    def written(self, value) -> str:
        """A value as a clerk would write it; `clean` reads it back as the same value."""
        if value is None:
            return ""
        return value if isinstance(value, str) else f"{value:f}" if isinstance(value, Decimal) else str(value)

    def is_evidence(self, cell: Cell) -> bool:
        """Whether the cell alone shows that its row is about somebody: a long number, readable or spoilt."""
        return False


class Text(Cleaner):
    """Any text; numbers become text without a decimal point."""

    def clean(self, cell: Cell) -> Cleaned:
        if cell.__class__ is str:
            text = cell if cell.isalnum() else tidy(cell)
            return (text, None) if text else BLANK
        return BLANK if isinstance(cell, BadCell) or cell is None else (shown(cell), None)


class PersonName(Cleaner):
    """A name as shown; compare names by name_key()."""

    accepts = "姓名，与身份证一致；少数民族姓名中的间隔号写作“·”"
    example = "张三"

    def clean(self, cell: Cell) -> Cleaned:
        if cell.__class__ is str:
            name = name_shown(cell)
            return (name, None) if name else BLANK
        return BLANK if isinstance(cell, BadCell) or cell is None else (name_shown(shown(cell)), None)


class LongNumber(Cleaner):
    """Identifiers too long for Excel's numbers, which keep 15 digits: a numeric cell has lost the rest for good."""

    def is_evidence(self, cell: Cell) -> bool:
        if cell.__class__ is str:
            text = cell if cell.isascii() and cell.isalnum() else bare(cell).upper()
            others = _DIGIT.sub("", text)
            return is_power(text) or (len(text) - len(others) >= 10 and len(others) <= 6 and not _WORDS.search(others))
        return isinstance(cell, int | float) and abs(cell) >= LONG_NUMBER


class IdNumber(LongNumber):
    """A citizen's ID number, 18 characters.

    The normalised text stays as the value with ID_FORMAT and ID_CHECKSUM; with ID_PRECISION_LOST there is none, since
    two spoilt numbers that look alike need not be one person's.
    """

    accepts = "18 位身份证号，按文本填写；末位可以是 X"
    example = "320701199001011239"

    def clean(self, cell: Cell) -> Cleaned:
        if cell.__class__ is str:
            if not _CLEAN_ID.fullmatch(cell):
                cell = normalise_id(cell)
                if not cell:
                    return BLANK
            code = id_problem(cell)
            return (None if code == "ID_PRECISION_LOST" else cell), code
        if cell is None:
            return BLANK
        number = isinstance(cell, int | float) and not isinstance(cell, bool)
        return None, "ID_PRECISION_LOST" if number else "ID_FORMAT"


class CertificateNumber(LongNumber):
    """A certificate number, reissue suffix included.  Whether it is right, only the register knows.

    With `as_id` it gives the ID number in its first 18 characters, for rolls without a column of ID numbers.
    """

    accepts = "残疾人证上的证号，按文本填写，含类别和等级两位"
    example = "32070119900101123942"

    NOTHING = frozenset({"无", "/", "-", "--", "—", "——", "NA", "N/A", "\\"})

    def __init__(self, as_id: bool = False):
        self.as_id = as_id

    def clean(self, cell: Cell) -> Cleaned:
        if cell is None or isinstance(cell, BadCell):
            return (None, "ID_FORMAT") if cell and self.as_id else BLANK
        if self.as_id:
            return IdNumber().clean(normalise_id(cell)[:18] if isinstance(cell, str) and not self._lost(cell) else cell)
        text = normalise_id(cell if isinstance(cell, str) else shown(cell))
        return BLANK if not text or text in self.NOTHING else (text, None)

    @staticmethod
    def _lost(text: str) -> bool:
        return is_power(normalise_id(text))


class Whole(Cleaner):
    """A whole number of at least `minimum`, also written as 3个月, 20天 or 12件; `code` names what else there is."""

    accepts = "整数，只填阿拉伯数字"
    example = "1"

    _FORM = re.compile(r"([0-9]{1,9})(?:\.0+)?(?:个月|个|月|天|件|台|人|元)?")

    def __init__(self, minimum: int = 0, code: str = "NUMBER_FORMAT"):
        self.minimum, self.code = minimum, code

    def clean(self, cell: Cell) -> Cleaned:
        if cell is None:
            return BLANK
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            number = int(cell) if abs(cell) < LONG_NUMBER and cell == int(cell) else None
        elif isinstance(cell, str):
            text = bare(cell)
            if not text:
                return BLANK
            match = self._FORM.fullmatch(text)
            number = int(match[1]) if match else None
        else:
            number = None
        return (number, None) if number is not None and number >= self.minimum else (None, self.code)


class Date(Cleaner):
    """A day: 2019-03-01, 2019.3.1, 2019/3/1, 2019年3月1日, 20190301, a date cell or Excel's serial number."""

    accepts = "日期，写成 2019-03-01"
    example = "2019-03-01"

    _FORM = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?(?:T?[0-9]{1,2}:[0-9:.]+)?")
    _DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")

    def clean(self, cell: Cell) -> Cleaned:
        if cell is None:
            return BLANK
        if isinstance(cell, date):
            return (cell.date() if isinstance(cell, datetime) else cell), None
        if isinstance(cell, bool | BadCell):
            return None, "DATE_FORMAT"
        text = bare(cell) if isinstance(cell, str) else shown(cell)
        if not text:
            return BLANK
        day = self.read(text)
        return day, None if day else "DATE_FORMAT"

    @classmethod
    def read(cls, text: str) -> date | None:
        """The day that the compact text names, or None."""
        match = cls._FORM.fullmatch(text) or cls._DIGITS.fullmatch(text)
        if match:
            try:
                return date(*map(int, match.groups()))
            except ValueError:
                return None
        return serial_day(text)


def serial_day(text: str) -> date | None:
    """The day of an Excel serial number (1900 system) between 1950 and 2099; other numbers mean something else."""
    if not re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text) or not 18264 <= float(text) < 73051:
        return None
    return date.fromordinal(int(float(text)) + date(1899, 12, 30).toordinal())


_CATEGORIES = {"视力": 1, "听力": 2, "言语": 3, "语言": 3, "肢体": 4, "智力": 5, "精神": 6, "多重": 7}
_GRADES = {"一": 1, "二": 2, "三": 3, "四": 4, "Ⅰ": 1, "Ⅱ": 2, "Ⅲ": 3, "Ⅳ": 4, "壹": 1, "贰": 2, "叁": 3, "肆": 4}
_GRADES |= {"1": 1, "2": 2, "3": 3, "4": 4, "I": 1, "II": 2, "III": 3, "IV": 4}
_GRADE = re.compile(r"(?<![0-9])(IV|I{1,3}|[一二三四1234ⅠⅡⅢⅣ壹贰叁肆])(?:级|等|$)|^([一二三四1234])(?=级?[^0-9])")
_BOTH_DIGITS = re.compile(r"([1-7])([1-4])")


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return simplify(compact(text)).upper()


def _written(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, BadCell) else _plain(shown(cell))


class Category(Cleaner):
    """Category of disability 1-7, also out of 肢体二级, 肢体/2, 二级肢体, 多重(视力、肢体)一级 or 42."""

    accepts = "残疾类别，从下拉列表中选"
    example = "肢体"
    choices = ("视力", "听力", "言语", "肢体", "智力", "精神", "多重")

    def clean(self, cell: Cell) -> Cleaned:
        text = _written(cell)
        if not text:
            return BLANK
        if re.fullmatch("[1-7]", text):
            return int(text), None
        if match := _BOTH_DIGITS.fullmatch(text):
            return int(match[1]), None
        found = [(text.index(word), number) for word, number in _CATEGORIES.items() if word in text]
        if "多重" in text or len(found) > 1:
            return 7, None
        return (found[0][1], None) if found else (None, "CATEGORY_FORMAT")

    def written(self, value) -> str:
        """视力 for 1."""
        return next((word for word, number in _CATEGORIES.items() if number == value), "")


class Grade(Cleaner):
    """Grade of disability 1-4, alone or out of the same texts as the category."""

    accepts = "残疾等级，从下拉列表中选"
    example = "二级"
    choices = ("一级", "二级", "三级", "四级")

    def clean(self, cell: Cell) -> Cleaned:
        text = _written(cell)
        if not text:
            return BLANK
        if match := _BOTH_DIGITS.fullmatch(text):
            return int(match[2]), None
        match = _GRADE.search(text)
        return (_GRADES[match[1] or match[2]], None) if match else (None, "GRADE_FORMAT")

    def written(self, value) -> str:
        """一级 for 1."""
        return next((f"{word}级" for word, number in _GRADES.items() if number == value), "")


class Choice(Cleaner):
    """One of a list, given as {what is stored: its writings}."""

    accepts = "从下拉列表中选"

    def __init__(self, code: str = "CHOICE_FORMAT", **writings: tuple[str, ...]):
        self.code = code
        self.choices = tuple(ways[0] if ways else value for value, ways in writings.items())
        self.example = self.choices[0]
        self.values = {writing.upper(): value for value, ways in writings.items() for writing in (value, *ways)}

    def clean(self, cell: Cell) -> Cleaned:
        text = _written(cell)
        if not text:
            return BLANK
        value = self.values.get(text)
        return value, None if value is not None else self.code

    def written(self, value) -> str:
        """The first writing in Chinese of what is stored; the stored word where there is none."""
        ways = (writing for writing, stored in self.values.items() if stored == value and not writing.isascii())
        return next(ways, value or "")


class HouseholdStatus(Cleaner):
    """The household's hardship status in the words of the eligibility rules; unknown words stay as they are."""

    accepts = "家庭困难情况，从下拉列表中选；没有的填“普通”"
    example = "低保"
    choices = ("低保", "低保边缘", "特困", "一户多残", "依老养残", "普通")

    SAID_AS = {
        "最低生活保障": "低保",
        "低保户": "低保",
        "低保家庭": "低保",
        "低保对象": "低保",
        "低保边缘户": "低保边缘",
        "低保边缘家庭": "低保边缘",
        "低保边缘对象": "低保边缘",
        "低收入": "低保边缘",
        "特困人员": "特困",
        "特困供养": "特困",
        "一户多残家庭": "一户多残",
        "依老养残家庭": "依老养残",
        "无": "普通",
        "一般户": "普通",
    }

    def clean(self, cell: Cell) -> Cleaned:
        text = _written(cell)
        return (self.SAID_AS.get(text, text), None) if text else BLANK
