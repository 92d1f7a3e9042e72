"""Claims about the files of a bulletin: read back, they hold the records' figures in the layout of GB/T 9704."""

import io
import re
import zlib
from datetime import date
from types import SimpleNamespace

import openpyxl
import pytest
from docx import Document
from docx.oxml.ns import qn

from lianyungang_cdpf.targets import scopes
from lianyungang_cdpf.targets.bulletin import docx, pdf, sheet
from lianyungang_cdpf.targets.bulletin.paper import Paper
from lianyungang_cdpf.targets.lines import wide
from lianyungang_cdpf.targets.models import Target
from lianyungang_cdpf.targets.progress import progress

AS_OF = date(2019, 9, 30)


@pytest.fixture
def rows():
    """The city's rows and those of the ten units as the board has them."""
    places = [scopes.city(), *scopes.units()]
    found = progress(year=2019, scopes=places, as_of=AS_OF)
    return [(place, row) for place in places for row in found[place.place]]


def east_asian(paragraph) -> str:
    """The Chinese font of the paragraph's style."""
    return paragraph.style.element.rPr.rFonts.get(qn("w:eastAsia"))


def test_the_word_file_says_the_records_figures_in_the_reports_sentences(issued, rows):
    read = Document(io.BytesIO(docx.written(Paper(issued))))
    texts = [paragraph.text for paragraph in read.paragraphs]
    assert texts[:3] == [issued.title, "2019年第1期", "各县区残联，各功能板块残疾人工作部门："]
    assert any(text.startswith("截至9月底，全市已为3名残疾人发放困难生活补贴，完成年度目标的75.0%") for text in texts)
    assert texts.index("三、各地排名") < texts.index("四、进度滞后的目标") < texts.index("六、下一步工作")
    assert texts[-4:-1] == ["", "连云港市残疾人联合会", "2019年10月9日"]
    ranking, annex = read.tables
    assert [cell.text for cell in ranking.rows[1].cells] == ["1", "海州区", "1", "1", "0", "0"]
    city = [row for place, row in rows if place.is_city]
    assert len(annex.rows) == len(city) + 1
    for line, row in zip(annex.rows[1:], city, strict=True):
        number, _, goal, done, share, _, state = (cell.text for cell in line.cells)
        unit = row.target.unit
        assert (number, state) == (str(row.target.number), row.word)
        assert goal == (f"≥{row.goal}%" if row.is_rate else f"{row.goal}{unit}")
        if row.is_rate:
            assert done == f"{row.rate.denominator}人中{row.rate.numerator}人"
        else:
            assert (done, share) == (f"{row.value}{unit}", f"{row.percent}%")


def test_the_word_file_is_set_as_an_official_document(issued):
    read = Document(io.BytesIO(docx.written(Paper(issued))))
    title, body = read.paragraphs[0], next(one for one in read.paragraphs if one.text.startswith("截至9月底"))
    fonts = {one.style.name: (east_asian(one), one.style.font.size.pt) for one in read.paragraphs}
    assert fonts["Title"] == ("方正小标宋简体", 22)
    assert fonts["Heading 1"] == ("黑体", 16) and fonts["Heading 2"] == ("楷体", 16)
    assert fonts["Normal"] == ("仿宋", 16)
    assert title.style.paragraph_format.alignment == 1
    indent = body._p.pPr.ind
    assert (indent.get(qn("w:firstLineChars")), indent.get(qn("w:firstLine"))) == ("200", "640")
    page = read.sections[0]
    assert [round(side.mm) for side in (page.page_width, page.page_height, page.top_margin, page.left_margin)] == [
        210, 297, 37, 28,
    ]  # fmt: skip
    assert "PAGE" in page.footer._element.xml
    assert (read.core_properties.title, read.core_properties.author) == (issued.title, "连云港市残疾人联合会")
    for table in read.tables:
        assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_a_draft_says_that_it_is_one_and_has_no_day(draft):
    texts = [one.text for one in Document(io.BytesIO(docx.written(Paper(draft)))).paragraphs]
    assert texts[1] == "（草稿，未签发）" and "　　年　　月　　日" in texts


def test_the_workbook_holds_every_places_figures_as_numbers(issued, rows):
    book = openpyxl.load_workbook(io.BytesIO(sheet.written(issued)))
    assert book.sheetnames == ["目标进度", "各地排名", "各地进度"]
    city = list(book["目标进度"].iter_rows(min_row=3, values_only=True))
    places = list(book["各地进度"].iter_rows(min_row=3, values_only=True))
    told = [(None, *line[:6]) for line in city] + [line[:7] for line in places]
    expected = [
        (None if place.is_city else place.name, row.target.number, wide(row.target.name), row.target.unit, row.goal,
         row.value, row.rate.denominator if row.is_rate else None)
        for place, row in rows
    ]  # fmt: skip
    assert told == expected
    assert list(book["各地排名"].iter_rows(min_row=3, max_row=3, values_only=True)) == [(1, "海州区", 1, 1, 0, 0)]


def test_a_name_that_looks_like_a_formula_stays_a_text(draft):
    draft.figures.filter(number=1).update(name="=1+1")
    book = openpyxl.load_workbook(io.BytesIO(sheet.written(draft)))
    assert (book["目标进度"]["B3"].value, book["目标进度"]["B3"].data_type) == ("'=1+1", "s")


def opened(content: bytes) -> bytes:
    """A .pdf with its packed objects unpacked behind it."""
    parts = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    return content + b"\n".join(zlib.decompressobj().decompress(part) for part in parts if part[:1] == b"x")


def test_the_pdf_is_tagged_and_says_language_and_title(issued):
    content = pdf.printed(Paper(issued))
    inside = opened(content)
    assert content.startswith(b"%PDF-")
    assert b"/Marked true" in inside and b"/StructTreeRoot" in inside and b"zh-CN" in inside
    described = re.search(rb"<rdf:RDF.*</rdf:RDF>", inside, re.DOTALL)[0].decode()
    assert "pdfuaid" in described and issued.title in described


@pytest.mark.parametrize(
    ("answer", "package"),
    [(3, "libpango-1.0-0"), (1, "Word")],
)
def test_a_server_that_lacks_pango_says_which_package_to_install(answer, package, draft, monkeypatch):
    monkeypatch.setattr(pdf, "has_chinese_font", lambda: True)
    ended = SimpleNamespace(returncode=answer, stdout=b"")
    monkeypatch.setattr(pdf.subprocess, "run", lambda *command, **options: ended)
    with pytest.raises(pdf.NotPrinted, match=package):
        pdf.printed(Paper(draft))


def test_a_server_without_a_chinese_font_says_which_package_to_install(draft, monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda name: "/usr/bin/fc-list")
    monkeypatch.setattr(pdf.subprocess, "run", lambda *command, **options: SimpleNamespace(returncode=0, stdout=b""))
    with pytest.raises(pdf.NotPrinted, match="fonts-noto-cjk"):
        pdf.printed(Paper(draft))


def test_a_section_that_was_emptied_has_no_heading(draft):
    draft.sections.filter(kind="reasons").update(text="")
    headings = [block.text for block in Paper(draft).blocks if block.kind == "h1"]
    assert headings == ["一、总体情况", "二、各项目标进展", "三、各地排名", "四、进度滞后的目标", "五、下一步工作"]
    groups = dict.fromkeys(Target.objects.values_list("group", flat=True))
    told = [block.text for block in Paper(draft).blocks if block.kind == "h2"]
    assert told == [f"（{numeral}）{group}" for numeral, group in zip("一二三四五六", groups, strict=True)]
