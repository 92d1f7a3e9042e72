"""Which column a heading names: by known alias, else by core word and qualifier.

Source: rules `headings` and `columns` of the corpus's standards.json; facts.md 4.1 and 4.3.
"""

import re
from functools import lru_cache

from ..reading import Cell
from .columns import Column, Roll
from .text import compact, simplify

_BRACKETS = str.maketrans("【［〔「『〈《〖[{<】］〕」』〉》〗]}>", "(" * 11 + ")" * 11)
_ORNAMENTS = re.compile(r"[*＊★☆:_\"“”'‘’]")
_NUMBERED = re.compile(r"^(?:[0-9]{1,2}[.、])+")
_BRACKETED = re.compile(r"\(([^()]*)\)?")
_SAME_WORDS = (("帐", "账"), ("身分", "身份"), ("帳", "账"), ("戶", "户"))

# On forms of the office these people stand beside the person whom the row is about.
OTHER_PEOPLE = """
    监护 代领 代办 代理 代收 代签 开户人 户主 家长 父 母 配偶 子女 亲属 家属 家庭成员 联系人 经办 制表 填表 审核
    委托 受托 持卡人 账户人 领取人 领款人 护理员 护理人 照料 签字 签名 签章 担保 曾用 负责人 关系人 信息员 采集员
    工作人员 guardian agent parent holder
"""
_OTHER = re.compile("|".join(OTHER_PEOPLE.split()))

# Words that may stand around a core word without changing whose or what it is.
QUALIFIERS = """
    残疾人员 残疾人 残疾儿童 残疾学生 本人 个人 居民 公民 人员 对象 受益人 享受人 享受 补贴对象 发放对象 申请人
    本月 当月 本次 本期 每月 月 实际 实发 应发 发放 发 补贴 补助 资金 困难 重度 重残 生活 护理 两项 领取 申领 收款
    财政 惠民 惠农 一卡通 社保 社会保障 银行 银行卡 存折 储蓄 户籍 户口 所在 所属 现 第二代 二代 新
    人民币 元 必填 选填 文本 格式 位 18 20 号码 号 编号 码 的 及 或 和 / 、 份 名册
"""
_QUALIFIED = re.compile(f"(?:{'|'.join(sorted(QUALIFIERS.split(), key=len, reverse=True))})*")
LONGEST_HEADING = 30


def heading_key(cell: Cell) -> str:
    """A heading as it is compared; empty for what cannot be one (blank, a number, a sentence)."""
    return _key(cell) if isinstance(cell, str) else ""


@lru_cache(maxsize=8192)
def _key(text: str) -> str:
    if len(text) > 4 * LONGEST_HEADING:
        return ""
    key = _NUMBERED.sub("", _ORNAMENTS.sub("", simplify(compact(text)))).translate(_BRACKETS).lower()
    for one, other in _SAME_WORDS:
        key = key.replace(one, other)
    return key if len(key) <= LONGEST_HEADING else ""


def without_brackets(key: str) -> str:
    """补贴金额(元) as 补贴金额."""
    return _BRACKETED.sub("", key)


class _Words:
    """A column's headings as keys, made once."""

    def __init__(self, column: Column):
        self.cores = sorted((_key(alias) for alias in column.aliases), key=len, reverse=True)
        self.whole = {*self.cores, *map(_key, column.whole)}
        self.never = tuple(map(_key, column.never))
        self.prefer = [tuple(map(_key, group)) for group in column.prefer]
        self.of_person = column.of_person

    def excluded(self, text: str) -> bool:
        return any(word in text for word in self.never) or bool(self.of_person and _OTHER.search(text))

    def excluded_by_group(self, group: str) -> bool:
        """A group such as 监护人 or 银行信息 takes its columns away, 补贴标准及金额 does not."""
        if self.of_person and _OTHER.search(group):
            return True
        return any(word in group for word in self.never) and not any(core in group for core in self.cores)

    def strength(self, key: str) -> int:
        """How well the key fits: 1000 for an alias, the length of the core word inside it, 0 for not at all."""
        base = without_brackets(key)
        inside = "".join(_BRACKETED.findall(key))
        if key in self.whole or (base in self.whole and not self.excluded(inside)):
            return 1000
        if self.excluded(key):
            return 0
        longest, rest = 0, base
        for core in self.cores:
            if core in rest and not core.isascii():
                longest, rest = max(longest, len(core)), rest.replace(core, "")
        return longest if longest and _QUALIFIED.fullmatch(rest) else 0

    def holds(self, key: str) -> bool:
        """Whether a core word is anywhere in the key: good enough where there is no better heading."""
        base = without_brackets(key)
        return not self.excluded(key) and any(core in base and not core.isascii() for core in self.cores)

    def rank(self, key: str) -> tuple[int, bool]:
        """Place in the column's preferences, then headings with a core word before those that only stand alone."""
        rest = len(self.prefer)
        alone = not any(core in key for core in self.cores)
        for position, group in enumerate(self.prefer):
            if not group:
                rest = position
            elif any(word in key for word in group):
                return position, alone
        return rest, alone


@lru_cache(maxsize=256)
def words_of(roll: type[Roll]) -> dict[str, _Words]:
    """The headings of a roll's columns by field."""
    return {name: _Words(column) for name, column in roll.columns.items()}


class Heading:
    """The heading over one column: the lowest cell, and the merged cells above it."""

    __slots__ = ("index", "leaf", "group", "text")

    def __init__(self, index: int, leaf: str, group: str = "", text: str = ""):
        self.index, self.leaf, self.group, self.text = index, leaf, group, text or leaf

    @property
    def key(self) -> str:
        """The heading with what stands over it, as a learned heading is known again."""
        return self.group + self.leaf

    def strength(self, words: _Words) -> int:
        if self.group and words.excluded_by_group(self.group):
            return 0
        return words.strength(self.leaf) or (words.strength(self.group + self.leaf) if self.group else 0)


def candidates(headings: list[Heading], roll: type[Roll]) -> dict[str, list[Heading]]:
    """The headings that can stand for each field, in the order of the sheet.

    A heading that is an alias of several fields (类别等级) serves all of them; one that is only recognised by a core
    word serves the field with the longest.  A learned heading counts only where no known one names its field.
    """
    found: dict[str, list[Heading]] = {}
    taught: dict[str, list[Heading]] = {}
    for heading in headings:
        strengths = {name: heading.strength(words) for name, words in words_of(roll).items()}
        best = max(strengths.values(), default=0)
        for name, strength in strengths.items():
            if strength and strength == best:
                found.setdefault(name, []).append(heading)
        if not best and (learned := roll.learned.get(heading.key)):
            taught.setdefault(learned, []).append(heading)
    return taught | found


def best_of(field: str, headings: list[Heading], roll: type[Roll]) -> list[Heading]:
    """The headings of the best rank for a field: the first is read, the others are its rivals."""
    words = words_of(roll)[field]
    ranks = [words.rank(heading.group + heading.leaf) for heading in headings]
    return [heading for heading, rank in zip(headings, ranks, strict=True) if rank == min(ranks)]


def only_holder(field: str, headings: list[Heading], taken: set[int], roll: type[Roll]) -> Heading | None:
    """The one free heading that holds a core word of a required field that has no better heading."""
    words = words_of(roll)[field]
    free = [heading for heading in headings if heading.index not in taken and words.holds(heading.leaf)]
    free = [heading for heading in free if not words.excluded_by_group(heading.group)]
    return free[0] if len(free) == 1 else None
