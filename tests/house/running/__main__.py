"""bin/scan running [--database sqlite|postgresql] [--only NAME] [--match PATTERN]
[--examples N] [--people N] [--level N]"""

import argparse
import re
import shutil
import signal
import subprocess
import sys
import tempfile

from tests.house.running import headers, injection
from tests.house.running.addresses import Crawl
from tests.house.running.portal import Portal, portal

# Of each role an account of the demonstration; first who may most, so that a kind of address is asked by them.
ACCOUNTS = (
    "shi", "ganyu", "ganyu_shenhe", "ganyu_minzheng", "ganyu_caiwu", "qingkou", "lingdao", "shenji", "guanli", "anquan",
    "rizhi",
)  # fmt: skip
STARTS = {"": ("/", "/admin/login/", "/nowhere/", "/healthz", "/.well-known/security.txt", "/api/schema")}
OF_STAFF = ("/admin/", "/api/v1/people", "/api/v1/nowhere", "/admin/nowhere/")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
MOST_LINES = 60  # of what schemathesis says of its failures
SCANNERS = ("headers", "schemas", "injection")
say = sys.stdout.write


def crawled(served: Portal) -> Crawl:
    """Every kind of page, as the public and each role see it."""
    crawl = Crawl()
    for username in ("", *ACCOUNTS):
        crawl.walk(served, username, STARTS.get(username, OF_STAFF))
    return crawl


def schemas(served: Portal, examples: int, match: re.Pattern) -> list[str]:
    """Roles for which an answer is a 5xx or none that the API's description allows, of the accounts that match."""
    found, asked = [], [username for username in ACCOUNTS if match.search(username)]
    if not asked:
        return ["schemathesis：没有账号符合 --match，没有检查。"]
    for username in asked:
        command = [
            sys.executable, "-m", "schemathesis.cli", "run", f"{served.url}/api/schema", "--no-color", "--no-shrink",
            "-H", f"Authorization: Bearer {served.token_of(username)}", "-c", CHECKS, "-n", str(examples),
            "--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all", "--continue-on-failure",
        ]  # fmt: skip
        # It keeps notes where it is run.
        with tempfile.TemporaryDirectory() as notes:
            ran = subprocess.run(command, cwd=notes, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        said = ran.stdout.strip().splitlines()
        say(f"schemathesis {username}: {said[-1] if said else ran.stderr[-300:]}\n")
        if ran.returncode:
            failures = next((at for at, line in enumerate(said) if "= FAILURES =" in line), -MOST_LINES)
            told = [*said[failures:][:MOST_LINES], *(["……"] if len(said[failures:]) > MOST_LINES else [])]
            found.append(f"schemathesis {username}:\n" + "\n".join(told))
            say(f"{found[-1]}\n")  # at once: what follows takes an hour
    return found


def scan(served: Portal, told: argparse.Namespace) -> list[str]:
    """All findings, each told."""
    only = told.only
    crawl = crawled(served)
    say(f"{served.vendor}: {len(crawl.answers)} 种页面，{len(crawl.addresses)} 种带参数的地址和表单\n")
    found = []
    if only in ("", "headers"):
        found += headers.findings(served, crawl)
    if only in ("", "schemas"):
        found += schemas(served, told.examples, told.match)
    if only in ("", "injection"):
        if shutil.which("sqlmap") is None:
            say("sqlmap: 没有安装（pip install sqlmap），没有检查。\n")
        else:
            injectable, tested = injection.findings(served, crawl, say, told.level, told.match)
            say(f"sqlmap: 检查了 {tested} 处\n")
            found += injectable
    return found


def main() -> int:
    """0 where nothing is found, else 1."""
    parser = argparse.ArgumentParser(prog="bin/scan running")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--only", choices=SCANNERS, default="")
    parser.add_argument("--examples", type=int, default=200)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--level", type=int, default=injection.LEVEL)
    parser.add_argument(
        "--match",
        type=re.compile,
        default=re.compile(""),
        help="schemathesis, sqlmap: only what matches, as it is named when scanned",
    )
    told = parser.parse_args()
    with portal(told.database, told.people) as served:
        found = scan(served, told)
    say("".join(f"{one}\n" for one in found) + f"发现 {len(found)} 处\n")
    return 1 if found else 0


if __name__ == "__main__":
    # One that is told to end takes its servers along.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sys.exit(main())
