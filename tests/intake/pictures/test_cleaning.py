"""Photos are drawn anew and PDFs looked through, in a process of its own."""

import io
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import ExifTags, Image, PngImagePlugin

from lianyungang_cdpf.intake.pictures.cleaning import cleaned

CANARY = b"lianyungang-canary"


def jpeg() -> bytes:
    """Two halves, red above blue, taken with the phone turned: shown it is red right of blue. With everything in it
    that a phone writes, and a second file behind its end."""
    picture = Image.new("RGB", (40, 80), (200, 0, 0))
    picture.paste((0, 0, 200), (0, 40, 40, 80))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = CANARY.decode()
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (34.0, 36.0, 0.0)
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=CANARY, icc_profile=CANARY * 10, quality=95)
    return out.getvalue() + b"PK\x03\x04" + CANARY


def png(mode: str = "RGBA") -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", CANARY.decode())
    picture = Image.new(mode, (8, 8), 7 if mode == "L" else (9, 9, 9, 0))
    out = io.BytesIO()
    picture.save(out, "PNG", pnginfo=text)
    return out.getvalue()


def pdf(*objects: bytes, packed: bytes = b"") -> bytes:
    stream = zlib.compress(packed)
    held = b"7 0 obj\n<< /Type /ObjStm /Filter /FlateDecode >>\nstream\n" + stream + b"\nendstream\nendobj\n"
    return b"%PDF-1.7\n" + b"\n".join(objects) + (held if packed else b"") + b"trailer\n<<>>\n%%EOF\n"


def test_a_photo_keeps_its_picture_the_right_way_up_and_nothing_else():
    content = jpeg()
    assert content.count(CANARY) >= 3
    clean = cleaned(content, "image/jpeg")
    assert CANARY not in clean and b"PK\x03\x04" not in clean
    shown = Image.open(io.BytesIO(clean))
    assert (shown.format, shown.size, dict(shown.getexif())) == ("JPEG", (80, 40), {})
    assert "icc_profile" not in shown.info and "comment" not in shown.info
    left, right = shown.getpixel((10, 20)), shown.getpixel((70, 20))
    assert left[2] > 150 > left[0] and right[0] > 150 > right[2]


def test_a_drawing_keeps_its_transparency_and_loses_its_text():
    clean = cleaned(png(), "image/png")
    shown = Image.open(io.BytesIO(clean))
    assert CANARY not in clean and shown.mode == "RGBA" and shown.getpixel((0, 0))[3] == 0
    assert Image.open(io.BytesIO(cleaned(png("L"), "image/png"))).mode == "L"


def test_the_same_photo_is_drawn_the_same_each_time():
    assert cleaned(jpeg(), "image/jpeg") == cleaned(jpeg(), "image/jpeg")


def bomb() -> bytes:
    out = io.BytesIO()
    Image.new("1", (9000, 9000)).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "form", "said"),
    [
        (jpeg()[:400], "image/jpeg", "已损坏"),
        (b"\xff\xd8\xff" + CANARY, "image/jpeg", "已损坏"),
        (png(), "image/jpeg", "已损坏"),
        (bomb(), "image/png", "6,000 万像素"),
        (pdf(b"1 0 obj\n<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"), "application/pdf", "脚本"),
        (pdf(b"1 0 obj\n<< /S /J#53 (x) >>"), "application/pdf", "脚本"),
        (pdf(b"1 0 obj\n<< /Names << /EmbeddedFiles 2 0 R >> >>"), "application/pdf", "附件"),
        (pdf(packed=b"1 0 << /S /Launch /F (cmd.exe) >>"), "application/pdf", "自动动作"),
        (pdf(b"trailer << /Encrypt 5 0 R >>"), "application/pdf", "密码"),
        (pdf(packed=b"\0" * 70 * 1024 * 1024), "application/pdf", "展开后过大"),
    ],
    ids=["cut", "garbage", "other form", "bomb", "script", "escaped", "embedded", "packed", "locked", "pdf bomb"],
)  # fmt: skip
def test_what_is_damaged_hides_or_does_something_is_refused_in_a_sentence(content, form, said):
    with pytest.raises(ValidationError, match=said):
        cleaned(content, form)


def test_a_pdf_of_pages_is_kept_as_it_is_even_if_its_pictures_spell_a_command():
    scan = b"3 0 obj\n<< /Subtype /Image >>\nstream\n /JS (\n\x00 /Launch \nendstream\nendobj\n"
    content = pdf(b"1 0 obj\n<< /Type /Catalog >>\nendobj", scan, packed=b"1 0 << /Type /Page >>")
    assert cleaned(content, "application/pdf") == content
