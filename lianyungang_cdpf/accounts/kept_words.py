"""Numbers of people that somebody searches for stay out of addresses: those lie in histories, bookmarks and logs.

The words are kept encrypted in the session, and the address holds a short random mark in their place ("~k3J9…"),
which pages through, orders and exports the list like any other word. It ends with the session.
"""

import re
import secrets
import unicodedata

from django.http import QueryDict

from lianyungang_cdpf.fields import UnreadableSecret, decrypt, encrypt

MARK = "~"
KEPT = "kept_words"
PLACE = "session.kept_words"
# How many searches a session remembers; the oldest makes room.
MOST_KEPT = 20
LONGEST = 200
# Parameters that people type words into. In these eight digits are a number; elsewhere they may be a record's key.
TYPED = frozenset(("q", "term"))
A_NUMBER = re.compile(r"[0-9]{8,}")
GROUPED = re.compile(r"[0-9-]+[Xx]?")
# A phone has 11 digits, an account or ID number more. Not part of a longer word: fingerprints and UUIDs have digits.
A_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z-])[0-9]{11,}[Xx]?(?![0-9A-Za-z-])")
DAY = re.compile(r"(?:19|20)[0-9]{2}-?(?:0?[1-9]|1[0-2])-?(?:0?[1-9]|[12][0-9]|3[01])")
# The city's divisions (GB/T 2260) are no secret: town and village, of 9 and 12 digits.
AREA = re.compile(r"3207[0-9]{5}(?:[0-9]{3})?")
LOST = "刚才搜索的号码已不再保留（登录已更换，或之后又做了多次搜索）：请重新输入。"


def tells_a_number(name: str, value: str) -> bool:
    """Whether a parameter of an address looks like somebody's ID, certificate, phone or account number."""
    text = unicodedata.normalize("NFKC", value).strip()
    if AREA.fullmatch(text) or DAY.fullmatch(text):
        return False
    text = re.sub(r"\s", "", text)
    if name not in TYPED:
        return bool(A_LONG_NUMBER.search(text))
    text = text.replace("-", "") if GROUPED.fullmatch(text) else text
    return any(not DAY.fullmatch(digits) for digits in A_NUMBER.findall(text))


def without_numbers(query: QueryDict, session=None) -> QueryDict | None:
    """The parameters with a mark for each number, None where they hold none. Without a session they are left out."""
    if not any(tells_a_number(name, value) for name, values in query.lists() for value in values):
        return None
    clean = QueryDict(mutable=True)
    for name, values in query.lists():
        for value in values:
            if not tells_a_number(name, value):
                clean.appendlist(name, value)
            elif session is not None:
                clean.appendlist(name, keep(session, value))
    return clean


def keep(session, words: str) -> str:
    """The mark under which the session knows these words from now on."""
    words, kept = words[:LONGEST], session.get(KEPT, [])
    for mark, stored in kept:
        if _opened(stored) == words:
            return mark
    mark = MARK + secrets.token_urlsafe(9)
    session[KEPT] = [*kept, [mark, encrypt(words, PLACE).hex()]][-MOST_KEPT:]
    return mark


def words_of(session, text: str) -> str | None:
    """What was searched for: the words behind a mark, None where the session no longer knows it, else the text."""
    if not text.startswith(MARK):
        return text
    stored = dict(session.get(KEPT, [])).get(text.strip())
    return _opened(stored) if stored else None


def as_typed(request) -> QueryDict:
    """The parameters of the address with the words behind each mark; a mark that is not known any more says nothing."""
    typed = request.GET.copy()
    for name, values in request.GET.lists():
        typed.setlist(name, [words_of(request.session, value) or "" for value in values])
    return typed


def _opened(stored: str) -> str | None:
    try:
        return decrypt(bytes.fromhex(stored), PLACE)
    except UnreadableSecret:
        return None
