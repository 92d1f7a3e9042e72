"""The figures of a bulletin as .xlsx: the city's targets, the ranking, and each unit's targets."""

import io

import xlsxwriter

from lianyungang_cdpf.audit.exports import safe
from lianyungang_cdpf.audit.plainsheet import PlainSheet
from lianyungang_cdpf.targets.bulletin.models import Bulletin, BulletinFigure

HEADINGS = ["序号", "目标", "单位", "全年目标", "完成数", "应统计数", "完成率", "按序时还差", "状态", "牵头部门"]
RANKED = ["名次", "地区", "到期目标（项）", "达到序时（项）", "略低（项）", "滞后（项）"]
WIDTHS = (8, 34, 8, 10, 10, 10, 10, 12, 10, 26)


def written(bulletin: Bulletin) -> bytes:
    """The workbook's bytes. Numbers are numbers; where the records are not held or there is no goal a cell is empty."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    figures = list(bulletin.figures.all())
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": bulletin.title, "author": bulletin.unit})
        city = [_row(figure) for figure in figures if not figure.place_name]
        _sheet(book, "目标进度", bulletin, HEADINGS, city)
        ranked = [
            [one.rank, one.place_name, one.assessed, one.good, one.behind, one.lagging]
            for one in bulletin.standings.all()
        ]
        _sheet(book, "各地排名", bulletin, RANKED, ranked)
        places = [[figure.place_name, *_row(figure)] for figure in figures if figure.place_name]
        _sheet(book, "各地进度", bulletin, ["地区", *HEADINGS], places)
    return content.getvalue()


def _row(figure: BulletinFigure) -> list:
    return [
        figure.number, figure.name, figure.unit, figure.goal, figure.value, figure.denominator, figure.percent,
        figure.lacking, figure.state, figure.lead_department,
    ]  # fmt: skip


def _sheet(book, name: str, bulletin: Bulletin, headings: list[str], rows: list[list]) -> None:
    sheet = book.add_worksheet(name, PlainSheet)
    bold = book.add_format({"bold": True, "bg_color": "#F2F2F2", "border": 1, "text_wrap": True, "valign": "vcenter"})
    title = book.add_format({"bold": True, "font_size": 14})
    sheet.write_string(0, 0, f"{bulletin.title}（{bulletin.reference}，截至{bulletin.as_of:%Y-%m-%d}）", title)
    sheet.write_row(1, 0, headings, bold)
    for at, row in enumerate(rows, start=2):
        for column, value in enumerate(row):
            if isinstance(value, int):
                sheet.write_number(at, column, value)
            elif value:
                sheet.write_string(at, column, safe(value))
    shift = 1 if headings[0] == "地区" else 0
    for column, width in enumerate(WIDTHS[: len(headings) - shift]):
        sheet.set_column(column + shift, column + shift, width)
    sheet.set_column(0, 0, 14 if shift else WIDTHS[0])
    sheet.freeze_panes(2, 2)
    sheet.autofilter(1, 0, max(len(rows) + 1, 2), len(headings) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(1)
