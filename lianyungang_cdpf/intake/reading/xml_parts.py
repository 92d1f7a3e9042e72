"""Streaming XML without surprises: names as "namespace|name", no DTD, no entities, no network."""

import zipfile
from collections.abc import Callable
from xml.parsers import expat

from .refused import Refused, damaged

CHUNK = 256 * 1024


def new_parser(start: Callable, end: Callable | None = None, text: Callable | None = None):
    """An expat parser that refuses a DOCTYPE: what follows from one (entities, remote files) cannot then happen.

    Element names arrive as "namespace|name"; attributes without a prefix under their plain name.
    """
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True
    parser.buffer_size = 65_536
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_) -> None:
    raise Refused("文件内含有外部定义（DOCTYPE），为安全起见不予读取。请用 Excel 或 WPS 另存为 .xlsx 后重新上传。")


def parse_part(archive: zipfile.ZipFile, name: str, parser) -> None:
    """Feed one part piece by piece; raises Refused where it is not well-formed to its very end."""
    try:
        with archive.open(name) as part:
            while chunk := part.read(CHUNK):
                parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged(f"部件 {name[:60]} 第 {error.lineno} 行的格式有误") from error


def parse_bytes(parser, name: str, *pieces: bytes) -> None:
    """The same for a part that is in memory."""
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise damaged(f"部件 {name[:60]} 第 {error.lineno} 行的格式有误") from error


# Excel's own, and what it calls "Strict Open XML".
SPREADSHEET_NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)


def spreadsheet_names(local: str) -> frozenset[str]:
    """The full names of one element of SpreadsheetML: sets are what a million elements can be compared with."""
    return frozenset(f"{namespace}|{local}" for namespace in SPREADSHEET_NAMESPACES)


def local_name(name: str) -> str:
    """The last part of namespace|name."""
    return name.rpartition("|")[2]
