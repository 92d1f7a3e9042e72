"""The gate: zip archives and kinds of files, judged before any parser."""

import io
import zipfile
import zlib

import pytest

from lianyungang_cdpf.intake.reading import ROLL_LIMITS, Limits, Refused, check_upload

from .builders import rows, xlsx, xlsx_parts, zipped

SHEET = rows('<c r="A1"><v>1</v></c>')


def check(tmp_path, content: bytes, name="名册.xlsx", limits=ROLL_LIMITS) -> str:
    path = tmp_path / "upload"
    path.write_bytes(content)
    return check_upload(str(path), name, limits)


def with_part(name: str, content: str | bytes) -> bytes:
    return zipped(xlsx_parts(SHEET) | {name: content})


@pytest.mark.parametrize(
    "name", ["名册.xlsx", "名册.XLSX", "C:\\文件\\名册.xlsx", "../../../tmp/名册.xlsx", "名" * 300 + ".xlsx"]
)
def test_only_the_extension_of_a_name_counts(tmp_path, name):
    assert check(tmp_path, xlsx(SHEET), name) == "xlsx"


@pytest.mark.parametrize("name", ["名册", "名册.exe", "名册.xlsx.zip", ".xlsx", "名册.xlsm", "名册.xlsx\n.html", ""])
def test_other_extensions_are_refused(tmp_path, name):
    with pytest.raises(Refused):
        check(tmp_path, xlsx(SHEET), name)


def test_size_is_said_with_its_limit(tmp_path):
    with pytest.raises(Refused, match=r"2\.0 MB.*1 MB"):
        check(tmp_path, b"a" * 2_097_152, "名册.csv", Limits(max_upload_bytes=1_048_576))


@pytest.mark.parametrize(
    ("magic", "word"),
    [(b"%PDF-1.7\n", "PDF"), (b"\xff\xd8\xff\xe0", "JPEG"), (b"Rar!\x1a\x07", "RAR"), (b"\x7fELF", "可执行程序")],
)
@pytest.mark.parametrize("name", ["名册.xlsx", "名册.csv", "名册.xls"])
def test_other_kinds_of_files_are_named(tmp_path, magic, word, name):
    with pytest.raises(Refused, match=word):
        check(tmp_path, magic + b"\0" * 100, name)


@pytest.mark.parametrize("page", ["<html><table>", "\ufeff<!DOCTYPE html>", " <TABLE border=1>", "MIME-Version: 1.0"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_web_page_under_a_tables_name_is_told_to_be_saved_as_xlsx(tmp_path, page, encoding):
    with pytest.raises(Refused, match="网页.*另存为.*xlsx"):
        check(tmp_path, page.encode(encoding), "名册.xls")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("part", ["xl/sharedStrings.xml", "customXml/item1.xml", "xl/_rels/other.rels"])
@pytest.mark.parametrize("markup", ['<!DOCTYPE a SYSTEM "http://127.0.0.1/">', "<!doctype a [<!ENTITY b 'c'>]>"])
def test_doctype_in_any_part_and_encoding_is_refused(tmp_path, encoding, part, markup):
    with pytest.raises(Refused, match="DOCTYPE|UTF-8"):
        check(tmp_path, with_part(part, f"<?xml version='1.0'?>{markup}<a/>".encode(encoding)))


def test_doctype_across_two_pieces_is_found(tmp_path):
    for offset in range(9):
        padding = " " * (256 * 1024 - offset)
        with pytest.raises(Refused, match="DOCTYPE"):
            check(tmp_path, with_part("customXml/item1.xml", f"<?xml version='1.0'?>{padding}<!DOCTYPE a><a/>"))


@pytest.mark.parametrize("encoding", ["utf-7", "IBM037", "gb18030", "shift_jis"])
def test_other_encodings_of_xml_are_refused(tmp_path, encoding):
    with pytest.raises(Refused, match="UTF-8"):
        check(tmp_path, with_part("customXml/item1.xml", f'<?xml version="1.0" encoding="{encoding}"?><a/>'))


def test_macros_are_refused_wherever_they_are_declared(tmp_path):
    types = xlsx_parts(SHEET)["[Content_Types].xml"]
    macro = "application/vnd.ms-office.vbaProject"
    default = f'<Default ContentType="{macro}" Extension="bin"/></Types>'
    override = f'<Override PartName="/xl/a.dat" ContentType="{macro}"/></Types>'
    for content in (
        with_part("xl/vbaProject.bin", b"x"),
        with_part("xl/vbaProjectSignature.bin", b"x"),
        with_part("[Content_Types].xml", types.replace("sheet.main", "sheet.macroEnabled.main")),
        with_part("[Content_Types].xml", types.replace("</Types>", override)),
        zipped(xlsx_parts(SHEET) | {"[Content_Types].xml": types.replace("</Types>", default), "xl/any.bin": b"x"}),
    ):
        with pytest.raises(Refused, match="宏"):
            check(tmp_path, content)
    assert check(tmp_path, with_part("[Content_Types].xml", types.replace("</Types>", default))) == "xlsx"


@pytest.mark.parametrize("name", ["../../evil.txt", "/etc/passwd", "C:/evil.txt", "..\\evil.txt", "a/../b"])
def test_names_that_lead_out_of_the_archive_are_refused(tmp_path, name):
    with pytest.raises(Refused, match="部件名"):
        check(tmp_path, with_part(name, "x"))


@pytest.mark.parametrize("name", ["xl/WORKSHEETS/Sheet1.xml", "xl\\worksheets\\sheet1.xml"])
def test_two_names_that_mean_one_part_are_refused(tmp_path, name):
    with pytest.raises(Refused, match="同名"):
        check(tmp_path, with_part(name, "<a/>"))


def test_entries_are_counted(tmp_path):
    parts = xlsx_parts(SHEET) | {f"a{i}.txt": "" for i in range(20)}
    with pytest.raises(Refused, match="部件.*上限 10 个"):
        check(tmp_path, zipped(parts), limits=Limits(max_zip_entries=10))


def test_sizes_are_counted_while_inflating(tmp_path):
    lines = b"".join(b"%d," % (i * i) for i in range(40_000))
    content = with_part("a.txt", lines)
    assert check(tmp_path, content) == "xlsx"
    with pytest.raises(Refused, match="解压后过大"):
        check(tmp_path, content, limits=Limits(max_uncompressed_bytes=len(lines)))
    with pytest.raises(Refused, match="解压后过大"):
        check(tmp_path, with_part("a.txt", b"\0" * 4_000_000))


def _patched(content: bytes, name: bytes, offset: int, value: bytes) -> bytes:
    """Change a field of the directory entry of a part; offsets as in APPNOTE 4.3.12."""
    at = content.rindex(name) - 46
    return content[: at + offset] + value + content[at + offset + len(value) :]


@pytest.mark.parametrize(
    ("offset", "value", "word"),
    [
        (8, b"\x01\x00", "加密"),
        (10, b"\x0e\x00", "压缩方式"),
        (10, b"\x00\x00", "不一致"),
        (16, b"\0\0\0\0", "校验"),
        (24, b"\x10\0\0\0", "过大|校验"),
        (24, b"\0\0\x10\0", "校验"),
        (42, b"\0\0\0\0", "重叠"),
    ],
)
def test_directory_that_lies_is_refused(tmp_path, offset, value, word):
    with pytest.raises(Refused, match=word):
        check(tmp_path, _patched(xlsx(SHEET), b"xl/worksheets/sheet1.xml", offset, value))


def test_second_end_record_is_refused(tmp_path):
    content = xlsx(SHEET)
    inner = content[content.rindex(b"PK\x05\x06") :]
    twofold = content[:-2] + len(inner).to_bytes(2, "little") + inner
    for broken in (twofold, content + b"\0", content + b"x" * 70_000, content[:-1], content[: len(content) // 2]):
        with pytest.raises(Refused):
            check(tmp_path, broken)


def test_bytes_behind_the_compressed_data_are_refused(tmp_path):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = packer.compress(b"<a/>") + packer.flush() + b"hidden"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, part in xlsx_parts(SHEET).items():
            archive.writestr(name, part)
        info = zipfile.ZipInfo("a.xml")
        archive.writestr(info, data)
        archive.filelist[-1].compress_type = zipfile.ZIP_DEFLATED
        archive.filelist[-1].file_size = 4
        archive.filelist[-1].CRC = zlib.crc32(b"<a/>")
    content = bytearray(buffer.getvalue())
    at = content.index(b"a.xml") - 30
    content[at + 8 : at + 10] = b"\x08\x00"
    with pytest.raises(Refused, match="压缩包"):
        check(tmp_path, bytes(content))
