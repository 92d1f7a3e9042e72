"""What a cell is worth, and how it travels from the child process to the portal."""

import datetime
import json
import math
import re
from dataclasses import dataclass

REPLACEMENT = "\ufffd"
BLANKS = " \t\r\n\f\v\x85\xa0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f"
BLANKS += "\u3000\u200b\u200c\u200d\u2060\ufeff"

# PostgreSQL refuses U+0000 and lone surrogates; the other controls print as nothing and would hide a mismatch.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
OOXML_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
# Texts of these characters are neither blank nor unprintable, and nothing in them is escaped: most cells of a roll.
ORDINARY = re.compile("[0-9A-Za-z\u4e00-\u9fff]+")
PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", re.ASCII)

FIRST_SERIAL_AFTER_LEAP_BUG = 61  # Excel believes in 29 February 1900, its serial 60
LAST_SERIAL = {False: 2_958_465, True: 2_957_003}  # 31 December 9999 by the 1900 and the 1904 system


@dataclass(frozen=True)
class BadCell:
    """A cell that is neither blank nor readable: kind is date, error, formula, number, string or text_too_long."""

    kind: str
    text: str


Cell = None | str | int | float | bool | datetime.date | datetime.datetime | BadCell


def text_cell(text: str, max_chars: int) -> str | BadCell | None:
    """Blank becomes None; what the database cannot hold becomes U+FFFD, so that it never matches a name."""
    if len(text) > max_chars:
        return BadCell("text_too_long", UNPRINTABLE.sub(REPLACEMENT, f"{text[:20]}…"))
    if not text.strip(BLANKS):
        return None
    return UNPRINTABLE.sub(REPLACEMENT, text) if UNPRINTABLE.search(text) else text


def decode_ooxml_escapes(text: str) -> str:
    """`_x000D_` stands for a carriage return, `_x005F_` for the underscore itself (ECMA-376, ST_Xstring).

    One pass from left to right: decoding twice would turn an escaped escape into a control character.
    """
    if "_x" not in text:
        return text
    decoded = OOXML_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def number_cell(text: str) -> int | float | BadCell | None:
    """A number as Excel shows it: 15 digits, so 80.099999999999994 is 80.1 and -0 is 0.

    Returns BadCell for NaN, INF and for digits other than [0-9], which float() would accept.
    """
    text = text.strip()
    if not text:
        return None
    if not PLAIN_NUMBER.fullmatch(text):
        return BadCell("number", text[:50])
    return plain_number(float(text))


def plain_number(number: float) -> int | float | BadCell:
    """Fifteen significant digits; whole numbers below 10^15 as int."""
    if not math.isfinite(number):
        return BadCell("number", str(number))
    if abs(number) < 1e15 and number == int(number):
        return int(number)
    return float(f"{number:.15g}")


def date_cell(serial: float, date1904: bool) -> datetime.date | datetime.datetime | BadCell:
    """The day of an Excel serial; BadCell below 1 (a time of day), on the 29 February 1900, past the year 9999."""
    if not 1 <= serial < LAST_SERIAL[date1904] + 1 or (not date1904 and 60 <= serial < FIRST_SERIAL_AFTER_LEAP_BUG):
        return BadCell("date", f"{serial:.15g}")
    epoch = datetime.datetime(1904, 1, 1) if date1904 else datetime.datetime(1899, 12, 30)
    if not date1904 and serial < 60:
        epoch += datetime.timedelta(days=1)
    return whole_day(epoch + datetime.timedelta(seconds=round(serial * 86_400)))


def whole_day(moment: datetime.datetime) -> datetime.date | datetime.datetime:
    """A date where the time of day is midnight: Excel has no type of its own for it."""
    return moment.date() if moment.time() == datetime.time() else moment


def iso_date_cell(text: str) -> datetime.date | datetime.datetime | BadCell:
    """Dates of ISO 8601 as .ods and strict .xlsx store them; the zone is dropped, since rolls have none."""
    try:
        return whole_day(datetime.datetime.fromisoformat(text.strip()).replace(tzinfo=None))
    except ValueError:
        return BadCell("date", text[:50])


def _to_wire(value) -> dict:
    if isinstance(value, BadCell):
        return {"bad": [value.kind, value.text]}
    if isinstance(value, datetime.datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()}


def _from_wire(value: dict):
    match value:
        case {"bad": [kind, text]}:
            return BadCell(kind, text)
        case {"moment": text}:
            return datetime.datetime.fromisoformat(text)
        case {"day": text}:
            return datetime.date.fromisoformat(text)
    return value


# json.dumps makes a new encoder at every call that does not use its defaults.
_ENCODE = json.JSONEncoder(default=_to_wire, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def dumps(message) -> bytes:
    """One line of the pipe. JSON, never pickle: the child has touched hostile bytes."""
    return _ENCODE(message).encode()


def loads(line: bytes):
    """The reverse of dumps."""
    return json.loads(line, object_hook=_from_wire)
