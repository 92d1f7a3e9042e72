"""Files that nobody would write: good ones with a few bytes changed, parts of workbooks with them, and plain noise."""

import io
import random
import zipfile
from collections.abc import Iterator

# What readers stumble over: ends of strings and tags, lengths, signs, half characters, references.
PIECES = (
    b"", b'"', b"\0", b"<", b'">', b"</c>", b"\xff" * 4, b"\xff\xfe", b"9" * 12, b"-1", b"1e999", b"&#0;", b"&a;",
    b"<!DOCTYPE a>", b"\x7f\xff\xff\xff", b"\x80", b"\n", b"\r\n" * 3, b"A1048576", b"XFD1", b"\xed\xa0\x80",
)  # fmt: skip
NOISE = 0.1
IN_A_PART = 0.6
MOST_CHANGES = 6
NOISE_BYTES = 400


def mutated(seeds: dict[str, bytes], seed: int, count: int) -> Iterator[tuple[str, bytes]]:
    """So many files (name, content), the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - no secret: the same files each time
    names = sorted(seeds)
    for _ in range(count):
        name = dice.choice(names)
        if dice.random() < NOISE:
            yield name, seeds[name][: dice.choice((0, 4, 8, 512))] + dice.randbytes(dice.randrange(NOISE_BYTES))
        elif seeds[name].startswith(b"PK") and dice.random() < IN_A_PART:
            yield name, _with_a_part_changed(seeds[name], dice)
        else:
            yield name, _changed(seeds[name], dice)


def _changed(content: bytes, dice: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(dice.randint(1, MOST_CHANGES)):
        at = dice.randrange(len(changed) + 1)
        what = dice.random()
        if what < 0.3 and changed:
            at = min(at, len(changed) - 1)
            changed[at] ^= 1 << dice.randrange(8)
        elif what < 0.8:
            changed[at : at + dice.randrange(9)] = dice.choice(PIECES)
        elif what < 0.9:
            del changed[at : at + dice.randrange(len(changed) // 4 + 2)]
        else:
            changed[at:at] = changed[at : at + dice.randrange(2000)] * dice.randint(1, 4)
    return bytes(changed)


def _with_a_part_changed(content: bytes, dice: random.Random) -> bytes:
    """The workbook packed anew, one of its parts changed: raw changes mostly end at the checksum of a part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as anew:
        parts = whole.infolist()
        chosen = dice.choice(parts).filename
        for part in parts:
            inside = whole.read(part)
            anew.writestr(part.filename, _changed(inside, dice) if part.filename == chosen else inside)
    return out.getvalue()
