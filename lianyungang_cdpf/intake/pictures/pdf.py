"""A PDF is kept as it came if it does nothing but show pages, and if all that a reader could find in it was looked at.

A reader goes to any place that the file's table names, or searches the whole file where the table is broken: never
does it read from the beginning to the end, as is done here. So whatever is passed over here (the data of streams,
comments, strings) must hold nothing with which an object or a trailer could begin; then what a reader can find stands
in what was looked at, or in an object stream, and those are unpacked.
"""

import re
import zlib

from lianyungang_cdpf.intake.reading.limits import MEBIBYTE

# What a PDF can do by itself, or bring along. Those that are scanned, or printed by an office program, do none of it.
ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|EF|FileAttachment|Collection|RichMedia|Rendition|Movie|Sound|3D|XFA"
    rb"|SubmitForm|ImportData|GoToR|GoToE|AA)(?![A-Za-z0-9])"
)
# As readers know it: to one of them 0x80 and 0xFF are blanks, too. Nowhere else may these stand outside of a string.
BLANKS = b"\0\t\n\f\r \x80\xff"
SPACE = rb"[\0\t\n\f\r \x80\xff]"
# Only the page at which the file opens may be told: an array. What is done at opening is an action, or refers to one.
# What stands behind a comment is not looked for: looking past them anew from each place would take quadratic time.
OPENING = re.compile(rb"/OpenAction(?![A-Za-z0-9])(?!" + SPACE + rb"*+\[)")
LOCKED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Behind the word "trailer"; a comment that holds the word again is taken for one that hides something.
OF_TRAILER = re.compile(rb"(?:" + SPACE + rb"|%[^\r\n]*+[\r\n])*+(?:<<|%[^\r\n]*+\Z)")
NUMERIC = b"-+.0123456789eE"
DIGITS = tuple(b"%c" % one for one in b"0123456789.")
REGULAR = rb"[^\0\t\n\f\r %()<>\[\]{}/\x80\xff]"
NAME = re.compile(rb"/" + REGULAR + rb"*")
TOKEN = re.compile(
    rb"(?P<space>[\0\t\n\f\r ]+)|(?P<comment>%[^\r\n]*)|(?P<string>\()|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|(?P<hex><[0-9A-Fa-f\0\t\n\f\r ]*>)|(?P<name>" + NAME.pattern + rb")|(?P<word>" + REGULAR + rb"+)"
)
PARENTHESIS = re.compile(rb"\\.|[()]", re.DOTALL)
STREAM_BEGINS = re.compile(rb"[\t\f ]*(?:\r\n|\n|\r)")
# /First is what makes an object stream to the readers that do not ask for its type.
OF_OBJECT_STREAMS = {b"/ObjStm", b"/First"}
# Nothing else may be said of one: no other packing, no predictor, no file outside, and nothing twice.
TOLD_ONCE = {b"/Type", b"/ObjStm", b"/N", b"/First", b"/Length", b"/Filter", b"/FlateDecode", b"/Extends"}
MOST_UNPACKED = 64 * MEBIBYTE


class Refusal(Exception):
    """A word for why the file is not kept."""


def looked_through(content: bytes) -> bytes:
    """A PDF as it came. Raises Refusal: "active", "locked", "large", "damaged", or "hidden" for what can't be seen."""
    end = content.rfind(b"%%EOF")
    if not content.startswith(b"%PDF-") or end < 0 or content[end + 5 :].strip(b"\0\t\n\f\r "):
        raise Refusal("damaged")
    walk = _Walk(content)
    walk.run()
    for piece in map(_plain, (b" ".join(walk.seen), *walk.unpacked)):
        if LOCKED.search(piece):
            raise Refusal("locked")
        if ACTIVE.search(piece) or OPENING.search(piece):
            raise Refusal("active")
    return content


def _plain(piece: bytes) -> bytes:
    """Names without escapes (ISO 32000-1, 7.3.5): /J#53 is /JS."""
    return ESCAPED.sub(lambda found: bytes((int(found[1], 16),)), piece)


def begins_something(region: bytes) -> bool:
    """Whether an object ("7 0 obj") or a trailer ("trailer <<") could begin there, in any way that a reader takes.

    In linear time: each stretch between two of the words is looked at once. Where comments stand between, it may say
    so of what is none.
    """
    if any(map(OF_TRAILER.match, region.split(b"trailer")[1:])):
        return True
    before = region.split(b"obj")[:-1]
    return any(_ends_with_numbers(piece, is_whole=number == 0) for number, piece in enumerate(before))


def _ends_with_numbers(piece: bytes, *, is_whole: bool) -> bool:
    """Whether "obj" behind it has its two numbers. `is_whole`: nothing that a line could begin with was cut off."""
    before = piece.rstrip(BLANKS)
    if _is_behind_comment(piece, before, is_whole=is_whole):
        return True
    first = before.rstrip(NUMERIC)
    rest = first.rstrip(BLANKS)
    if first == before or rest == first:
        return False
    return rest[-1:] in DIGITS or _is_behind_comment(first, rest, is_whole=is_whole)


def _is_behind_comment(piece: bytes, before: bytes, *, is_whole: bool) -> bool:
    """Whether the line that ends where the blanks behind `before` begin may end with a comment."""
    blanks = piece[len(before) :]
    if b"\n" not in blanks and b"\r" not in blanks:
        return False
    begin = max(before.rfind(b"\n"), before.rfind(b"\r")) + 1
    return b"%" in before[begin:] or (begin == 0 and not is_whole)


class _Walk:
    """One way through a file, token by token: `seen` is all but the data of streams, `unpacked` the object streams."""

    def __init__(self, content: bytes):
        self.content = content
        self.seen: list[bytes] = []
        self.unpacked: list[bytes] = []
        self._at = self._seen_to = self._object_at = self._depth = 0
        self._last, self._left = b"", MOST_UNPACKED

    def run(self) -> None:
        """Walk to the end. Raises Refusal."""
        while self._at < len(self.content):
            found = TOKEN.match(self.content, self._at)
            if found is None:
                raise Refusal("damaged")
            self._at = found.end()
            kind, text = found.lastgroup, found[0]
            if kind == "comment":
                self._passed_over(found.start(), self._at)
            elif kind == "string":
                self._string(found.start())
            elif kind == "open":
                self._depth += 1
            elif kind == "close":
                self._depth -= 1
            elif kind == "word":
                self._word(text)
            if kind not in ("space", "comment"):
                self._last = text
            if self._depth < 0:
                raise Refusal("damaged")
        self.seen.append(self.content[self._seen_to :])

    def _passed_over(self, begin: int, end: int) -> None:
        if begins_something(self.content[begin:end]):
            raise Refusal("hidden")

    def _string(self, begin: int) -> None:
        """To the parenthesis that closes the one at `begin`."""
        depth = 1
        while depth:
            found = PARENTHESIS.search(self.content, self._at)
            if found is None:
                raise Refusal("damaged")
            self._at = found.end()
            depth += {b"(": 1, b")": -1}.get(found[0], 0)
        self._passed_over(begin, self._at)

    def _word(self, word: bytes) -> None:
        if word not in (b"obj", b"endobj", b"trailer", b"stream"):
            return
        if self._depth:
            raise Refusal("damaged")
        if word == b"stream":
            self._stream()
        self._object_at = self._at

    def _stream(self) -> None:
        """Past the data; those of an object stream are unpacked. What says where they end is not believed."""
        begins = STREAM_BEGINS.match(self.content, self._at)
        end = self.content.find(b"endstream", self._at)
        if self._last != b">>" or begins is None or end < 0:
            raise Refusal("damaged")
        told = self.content[self._object_at : self._at]
        self.seen.append(self.content[self._seen_to : self._at])
        self._passed_over(begins.end(), end)
        names = [_plain(name) for name in NAME.findall(told)]
        if OF_OBJECT_STREAMS.intersection(names):
            self.unpacked.append(self._objects(self.content[begins.end() : end], names))
            self._left -= len(self.unpacked[-1])
        self._at = self._seen_to = end

    def _objects(self, data: bytes, names: list[bytes]) -> bytes:
        """The objects of a stream, which hold names as the file itself does.

        One that is not packed is refused: where it ends is told by its length alone, which a reader may believe.
        """
        if b"/FlateDecode" not in names or len(names) > len(set(names)) or not TOLD_ONCE.issuperset(names):
            raise Refusal("hidden")
        try:
            unpacker = zlib.decompressobj()
            objects = unpacker.decompress(data, self._left + 1)
        except zlib.error as error:
            raise Refusal("damaged") from error
        if len(objects) > self._left:
            raise Refusal("large")
        if not unpacker.eof or unpacker.unused_data.strip(b"\r\n"):
            raise Refusal("damaged")
        return objects
