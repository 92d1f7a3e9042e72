"""Small workbooks made by hand, so that a test can say exactly what is odd about its file."""

import io
import zipfile

from lianyungang_cdpf.intake.reading import ROLL_LIMITS, read_sheets

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
ODS_NAMESPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
)
CALC_EXTENSION = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def zipped(parts: dict[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def xlsx_parts(*sheets: str, states=(), styles="", strings="", properties="", names=()) -> dict[str, str | bytes]:
    """The parts of a workbook; each sheet is what stands inside its <worksheet>."""
    listed = "".join(
        f'<sheet name="{names[i] if names else f"表{i + 1}"}" sheetId="{i + 1}" r:id="rId{i + 1}"'
        f'{f""" state="{states[i]}" """ if states else ""}/>'
        for i in range(len(sheets))
    )
    listed = f"<sheets>{listed}</sheets>"
    links = "".join(_link(i + 1, "worksheet", f"worksheets/sheet{i + 1}.xml") for i in range(len(sheets)))
    links += _link(1001, "styles", "styles.xml") if styles else ""
    links += _link(1002, "sharedStrings", "sharedStrings.xml") if strings else ""
    parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/xl/workbook.xml" ContentType="{WORKBOOK_TYPE}"/></Types>',
        "_rels/.rels": _links(_link(1, "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{properties}{listed}</workbook>',
        "xl/_rels/workbook.xml.rels": _links(links),
    }
    parts |= {"xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'} if styles else {}
    parts |= {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'} if strings else {}
    for number, sheet in enumerate(sheets, 1):
        parts[f"xl/worksheets/sheet{number}.xml"] = f'<worksheet xmlns="{MAIN}">{sheet}</worksheet>'
    return parts


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'


def _links(links: str) -> str:
    return f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>'


def xlsx(*sheets: str, **options) -> bytes:
    return zipped(xlsx_parts(*sheets, **options))


def rows(*lines: str) -> str:
    """<sheetData> of rows 1, 2, …, each given as its cells."""
    return "<sheetData>" + "".join(f'<row r="{i}">{cells}</row>' for i, cells in enumerate(lines, 1)) + "</sheetData>"


def ods(content: str, styles: str = "") -> bytes:
    document = (
        f"<office:document-content {ODS_NAMESPACES} {CALC_EXTENSION}><office:automatic-styles>{styles}"
        f"</office:automatic-styles><office:body><office:spreadsheet>{content}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return zipped({"mimetype": ODS_TYPE, "content.xml": document, "META-INF/manifest.xml": "<manifest/>"})


def read(path, name=None, limits=ROLL_LIMITS) -> list:
    """Every sheet with its rows as a list."""
    with read_sheets(path, name or str(path), limits) as sheets:
        return [(sheet, list(sheet.rows)) for sheet in sheets]


def read_bytes(tmp_path, content: bytes, name: str, limits=ROLL_LIMITS) -> list:
    path = tmp_path / "stored-under-a-uuid"
    path.write_bytes(content)
    return read(path, name, limits)


def read_cells(tmp_path, content: bytes, name: str, limits=ROLL_LIMITS) -> list:
    """The rows of the first sheet."""
    return read_bytes(tmp_path, content, name, limits)[0][1]
