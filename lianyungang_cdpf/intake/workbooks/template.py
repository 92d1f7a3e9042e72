"""Blank forms: a workbook per kind, made from its columns, that the intake reads as it is once it is filled in."""

import io

import xlsxwriter

from lianyungang_cdpf.intake.kinds import Kind
from lianyungang_cdpf.intake.tables import Column, IdNumber, Roll
from lianyungang_cdpf.intake.workbooks.pen import Pen

SEQUENCE, SAMPLE = "序号", "示例"
TITLE_ROW, HEADING_ROW, SAMPLE_ROW = 0, 2, 3
# Lines that the choices and checks hold for; the reader takes more.
LINES = 5_000
WIDTHS = {"digits": 24, "other": 14}
NOTES = "填写说明"
HINTS = (
    "从“示例”行的下一行起填写，一人一行；“示例”行不会被读取，可以保留，也可以删去。",
    "标题里写明月份的，上传时可以不选月份；两处都写的，应当一致。",
    "可以增加其他列，也可以调换列的次序、删去不是必填的列；不要合并单元格。",
    "身份证号、残疾人证号、银行账号所在的列已设为文本格式：从别处粘贴时请选择“只粘贴值”。",
)


def asked(roll: type[Roll]) -> dict[str, Column]:
    """The columns that the form has, by field."""
    return {name: column for name, column in roll.columns.items() if column.asked}


def blank_form(kind: Kind) -> bytes:
    """The form as .xlsx: title, headings, an example that the reader skips, and the notes on a second sheet."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        pen, columns = Pen(book), asked(kind.roll)
        _form(book.add_worksheet(kind.label[:31]), pen, kind, columns)
        _notes(book.add_worksheet(NOTES), pen, columns)
    return content.getvalue()


def _form(sheet, pen: Pen, kind: Kind, columns: dict[str, Column]) -> None:
    last = len(columns)
    title = f"{kind.label}名册" + ("（　　　　年　　月）" if kind.needs_month else "")
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, title, pen.format("@", bold=True, align="center", font_size=16))
    sheet.write_string(TITLE_ROW + 1, 0, "填报单位：", pen.format("@"))
    sheet.set_row(TITLE_ROW, 28)
    sheet.set_row(HEADING_ROW, 32)
    sheet.set_column(0, 0, 6)
    pen.heading(sheet, HEADING_ROW, 0, SEQUENCE)
    sheet.write_string(SAMPLE_ROW, 0, SAMPLE, _sample(pen))
    for index, column in enumerate(columns.values(), start=1):
        _column(sheet, pen, index, column)
    sheet.freeze_panes(HEADING_ROW + 1, 0)
    _print(sheet)


def _sample(pen: Pen):
    return pen.format("@", italic=True, font_color="#595959", bg_color="#F2F2F2", border=1)


def _column(sheet, pen: Pen, index: int, column: Column) -> None:
    width = WIDTHS["digits" if column.digits else "other"]
    sheet.set_column(index, index, width, pen.format("@") if column.digits else None)
    pen.heading(sheet, HEADING_ROW, index, column.label)
    sheet.write_string(SAMPLE_ROW, index, column.example, _sample(pen))
    check = _check(column)
    if check:
        sheet.data_validation(SAMPLE_ROW + 1, index, SAMPLE_ROW + LINES, index, check)


def _check(column: Column) -> dict | None:
    """What Excel asks when something else is typed. It only warns: the reader knows more writings than the list."""
    hint = {"input_title": column.label[:32], "input_message": column.cleaner.accepts[:255], "error_type": "warning"}
    if column.cleaner.choices:
        said = "不在可选的内容之中，确定要这样填吗？"
        return {**hint, "validate": "list", "source": list(column.cleaner.choices), "error_message": said}
    if isinstance(column.cleaner, IdNumber):
        said = "身份证号应为 18 位，确定要这样填吗？"
        return {**hint, "validate": "length", "criteria": "==", "value": 18, "error_message": said}
    return None


def _print(sheet) -> None:
    """A4 across, as wide as the page, headings on every page, and the line for signatures below each."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(TITLE_ROW, HEADING_ROW)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.8)
    sheet.set_footer("&L经办人：　　　　　　审核人：　　　　　　负责人：&R第 &P 页，共 &N 页")


def _notes(sheet, pen: Pen, columns: dict[str, Column]) -> None:
    widths = {"列名": 18, "是否必填": 20, "填写什么": 46, "也认得的列名": 70}
    for index, (heading, width) in enumerate(widths.items()):
        sheet.set_column(index, index, width)
        pen.heading(sheet, 0, index, heading)
    plain = pen.format("@", text_wrap=True, border=1)
    for row, column in enumerate(columns.values(), start=1):
        for index, text in enumerate((column.label, _needed(column), _accepted(column), _others(column))):
            sheet.write_string(row, index, text, plain)
    for row, hint in enumerate(HINTS, start=len(columns) + 2):
        sheet.write_string(row, 0, hint, pen.format("@"))
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&R第 &P 页，共 &N 页")


def _needed(column: Column) -> str:
    if column.required:
        return "必填"
    return "有这一列时每行必填" if column.filled else "可不填"


def _accepted(column: Column) -> str:
    choices = column.cleaner.choices
    return column.cleaner.accepts + (f"：{'、'.join(choices)}" if choices else "")


def _others(column: Column) -> str:
    names = [*column.aliases, *column.whole]
    return "、".join(dict.fromkeys(name for name in names if name != column.label and not name.isascii()))
