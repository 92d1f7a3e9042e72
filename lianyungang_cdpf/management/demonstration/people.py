"""Invented people: valid ID numbers of a prefix that was never issued, telephone numbers that nobody has."""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from lianyungang_cdpf.accounts.models import Area

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "单解仇"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红春梅建国志宇欣怡浩然子轩梓涵思雨佳宁成林海波云"
    "山文斌晓东立新永康长安福生来顺"
)
BANKS = ("江苏银行", "中国农业银行", "连云港东方农村商业银行", "中国工商银行", "中国邮政储蓄银行")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Shares of categories 1-7 and grades 1-4 among certificate holders: 江苏年鉴 2018 (facts.md 8).
CATEGORIES = (121, 68, 6, 542, 127, 106, 31)
GRADES = (138, 316, 298, 248)
HARDSHIPS = {"低保": 40, "低保边缘": 18, "一户多残": 11, "依老养残": 7, "特困": 4, "普通": 20}


@dataclass(slots=True, eq=False)
class Invented:
    """One invented person, as the register would give them."""

    name: str
    id_number: str
    category: int
    grade: int
    area: Area
    village: str
    hukou_type: str
    phone: str
    bank_name: str
    account_no: str
    hardship: str
    died_on: date | None

    @property
    def certificate_no(self) -> str:
        """ID number, category and grade."""
        return f"{self.id_number}{self.category}{self.grade}"


def invent(count: int, seed: int, towns: list[Area], villages: dict[int, list[str]], as_of: date) -> list[Invented]:
    """`count` people spread over the towns; the same seed gives the same people."""
    dice = random.Random(seed)  # noqa: S311 - invented data, no secrets
    weights = [dice.uniform(0.5, 1.5) * (0.25 if town.kind == "special" else 1) for town in towns]
    taken: set[str] = set()
    return [
        _one(dice, number, town, villages, as_of, taken)
        for number, town in enumerate(dice.choices(towns, weights, k=count))
    ]


def _one(dice, number: int, town: Area, villages: dict, as_of: date, taken: set) -> Invented:
    grade = dice.choices((1, 2, 3, 4), GRADES)[0]
    age_days = int(dice.triangular(3, 92, 58) * 365.25)
    died = as_of - timedelta(days=dice.randint(20, 500)) if dice.random() < 0.02 else None
    return Invented(
        name=name_of(dice),
        id_number=made_id_number(dice, as_of - timedelta(days=age_days), taken),
        category=dice.choices((1, 2, 3, 4, 5, 6, 7), CATEGORIES)[0],
        grade=grade,
        area=town,
        village=dice.choice(villages[town.pk]) if villages.get(town.pk) else "",
        hukou_type="town" if dice.random() < 0.284 else "rural",
        phone=f"1900000{number % 10000:04d}",
        bank_name=dice.choice(BANKS),
        account_no=account_of(number),
        hardship=dice.choices(list(HARDSHIPS), list(HARDSHIPS.values()))[0],
        died_on=died,
    )


def name_of(dice) -> str:
    """A name of two or three characters."""
    return dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))


def made_id_number(dice, born: date, taken: set) -> str:
    """A number of somebody born on the day, or shortly before, whose first 17 characters are not `taken` yet."""
    while True:
        head = f"320701{born:%Y%m%d}{dice.randint(1, 999):03d}"
        if head not in taken:
            taken.add(head)
            return (
                head + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(head, WEIGHTS, strict=True)) % 11]
            )
        born -= timedelta(days=1)


def account_of(number: int) -> str:
    """A 19-digit number that no bank issues (629999) with a right check digit."""
    head = f"629999{number:012d}"
    doubled = (
        sum(divmod(2 * int(digit), 10)) if index % 2 == 0 else int(digit) for index, digit in enumerate(head[::-1])
    )
    return head + str(-sum(doubled) % 10)
