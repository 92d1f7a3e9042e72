"""Lists of the yearly programmes as offices write them, with the truth of every row.

`bin/manage` is not needed: `python -m tests.subsidies.samples` writes the files and their truths to
tests/data/samples. PEOPLE is the register that they are judged by, STANDARDS the amounts. What is expected of a row
stands beside it, put there by hand; nothing here asks the portal.
"""

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font

FOLDER = Path(__file__).parents[1] / "data" / "samples"
GANYU, DONGHAI = "320707100", "320722101"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(born: str, order: int) -> str:
    """A valid ID number that nobody has: prefix 320701."""
    head = f"320701{born}{order:03d}"
    remainder = sum(int(digit) * weight for digit, weight in zip(head, WEIGHTS, strict=True)) % 11
    return head + "10X98765432"[remainder]


def account(order: int) -> str:
    """A 19-digit account of a bank that does not exist, with a right check digit."""
    head = f"629999{order:012d}"
    doubled = [sum(divmod(2 * int(d), 10)) if i % 2 == 0 else int(d) for i, d in enumerate(head[::-1])]
    return head + str(-sum(doubled) % 10)


@dataclass(frozen=True)
class Somebody:
    """A person of the samples; without category and grade nobody's certificate holder."""

    name: str
    id_number: str
    category: int = 4
    grade: int = 1
    area: str = GANYU
    status: str = "valid"
    died_on: date | None = None

    @property
    def certificate(self) -> str:
        return f"{self.id_number}{self.category}{self.grade}"


WANG = Somebody("王建国", number("19750312", 11))
LI = Somebody("李秀英", number("19820605", 12), 6, 2)
ZHANG = Somebody("张海涛", number("19901120", 13), 5, 1)
CHEN = Somebody("陈红梅", number("19880214", 14), 1, 2)
ZHOU = Somebody("周永福", number("19590601", 15))
WU = Somebody("吴晓东", number("19790909", 16), 4, 3)
XU = Somebody("徐丽娟", number("19850101", 17), 4, 2)
SUN = Somebody("孙桂兰", number("19770707", 18), 7, 1)
MA = Somebody("马长安", number("19810401", 19), 4, 1, died_on=date(2018, 5, 2))
ZHU = Somebody("朱志强", number("19830303", 20), 4, 1, area=DONGHAI)
HE = Somebody("何永康", number("19740818", 21), 4, 2, status="cancelled")
GAO = Somebody("高子涵", number("20030920", 22), 2, 2)
LIN = Somebody("林浩然", number("20000115", 23), 5, 3)
PEOPLE = (WANG, LI, ZHANG, CHEN, ZHOU, WU, XU, SUN, MA, ZHU, HE, GAO, LIN)
# On nobody's register.
NOBODY = Somebody("钱无名", number("19860606", 31))
CHILDREN = {
    name: number(born, order)
    for order, (name, born) in enumerate(
        (("王梓轩", "20011012"), ("李欣怡", "20040305"), ("张雨佳", "20030711"), ("孙明哲", "20020228"),
         ("朱小宁", "20030501"), ("何佳怡", "20010919"), ("徐天成", "20070406"), ("陈思雨", "20110810")),
        start=41,
    )
}  # fmt: skip
STUDENT_ACCOUNTS = [account(order) for order in range(901, 930)]
WRONG_ACCOUNT = account(930)[:-1] + str((int(account(930)[-1]) + 1) % 10)


@dataclass
class Sample:
    """One file: lines above the header, header rows, data rows each with the codes expected of it."""

    file: str
    programme: str
    period: str | None
    titles: list[str]
    header: list[list]
    rows: list[tuple[list, list[str]]]
    amount: int
    sheet: str | None = None
    footer: bool = True
    warnings: dict[int, list[str]] = field(default_factory=dict)
    encoding: str = "gb18030"
    delimiter: str = ","

    @property
    def first_row(self) -> int:
        return len(self.titles) + len(self.header) + 1

    def truth(self) -> dict:
        """As the truths of the corpus."""
        bad = [(index, codes) for index, (_, codes) in enumerate(self.rows) if codes]
        valid = [cells[self.amount] for cells, codes in self.rows if not codes]
        last = self.first_row + len(self.rows) - 1
        sheet = {"name": self.sheet, "kind": "roll", "data_rows": len(self.rows)}
        return {
            "file": self.file,
            "programme": self.programme,
            "month": self.period,
            "upload_district": "320707",
            "data_rows": len(self.rows),
            "valid_rows": len(self.rows) - len(bad),
            "bad_rows": len(bad),
            "total_valid_amount": f"{sum(map(Decimal, map(str, valid))):.2f}",
            "errors": [
                {"sheet": self.sheet, "row": self.first_row + index, "codes": codes, "primary": codes[0]}
                for index, codes in bad
            ],
            "warnings": [
                {"sheet": self.sheet, "row": self.first_row + index, "code": code}
                for index, codes in sorted(self.warnings.items())
                for code in codes
            ],
            "file_warnings": [],
            "sheets": [sheet | {"first_row": self.first_row, "last_row": last}],
        }

    def lines(self) -> list[list]:
        """The whole sheet."""
        foot = [
            ["合计", *[None] * (self.amount - 1), self.total()],
            ["制表人：", None, "审核人：", None, "负责人（盖章）："],
        ]
        return [*([title] for title in self.titles), *self.header, *(cells for cells, _ in self.rows),
                *(foot if self.footer else [])]  # fmt: skip

    def total(self) -> float:
        """What the office added up: every amount that is one."""
        return float(sum(filter(None, (_amount(cells[self.amount]) for cells, _ in self.rows))))


def _amount(cell) -> Decimal | None:
    try:
        return Decimal(str(cell)) if cell is not None else None
    except InvalidOperation:
        return None


PREMIUM_HEADER = [
    ["序号", "乡镇", "姓名", "身份证号", "残疾证号", "残疾情况", None,
     "人员类别", "参保地", "缴费年度", "代缴档次", "代缴金额(元)", "备注"],
    [None, None, None, None, None, "残疾类别", "残疾等级"],
]  # fmt: skip
CATEGORIES = ("", "视力", "听力", "言语", "肢体", "智力", "精神", "多重")
GRADES = ("", "一级", "二级", "三级", "四级")


def premium(order, who, name=None, year="2019年度", amount=100, id_number=None) -> list:
    return [
        order, "青口镇", name or who.name, id_number or who.id_number, who.certificate, CATEGORIES[who.category],
        GRADES[who.grade], "重度残疾人", "赣榆区青口镇", year, "100元/年", amount, None,
    ]  # fmt: skip


PREMIUMS = Sample(
    "01_赣榆区2019年度城乡居民养老保险费代缴名单.xlsx",
    "pension_premium",
    "2019-01",
    ["赣榆区2019年度残疾人城乡居民养老保险费代缴名单", "填报单位：赣榆区残疾人联合会　　　　单位：元"],
    PREMIUM_HEADER,
    [
        (premium(1, WANG), []),
        (premium(2, LI, name="李秀英 "), []),
        (premium(3, ZHANG, year="2019"), []),
        (premium(4, ZHOU), ["AGE_NOT_ELIGIBLE"]),
        (premium(5, WU), ["INELIGIBLE_GRADE"]),
        (premium(6, XU, year="2018年度"), ["PERIOD_MISMATCH"]),
        (premium(7, SUN, amount=200), ["AMOUNT_NOT_STANDARD"]),
        (premium(8, CHEN, name="陈红霉"), ["NAME_MISMATCH"]),
        (premium(9, MA), ["PERSON_DEAD"]),
        (premium(10, ZHU), ["WRONG_DISTRICT"]),
        (premium(11, HE), ["CERT_CANCELLED"]),
        (premium(12, NOBODY), ["UNKNOWN_PERSON"]),
        (premium(13, WANG), ["DUPLICATE_IN_FILE"]),
        (premium(14, LIN, id_number=float(LIN.id_number[:17] + "0")), ["ID_PRECISION_LOST"]),
    ],
    amount=11,
    sheet="代缴名单",
)


def receipt(order, who, id_number=None, certificate="", drawing="否", amount="100", day="2019-09-12") -> list:
    return [
        order, who.name, id_number or who.id_number, certificate, "青口镇", "100", drawing, amount, day,
        f"RS2019091200{order}",
    ]  # fmt: skip


def spoilt(text: str) -> str:
    """The number with a wrong last digit."""
    return text[:-1] + ("1" if text[-1] != "1" else "2")


RECEIPTS = Sample(
    "02_2019年养老保险代缴到账名单.csv",
    "pension_premium",
    "2019-01",
    ["2019年度残疾人养老保险代缴到账明细（赣榆区）"],
    [
        ["序号", "姓名", "公民身份号码", "残疾人证号", "参保地", "缴费档次", "是否领取待遇", "代缴金额", "缴费日期",
         "回执号"],
    ],
    [
        (receipt("1", CHEN, certificate=CHEN.certificate, amount="100.00"), []),
        (receipt("2", SUN, day="2019.9.12"), []),
        (receipt("3", XU, drawing="是", day="2019/9/12"), ["DRAWING_PENSION"]),
        (receipt("4", WANG, amount=""), ["MISSING_REQUIRED"]),
        (receipt("5", LI, day="2019-13-01"), ["DATE_FORMAT"]),
        (receipt("6", ZHANG, id_number=spoilt(ZHANG.id_number)), ["ID_CHECKSUM"]),
    ],
    amount=7,
)  # fmt: skip


def insured(order, who, policy="PYBT201932070700001", product="残疾人意外伤害保险", first="2019年5月1日零时起",
            last="2020年4月30日二十四时止", premium=60, insurer="人保财险赣榆支公司") -> list:  # fmt: skip
    return [
        order, who.name, who.id_number, who.certificate, product, policy, insurer, first, last, premium,
    ]  # fmt: skip


POLICIES = Sample(
    "03_赣榆区残疾人意外伤害保险投保清单.xlsx",
    "commercial_insurance",
    None,
    ["赣榆区残疾人意外伤害保险投保清单", "投保人：赣榆区残疾人联合会　　　　单位：元"],
    [
        [
            "序号",
            "被保险人姓名",
            "证件号码",
            "残疾证号",
            "险种名称",
            "保单号",
            "承保公司",
            "保险起期",
            "保险止期",
            "保费(元)",
        ]
    ],
    [
        (insured(1, WANG), []),
        (insured(2, LI, first=date(2019, 5, 1), last=date(2020, 4, 30)), []),
        (insured(3, WU), []),
        (insured(4, WANG, "PYJK201932070700009", "残疾人补充医疗保险", "2019-06-01", "2020-05-31", 120), []),
        (insured(5, ZHANG, last="2018-04-30"), ["POLICY_PERIOD"]),
        (insured(6, CHEN, premium=80), ["POLICY_MISMATCH"]),
        (insured(7, LI), ["DUPLICATE_IN_FILE"]),
        (insured(8, ZHU), ["WRONG_DISTRICT"]),
        (insured(9, NOBODY), ["UNKNOWN_PERSON"]),
        (insured(10, HE), ["CERT_CANCELLED"]),
        (insured(11, SUN, policy=None), ["MISSING_REQUIRED"]),
    ],
    amount=9,
    sheet="清单",
)

PLAN = ("PYBT201932070700002", "意外险")
INSURER_EXPORT = Sample(
    "04_商业保险被保险人明细.txt",
    "commercial_insurance",
    None,
    [],
    [["保单号", "产品名称", "被保险人", "被保险人证件号码", "生效日期", "终止日期", "每人保费"]],
    [
        ([*PLAN, CHEN.name, CHEN.id_number, "20190101", "20191231", "50.00"], []),
        ([*PLAN, XU.name, XU.id_number, "20190101", "20191231", "50.00"], []),
        ([*PLAN, SUN.name, SUN.id_number, "明年", "20191231", "50.00"], ["POLICY_PERIOD"]),
        (
            [*PLAN, WU.name, WU.id_number, "20190101", "20191231", "-50.00"],
            ["AMOUNT_NEGATIVE"],
        ),
        (
            [*PLAN, "张海", ZHANG.id_number, "20190101", "20191231", "50.00"],
            ["NAME_MISMATCH"],
        ),
    ],
    amount=6,
    footer=False,
    delimiter="^",
)

GRANT_HEADER = [
    ["序号", "学生情况", None, None, None, None, None, "残疾家长", None, "学生类别", "补贴金额", "监护人账号"],
    [None, "姓名", "身份证号", "残疾证号", "就读学校", "学段/年级", "学籍号", "姓名", "残疾证号"],
]  # fmt: skip


def grant(order, name, id_number, stage, amount, parent=None, certificate="", kind="残疾人家庭子女", **other) -> list:
    return [
        order, name, id_number, certificate, other.get("school", "赣榆第一中学"), stage, f"G{id_number}",
        other.get("parent_name", parent and parent.name), other.get("parent_no", parent and parent.certificate),
        kind, amount, other.get("account", STUDENT_ACCOUNTS[order]),
    ]  # fmt: skip


def child(order, name, stage, amount, parent, **other) -> list:
    return grant(order, name, CHILDREN[name], stage, amount, parent, **other)


GRANTS = Sample(
    "05_赣榆区2019-2020学年教育专项补贴名册.xlsx",
    "education_grant",
    "2019-09",
    ["赣榆区2019-2020学年残疾学生和残疾人家庭子女教育专项补贴发放名册", "填报单位：赣榆区残疾人联合会　　　　单位：元"],
    GRANT_HEADER,
    [
        (grant(1, GAO.name, GAO.id_number, "高二", 1000, certificate=GAO.certificate, kind="残疾学生"), []),
        (child(2, "王梓轩", "大学本科", 1500, WANG, school="南京特殊教育师范学院"), []),
        (child(3, "李欣怡", "中专二年级", 1000, LI), []),
        (grant(4, LIN.name, LIN.id_number, "大专", 1500, certificate=LIN.certificate), []),
        (child(5, "张雨佳", "高一", 1500, ZHANG), ["AMOUNT_NOT_STANDARD"]),
        (child(6, "孙明哲", "在读", 1500, SUN), ["STAGE_UNKNOWN"]),
        (child(7, "朱小宁", "高三", 1000, ZHU), ["WRONG_DISTRICT"]),
        (child(8, "何佳怡", "本科", 1500, HE), ["PARENT_CERT_INVALID"]),
        (child(9, "徐天成", "七年级", 600, XU, parent_name="徐莉娟"), ["PARENT_NAME_MISMATCH"]),
        (child(10, "陈思雨", "小学三年级", 500, NOBODY), ["PARENT_UNKNOWN"]),
        (child(11, "张雨佳", "高一", 1000, None), ["PARENT_MISSING", "DUPLICATE_IN_FILE"]),
        (
            child(12, "孙明哲", "大专", 1500, SUN, account=spoilt(STUDENT_ACCOUNTS[12])),
            ["DUPLICATE_IN_FILE", "BANK_LUHN"],
        ),
    ],
    amount=10,
    sheet="补贴名册",
    warnings={3: ["W_STUDENT_KIND"]},
)

LATE_GRANTS = Sample(
    "06_补发2018—2019学年助学补贴.csv",
    "education_grant",
    "2018-09",
    ["2018—2019学年残疾学生教育补贴（补发）"],
    [
        ["序号", "学年", "学生姓名", "学生身份证号", "残疾证号", "学校", "学段", "家长姓名", "家长残疾证号",
         "家长身份证号", "补贴金额"],
    ],
    [
        (["1", "2018-2019学年", GAO.name, GAO.id_number, GAO.certificate, "赣榆一中", "高中", "", "", "", "1000"], []),
        (["2", "2018/2019", "徐天成", CHILDREN["徐天成"], "", "实小", "六年级", XU.name, "", XU.id_number, "500"], []),
        (["3", "2019-2020学年", LIN.name, LIN.id_number, "", "校", "大专", "", "", "", "1500"], ["PERIOD_MISMATCH"]),
        (["4", "2018学年", "李欣怡", spoilt(CHILDREN["李欣怡"]), "", "", "初三", LI.name, LI.certificate, "", "600"],
         ["ID_CHECKSUM"]),
        (["5", "下学年", "孙明哲", CHILDREN["孙明哲"], "", "赣榆一中", "高二", SUN.name, SUN.certificate, "", "1000"],
         ["PERIOD_INVALID"]),
    ],
    amount=10,
)  # fmt: skip

SAMPLES = (PREMIUMS, RECEIPTS, POLICIES, INSURER_EXPORT, GRANTS, LATE_GRANTS)


def write(sample: Sample, folder: Path = FOLDER) -> None:
    """Write the file and its truth."""
    path = folder / sample.file
    if path.suffix == ".xlsx":
        _workbook(sample).save(path)
    else:
        text = io.StringIO()
        csv.writer(text, delimiter=sample.delimiter, lineterminator="\r\n").writerows(sample.lines())
        path.write_bytes(text.getvalue().encode(sample.encoding))
    truth = json.dumps(sample.truth(), ensure_ascii=False, indent=1)
    (folder / f"{sample.file}.truth.json").write_text(truth + "\n", encoding="utf-8")


def _workbook(sample: Sample) -> Workbook:
    book = Workbook()
    sheet = book.active
    sheet.title = sample.sheet
    for cells in sample.lines():
        sheet.append(cells)
    width, top = len(sample.header[0]), len(sample.titles)
    for row in range(1, top + 1):
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=width)
    sheet.cell(1, 1).font = Font(size=16, bold=True)
    sheet.cell(1, 1).alignment = Alignment(horizontal="center")
    if len(sample.header) == 2:
        _merge_header(sheet, sample.header, top + 1)
    return book


def _merge_header(sheet, header, row: int) -> None:
    """Groups reach over their subheadings, other headings over both rows."""
    below = header[1] + [None] * len(header[0])
    column = 0
    while column < len(header[0]):
        last = column
        while last + 1 < len(header[0]) and header[0][last + 1] is None and below[last + 1] is not None:
            last += 1
        if below[column] is None:
            sheet.merge_cells(start_row=row, start_column=column + 1, end_row=row + 1, end_column=column + 1)
        elif last > column:
            sheet.merge_cells(start_row=row, start_column=column + 1, end_row=row, end_column=last + 1)
        column = last + 1


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for one in SAMPLES:
        write(one)
