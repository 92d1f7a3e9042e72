"""A PDF that does something is refused however it is written, and one that shows pages is kept as it is."""

import subprocess
import sys
import zlib

import pytest
import weasyprint

from lianyungang_cdpf.intake.pictures.cleaning import START
from lianyungang_cdpf.intake.pictures.pdf import Refusal, looked_through
from tests.intake.pictures.made_pdfs import object_stream, pdf, stream

SCRIPT = b"<< /S /JavaScript /JS (app.alert(1)) >>"
LAUNCH = b"1 0 << /S /Launch /F (cmd.exe) >>"
IMAGE = b"/Subtype /Image"
# An object that only a reader finds who believes the length and not the first endstream.
STORED = zlib.compress(b"1 0 << >> endstream endobj 9 0 obj << >> stream\n" + LAUNCH, 0)


def refused(content: bytes) -> str:
    with pytest.raises(Refusal) as refusal:
        looked_through(content)
    return str(refusal.value)


@pytest.mark.parametrize(
    "active",
    [
        b"<< /OpenAction << /S /GoTo /D (x) >> >>", b"<< /OpenAction 5 0 R >>", b"<< /Open#41ction 5 0 R >>",
        b"<< /AA << /O 5 0 R >> >>", b"<< /S /J#53 (x) >>", b"<< /S /#4aavaScript >>", b"<< /S /L#61unch >>",
        b"<< /Names << /EmbeddedFiles 2 0 R >> >>", b"<< /Type /Embedded#46ile >>", b"<< /F (a) /EF << /F 5 0 R >> >>",
        b"<< /Subtype /FileAttachment >>", b"<< /AcroForm << /X#46A 5 0 R >> >>", b"<< /S /Rendition >>",
        b"<< /S /GoToR /F (a.pdf) >>", b"<< /S /SubmitForm /F (http://a) >>", b"<< /Collection << >> >>",
    ],
)  # fmt: skip
def test_what_acts_or_brings_files_is_refused_plain_and_packed(active):
    assert refused(pdf(b"1 0 obj\n" + active + b"\nendobj")) == "active"
    assert refused(pdf(packed=b"1 0 " + active)) == "active"


@pytest.mark.parametrize(
    "held",
    [
        b"1 0 obj\n<< /Type /Catalog % stream\n/OpenAction " + SCRIPT + b" % endstream\n>>\nendobj",
        b"1 0 obj\n<< /Type /Catalog /T (\nstream\n) /A " + SCRIPT + b" /B (\nendstream\n) >>\nendobj",
        object_stream(LAUNCH, b"/Type /ObjStm /Filter /FlateDecode %" + b" " * 4000 + b"\n"),
        object_stream(LAUNCH, b"/Filter /FlateDecode"),
        object_stream(LAUNCH, b"/Type /Obj#53tm /Filter [ /Flate#44ecode ]"),
        stream(zlib.compress(LAUNCH), b"/Fi#72st 4 /N 1 /Filter /FlateDecode"),
        stream(zlib.compress(LAUNCH), b"/Type /ObjStm /Filter /FlateDecode", b"stream  \r\n"),
        stream(zlib.compress(LAUNCH), b"/Type /ObjStm /Filter /FlateDecode", b"stream\r"),
    ],
    ids=["comment", "strings", "long", "untyped", "escaped", "escaped first", "blanks", "return"],
)
def test_what_acts_is_found_where_it_does_not_look_like_it(held):
    assert refused(pdf(held)) == "active"


@pytest.mark.parametrize(
    "held",
    [
        object_stream(b"", b"/Type /ObjStm /Filter [/ASCIIHexDecode /FlateDecode]", data=b"78>"),
        object_stream(b"", b"/Type /ObjStm /Filter /LZWDecode", data=b"x"),
        object_stream(b"", b"/Type /ObjStm /Filter [/FlateDecode /FlateDecode]", data=zlib.compress(b"x")),
        object_stream(b"", b"/Type /ObjStm /Filter 9 0 R", data=b"x"),
        object_stream(b"1 0 << >>", b"/Type /ObjStm /Filter /FlateDecode /DecodeParms << /Predictor 12 >>"),
        object_stream(b"", b"/Type /ObjStm", data=LAUNCH),
        stream(b"9 0 obj " + SCRIPT + b" endobj", IMAGE),
        stream(b"9.0 % a\n%b\r+0%\nobj" + SCRIPT, IMAGE),
        stream(b"9\x800\xffobj" + SCRIPT, IMAGE),
        stream(b"trailer << /Root " + SCRIPT + b" >>", IMAGE),
        b"1 0 obj (9 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream\n) endobj",
        b"% 9 0 obj << /Type /ObjStm /Filter /FlateDecode >> stream",
    ],
)
def test_what_can_not_be_seen_through_is_refused(held):
    assert refused(pdf(held)) == "hidden"


@pytest.mark.parametrize(
    "held",
    [
        object_stream(b"", data=STORED),
        object_stream(b"", data=zlib.compress(b"1 0 << >>")[:-2]),
        object_stream(b"", data=zlib.compress(b"1 0 << >>") + LAUNCH),
        b"1 0 obj << /A << >> stream\n" + SCRIPT + b"\nendstream >> endobj",
        b"1 0 obj << /A (x >> endobj",
        b"1 0 obj << /T <" + SCRIPT + b"> >> endobj",
        b"1 0 obj << /First\x80 4 >> endobj",
        b"7 0 obj << /Filter /FlateDecode >> stream",
        b"stream\n" + SCRIPT + b"\nendstream",
    ],
)
def test_what_readers_may_read_in_two_ways_is_refused(held):
    assert refused(pdf(held)) == "damaged"


def test_nothing_stands_before_the_file_or_behind_it():
    assert refused(b"PK\x03\x04" + pdf()) == refused(b"\n" + pdf()) == "damaged"
    assert refused(pdf() + b"PK\x05\x06" + b"\0" * 18) == refused(pdf()[:-6]) == "damaged"
    assert looked_through(pdf() + b"\r\n\0\0") == pdf() + b"\r\n\0\0"


@pytest.mark.parametrize("packed", [b"/Encrypt 5 0 R", b"/Encry#70t 5 0 R"])
def test_what_is_locked_is_refused_wherever_it_says_so(packed):
    assert refused(pdf(b"trailer << " + packed + b" >>")) == "locked"
    assert refused(pdf(stream(b"x", b"/Type /XRef /Root 1 0 R " + packed))) == "locked"


def test_object_streams_together_unpack_to_no_more_than_the_limit(monkeypatch):
    monkeypatch.setattr("lianyungang_cdpf.intake.pictures.pdf.MOST_UNPACKED", 1000)
    one = object_stream(b"1 0 " + b" " * 496)
    assert looked_through(pdf(one, one)) and refused(pdf(one, one, one)) == "large"


def test_a_pdf_of_pages_is_kept_as_it_is_even_if_its_pictures_spell_a_command():
    scan = stream(b" /JS (\n\x00 /Launch \n%", IMAGE)
    catalog = b"1 0 obj\n<< /Type /Catalog /OpenAction[3 0 R /XYZ null null 0] /T (a \\) (b) stream) >>\nendobj"
    content = pdf(b"%\xe2\xe3\xcf\xd3", catalog, scan, packed=b"1 0 << /Type /Page >>")
    assert looked_through(content) == content
    # As saved once more by a program that adds at the end.
    assert looked_through(content + content.removeprefix(b"%PDF-1.7\n"))


@pytest.mark.parametrize("options", [{}, {"pdf_variant": "pdf/a-2b"}, {"uncompressed_pdf": True}])
def test_a_printed_document_is_kept(options):
    printed = weasyprint.HTML(string="<h1>验收单</h1><p><a href='https://a.cn'>(1 0 R)</a>").write_pdf(**options)
    assert looked_through(printed) == printed


@pytest.mark.parametrize(
    ("one", "last"),
    [
        (b"1%", b""), (b"1 %obj", b""), (b"1\n", b"x"), (b"obj\n", b"x"), (b"trailer%", b"\n"),
        (b"trailer ", b"x"), (b"/OpenAction%", b"\n[3 0 R]"), (b"1 0 ", b"x"),
    ],
)  # fmt: skip
def test_no_file_takes_longer_than_its_bytes_ask_for(one, last):
    """Two megabytes each come back from the child, which is ended after five seconds of its own."""
    filled = one * (2_000_000 // len(one))
    for content in (b"%PDF-1.4\n%" + filled + last + b"\n%%EOF", pdf(stream(filled + last, IMAGE))):
        told = [sys.executable, "-I", "-c", START, "application/pdf"]
        child = subprocess.run(told, input=content, capture_output=True, cwd="/", env={}, check=False)
        assert child.returncode == 0 and child.stdout.startswith((b"clean", b"refused"))
