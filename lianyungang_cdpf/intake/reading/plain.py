"""The plain lane: rows of an .xlsx that are written as Excel writes them, found by regular expressions.

Expat calls Python five times a cell; a roll of 36,000 rows has 300,000. Here only text that can mean nothing else is
taken: complete rows of complete cells, no comments, no entities, no CDATA, no formulas, in UTF-8, right below a
<sheetData> that expat itself has found. Whatever differs stays for the parser, from that row on.
"""

import re
import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from .refused import Refused
from .xml_parts import new_parser, spreadsheet_names

# Larger parts are streamed: the lane holds one in memory.
LARGEST_PART = 64 * 1024 * 1024
DATA = spreadsheet_names("sheetData")
OPENS, CLOSES = b"<sheetData>", b"</sheetData>"

_DECLARATION = rb'<\?xml version="1\.0"(?: encoding="[Uu][Tt][Ff]-8")?(?: standalone="(?:yes|no)")?\s*\?>'
_UTF8 = re.compile(rb"(?:\xef\xbb\xbf)?(?:" + _DECLARATION + rb")?\s*<\w")
# Control characters, and two that XML forbids: expat refuses them. A bare ] may be the start of ]]>.
_TEXT = rb"[^<&\]\x00-\x08\x0b-\x1f]*+"
_ATTRIBUTES = rb'(?: [A-Za-z0-9:]{1,20}="[^"<&\x00-\x1f]{0,40}")*+'
_CELL = (
    rb'<c r="(?P<at>[A-Z]{1,3})(?P<row>[0-9]{1,7})"(?: s="(?P<style>[0-9]{1,6})")?+(?: t="(?P<kind>s|n|str)")?+'
    rb"(?:/>|></c>|><v>(?P<value>" + _TEXT.removesuffix(b"*+") + rb"++)</v></c>)"
)
_UNNAMED_CELL = re.sub(rb"\(\?P<\w+>", b"(?:", _CELL)
_ROW = re.compile(rb'<row r="([1-9][0-9]{0,6})"(' + _ATTRIBUTES + rb")(?:/>|>((?:" + _UNNAMED_CELL + rb")*+)</row>)")
_CELLS = re.compile(re.sub(r"\(\?P<\w+>", "(", _CELL.decode("latin-1")))
_ATTRIBUTE = re.compile(rb' ([A-Za-z0-9:]+)="([^"]*)"')
# What a row may say of itself without a meaning for what it holds; a height of 0 hides it.
_HARMLESS = {b"spans", b"s", b"customFormat", b"ht", b"customHeight", b"thickTop", b"thickBot"}
DESCENT, DESCENT_PREFIX = b"x14ac:dyDescent", b' xmlns:x14ac="'
_HEIGHT = re.compile(rb"[1-9][0-9]{0,3}(?:\.[0-9]{1,20})?")
_STRINGS = re.compile(rb'(?:<si><t(?: xml:space="preserve")?+>' + _TEXT + rb"</t></si>)*+")
_STRING = re.compile(r'<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_ENDS = (b"</sst>", b"</sst>\n", b"</sst>\r\n")
NONCHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")

PlainCell = tuple[str, str, str, str, str]  # column letters, row, style, kind, value; "" where not given


def whole_part(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of a part, or None where it is too large, or in another encoding, for this lane."""
    if archive.getinfo(name).file_size > LARGEST_PART:
        return None
    with archive.open(name) as part:
        data = part.read(LARGEST_PART + 1)
    plain = len(data) <= LARGEST_PART and _UTF8.match(data) and b"\x00" not in data and not NONCHARACTERS.search(data)
    return data if plain else None


def plain_strings(data: bytes) -> list[str] | None:
    """The texts of a table of shared strings that holds nothing but plain ones; None for any other."""
    first = data.find(b"<si>")
    if first < 0 or not _is_root(data[:first], "sst"):
        return None
    last = _STRINGS.match(data, first).end()
    try:
        return _STRING.findall(data[first:last].decode()) if data[last:] in _ENDS else None
    except UnicodeDecodeError:
        return None


def _is_root(head: bytes, name: str) -> bool:
    """Whether expat finds in the head just the start of one element of SpreadsheetML, without a prefix."""
    started, at = [], []

    def start(full_name: str, _) -> None:
        started.append(full_name)
        at.append(parser.CurrentByteIndex)

    parser = new_parser(start, started.append)
    try:
        parser.Parse(head, False)
    except (expat.ExpatError, Refused):
        return False
    is_plain = len(started) == 1 and started[0] in spreadsheet_names(name)
    # Nothing but this tag up to here: a comment or a blank behind it would be told apart by its length only.
    return is_plain and head.startswith(f"<{name} ".encode(), at[0]) and head.index(b">", at[0]) == len(head) - 1


class PlainSheet:
    """A sheet's part that may be read in this lane: `rows` up to the first that is not plain, which `rest` begins with.

    `frame` is the part without its rows, for the parser: it says which columns are hidden and which cells merged.
    """

    def __init__(self, data: bytes):
        self._data = data
        self._start = data.find(OPENS) + len(OPENS)
        self._end = data.find(CLOSES, self._start)
        self._position = self._start
        self._harmless: dict[bytes, bool] = {b"": True}
        self._names = _HARMLESS | ({DESCENT} if DESCENT_PREFIX in data[: max(self._start, 0)] else set())

    @property
    def exists(self) -> bool:
        """Whether there are plain rows at all, below the one <sheetData> that expat finds."""
        if self._start < len(OPENS) or self._end < 0 or not _ROW.match(self._data, self._start, self._end):
            return False
        return self._opens_at() == [self._start - len(OPENS)]

    def _opens_at(self) -> list[int]:
        """Where expat sees <sheetData>, in the head alone."""
        found = []

        def start(name: str, _) -> None:
            if name in DATA:
                found.append(parser.CurrentByteIndex)

        parser = new_parser(start)
        try:
            parser.Parse(self._data[: self._start], False)
        except (expat.ExpatError, Refused):
            return []
        return found

    @property
    def frame(self) -> bytes:
        """Head and tail without what stands between."""
        return self._data[: self._start] + self._data[self._end :]

    @property
    def is_read(self) -> bool:
        """Whether every row was plain."""
        return self._position == self._end

    @property
    def head(self) -> bytes:
        """Up to and with <sheetData>."""
        return self._data[: self._start]

    @property
    def rest(self) -> bytes:
        """From the first row that is not plain."""
        return self._data[self._position :]

    def rows(self) -> Iterator[tuple[str, list[PlainCell]]]:
        """(row number, its cells) as texts, until one is not plain."""
        data, end, position, match_row, cells = self._data, self._end, self._position, _ROW.match, _CELLS.findall
        while match := match_row(data, position, end):
            number, attributes, inside = match.groups()
            if not self._is_harmless(attributes):
                return
            try:
                found = cells((inside or b"").decode())
            except UnicodeDecodeError:
                return
            position = match.end()
            yield number.decode(), found
            self._position = position

    def _is_harmless(self, attributes: bytes) -> bool:
        known = self._harmless.get(attributes)
        if known is None:
            pairs = _ATTRIBUTE.findall(attributes)
            names = [name for name, _ in pairs]
            known = len(set(names)) == len(names) and all(
                name in self._names and (name != b"ht" or _HEIGHT.fullmatch(value)) for name, value in pairs
            )
            if len(self._harmless) < 1000:
                self._harmless[attributes] = known
        return known
