"""What is taken off a text before it is read, and how two writings of one name are made alike.

Source: rules `folding`, `text`, `id` and `name_match` of the corpus's standards.json.
NFKC is never used: it turns circled and mathematical digits into valid numbers.
"""

import re
from functools import cache, lru_cache

from opencc import OpenCC

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

# Blanks, and the zero-width characters U+200B-200D, U+2060, U+FEFF.  Bidi controls (U+200E and others) are
# left in: they make two names differ, which a clerk must see.
UNSEEN = "\t-\r \x85\xa0\u1680\u2000-\u200d\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
_UNSEEN = re.compile(f"[{UNSEEN}]+")
_AT_ENDS = re.compile(f"^[{UNSEEN}]+|[{UNSEEN}]+$")
_ZERO_WIDTH = re.compile("[\u200b-\u200d\u2060\ufeff]+")
_FORMULA_TEXT = re.compile(r'^="(.*)"$')
_APOSTROPHES = "'‘’`"

DOTS = "•・‧∙⋅．."
_HAN_RANGES = ((0x3400, 0xA000), (0xF900, 0xFB00), (0x20000, 0x32000))
_COMMON_NAME = re.compile("[\u4e00-\u9fff]{1,8}")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")


def fold(text: str) -> str:
    """Full-width U+FF01-FF5E and the ideographic space as ASCII; nothing else changes."""
    return text if text.isascii() else text.translate(FULL_WIDTH)


def compact(text: str) -> str:
    """The folded text without blanks and zero-width characters."""
    return _UNSEEN.sub("", fold(text))


def bare(text: str) -> str:
    """The compact text without what Excel users put around a number to keep it a text: '123 and ="123"."""
    text = compact(text)
    while True:
        inner = _FORMULA_TEXT.sub(r"\1", text).lstrip(_APOSTROPHES)
        if inner == text:
            return text
        text = inner


def tidy(text: str) -> str:
    """The text as a person reads it: no zero-width characters, no blanks at its ends."""
    return _AT_ENDS.sub("", _ZERO_WIDTH.sub("", text))


@cache
def simplified() -> dict[int, str]:
    """Traditional character -> simplified, one by one: in names there are no words to lean on.

    Asking OpenCC once for every character and translating with the table is 20 times as fast as asking per name.
    """
    characters = [chr(code) for first, last in _HAN_RANGES for code in range(first, last)]
    converter = OpenCC("t2s")
    once = converter.convert("\n".join(characters)).split("\n")
    twice = converter.convert("\n".join(once)).split("\n")  # 薴 becomes 苧, which becomes 苎
    return {ord(old): new for old, new in zip(characters, twice, strict=True) if old != new}


@cache
def _name_table() -> dict[int, str | None]:
    table: dict[int, str | None] = dict(simplified())
    table |= {code: chr(plain).upper() for code, plain in FULL_WIDTH.items()}
    table |= {ord(dot): "·" for dot in DOTS}
    unseen = [chr(code) for code in range(0x3001) if _UNSEEN.fullmatch(chr(code))]
    return table | {ord(blank): None for blank in [*unseen, "\ufeff"]}


@lru_cache(maxsize=65536)
def name_key(text: str) -> str:
    """What two writings of one name have in common: equal keys, same name (rule `name_match`)."""
    return text.translate(_name_table()).upper()


def simplify(text: str) -> str:
    """The text in simplified characters."""
    return text if text.isascii() else text.translate(simplified())


def name_shown(text: str) -> str:
    """A name as the portal stores and shows it: blanks of layout gone, one kind of dot, its own script kept.

    Names in Latin letters keep single blanks between their parts.
    """
    if _COMMON_NAME.fullmatch(text):
        return text
    text = fold(_ZERO_WIDTH.sub("", text))
    if _LATIN.search(text):
        return " ".join(part for part in _UNSEEN.split(text) if part)
    return _UNSEEN.sub("", text).translate({ord(dot): "·" for dot in DOTS})
