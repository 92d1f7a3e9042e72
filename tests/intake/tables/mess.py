"""Any list of people, and any of the ways in which an office may write it down.

people()       strategy: invented people, with names, numbers and amounts as they may come
written(...)   the sheets of one file, in a mess drawn from `chance`, and nothing in it that would lose a value
expected(...)  what reading must give for each person, by field
"""

import calendar
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random

from hypothesis import strategies as st

MONTH = "2022-03"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
TITLE = "赣榆区2022年3月困难残疾人生活补贴发放花名册"
# Words of total rows and signatures, rare characters, dots and Latin letters: all have been somebody's name.
NAMES = """
    合计 小计 总计 张合计 共计平 金额 单位明 日期 王一 欧阳修文 阿依古丽·买买提 艾力·玉素甫 𠮷田 䶮羽 㛃 李㐱 于〇〇
    Li·Ming 镇江 乡村 张三丰 赵区 丁 万俟一二 Aierken 韓梅 賬東 审核 制表人 本页
"""
HAN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎一二三小大明"
CATEGORIES = {1: "视力", 2: "听力", 3: "言语", 4: "肢体", 5: "智力", 6: "精神", 7: "多重"}
GRADES = {1: ("一级", "1", "壹级", "Ⅰ级"), 2: ("二级", "2", "贰级"), 3: ("三级", "3级"), 4: ("四级", "肆级", "4")}
STATUSES = ("低保", "低保边缘", "特困", "普通", "一户多残", "依老养残")
TOWNS = ("青口镇", "金山镇", "柘汪镇", "新浦街道", "云台乡")


def id_number(born: date, sequence: int) -> str:
    """The ID number of this birth date and sequence, with its check character."""
    digits = f"320701{born:%Y%m%d}{sequence:03d}"
    return digits + "10X98765432"[sum(int(one) * weight for one, weight in zip(digits, WEIGHTS, strict=True)) % 11]


def account_number(body: int) -> str:
    """629999 and twelve digits, with the check digit of Luhn's rule."""
    digits = f"629999{body:012d}"
    doubled = [int(one) * (2 - place % 2) for place, one in enumerate(reversed(digits))]
    return digits + str(-sum(one // 10 + one % 10 for one in doubled) % 10)


names = st.one_of(st.sampled_from(NAMES.split()), st.text(HAN, min_size=2, max_size=4))
cents = st.one_of(st.sampled_from([8000, 11000, 37001, 100]), st.integers(1, 99_999_999))
days = st.dates(date(1930, 1, 1), date(2019, 12, 31))


@st.composite
def people(draw, at_least: int = 1, at_most: int = 12) -> list[dict]:
    """People with different ID numbers."""
    listed: dict[str, dict] = {}
    for _ in range(draw(st.integers(at_least, at_most))):
        born, sequence = draw(days), draw(st.integers(1, 999))
        number, category, grade = id_number(born, sequence), draw(st.integers(1, 7)), draw(st.integers(1, 4))
        listed[number] = {
            "name": draw(names), "id_number": number, "certificate_no": f"{number}{category}{grade}",
            "category": category, "grade": grade, "account_no": account_number(draw(st.integers(0, 10**12 - 1))),
            "amount": Decimal(draw(cents)) / 100, "month": MONTH, "months": 1, "county": "赣榆区",
            "town": draw(st.sampled_from(TOWNS)), "village": draw(st.sampled_from(["前进村", "盐河社区", ""])),
            "phone": f"1900{draw(st.integers(0, 9_999_999)):07d}", "bank_name": "江苏银行",
            "account_holder": draw(names), "household": draw(st.sampled_from(STATUSES)),
            "household_status": draw(st.sampled_from(STATUSES)), "address": "海州湾路8号", "birth_date": born,
            "sex": "男" if sequence % 2 else "女", "hukou_type": draw(st.sampled_from(["town", "rural"])),
            "died_on": draw(st.one_of(st.none(), st.dates(date(2020, 1, 1), date(2022, 1, 1)))),
        }  # fmt: skip
    return list(listed.values())


def expected(listed: list[dict], fields: list[str]) -> list[dict]:
    """What reading gives: a blank is None."""
    return [{name: None if person[name] == "" else person[name] for name in fields} for person in listed]


def wide(text: str) -> str:
    """The text in full-width characters."""
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


@dataclass
class Page:
    """One sheet as it is written: rows of cells, and merges as (first row, first column, last row, last column)."""

    name: str
    rows: list[list] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)


class Pen:
    """How a value is written: each of these ways keeps it whole. `as_text` is for files that know no numbers."""

    def __init__(self, chance: Random, as_text: bool = False):
        self.chance, self.as_text = chance, as_text

    def pick(self, *ways):
        return self.chance.choice(ways)

    def cell(self, name: str, person: dict):
        """The cell of a field."""
        value = person[name]
        if value is None or value == "":
            return self.pick(None, "", " ", "\u3000")
        return getattr(self, f"_{name}", self._text)(value)

    def _text(self, value) -> str:
        return self.pick(str(value), f" {value}", f"{value}\u3000", f"{value}\xa0", f"\u200b{value}", f"{value}\t")

    def _name(self, value: str) -> str:
        ways = [value, f" {value} ", f"{value}\u200b", f"\ufeff{value}", f"{value}\u3000"]
        if value[0] > "\u2fff":
            dotted = [value.replace("·", dot) for dot in "•・‧∙⋅．"] if "·" in value else []
            ways += ["　".join(value), " ".join(value), *dotted]
        return self.pick(*ways)

    _account_holder = _text

    def _number(self, value: str) -> str:
        ways = (f"'{value}", f" {value}", f'="{value}"', wide(value), f"{value[:6]} {value[6:14]} {value[14:]}")
        return self.pick(value, value.lower(), *ways, f"\ufeff{value}", f"{value}\u3000", f"’{value}")

    _id_number = _certificate_no = _account_no = _number

    def _amount(self, value: Decimal):
        plain = f"{value.normalize():f}"
        text = self.pick(
            plain, f"{value:.2f}", f"￥{value:,.2f}", f"¥{plain}", f"{plain}元", wide(plain), f"人民币{plain}元",
            f" {plain} ", f"{value:,.2f}",
        )  # fmt: skip
        return text if self.as_text else self.pick(text, float(value))

    def _month(self, value: str):
        year, month = map(int, value.split("-"))
        day = date(year, month, self.chance.randint(1, calendar.monthrange(year, month)[1]))
        text = self.pick(
            f"{year}年{month}月", f"{year}.{month:02d}", f"{year}.{month}", f"{year}{month:02d}", value,
            f"{year}/{month}", "二〇二二年三月", f"{month}月", wide(value), f"{year}年{month:02d}月份", day.isoformat(),
        )  # fmt: skip
        serial = day.toordinal() - date(1899, 12, 30).toordinal()
        return text if self.as_text else self.pick(text, int(f"{year}{month:02d}"), day, serial, float(month))

    def _months(self, value: int):
        text = self.pick(str(value), f"{value}个月", wide(str(value)))
        return text if self.as_text else self.pick(text, value)

    def _day(self, value: date):
        text = self.pick(
            value.isoformat(), f"{value:%Y.%m.%d}", f"{value:%Y/%m/%d}", f"{value:%Y%m%d}", f"{value} 00:00:00",
            f"{value.year}年{value.month}月{value.day}日", f"{value.year}-{value.month}-{value.day}",
        )  # fmt: skip
        return text if self.as_text else self.pick(text, value)

    _birth_date = _died_on = _day

    def _category(self, value: int):
        text = self.pick(CATEGORIES[value], f"{CATEGORIES[value]}残疾", str(value), f" {CATEGORIES[value]}")
        return text if self.as_text else self.pick(text, value)

    def _grade(self, value: int):
        text = self.pick(*GRADES[value])
        return text if self.as_text else self.pick(text, value)

    def _hukou_type(self, value: str) -> str:
        return self.pick(*{"town": ("城镇", "非农业", "居民"), "rural": ("农村", "农业")}[value])

    def _phone(self, value: str) -> str:
        return self._text(value)


# Columns that stand beside the ones that are read and belong to no field of any roll.
OTHERS = ("序号", "监护人姓名", "监护人身份证号", "补贴标准", "户主姓名", "备注", "代领人", "民族", "经办人", "签字")
# Headings of columns that hold category and grade in one cell.
OF_SEVERAL = ("类别等级", "残疾类别等级")
OTHER_PERSON = ("欧阳另有", "320701195001010015")


class Writer:
    """One sheet in one office's manner."""

    def __init__(self, name: str, roll, fields: list[str], chance: Random, as_text: bool = False):
        self.page, self.roll, self.chance = Page(name), roll, chance
        self.pen, self.pick = Pen(chance, as_text), chance.choice
        self.summed = next((one for one, column in roll.columns.items() if column.summed), None)
        others = chance.sample(OTHERS, chance.randint(0, 4))
        self.columns: list[str | None] = [*fields, *others]
        chance.shuffle(self.columns)
        for _ in range(chance.randint(0, 2)):
            self.columns.insert(chance.randint(0, len(self.columns)), None)
        self.group = self._group() if chance.random() < 0.4 else None
        self.group_name = self.pick(["基本情况", "登记内容", "基本信息"])
        self.headings = [self._heading(one) for one in self.columns]
        self.is_paged, self.is_numbered = chance.random() < 0.4, chance.random() < 0.3

    def _heading(self, column: str | None) -> str | None:
        if column is None or column in OTHERS:
            return column
        declared = self.roll.columns[column]
        known = [one for one in [*declared.aliases, *declared.whole] if not one.isascii() and one not in OF_SEVERAL]
        text = self.pick(known)
        middle = self.chance.randint(1, len(text) - 1) if len(text) > 1 else 0
        ways = [text, text, f" {text} ", f"{text}\u3000", "　".join(text), f"{text[:middle]}\n{text[middle:]}"]
        # Above a group of headings a colon would begin a line to be filled in (单位：).
        ways += [f"{text}："] if self.group is None else []
        return self.pick([*ways, f"*{text}", f"{text}（必填）", wide(text)])

    def _group(self) -> int | None:
        """Where two headings stand side by side that can go under a common one."""
        places = [at for at in range(len(self.columns) - 1) if self.columns[at] and self.columns[at + 1]]
        return self.pick(places) if places else None

    def put(self, cells: list) -> int:
        """Write a row; returns its number."""
        self.page.rows.append(list(cells))
        return len(self.page.rows)

    def write(self, listed: list[dict]) -> Page:
        """The whole sheet."""
        self._titles()
        self._header()
        page, done = Decimal(0), Decimal(0)
        for number, person in enumerate(listed, start=1):
            self._person(number, person)
            page, done = page + person["amount"], done + person["amount"]
            if self.is_paged and number % 3 == 0 and number < len(listed):
                self._turn(page, done)
                page = Decimal(0)
            elif self.chance.random() < 0.15:
                self.put(self.pick([[], [" "], [None, "\u3000"]]))
        self._end(page, done)
        return self.page

    def _titles(self) -> None:
        for _ in range(self.chance.randint(0, 2)):
            self.put([])
        row = self.put([TITLE])
        if self.pick([True, False]):
            self.page.merges.append((row, 1, row, len(self.columns)))
        if self.pick([True, False]):
            self.put([self.pick(["单位（盖章）：赣榆区残疾人联合会", "填报单位：赣榆区"]), None, "单位：元"])

    def _header(self) -> None:
        if self.group is None:
            self.put(self.headings)
        else:
            above, below = list(self.headings), [None] * len(self.headings)
            for place in (self.group, self.group + 1):
                above[place], below[place] = None, self.headings[place]
            above[self.group] = self.group_name
            row = self.put(above)
            self.put(below)
            self.page.merges.append((row, self.group + 1, row, self.group + 2))
        if self.is_numbered:
            self.put([None if text is None else f"（{place}）" for place, text in enumerate(self.headings, start=1)])

    def _person(self, number: int, person: dict) -> None:
        other = {"序号": number, "监护人姓名": OTHER_PERSON[0], "监护人身份证号": OTHER_PERSON[1], "民族": "汉族"}
        other |= {"户主姓名": OTHER_PERSON[0], "补贴标准": 9999, "备注": self.pick([None, "新增", "合计"])}
        other = {name: str(value) if self.pen.as_text and value else value for name, value in other.items()}
        self.put([self.pen.cell(one, person) if one in person else other.get(one) for one in self.columns])

    def _sums(self, label: str, amount: Decimal) -> None:
        if self.summed not in self.columns:
            return
        place = self.columns.index(self.summed)
        cells: list = [None] * len(self.columns)
        cells[place] = f"{amount:.2f}" if self.pen.as_text else float(amount)
        cells[0 if place else 1] = label
        self.put(cells)

    def _turn(self, page: Decimal, done: Decimal) -> None:
        """The end of a printed page, and the next one's head."""
        self._sums(self.pick(["本页小计", "小计", "小　计", "本页合计"]), page)
        if self.pick([True, False]):
            self.put([])
            self.put([TITLE])
        self._header()
        if self.pick([True, False]):
            self._sums("承前页", done)

    def _end(self, page: Decimal, done: Decimal) -> None:
        if self.is_paged:
            self._sums("小计", page)
        if self.pick([True, False]):
            self._sums(self.pick(["合计", "总计", "合  计", "合計"]), done)
        self.put([])
        signed = ["制表人：王某某", None, "审核人：张某某", None, "负责人：李某"]
        self.put(self.pick([signed, signed[:1], ["备注：本表一式三份", *[None] * 3], ["填表日期：2022年3月5日"]]))


def notes() -> Page:
    """A sheet that is no list."""
    return Page("填表说明", [["填表说明"], ["1. 每人一行，不要合并单元格。"], ["2. 身份证号、银行卡号按文本填写。"]])


def written(roll, listed: list[dict], fields: list[str], chance: Random, *, sheets: int = 1, as_text: bool = False):
    """The sheets of a file in which these people stand, in this order."""
    size = -(-len(listed) // sheets)
    parts = [listed[start : start + size] for start in range(0, len(listed), size)]
    pages = [
        Writer(f"{TOWNS[place % len(TOWNS)]}{place}", roll, fields, chance, as_text).write(part)
        for place, part in enumerate(parts)
    ]
    if not as_text and chance.random() < 0.3:
        pages.insert(chance.choice([0, len(pages)]), notes())
    return pages
