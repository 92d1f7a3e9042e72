"""What the lines above a header, the sheets' names and the file's name say about month, programme and county.

Source: rule `title` of the corpus's standards.json.  The number of a rule (苏政发〔2016〕58号) and the date of a day
(2019年3月5日) name no month; neither do lines that explain (说明：, 依据：) or sign.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .months import month_text, with_digits
from .text import compact, simplify

_RULE = re.compile(
    r"《[^》]*(?:通知|办法|意见|规定|方案|细则|条例|制度)[^》]*》|[〔\[(（【]20[0-9]{2}[〕\])）】]第?[0-9]+号|20[0-9]{2}年第?[0-9]+号"
)
_DAY = re.compile(
    r"(?:20[0-9]{2})?年?[0-9]{1,2}月[0-9]{1,2}[日号]|20[0-9]{2}([-./])[0-9]{1,2}\1[0-9]{1,2}(?![0-9])|(?<![0-9])20[0-9]{6}(?![0-9])"
)
_MADE_IN = re.compile(
    r"(?:填报|制表|打印|报送|上报|编制|导出|填表|生成|截止|截至|印发|制定)(?:日期|时间|到)?[:：]?20[0-9]{2}[年.\-/][0-9]{1,2}月?"
)
_SINCE = re.compile(
    r"(?:自|从|于)?20[0-9]{2}年[0-9]{1,2}月(?:份)?(?:起|以来|以前|之前|以后|之后|印发|施行|执行|调整|实施)"
)
_RANGE = re.compile(r"(20[0-9]{2})[年.](?:度)?([0-9]{1,2})月?份?[-—~～至到](?:(20[0-9]{2})[年.])?([0-9]{1,2})月")
_FULL = re.compile(
    r"(?<![0-9])(20[0-9]{2})(?:年度?([0-9]{1,2})月|[-./]([0-9]{1,2})(?![0-9.])|(0[1-9]|1[0-2])(?![0-9]))"
)
_ALONE = re.compile(r"(?<![0-9年.\-/第])([0-9]{1,2})月(?!补发)")
_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?:年|(?=[^0-9]|$))")
_EXPLAINS = re.compile(
    r"^(?:注|备注|说明|填表说明|附注|.{0,4}依据|根据|按照|为|联系|电话|[0-9]{1,2}[.、]|[(（]?[一二三四五六七八九十][)）、.])|[。；]"
)


@dataclass(frozen=True)
class Line:
    """A text that may name what the file is about. `source` is title, sheet or filename."""

    source: str
    where: str
    text: str

    @property
    def plain(self) -> str:
        """Simplified characters, no blanks, figures for Chinese numerals."""
        return with_digits(simplify(compact(self.text)))

    @property
    def explains(self) -> bool:
        return bool(_EXPLAINS.search(self.plain))

    def years(self) -> set[str]:
        """Years that the line names, with or without a month."""
        return set() if self.explains else set(_YEAR.findall(_without_rules(self.plain)))

    def months(self) -> list[str]:
        """Months that the line names, as "2019-03"; a month without its year as "-03"."""
        return [] if self.explains else months_in(self.plain)


def months_in(text: str) -> list[str]:
    """The months in a text of simplified characters without blanks."""
    text = _without_rules(text)
    found: list[str] = []
    for year, first, last_year, last in _RANGE.findall(text):
        found += _months_between(int(year), int(first), int(last_year or year), int(last))
    text = _RANGE.sub(" ", text)
    for year, *ways in _FULL.findall(text):
        found.append(month_text(int(year), int("".join(ways))) or "")
    if not any(found):
        found += [f"-{int(month):02d}" for month in _ALONE.findall(_FULL.sub(" ", text)) if 1 <= int(month) <= 12]
    return [month for month in dict.fromkeys(found) if month]


def _without_rules(text: str) -> str:
    for pattern in (_RULE, _MADE_IN, _DAY, _SINCE):
        text = pattern.sub(" ", text)
    return text


def _months_between(year: int, first: int, last_year: int, last: int) -> list[str]:
    ordinals = range(12 * year + first - 1, min(12 * last_year + last, 12 * year + first + 23))
    months = [month_text(ordinal // 12, ordinal % 12 + 1) for ordinal in ordinals]
    return [month for month in months if month] if 1 <= first <= 12 and 1 <= last <= 12 else []


@dataclass
class TitleFacts:
    """The lines in which a file says what it is about."""

    lines: list[Line] = field(default_factory=list)

    def add(self, source: str, where: str, text: str) -> None:
        line = Line(source, where, text)
        if line.plain and line not in self.lines:
            self.lines.append(line)

    def of(self, source: str) -> list[Line]:
        return [line for line in self.lines if line.source == source]


SOURCES = ("title", "sheet", "filename")


def month_from(facts: TitleFacts) -> str | None:
    """The month that the titles name, else the sheets' names, else the file's name; None when unclear.

    Of a span of months it is the last, since a roll of several months is the roll of the last.
    """
    years = {year for line in facts.lines for year in line.years()}
    for source in SOURCES:
        named = [line.months() for line in facts.of(source)]
        full = {months[-1] for months in named if months and not months[-1].startswith("-")}
        alone = {months[-1] for months in named if months and months[-1].startswith("-")}
        if not full and len(years) == 1 and len(alone) == 1:
            full = {f"{next(iter(years))}{next(iter(alone))}"}
        if full:
            return full.pop() if len(full) == 1 else None
    return None


def contradictions(
    facts: TitleFacts,
    *,
    month: str | None = None,
    period_of: Callable[[Line], str | None] | None = None,
    programme_words: Collection[str] = (),
    own_county: str | None = None,
    counties: Collection[str] = (),
    other_programmes: Mapping[str, Collection[str]] | None = None,
) -> list[tuple[str, str]]:
    """Where the file says something else than was declared: (where, sentence) pairs, empty when all agrees.

    month            declared, "2019-03"
    period_of        what a line says of a declared period that is no month, in place of the comparison of months
    programme_words  names of the declared programme, short ones too: 困难残疾人生活补贴, 生活补贴
    other_programmes name of each other programme -> its words
    own_county       the county that uploads; None for the city, which no county contradicts
    counties         names of all counties
    The names of sheets and of the file count only where no title line agrees with what was declared.
    """
    others = {word: name for name, words in (other_programmes or {}).items() for word in (name, *words)}
    checks = [
        period_of or (lambda line: _other_month(line, month)),
        lambda line: _other_word(line, programme_words, others, "补贴项目"),
        lambda line: _other_word(line, [own_county or ""], {one: one for one in counties if one != own_county}, "县区"),
    ]
    checks = [check for check, wanted in zip(checks, (month, programme_words, own_county), strict=True) if wanted]
    return [pair for check in checks for pair in _contradicting(facts, check)]


def _contradicting(facts: TitleFacts, check) -> Iterable[tuple[str, str]]:
    verdicts = [(line, check(line)) for line in facts.lines]
    agreed = any(line.source == "title" and verdict == "" for line, verdict in verdicts)
    for line, verdict in verdicts:
        if verdict and (line.source == "title" or not agreed):
            yield line.where, f"{line.where}写的是“{line.text.strip()[:60]}”，{verdict}"


def _other_month(line: Line, month: str) -> str | None:
    """None when the line names no month, "" when it names the declared one, else what is wrong."""
    named = line.months()
    if not named:
        return None
    if month in named or month[4:] in named:
        return ""
    return f"与所选月份 {int(month[:4])}年{int(month[5:])}月 不一致。请核对所选月份，或更正文件后重新上传。"


def _other_word(line: Line, own: Sequence[str], others: Mapping[str, str], what: str) -> str | None:
    if line.explains:
        return None
    own = [simplify(compact(word)) for word in own if word]
    if any(word in line.plain for word in own):
        return ""
    named = {name for word, name in others.items() if word and simplify(compact(word)) in line.plain}
    if not named:
        return None
    said = "、".join(sorted(named))
    return f"其中的{what}“{said}”与所选的“{own[0]}”不一致。请核对所选{what}，或更正文件后重新上传。"
