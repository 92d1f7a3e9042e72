"""A roll to try the import with: newly admitted people of 赣榆区, September 2019, as a township would send it.

Nobody on it has been paid yet, so that the board moves when it is posted.
"""

from datetime import date
from pathlib import Path

import xlsxwriter

from lianyungang_cdpf.management.demonstration.people import Invented
from subsidies.models import Programme
from subsidies.standards import StandardBook

SAMPLED, COUNTY, ROWS = "hardship_subsidy", "320707", 120
TITLE = "赣榆区{month.year}年{month.month}月困难残疾人生活补贴发放花名册（新增）"
HEADINGS = (
    "序号",
    "乡镇(街道)",
    "村(居)",
    "姓名",
    "身份证号",
    "残疾证号",
    "补贴金额(元)",
    "开户银行",
    "银行账号",
    "备注",
)
WIDTHS = (6, 14, 14, 10, 22, 24, 14, 24, 24, 12)


def choose(enrolled: list[tuple[Invented, int]]) -> list[Invented]:
    """The last of the county's living people on the programme, at most ROWS and a tenth of them."""
    living = [one for one, _ in enrolled if one.area.unit_key == COUNTY and not one.died_on]
    return living[-min(ROWS, len(living) // 10) :] if len(living) >= 10 else []


def write_sample(folder: Path, people: list[Invented], month: date) -> Path:
    """Write the workbook below `folder`; six of its rows are wrong, each in another way."""
    book = StandardBook(Programme.objects.get(code=SAMPLED))
    rows = [
        [index, one.area.common_name, one.village, one.name, one.id_number, one.certificate_no,
         float(book.amount_for(month, one.grade, one.area.path, one.hukou_type, "").amount), one.bank_name,
         one.account_no, ""]
        for index, one in enumerate(people, start=1)
    ]  # fmt: skip
    _spoil(rows)
    folder.mkdir(parents=True, exist_ok=True)
    title = TITLE.format(month=month)
    _write(folder / f"{title}.xlsx", title, rows)
    return folder / f"{title}.xlsx"


def _spoil(rows: list[list]) -> None:
    """Faults as they happen: a name mistyped, digits lost, a wrong amount, a line twice, an account mistyped."""
    if len(rows) < 8:
        return
    rows[4][3] += "小"
    rows[11 % len(rows)][4] = float(rows[11 % len(rows)][4][:17].replace("X", "0") + "0")
    rows[20 % len(rows)][6] += 50
    rows[33 % len(rows)][8] = rows[33 % len(rows)][8][:-1] + str((int(rows[33 % len(rows)][8][-1]) + 1) % 10)
    rows[47 % len(rows)][3] = ""
    rows[-1] = [rows[-1][0], *rows[0][1:]]


def _write(path: Path, title: str, rows: list[list]) -> None:
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("花名册")
        large = workbook.add_format({"bold": True, "font_size": 16, "align": "center"})
        head = workbook.add_format({"bold": True, "border": 1, "align": "center", "bg_color": "#E5EEF4"})
        cell = workbook.add_format({"border": 1})
        money = workbook.add_format({"border": 1, "num_format": "#,##0.00"})
        sheet.merge_range(0, 0, 0, len(HEADINGS) - 1, title, large)
        sheet.write(1, 0, "填报单位：赣榆区残疾人联合会　　单位：元")
        sheet.write_row(2, 0, HEADINGS, head)
        for number, row in enumerate(rows, start=3):
            for column, value in enumerate(row):
                sheet.write(number, column, value, money if column == 6 else cell)
        foot = len(rows) + 3
        sheet.write(foot, 0, "合计", head)
        sheet.write(foot, 6, sum(row[6] for row in rows), money)
        sheet.write(foot + 2, 0, "经办人：　　　　　审核人：　　　　　负责人：")
        for column, width in enumerate(WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(3, 0)
