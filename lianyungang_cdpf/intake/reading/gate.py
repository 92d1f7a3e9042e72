"""The gate: what an upload is, decided by its bytes before any parser runs.

Refuses at once (under a second, little memory) whatever is too big, of another kind than its name says, or dangerous.
"""

import codecs
import os
import posixpath
import re

from .archive import RESAVE, check_archive, part_names
from .biff import is_encrypted
from .limits import MEBIBYTE, Limits
from .ole import MAGIC as OLE_MAGIC
from .ole import CompoundFile
from .refused import DAMAGED, Refused
from .text import check_text, utf16_side

HEAD_BYTES = 8192
TEXT_EXTENSIONS = (".csv", ".tsv", ".txt")
SAVE_AS = "请用 Excel 或 WPS 打开后“另存为” .xlsx 格式，再重新上传。"
COPY_OVER = "请把名册复制到 Excel 或 WPS 表格中，另存为 .xlsx 后上传。"
ENCRYPTED = "文件已加密（设有打开密码），系统无法读取。请在 Excel 或 WPS 中取消密码后另存为 .xlsx，再重新上传。"
MACROS = "文件含有宏程序，为安全起见不予接收。请在 Excel 或 WPS 中“另存为”不带宏的 .xlsx 格式，再重新上传。"

FOREIGN = (
    (b"\x89PNG", "PNG 图片"),
    (b"\xff\xd8\xff", "JPEG 图片"),
    (b"GIF8", "GIF 图片"),
    (b"%PDF", "PDF 文档"),
    (b"\x1f\x8b", "gzip 压缩文件"),
    (b"Rar!", "RAR 压缩文件"),
    (b"7z\xbc\xaf", "7z 压缩文件"),
    (b"BZh", "bzip2 压缩文件"),
    (b"\xfd7zXZ", "xz 压缩文件"),
    (b"MZ", "可执行程序"),
    (b"\x7fELF", "可执行程序"),
    (b"ID;P", "SYLK 表格"),
    (b"{\\rtf", "RTF 文档"),
    (b"\x09\x00\x04\x00", "旧版 Excel 2 表格"),
    (b"\x09\x02\x06\x00", "旧版 Excel 3 表格"),
    (b"\x09\x04\x06\x00", "旧版 Excel 4 表格"),
    (b"\x09\x08\x08\x00", "旧版 Excel 5 表格"),
)
MACRO_DEFAULT = re.compile(rb"""<[^>]*default\b(?=[^>]*vbaproject)[^>]*extension\s*=\s*["']([^"']+)""")
MACRO_OVERRIDE = re.compile(rb"<[^>]*override\b[^>]*vbaproject")
CONTENT_NAMES = {"xlsx": ".xlsx 工作簿", "xls": ".xls 工作簿", "ods": ".ods 表格", "text": "纯文本"}


def check_upload(path: str, filename: str, limits: Limits) -> str:
    """Return "xlsx", "xls", "ods" or "text"; raise Refused with a Chinese sentence otherwise.

    `filename` is the name the clerk sent; only its extension counts. standards.json `extension`: the content decides
    how a file is read, and an extension that contradicts it is refused, naming both.
    """
    extension = _extension(filename, limits)
    _check_size(path, limits)
    content = _content(path, limits)
    expected = "text" if extension in TEXT_EXTENSIONS else extension[1:]
    if content != expected:
        raise _contradiction(extension, CONTENT_NAMES[content])
    if content == "text":
        check_text(path)
    return content


def _extension(filename: str, limits: Limits) -> str:
    name = posixpath.basename(filename.replace("\\", "/")).strip()
    extension = os.path.splitext(name)[1].lower()
    if extension in (".xlsm", ".xltm"):
        raise Refused(MACROS)
    if extension not in limits.allowed_extensions:
        allowed = "、".join(limits.allowed_extensions)
        shown = f"“{extension[:12]}”" if extension else "空"
        raise Refused(f"不支持此文件类型（扩展名为{shown}）。可上传 {allowed}；其他格式请另存为 .xlsx。")
    return extension


def _check_size(path: str, limits: Limits) -> None:
    size = os.path.getsize(path)
    if size == 0:
        raise Refused("文件是空的（0 字节），没有可读的内容。请检查文件后重新上传。")
    if size > limits.max_upload_bytes:
        allowed = limits.max_upload_bytes / MEBIBYTE
        raise Refused(f"文件大小为 {size / MEBIBYTE:.1f} MB，超过上限 {allowed:.0f} MB。请拆分成几个文件后分别上传。")


def _content(path: str, limits: Limits) -> str:
    """What the bytes are, whatever the name says."""
    with open(path, "rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return _zip_content(check_archive(path, limits))
    if head.startswith(OLE_MAGIC):
        return _ole_content(path)
    for magic, name in FOREIGN:
        if head.startswith(magic):
            raise Refused(f"文件内容是{name}，不是可以读取的表格。请上传 Excel 名册（.xlsx），或{SAVE_AS[1:]}")
    _refuse_web_pages(head)
    return "text" if _looks_like_text(head) else _unknown()


def _unknown() -> str:
    raise Refused("文件内容无法识别：既不是 Excel 工作簿，也不是文本表格，可能已损坏。" + SAVE_AS)


def _refuse_web_pages(head: bytes) -> None:
    start = head.replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()[:4096]
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<head", b"<body", b"<meta", b"<div", b"mime-version:")):
        raise Refused("文件内容是网页表格（HTML），只是改成了表格的扩展名。" + SAVE_AS)
    if start.startswith(b"<?xml") and (b"office:spreadsheet" in start or b"excel.sheet" in start):
        raise Refused("文件内容是 XML 表格 2003 格式，不是真正的 Excel 工作簿。" + SAVE_AS)
    if start.startswith((b"<?xml", b"<svg")):
        raise Refused("文件内容是 XML，不是可以读取的表格。" + SAVE_AS)


def _looks_like_text(head: bytes) -> bool:
    """Controls other than tab and line ends do not occur in text, unless as half of a UTF-16 character. NUL is judged
    by check_text, which can say more about it."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)) or utf16_side(head):
        return True
    controls = sum(head.count(byte) for byte in range(1, 32) if byte not in (9, 10, 11, 12, 13, 26))
    return controls * 50 <= len(head)


def _contradiction(extension: str, content: str) -> Refused:
    return Refused(f"文件扩展名是 {extension}，内容却是{content}，两者不符。{SAVE_AS}")


def _zip_content(heads: dict[str, bytes]) -> str:
    names = part_names(heads)
    if "xl/workbook.bin" in names:
        raise Refused("文件内容是二进制工作簿（.xlsb），系统无法读取。" + SAVE_AS)
    _refuse_macros(heads, names)
    if "mimetype" in names:
        return _open_document(heads, names)
    for part, kind in (("word/document.xml", "Word 文档（docx）"), ("ppt/presentation.xml", "PowerPoint 演示（pptx）")):
        if part in names:
            raise Refused(f"文件内容是 {kind}，不是 Excel 表格。{COPY_OVER}")
    _require_workbook(heads, names)
    return "xlsx"


def _refuse_macros(heads: dict[str, bytes], names: dict[str, str]) -> None:
    """A mere default type for a kind of part that is not there is no macro: some exporters declare it always."""
    types = heads.get(names.get("[content_types].xml", ""), b"").lower()
    kinds = {match[1].decode("ascii", "replace") for match in MACRO_DEFAULT.finditer(types)}
    declared = b"macroenabled" in types or MACRO_OVERRIDE.search(types)
    if declared or any("vbaproject" in name or name.rpartition(".")[2] in kinds for name in names):
        raise Refused(MACROS)


def _open_document(heads: dict[str, bytes], names: dict[str, str]) -> str:
    kind = heads[names["mimetype"]].strip()
    if kind != b"application/vnd.oasis.opendocument.spreadsheet":
        raise Refused("文件内容是其他 OpenDocument 文档，不是 .ods 表格。" + SAVE_AS)
    if b"encryption-data" in heads.get(names.get("meta-inf/manifest.xml", ""), b""):
        raise Refused(ENCRYPTED)
    if not heads.get(names.get("content.xml", "")):
        raise Refused(DAMAGED)
    return "ods"


def _require_workbook(heads: dict[str, bytes], names: dict[str, str]) -> None:
    if any(name.endswith((".xlsx", ".xls", ".csv", ".ods")) for name in names):
        raise Refused("文件内容是压缩包（zip），里面装着表格文件。请先解压，再上传其中的表格。")
    if "[content_types].xml" not in names or "_rels/.rels" not in names:
        raise Refused("文件内容是压缩包（zip），但缺少 Excel 工作簿必需的部件。" + RESAVE)
    if b"spreadsheetml.sheet.main+xml" not in heads[names["[content_types].xml"]]:
        raise Refused("文件内容是压缩包（zip），但不是 Excel 工作簿。" + RESAVE)


def _ole_content(path: str) -> str:
    with open(path, "rb") as file:
        container = CompoundFile(file.read())
    entries = container.entries
    if "encryptedpackage" in entries or "encryptioninfo" in entries:
        raise Refused(ENCRYPTED)
    if "worddocument" in entries:
        raise Refused(f"文件内容是 Word 文档（doc），不是 Excel 表格。{COPY_OVER}")
    if "_vba_project_cur" in entries or "_vba_project" in entries:
        raise Refused(MACROS)
    if "workbook" not in entries and "book" not in entries:
        raise Refused(DAMAGED)
    if is_encrypted(container.stream("workbook")):
        raise Refused(ENCRYPTED)
    return "xls"
