"""The process that touches the bytes of a photo or PDF. It bounds itself first, and knows neither Django nor a disk.

Started by cleaning.py with the form as its argument and the file on its standard input. It answers "clean" and the
bytes that may be kept, or "refused" and a word for why.
"""

import io
import sys

from lianyungang_cdpf.intake.pictures.pdf import Refusal, looked_through
from lianyungang_cdpf.intake.reading.child import bound_itself
from lianyungang_cdpf.intake.reading.limits import Limits

LIMITS = Limits(max_seconds=20, max_rss_mb=900)
# Each byte of a PDF is looked at a few times, no more: what takes longer was made to.
PDF_LIMITS = Limits(max_seconds=5, max_rss_mb=900)
# A phone's camera takes 12 to 50 million; in memory each costs three bytes, and while it is turned three more.
MOST_PIXELS = 60_000_000
JPEG_QUALITY = 85


def drawn_anew(content: bytes, form: str) -> bytes:
    """The picture alone, the right way up: no EXIF, place, text, profile, second frame, or bytes behind its end.

    Colours of another profile than sRGB come out a little duller: a profile is a file of its own, of any content.
    """
    from PIL import Image, ImageOps

    kind = form.removeprefix("image/").upper()
    try:
        picture = Image.open(io.BytesIO(content), formats=(kind,))
        if picture.width * picture.height > MOST_PIXELS:
            raise Refusal("large")
        picture = ImageOps.exif_transpose(picture)
        picture = picture.convert(_mode_of(picture, kind))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Refusal("damaged") from error
    picture.info = {}
    out = io.BytesIO()
    picture.save(out, kind, **({"quality": JPEG_QUALITY} if kind == "JPEG" else {"compress_level": 6}))
    return out.getvalue()


def _mode_of(picture, kind: str) -> str:
    """How it is kept: grey stays grey, transparency stays where the form has it, everything else is plain colour."""
    if kind == "PNG" and ("A" in picture.getbands() or "transparency" in picture.info):
        return "RGBA"
    return "L" if picture.mode in ("1", "L") else "RGB"


def main() -> None:
    """Answer about the one file that came, and end."""
    form = sys.argv[1]
    is_pdf = form == "application/pdf"
    bound_itself(PDF_LIMITS if is_pdf else LIMITS)
    content = sys.stdin.buffer.read()
    try:
        clean = looked_through(content) if is_pdf else drawn_anew(content, form)
        answer = b"clean\n" + clean
    except Refusal as refusal:
        answer = b"refused\n" + str(refusal).encode()
    except MemoryError:
        answer = b"refused\nlarge"
    sys.stdout.buffer.write(answer)
    sys.stdout.flush()
