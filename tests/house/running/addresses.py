"""Every kind of address that the pages of a role lead to, with the parameters that its links and forms send.

Two addresses are of one kind when they share a row of tests/isolation/urls.py, the table of all addresses.
"""

import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from tests.house.running.portal import PASSWORD, PATIENCE, Portal
from tests.isolation.urls import ROUTES

# They end the session, change how the rest looks or is signed in, or are no page of the portal.
LEFT_OUT = re.compile(r"/(logout|password_change|display|static|second-factor|extend)\b")
MOST_OF_A_KIND = 2
CONVERTERS = {"path": ".+", "int": "[0-9]+", "uuid": "[0-9a-f-]{36}"}
TOKEN = "csrfmiddlewaretoken"


@dataclass
class Address:
    """A place that takes parameters: `sent` is what a browser would send with them."""

    role: str
    method: str
    url: str
    sent: dict[str, str] = field(default_factory=dict)
    session: requests.Session | None = field(default=None, repr=False, compare=False)

    @property
    def kind(self) -> tuple[str, str]:
        return self.method, kind_of(self.url)


def _pattern_of(route: str) -> re.Pattern:
    """What the addresses of a row look like; rows of the admin's own that are patterns already are one kind each."""
    parts = re.split(r"<(\w+):\w+>", route)
    filled = [re.escape(part) if at % 2 == 0 else CONVERTERS.get(part, "[^/]+") for at, part in enumerate(parts)]
    return re.compile("/" + "".join(filled))


# The most particular first: fewest open parts, then the longest.
KINDS = sorted(
    ((route, _pattern_of(route)) for route in ROUTES if "(" not in route),
    key=lambda one: (one[0].count("<"), -len(one[0])),
)


def kind_of(url: str) -> str:
    """The row of an address; itself where it has none."""
    path = urlsplit(url).path
    return next((f"/{route}" for route, pattern in KINDS if pattern.fullmatch(path)), path)


def signed_in(portal: Portal, username: str) -> requests.Session:
    """A session of a demonstration account; of nobody without a name."""
    session = requests.Session()
    if not username:
        return session
    page = session.get(f"{portal.url}/admin/login/")
    sent = {"username": username, "password": PASSWORD, TOKEN: read(page.text, page.url).token}
    answer = session.post(page.url, sent, headers={"Referer": page.url})
    if "sessionid" not in session.cookies:
        raise RuntimeError(f"{username} 登录不了: {answer.status_code}")
    return session


@dataclass
class Crawl:
    """What was found: answers by kind, and the addresses with parameters."""

    answers: dict[str, requests.Response] = field(default_factory=dict)
    addresses: dict[tuple[str, str], Address] = field(default_factory=dict)

    def add(self, address: Address) -> None:
        """The first of its kind, with every parameter that any of its kind sends."""
        known = self.addresses.setdefault(address.kind, address)
        for name, value in address.sent.items():
            known.sent.setdefault(name, value)
            known.sent[name] = known.sent[name] or value

    def walk(self, portal: Portal, username: str, starts: tuple[str, ...]) -> None:
        """From the starts along every link, two of each kind or, where another account has been, one."""
        session, waiting = signed_in(portal, username), deque(f"{portal.url}{start}" for start in starts)
        seen: dict[str, int] = {}
        while waiting:
            url = waiting.popleft()
            kind = kind_of(url)
            if LEFT_OUT.search(kind) or seen.get(kind, 0) >= self._enough(kind, username):
                continue
            seen[kind] = seen.get(kind, 0) + 1
            answer = session.get(url, timeout=PATIENCE, allow_redirects=False)
            self._note(kind, answer, username)
            if answer.is_redirect:
                there = urljoin(url, answer.headers["Location"])
                waiting.extend([there] if there.startswith(f"{portal.url}/") else [])
            if "text/html" in answer.headers.get("Content-Type", "") and answer.status_code == 200:
                waiting.extend(self._read(answer, portal, username, session))

    def _read(self, answer, portal: Portal, username: str, session: requests.Session) -> list[str]:
        """The page's links into the portal; what its links and forms send is noted."""
        page = read(answer.text, answer.url)
        links = [link for link in page.links if link.startswith(f"{portal.url}/") and not LEFT_OUT.search(link)]
        for link in links:
            if query := urlsplit(link).query:
                self.add(Address(username, "GET", link.split("?")[0], dict(parse_qsl(query, True)), session))
        for method, action, sent in page.forms:
            if action.startswith(f"{portal.url}/") and not LEFT_OUT.search(action):
                self.add(Address(username, method, action.split("?")[0], sent, session))
        return links

    def _enough(self, kind: str, username: str) -> int:
        """How many of a kind an account opens: one where another has been, as its forms may be others."""
        known = self.answers.get(kind)
        return 1 if known is not None and known.ok and known.asked_by != username else MOST_OF_A_KIND

    def _note(self, kind: str, answer, username: str) -> None:
        known = self.answers.get(kind)
        if known is None or (known.status_code != 200 and answer.status_code == 200):
            self.answers[kind] = answer
            answer.asked_by = username


class _Page(HTMLParser):
    def __init__(self, base: str):
        super().__init__()
        self.base, self.links, self.forms, self.token = base, [], [], ""
        self._sent: dict | None = None
        self._by_id: dict[str, dict] = {}

    def handle_starttag(self, tag, attrs):
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and told.get("href"):
            self.links.append(urljoin(self.base, told["href"]).split("#")[0])
        elif tag == "form":
            self._sent = {}
            self.forms.append(
                (told.get("method", "get").upper(), urljoin(self.base, told.get("action") or self.base), self._sent)
            )
            self._by_id[told.get("id", "")] = self._sent
        elif tag in ("input", "select", "textarea", "button") and told.get("name"):
            self._field(told)
        elif tag == "option" and self._last is not None and ("selected" in told or not self._last[0][self._last[1]]):
            self._last[0][self._last[1]] = told.get("value", "")

    _last: tuple[dict, str] | None = None

    def _field(self, told: dict) -> None:
        sent = self._by_id.get(told["form"]) if "form" in told else self._sent
        if told["name"] == TOKEN:
            self.token = told.get("value", "")
        if sent is not None and told.get("type") != "file":
            sent.setdefault(told["name"], told.get("value", ""))
            self._last = (sent, told["name"])

    def handle_endtag(self, tag):
        if tag == "form":
            self._sent = None
        if tag == "select":
            self._last = None


def read(html: str, url: str) -> _Page:
    """The links and forms of a page."""
    page = _Page(url)
    page.feed(html)
    return page
