"""What a row under the header is: decided by its structure, so that a person named 合计 stays a person.

Source: rules `not_data` and `declared_total` of the corpus's standards.json; facts.md 4.3.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from ..reading import Cell
from .cleaners import LongNumber, PersonName, shown
from .columns import Roll
from .header import Header
from .money import Money
from .text import compact, simplify


class Kind(Enum):
    DATA = "data"
    UNSURE = "unsure"  # a name and little else: data when more data follows
    TOTAL = "total"  # 合计, 总计
    PART = "part"  # 小计, 本页小计, 承前页, 过次页
    HEADER = "header"
    NOTE = "note"


_PART_WORDS = (
    r"小计|承前页|承上页|接前页|接上页|过次页|转次页|转下页|过下页|本页合计|本页共计|本页总计|页计|累计|subtotal"
)
_TOTAL_WORDS = r"合计|总计|共计|总合计|合共|总额|grandtotal|total|sum"
_REST = r"(?:[(（:：,，;；0-9].*|金额.*|人数.*|人民币.*|数|额|元)?"
_LABEL = re.compile(rf"(.{{0,12}}?)(?:({_PART_WORDS})|({_TOTAL_WORDS})){_REST}", re.IGNORECASE)
_COUNTED = re.compile(r"(?:总|合)?共(?:计)?[0-9]+(?:人|户|名|条).*")
_AMOUNT_INSIDE = re.compile(r"(?:[¥￥]|金额[:：]?)([0-9][0-9,]*(?:\.[0-9]+)?)|([0-9][0-9,]*(?:\.[0-9]+)?)元")
_SIGNED = re.compile(
    r"(?:制表|填表|填报|编制|审核|复核|复审|审批|负责|经办|经手|主管|分管|领导|单位|会计|出纳|盖章|公章|签字|签名|签章|日期|时间|"
    r"联系|电话|附件|备注|说明|注|页码|打印).{0,12}?[:：].*|(?:注|备注|说明|附注)[0-9一二三四五]?[、.].*|"
    r"第[0-9一二三四五六七八九十]+页.*|[-—]+[0-9]+[-—]+|(?:共[0-9]+页|page[0-9]+).*|[(（]?以下(?:空白|无正文).*|[(（].*盖章[)）]"
)
_SAMPLE = re.compile(r"(?:填写|填报)?(?:示例|样例|范例|例|例如|举例|样本|example)[0-9]?[:：]?")
_ORDINAL = re.compile(
    r"[(（]?[0-9]{1,2}[)）]?|[①-⑳⑴-⒇]|[甲乙丙丁戊己庚辛壬癸]|[一二三四五六七八九十]{1,3}|[a-z]{1,2}|[-—]+|栏次|行次|列次|列[0-9]{1,2}|"
    r"[(（]?[0-9]{1,2}[)）]?=[0-9()（）+*×x/÷-]+",
    re.IGNORECASE,
)
_NO_NAME = re.compile(r"[:：0-9=（(]|^(?:姓名|无|空白)$")
_PLACE = re.compile(r"(?:镇|乡|街道|村|社区|居委会|村委会|县|区|市|农场|林场|盐场|开发区|办事处)$")
_FIGURE = re.compile(r"[-￥¥]?[0-9][0-9.,]*(?:元|人|户)?")
LONGEST_NAME = 40


SAMPLES = frozenset(
    {"例", "示例", "样例", "范例", "例如", "举例", "填写示例", "填报示例", "样本", "例：", "示例：", "例:", "示例:"}
)


def is_aside(cells: list[Cell]) -> bool:
    """Whether a row can be a page's title: a text or two, and no signature."""
    texts = [simplify(compact(shown(cell))) for cell in cells if cell is not None]
    return len(texts) < 3 and not any(map(_SIGNED.fullmatch, texts))


@lru_cache(maxsize=1024)
def _is_aside_word(text: str) -> bool:
    """Whether a row that begins with this text is a signature, a remark or an example."""
    text = simplify(compact(text))
    return bool(_SIGNED.fullmatch(text) or _SAMPLE.fullmatch(text))


def label_kind(text: str) -> Kind | None:
    """TOTAL or PART for the compact label of a total row, None for any other text."""
    match = _LABEL.fullmatch(text)
    if not match:
        return Kind.TOTAL if _COUNTED.fullmatch(text) else None
    return Kind.PART if match[2] or "页" in match[1] else Kind.TOTAL


def amount_inside(text: str) -> Decimal | None:
    """The amount that a label itself names: 合计：102人，24,870.00元."""
    found = [one or other for one, other in _AMOUNT_INSIDE.findall(text)]
    return Money().clean(found[-1])[0] if found else None


@dataclass
class Judged:
    """A row's kind, with the amount of a total row."""

    kind: Kind
    amount: Decimal | None = None


class Judge:
    """Decides about the rows under one header."""

    def __init__(self, header: Header, roll: type[Roll]):
        self.header = header
        columns = {name: roll.columns[name] for name in header.columns}
        at = header.columns
        self.numbers = [(at[name], one.cleaner) for name, one in columns.items() if isinstance(one.cleaner, LongNumber)]
        self.name = next((at[name] for name, one in columns.items() if isinstance(one.cleaner, PersonName)), None)
        # Rolls about no people: there is no long number to know a row by, but what it is about has a column.
        self.keys = {at[name] for name, one in columns.items() if one.key} if not self.numbers else set()
        self.sum = next((at[name] for name, one in columns.items() if one.summed), None)
        self.mapped = set(at.values())
        self.last = max(header.headed)

    def judge(self, cells: list[Cell], under_header: bool, after_total: bool) -> Judged:
        """The kind of a row.  Cells beyond the last heading are nobody's."""
        first = next((cell for cell in cells if cell is not None), None)
        aside = isinstance(first, str) and _is_aside_word(first)
        if not aside and any(cleaner.is_evidence(cells[i]) for i, cleaner in self.numbers if i < len(cells)):
            return Judged(Kind.DATA)
        texts = {i: simplify(compact(shown(cell))) for i, cell in enumerate(cells[: self.last + 1]) if cell is not None}
        texts = {index: text for index, text in texts.items() if text}
        if not texts.keys() & self.header.headed:
            return self._beside(texts)
        if aside or _is_aside_word(next(iter(texts.values()))):
            return Judged(Kind.NOTE)
        if self.header.repeated_by(cells):
            return Judged(Kind.HEADER)
        return self._total(cells, texts) or Judged(self._without_numbers(cells, texts, under_header, after_total))

    def _beside(self, texts: dict[int, str]) -> Judged:
        """A row that has nothing under any heading: a total's label may still stand in a column without one."""
        kinds = filter(None, map(label_kind, texts.values()))
        return Judged(next(kinds, Kind.NOTE))

    def _total(self, cells: list[Cell], texts: dict[int, str]) -> Judged | None:
        name = texts.get(self.name, "")
        words = [index for index, text in texts.items() if not _FIGURE.fullmatch(text)]
        if name and not label_kind(name) and not _NO_NAME.search(name):
            places = {min(texts)}
        else:
            places = {
                index for index in texts if self.sum is None or index < self.sum or index in (min(texts), self.name)
            }
            places |= set(words) if len(words) == 1 else set()
        labels = [texts[index] for index in sorted(places & texts.keys()) if label_kind(texts[index])]
        if not labels:
            return None
        return Judged(label_kind(labels[0]), self._amount(cells, texts, labels[0]))

    def _amount(self, cells: list[Cell], texts: dict[int, str], label: str) -> Decimal | None:
        """The amount of a total row: of its cell, of the words around it (24870元整), or of the label."""
        if self.sum not in texts or texts[self.sum] == label:
            return amount_inside(label)
        amount = Money().clean(cells[self.sum])[0]
        return amount_inside(texts[self.sum]) if amount is None else amount

    def _without_numbers(self, cells, texts: dict[int, str], under_header: bool, after_total: bool) -> Kind:
        """A row with neither total label nor long number: a person whose numbers are missing, or no person."""
        if under_header and len(texts) > 1 and all(map(_ORDINAL.fullmatch, texts.values())):
            return Kind.NOTE
        filled = [index for index in texts if index in self.mapped]
        has_sum = self.sum in texts and bool(Money().clean(cells[self.sum])[0])
        counted = self.header.sequence in texts and texts[self.header.sequence].isdecimal()
        named = self._is_name(texts.get(self.name, ""))
        if named and (counted or has_sum or (len(filled) > 2 and self._has_figures(texts))):
            return Kind.UNSURE if after_total else Kind.DATA
        if has_sum and (counted or len(filled) > 2):
            return Kind.UNSURE if after_total else Kind.DATA
        if self.name is None and len(filled) > 1 and (self.keys & texts.keys() or self._has_figures(texts)):
            return Kind.UNSURE if after_total else Kind.DATA
        return Kind.UNSURE if named else Kind.NOTE

    @staticmethod
    def _has_figures(texts: dict[int, str]) -> bool:
        return any(character.isdecimal() for text in texts.values() for character in text)

    @staticmethod
    def _is_name(text: str) -> bool:
        return bool(text) and len(text) <= LONGEST_NAME and not _NO_NAME.search(text) and not _PLACE.search(text)
