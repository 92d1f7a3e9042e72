"""Files as offices write them: a merged title, a header of two rows, signatures; or GBK text from an old system."""

import csv
import io

import xlsxwriter


def workbook(
    title: str, groups: list[tuple[str, list[str]]], rows: list[list], *, total: str = "", unit="海州区"
) -> bytes:
    """An .xlsx with a merged title, group headings merged over their columns, and 合计 and signature rows below.

    A group of one heading without a name of its own stands over both header rows.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet, bold = book.add_worksheet("Sheet1"), book.add_format({"bold": True, "align": "center"})
    width = 1 + sum(len(headings) for _, headings in groups)
    sheet.merge_range(0, 0, 0, width - 1, title, bold)
    sheet.write(1, 0, f"填报单位：{unit}残疾人联合会　　填报日期：2026年10月8日")
    sheet.merge_range(2, 0, 3, 0, "序号", bold)
    column = 1
    for group, headings in groups:
        if group and len(headings) > 1:
            sheet.merge_range(2, column, 2, column + len(headings) - 1, group, bold)
        for offset, heading in enumerate(headings):
            if group:
                if len(headings) == 1:
                    sheet.write(2, column, group, bold)
                sheet.write(3, column + offset, heading, bold)
            else:
                sheet.merge_range(2, column + offset, 3, column + offset, heading, bold)
        column += len(headings)
    for number, row in enumerate(rows, start=1):
        sheet.write_row(3 + number, 0, [number, *row])
    foot = len(rows) + 4
    sheet.write(foot, 0, total or f"合计：{len(rows)} 人")
    sheet.write(foot + 1, 0, "制表人：　　　　审核人：　　　　负责人（签字）：")
    book.close()
    return stream.getvalue()


def gbk(title: str, headings: list[str], rows: list[list]) -> bytes:
    """A .csv of an old system: GBK, a title line, a signature line."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([title, *[""] * (len(headings) - 1)])
    writer.writerow(headings)
    writer.writerows(rows)
    writer.writerow(["经办人：", *[""] * (len(headings) - 1)])
    return text.getvalue().encode("gbk")
