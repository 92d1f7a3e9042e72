"""Drawn pictures in place of photos: of some homes for the disabled, a facade with a ramp and a room for training."""

import random
import struct
import zlib
from datetime import date

from django.core.files.base import ContentFile

from facilities.documents import add_document
from facilities.models import Facility, FacilityDocument
from lianyungang_cdpf.accounts.models import Staff

WIDTH, HEIGHT = 480, 300
PHOTOGRAPHED = "disabled_persons_home"
OF_A_UNIT = 2
Colour = tuple[int, int, int]
Box = tuple[int, int, int, int, Colour]  # left, top, right, bottom


def photograph_facilities(clerks: dict[str, Staff], seed: int, as_of: date) -> None:
    """Photos and the notice of acceptance of the first homes of each unit. Files can't be rolled back: to be done last.

    Some twenty facilities: a start of the demonstration does not wait for them.
    """
    dice = random.Random(seed + 5)  # noqa: S311 - invented data, no secrets
    homes = Facility.objects.of_kind(PHOTOGRAPHED).accepted_in(as_of.year).order_by("accepted_on", "pk")
    for unit, clerk in clerks.items():
        for home in homes.filter(area__unit_key=unit)[:OF_A_UNIT]:
            _photograph(home, clerk, dice)


def _photograph(home: Facility, clerk: Staff, dice: random.Random) -> None:
    kinds, day = FacilityDocument.Kind, home.accepted_on
    notice = home.history.get(stage="accepted").document_no
    told = FacilityDocument(kind=kinds.ACCEPTANCE, title="验收合格通知", number=notice, dated=day)
    add_document(by=clerk, facility=home, document=told)
    for title, boxes in (("外观和坡道（演示图片）", _facade(dice)), ("康复训练室（演示图片）", _room(dice))):
        photo = FacilityDocument(kind=kinds.PHOTO, title=title, dated=day)
        add_document(by=clerk, facility=home, document=photo, upload=ContentFile(picture(boxes), name="photo.png"))


def _facade(dice: random.Random) -> list[Box]:
    """Sky, ground, a house with windows, a door, and a ramp with its handrail."""
    wall = (dice.randint(200, 235), dice.randint(190, 215), dice.randint(165, 190))
    windows = [(left, 95, left + 50, 145, (120, 155, 180)) for left in (100, 170, 330)]
    ramp = [(280 + 8 * step, 210 + 2 * step, 420, 212 + 2 * step, (150, 150, 150)) for step in range(15)]
    return [
        (0, 0, WIDTH, HEIGHT, (190, 212, 232)), (0, 240, WIDTH, HEIGHT, (165, 168, 160)),
        (70, 60, 410, 240, wall), (60, 48, 420, 64, (150, 70, 60)), *windows, (250, 130, 300, 240, (110, 85, 65)),
        *ramp, (290, 185, 425, 189, (230, 180, 40)), (421, 185, 425, 240, (230, 180, 40)),
    ]  # fmt: skip


def _room(dice: random.Random) -> list[Box]:
    """Wall, floor, a window, parallel bars and a mat."""
    mat = (dice.randint(60, 110), dice.randint(120, 160), dice.randint(150, 200))
    bars = [(150, top, 400, top + 5, (200, 200, 205)) for top in (160, 185)]
    posts = [(left, 160, left + 5, 235, (140, 140, 145)) for left in (155, 270, 390)]
    return [
        (0, 0, WIDTH, HEIGHT, (232, 230, 222)), (0, 200, WIDTH, HEIGHT, (196, 170, 135)),
        (40, 40, 150, 120, (185, 210, 230)), (93, 40, 97, 120, (250, 250, 250)), *bars, *posts,
        (60, 245, 330, 275, mat),
    ]  # fmt: skip


def picture(boxes: list[Box]) -> bytes:
    """A PNG (RFC 2083: 8 bits, RGB, no filter) of boxes, the later above the earlier, lit from above."""
    rows = []
    for y in range(HEIGHT):
        row, light = bytearray(3 * WIDTH), 255 - y * 40 // HEIGHT
        for left, top, right, bottom, colour in boxes:
            if top <= y < bottom:
                row[3 * left : 3 * right] = bytes(part * light // 255 for part in colour) * (right - left)
        rows.append(b"\0" + row)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in parts)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
