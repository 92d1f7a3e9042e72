"""Photos are drawn anew and PDFs looked through, in a process of its own."""

import io

import pytest
from django.core.exceptions import ValidationError
from PIL import ExifTags, Image, PngImagePlugin

from lianyungang_cdpf.intake.pictures.cleaning import cleaned
from tests.intake.pictures.made_pdfs import pdf

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
        (pdf(b"trailer << /Encrypt 5 0 R >>"), "application/pdf", "密码"),
        (pdf(packed=b"\0" * 70 * 1024 * 1024), "application/pdf", "展开后过大"),
        (pdf(b"1 0 obj\n(9 0 obj)"), "application/pdf", "无法检查"),
    ],
    ids=["cut", "garbage", "other form", "bomb", "script", "locked", "pdf bomb", "hidden"],
)
def test_what_is_damaged_hides_or_does_something_is_refused_in_a_sentence(content, form, said):
    with pytest.raises(ValidationError, match=said):
        cleaned(content, form)
