"""The zip gate: every entry of an .xlsx or .ods is counted and inflated once before any parser sees it.

A parser trusts the sizes that a zip declares, and two parsers may disagree on which of two entries is meant.
So nothing here is believed: bytes are counted while inflating, and whatever is ambiguous is refused.
"""

import os
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from .limits import MEBIBYTE, Limits
from .refused import Refused, damaged

CHUNK = 256 * 1024
HEAD = 512
READ_WHOLE = {"[content_types].xml", "meta-inf/manifest.xml"}  # where macros and encryption are declared
LOCAL_HEADER = struct.Struct("<4s5H3L2H")
END_RECORD = struct.Struct("<4s4H2LH")
ENCRYPTED, STRONG_ENCRYPTION = 0x1, 0x40
FORBIDDEN_MARKUP = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
LONGEST_MARKUP = len(b"<!DOCTYPE")
DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"']*)[\"']")
READABLE_ENCODINGS = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}
OTHER_UNICODE = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<", b"\0\0\0<", b"\0\0\xfe\xff", b"+/v", b"\x4c\x6f\xa7\x94")

RESAVE = "请用 Excel 或 WPS 打开核对后另存为 .xlsx，再重新上传。"
TOO_BIG_INSIDE = "文件解压后过大，疑似压缩炸弹，已拒绝读取。如确为正常名册，" + RESAVE


def part_name(name: str) -> str:
    """Names of parts know no case (ECMA-376 part 2), and some old exporters write backslashes."""
    return name.replace("\\", "/").lower()


def part_names(names: Iterable[str]) -> dict[str, str]:
    """The names as the archive has them, by the name that counts."""
    return {part_name(name): name for name in names}


def check_archive(path: str, limits: Limits) -> dict[str, bytes]:
    """Inflate every entry once and return the first bytes of each, by name.

    Raises Refused for anything that a later parser could stumble over or read in two ways.
    """
    try:
        with zipfile.ZipFile(path) as archive, open(path, "rb") as file:
            entries = archive.infolist()
            _check_end(file, archive)
            _check_entries(entries, limits)
            _check_overlaps(file, entries, archive.start_dir)
            return _inflate_all(file, entries, limits)
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError, EOFError, NotImplementedError) as error:
        raise damaged("压缩包不完整或内部数据有误") from error


def _check_end(file, archive: zipfile.ZipFile) -> None:
    """A second end record inside the comment makes readers disagree about the whole content."""
    size = os.fstat(file.fileno()).st_size
    file.seek(size - END_RECORD.size - len(archive.comment))
    if file.read(4) != b"PK\x05\x06" or b"PK\x05\x06" in archive.comment:
        raise damaged("压缩包末尾有多余的数据")


def _check_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.max_zip_entries:
        raise Refused(f"文件内含 {len(entries)} 个部件，超过上限 {limits.max_zip_entries} 个，不是正常的表格。{RESAVE}")
    seen = set()
    for entry in entries:
        if entry.flag_bits & (ENCRYPTED | STRONG_ENCRYPTION):
            raise Refused("文件已加密，系统无法读取。请在 Excel 或 WPS 中取消密码后另存为 .xlsx，再重新上传。")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise damaged("压缩包使用了不支持的压缩方式")
        _check_name(entry.orig_filename)
        if part_name(entry.filename) in seen:
            raise damaged("压缩包内有两个同名的部件")
        seen.add(part_name(entry.filename))


def _check_name(name: str) -> None:
    """Nothing is ever unpacked to disk, yet such names are only made to deceive an unpacker."""
    steps = name.replace("\\", "/").split("/")
    if ".." in steps or name.startswith(("/", "\\")) or ":" in steps[0] or "\0" in name:
        raise Refused(f"文件内有指向文件夹之外的部件名，已拒绝读取。{RESAVE}")


def _check_overlaps(file, entries: list[zipfile.ZipInfo], directory_start: int) -> None:
    """Entries that share bytes let 150 KB pretend to be gigabytes."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise damaged("压缩包内的部件互相重叠")
        end = _data_start(file, entry) + entry.compress_size
    if end > directory_start:
        raise damaged("压缩包内的部件互相重叠")


def _data_start(file, entry: zipfile.ZipInfo) -> int:
    """Where the entry's bytes begin; its local header must tell the same story as the directory."""
    file.seek(entry.header_offset)
    header = LOCAL_HEADER.unpack(file.read(LOCAL_HEADER.size))
    signature, flags, method, name_length, extra_length = header[0], header[2], header[3], header[9], header[10]
    name = file.read(name_length).decode("utf-8" if flags & 0x800 else "cp437")
    if signature != b"PK\x03\x04" or method != entry.compress_type or name != entry.orig_filename:
        raise damaged("压缩包的目录与内容不一致")
    return entry.header_offset + LOCAL_HEADER.size + name_length + extra_length


def _inflate_all(file, entries: list[zipfile.ZipInfo], limits: Limits) -> dict[str, bytes]:
    heads, total = {}, 0
    for entry in entries:
        head, tail, size, checksum = b"", b"", 0, 0
        keep = CHUNK if part_name(entry.filename) in READ_WHOLE else HEAD
        for chunk in _inflate(file, entry):
            size += len(chunk)
            _check_size(size, total + size, entry, limits)
            checksum = zlib.crc32(chunk, checksum)
            head += chunk[: keep - len(head)]
            _check_markup(tail + chunk)
            tail = chunk[-LONGEST_MARKUP:]
        if size != entry.file_size or checksum != entry.CRC:
            raise damaged("压缩包校验失败，内容被改动过")
        _check_encoding(entry.filename, head)
        heads[entry.filename], total = head, total + size
    return heads


def _inflate(file, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The entry's bytes in small pieces, whatever size it claims."""
    file.seek(_data_start(file, entry))
    left = entry.compress_size
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    stored = entry.compress_type == zipfile.ZIP_STORED
    while left > 0:
        raw = file.read(min(left, CHUNK))
        if not raw:
            raise EOFError
        left -= len(raw)
        yield from [raw] if stored else _pieces(inflater, raw)
    if not stored and (not inflater.eof or inflater.unused_data):
        raise damaged("压缩包不完整或内部数据有误")


def _pieces(inflater, raw: bytes) -> Iterator[bytes]:
    while raw and not inflater.eof:
        yield inflater.decompress(raw, CHUNK)
        raw = inflater.unconsumed_tail
    if raw:
        raise damaged("压缩包不完整或内部数据有误")


def _check_size(size: int, total: int, entry: zipfile.ZipInfo, limits: Limits) -> None:
    if total > limits.max_uncompressed_bytes or size > max(entry.file_size, 0):
        raise Refused(TOO_BIG_INSIDE)
    # A few formatted blank rows compress 300-fold and hurt nobody: the ratio counts from 1 MiB up.
    if size > MEBIBYTE and size > limits.max_compression_ratio * max(entry.compress_size, 1):
        raise Refused(TOO_BIG_INSIDE)


def _check_markup(piece: bytes) -> None:
    if b"<!" in piece and FORBIDDEN_MARKUP.search(piece):
        raise Refused(f"文件内含有外部定义（DOCTYPE 或 ENTITY），为安全起见不予读取。{RESAVE}")


def _check_encoding(name: str, head: bytes) -> None:
    """UTF-16 and other encodings would hide a DOCTYPE from the search above; Excel and WPS write UTF-8 only."""
    if not name.lower().endswith((".xml", ".rels", ".rdf", ".vml")):
        return
    declared = DECLARED_ENCODING.search(head[:400])
    strange = declared and declared[1].lower() not in READABLE_ENCODINGS
    if strange or head.startswith(OTHER_UNICODE):
        raise damaged(f"部件 {os.path.basename(name)} 不是 UTF-8 编码")
