"""sqlmap on every parameter: of links, forms and operations of the API, of paths, and on three headers.

Before the portal it is let at a server that is open to injection (`leaky`): a scanner that finds nothing there would
find nothing anywhere.
"""

import json
import re
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

from tests.house.running.addresses import TOKEN, Address, Crawl
from tests.house.running.portal import Portal

FOUND = "identified the following injection point"
NOTHING = "all tested parameters do not appear to be injectable"
LEVEL = 1  # of sqlmap; at 3 an address takes seven to nine times as long (seen), and all of them a day
SYSTEMS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
# A scan of one address takes minutes at most; one that hangs is told as such.
SECONDS = 3600
# What tells the rows of a form apart in the names of their fields.
ROWS = re.compile(r"-(?:\d+|__prefix__)-|_\d+$")
HEADERS = "user-agent,referer,cookie,sessionid"  # the place beside its name, or only level 2 looks there


def sqlmap(words: list[str], vendor: str, level: int = LEVEL, more: tuple[str, ...] = ()) -> tuple[str, str]:
    """How it ended ("found", "nothing" or "untested") and what was said last."""
    folder = tempfile.mkdtemp(prefix="portal-sqlmap-")
    command = [
        shutil.which("sqlmap"), *words, f"--level={level}", "--risk=1", "--batch", f"--dbms={SYSTEMS[vendor]}",
        "--disable-coloring", "--flush-session", f"--output-dir={folder}", "--drop-set-cookie", "--ignore-redirects",
        "--ignore-code=*", "--time-sec=2", "--retries=1", *more,
    ]  # fmt: skip
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, stdin=subprocess.DEVNULL)
        said = done.stdout
    except subprocess.TimeoutExpired:
        return "untested", f"{SECONDS} s"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if FOUND in said:
        return "found", said[said.index(FOUND) :][:600]
    if NOTHING not in said:
        return "untested", said[-400:]
    missed = missed_in(said, words)
    return ("untested", f"没有检查：{'、'.join(missed)}") if missed else ("nothing", "")


def missed_in(said: str, words: list[str]) -> list[str]:
    """Those of the parameters asked for that it does not say it has tested: it passes over some without a word."""
    asked = words[words.index("-p") + 1].split(",") if "-p" in words else []
    # A place, whose parameters have names of their own.
    asked = [name for name in asked if name != "cookie"]
    return [name for name in asked if not re.search(f"parameter '(JSON )?{re.escape(name)}' does not", said, re.I)]


# -- what is scanned ---------------------------------------------------------------------------------------------------


def orders(portal: Portal, crawl: Crawl) -> Iterator[tuple[str, list[str]]]:
    """(whose and what, sqlmap's words) for each address, operation and set of headers."""
    yield "headers", ["-u", f"{portal.url}/admin/", "--cookie", "sessionid=1", "-p", HEADERS]
    for address in crawl.addresses.values():
        yield from _of_page(address)
    token = portal.token_of("shi")
    headers = {"Authorization": f"Bearer {token}"}
    schema = requests.get(f"{portal.url}/api/schema", headers=headers | {"Accept": "application/json"}, timeout=60)
    for path, operations in schema.json()["paths"].items():
        for method, told in operations.items():
            yield from _of_operation(portal, path, method, told, schema.json(), token)


def _of_page(address: Address) -> Iterator[tuple[str, list[str]]]:
    # sqlmap takes a value that begins with a minus for one that somebody has tried to inject, and stops.
    sent = {name: value.lstrip("-") or "1" for name, value in address.sent.items() if name != TOKEN}
    cookies = "; ".join(f"{one.name}={one.value}" for one in address.session.cookies)
    words = ["--cookie", cookies, "--referer", address.url] if cookies else []
    if not sent:
        return
    # Of a field that a form has in every row the first: the same code reads all of them.
    first: dict[str, str] = {}
    for name in sent:
        first.setdefault(ROWS.sub("#", name), name)
    names = ",".join(first.values())
    if address.method == "GET":
        yield f"{address.role} GET {address.url}", ["-u", f"{address.url}?{urlencode(sent)}", "-p", names, *words]
    else:
        token = {TOKEN: address.sent[TOKEN]} if address.sent.get(TOKEN) else {}
        data = ["--data", urlencode(sent | token), "-p", names, f"--skip={TOKEN}"]
        yield f"{address.role} POST {address.url}", ["-u", address.url, *data, *words]


def _of_operation(portal, path, method, told, schema, token) -> Iterator[tuple[str, list[str]]]:
    headers, name = ["-H", f"Authorization: Bearer {token}"], f"shi {method.upper()} {path}"
    asked = told.get("parameters", [])
    place = f"{portal.url}{re.sub(r'{[^}]+}', '1', path)}"
    # Each alone: together, one that fits no record would hide the others behind an empty answer.
    for one in asked:
        if one["in"] == "query":
            query = {one["name"]: _value_of(one.get("schema", {}))}
            yield f"{name} {one['name']}", ["-u", f"{place}?{urlencode(query)}", "-p", one["name"], *headers]
        if one["in"] == "path":
            marked = re.sub(r"{[^}]+}", "1", path.replace(f"{{{one['name']}}}", "1*"))
            yield f"{name} {one['name']}", ["-u", f"{portal.url}{marked}", "-X", method.upper(), *headers]
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if reference := body.get("$ref"):
        body = schema["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    fields = {one: _value_of(kind) for one, kind in body.get("properties", {}).items()}
    for one in fields:
        data = json.dumps({asked: fields[asked] for asked in dict.fromkeys([*body.get("required", ()), one])})
        sent = ["--data", data, "-H", "Content-Type: application/json", "-p", one]
        yield f"{name} {one}", ["-u", place, "-X", method.upper(), *sent, *headers]


def _value_of(kind: dict) -> str:
    """Something that the parameter may be, so that an answer lies behind it."""
    if kind.get("enum"):
        return str(kind["enum"][0])
    return {"integer": "1", "number": "1", "boolean": "true"}.get(
        kind.get("type"), "2019-03-01" if kind.get("format") == "date" else "1"
    )


def findings(portal: Portal, crawl: Crawl, say: Callable, level: int, match: re.Pattern) -> tuple[list[str], int]:
    """What is injectable or could not be tested, of the addresses that match; and how many were."""
    if control() != "found":
        return ["sqlmap 在故意留有漏洞的服务器上也没有发现漏洞：扫描无效。"], 0
    found, tested = [], 0
    for name, words in orders(portal, crawl):
        if not match.search(name):
            continue
        how, said = sqlmap(words, portal.vendor, level)
        say(f"sqlmap {how}: {name}\n")
        tested += how != "untested"
        if how != "nothing":
            found.append(f"sqlmap {how}: {name} {said}")
    return found, tested


# -- the control -------------------------------------------------------------------------------------------------------


class _Leaky(BaseHTTPRequestHandler):
    """Puts what it is asked for into its statement, as no portal should."""

    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query).get("id", ["1"])[0]
        database = sqlite3.connect(":memory:")
        database.executescript("CREATE TABLE one (id, name); INSERT INTO one VALUES (1, 'first'), (2, 'second')")
        try:
            rows = database.execute(f"SELECT name FROM one WHERE id = {asked}").fetchall()
            body = "<html>" + "".join(f"<p>{name} {'word ' * 20}</p>" for (name,) in rows) + "</html>"
        except sqlite3.Error as error:
            body = f"<html>{error}</html>"
        database.close()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *words):
        """Says nothing."""


@contextmanager
def leaky() -> Iterator[str]:
    """The address of a server that is open to injection."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Leaky)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def control() -> str:
    """What sqlmap says of a server that is open."""
    with leaky() as url:
        return sqlmap(["-u", f"{url}?id=1", "-p", "id"], "sqlite", 1, ("--technique=B",))[0]
