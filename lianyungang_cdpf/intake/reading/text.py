"""Text tables: in which encoding, with which delimiter, record by record.

Nothing is guessed that could be read in two ways: mixed encodings and unbalanced quotes are refused, since either
would let rows vanish or names change without a word.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterator

from .cells import BadCell, text_cell
from .limits import Limits
from .refused import Refused

CHUNK = 1024 * 1024
DELIMITERS = (",", "\t", "^", ";", "|")
SAMPLE_RECORDS = 60
SAMPLE_CHARS = 64 * 1024
DOS_END = "\x1a"  # Ctrl-Z, with which old programs end a text file
MOST_BREAKS_IN_CELL = 50
CHECK_QUOTES = "请检查该行的英文双引号，改正后重新上传。"
AS_UTF8 = "请用 Excel 或 WPS 打开核对，另存为 .xlsx（或“CSV UTF-8”）后重新上传。"


def check_text(path: str) -> str:
    """The encoding's Python name, from the bytes alone; raises Refused for NUL, UTF-32 and mixed encodings."""
    with open(path, "rb") as file:
        head = file.read(4)
    if head[:4] in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        raise Refused("文本文件是 UTF-32 编码，系统不支持。" + AS_UTF8)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _require(path, "utf-16")
    if head.startswith(codecs.BOM_UTF8):
        return _require(path, "utf-8-sig")
    if _has_nul(path):
        return _utf16_without_mark(path)
    if _decodes(path, "utf-8"):
        return "utf-8"
    if not _decodes(path, "gb18030"):
        raise _undecodable(path)
    _refuse_mixture(path)
    return "gb18030"


def _chunks(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _has_nul(path: str) -> bool:
    return any(b"\0" in chunk for chunk in _chunks(path))


def _decodes(path: str, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        for chunk in _chunks(path):
            if "\0" in decoder.decode(chunk):
                return False
        decoder.decode(b"", True)
    except UnicodeError:
        return False
    return True


def _require(path: str, encoding: str) -> str:
    if not _decodes(path, encoding):
        raise Refused(f"文本文件开头标明是 {encoding.upper()[:6]} 编码，内容却不全是，或含有空字符（NUL）。{AS_UTF8}")
    return encoding


def _utf16_without_mark(path: str) -> str:
    """UTF-16 without a mark only where it is unmistakable: every line end and digit has its NUL on the same side."""
    with open(path, "rb") as file:
        encoding = utf16_side(file.read(CHUNK))
    if encoding and _decodes(path, encoding):
        return encoding
    raise Refused("文本文件含有空字符（NUL），可能已损坏或是 UTF-32 编码。" + AS_UTF8)


def utf16_side(head: bytes) -> str | None:
    """Which UTF-16 the NULs of digits and line ends betray: a fifth of one side, none of the other."""
    low, high = head[0::2].count(0), head[1::2].count(0)
    if low == 0 and high * 10 > len(head):
        return "utf-16-le"
    return "utf-16-be" if high == 0 and low * 10 > len(head) else None


def _lines(path: str) -> Iterator[bytes]:
    with open(path, "rb") as file:
        yield from file


def _undecodable(path: str) -> Refused:
    for number, line in enumerate(_lines(path), 1):
        if not _is(line, "utf-8") and not _is(line, "gb18030"):
            return Refused(f"文本文件第 {number} 行既不是 UTF-8 编码也不是 GBK 编码，无法读取。{AS_UTF8}")
    return Refused("文本文件混用了 UTF-8 和 GBK 两种编码，会读出乱码。" + AS_UTF8)


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeError:
        return False
    return True


def _refuse_mixture(path: str) -> None:
    """GB18030 can decode most UTF-8 into nonsense. A line of it that is whole UTF-8 with two Chinese characters is no
    accident: in GBK the odd byte counts of UTF-8 come out even only by chance."""
    for number, line in enumerate(_lines(path), 1):
        if line.isascii() or not _is(line, "utf-8"):
            continue
        if sum(0x4E00 <= ord(character) <= 0x9FFF for character in line.decode("utf-8")) >= 2:
            raise Refused(f"文本文件混用了编码：第 {number} 行是 UTF-8，其他行是 GBK，会读出乱码。{AS_UTF8}")


def sniff_delimiter(text: str) -> str:
    """The delimiter that cuts most of the first records into one and the same width, wide tables before narrow ones:
    a thousand separator also cuts every row, but only in two."""
    best, best_score = ",", 0
    for delimiter in DELIMITERS:
        for width, lines in Counter(_sample_widths(text, delimiter)).items():
            if lines * (width - 1) > best_score:
                best, best_score = delimiter, lines * (width - 1)
    return best


def _sample_widths(text: str, delimiter: str) -> Iterator[int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for _ in range(SAMPLE_RECORDS):
            yield len(next(reader))
    except (StopIteration, csv.Error):
        return


def read_records(path: str, limits: Limits) -> Iterator[tuple[int, list[str | BadCell | None]]]:
    """Record numbers from 1, blank lines counted, a quoted line break being part of one record."""
    with open(path, encoding=check_text(path), newline="") as file:
        delimiter = sniff_delimiter(file.read(SAMPLE_CHARS))
        file.seek(0)
        csv.field_size_limit(limits.max_cell_chars)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        number = 0
        try:
            for number, record in enumerate(reader, 1):
                yield number, [_cell(cell, number, limits) for cell in record]
        except csv.Error as error:
            raise _broken_record(number + 1, reader.line_num, str(error), limits) from error


def _cell(text: str, number: int, limits: Limits) -> str | BadCell | None:
    if text.count("\n") + text.count("\r") > MOST_BREAKS_IN_CELL:
        raise Refused(f"第 {number} 条记录的一个单元格跨了很多行，多半是引号没有成对。{CHECK_QUOTES}")
    return text_cell(text.strip(DOS_END), limits.max_cell_chars)


def _broken_record(number: int, line: int, reason: str, limits: Limits) -> Refused:
    if "field larger" in reason:
        return Refused(
            f"第 {number} 条记录有一个单元格超过 {limits.max_cell_chars} 个字，或引号没有成对。{CHECK_QUOTES}"
        )
    return Refused(f"第 {number} 条记录（读到第 {line} 行）的英文双引号没有成对，行会被并成一格。{CHECK_QUOTES}")
