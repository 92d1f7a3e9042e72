"""A bulletin as .docx, set as GB/T 9704-2012 sets official documents: A4, 22 lines of 28 characters of 仿宋 3号.

The red head and the seal are not the system's to make.
"""

import io

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lianyungang_cdpf.targets.bulletin.paper import Paper, Table

# 2号, 3号, 4号, 小四: the sizes of type that the standard names.
SIZE_2, SIZE_3, SIZE_4, SIZE_TABLE = Pt(22), Pt(16), Pt(14), Pt(10.5)
LINE = Pt(28.95)  # 22 lines on the 225 mm of a page
LATIN = "Times New Roman"
TITLE, BODY, HEADING_1, HEADING_2, PAGE_NUMBER = "方正小标宋简体", "仿宋", "黑体", "楷体", "宋体"
MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
STYLES = {
    "Normal": (BODY, SIZE_3), "Title": (TITLE, SIZE_2), "Heading 1": (HEADING_1, SIZE_3),
    "Heading 2": (HEADING_2, SIZE_3), "Caption": (HEADING_1, SIZE_3),
}  # fmt: skip
OF_BLOCK = {"h1": "Heading 1", "h2": "Heading 2", "p": "Normal"}
WIDTHS = {7: (11, 41, 19, 30, 18, 18, 19), 6: (16, 30, 28, 28, 27, 27)}


def written(paper: Paper) -> bytes:
    """The bulletin as the bytes of a .docx."""
    document = Document()
    _describe(document, paper)
    _lay_out(document.sections[0])
    for name, (font, size) in STYLES.items():
        _style(document.styles[name], font, size)
    document.add_paragraph(paper.title, style="Title")
    _plain(document, paper.reference, WD_ALIGN_PARAGRAPH.CENTER)
    _plain(document, paper.bulletin.recipients, WD_ALIGN_PARAGRAPH.LEFT)
    for block in paper.blocks:
        if block.table:
            _table(document, block.table)
        else:
            _indented(document.add_paragraph(block.text, style=OF_BLOCK[block.kind]))
    _sign(document, paper)
    caption = document.add_paragraph(paper.annex.caption, style="Caption")
    caption.paragraph_format.page_break_before = True
    _table(document, paper.annex)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _describe(document, paper: Paper) -> None:
    facts = document.core_properties
    facts.title, facts.author, facts.last_modified_by = paper.title, paper.bulletin.unit, paper.bulletin.unit
    facts.language, facts.comments, facts.subject = "zh-CN", "", paper.reference
    facts.created = facts.modified = paper.bulletin.issued_at or paper.bulletin.edited_at


def _lay_out(section) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, width in MARGINS.items():
        setattr(section, side, width)
    section.footer_distance = Mm(25)
    number = section.footer.paragraphs[0]
    number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(number, "— ", PAGE_NUMBER, SIZE_4)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = _run(number, "", PAGE_NUMBER, SIZE_4)
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)
    _run(number, " —", PAGE_NUMBER, SIZE_4)


def _run(paragraph, text: str, font: str, size):
    run = paragraph.add_run(text)
    run.font.size = size
    _fonts(run._r.get_or_add_rPr(), font)
    return run


def _fonts(properties, font: str) -> None:
    """Chinese in `font`, digits and Latin letters in the one that official documents use; themes have no say."""
    fonts = properties.get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name, value in (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", font)):
        fonts.set(qn(f"w:{name}"), value)


def _style(style, font: str, size) -> None:
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    _fonts(properties, font)
    style.font.size, style.font.bold, style.font.italic = size, False, False
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "zh-CN")
    language.set(qn("w:eastAsia"), "zh-CN")
    properties.append(language)
    borders = style.element.find(f"{qn('w:pPr')}/{qn('w:pBdr')}")
    if borders is not None:
        borders.getparent().remove(borders)
    shape = style.paragraph_format
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    shape.space_before = shape.space_after = Pt(0)
    shape.alignment = WD_ALIGN_PARAGRAPH.CENTER if style.name in ("Title", "Caption") else WD_ALIGN_PARAGRAPH.JUSTIFY
    if style.name == "Title":
        shape.line_spacing = Pt(33)


def _plain(document, text: str, alignment):
    paragraph = document.add_paragraph(text)
    paragraph.alignment = alignment
    return paragraph


def _indented(paragraph) -> None:
    """首行缩进 2 字符, also when the size is changed later; the points are for programs that don't know characters."""
    indent = paragraph._p.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), str(int(SIZE_3.pt * 2 * 20)))


def _sign(document, paper: Paper) -> None:
    """The office and the day, to the right, the day four characters from the edge."""
    _plain(document, "", WD_ALIGN_PARAGRAPH.LEFT)
    for text, characters in ((paper.bulletin.unit, 2), (paper.day, 4)):
        paragraph = _plain(document, text, WD_ALIGN_PARAGRAPH.RIGHT)
        paragraph.paragraph_format.right_indent = Pt(SIZE_3.pt * characters)
        paragraph.paragraph_format.keep_together = True


def _table(document, table: Table) -> None:
    grid = document.add_table(rows=1, cols=len(table.headings), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    _fill(grid.rows[0], table.headings, frozenset(), HEADING_1)
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    grid.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in table.rows:
        _fill(grid.add_row(), row, table.numbers, BODY)
    for column, width in zip(grid.columns, WIDTHS[len(table.headings)], strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _fill(row, texts: list[str], numbers: frozenset[int], font: str) -> None:
    whole = OxmlElement("w:cantSplit")
    whole.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(whole)
    for at, (cell, text) in enumerate(zip(row.cells, texts, strict=True)):
        paragraph = cell.paragraphs[0]
        is_heading = font == HEADING_1
        paragraph.alignment = (
            WD_ALIGN_PARAGRAPH.CENTER if is_heading else
            WD_ALIGN_PARAGRAPH.RIGHT if at in numbers else WD_ALIGN_PARAGRAPH.LEFT
        )  # fmt: skip
        paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        _run(paragraph, text, font, SIZE_TABLE)
