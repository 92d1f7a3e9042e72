"""What each kind of answer says of itself: fences, cookies, caching; and that no header of a request is believed."""

import re

import requests

from tests.house.running.addresses import Crawl, signed_in
from tests.house.running.portal import Portal

FENCES = {
    "X-Content-Type-Options": {"nosniff"}, "X-Frame-Options": {"DENY"},
    "Referrer-Policy": {"no-referrer", "same-origin", "strict-origin"},
    "Cross-Origin-Opener-Policy": {"same-origin"}, "Cross-Origin-Resource-Policy": {"same-origin"},
    "X-Permitted-Cross-Domain-Policies": {"none"},
}  # fmt: skip
POLICY = {
    "default-src": "'none'", "object-src": "'none'", "base-uri": "'none'", "form-action": "'self'",
    "frame-ancestors": "'none'", "script-src": "'self'", "style-src": "'self'",
}  # fmt: skip
LOOSE = re.compile(r"unsafe-|\*|\bhttps?:|\bblob:|\bfilesystem:")
TELLS = ("X-Powered-By", "X-AspNet-Version", "Via", "X-Debug", "Access-Control-Allow-Origin")

EVIL = "evil.invalid"
DIRTY = [
    {"Host": "evil.invalid"}, {"Host": "localhost@evil.invalid"}, {"Host": "localhost:80/evil.invalid"},
    {"Host": "evil.invalid:443"}, {"Host": "localhost\tevil.invalid"},
    {"X-Forwarded-Host": "evil.invalid"}, {"X-Host": "evil.invalid"}, {"X-Forwarded-Server": "evil.invalid"},
    {"X-HTTP-Host-Override": "evil.invalid"}, {"Forwarded": "host=evil.invalid;for=evil.invalid"},
    {"X-Original-URL": "/admin/accounts/staff/?evil.invalid"}, {"X-Rewrite-URL": "/admin/accounts/staff/?evil.invalid"},
    {"X-Forwarded-For": "127.0.0.1, evil.invalid"}, {"X-Real-IP": "evil.invalid"}, {"X-Client-IP": "127.0.0.1"},
    {"X-Forwarded-Port": "evil.invalid"}, {"X-Forwarded-Prefix": "//evil.invalid"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"X-Forwarded-Scheme": "javascript"}, {"Referer": "https://evil.invalid/"}, {"Origin": "https://evil.invalid"},
    {"Accept-Language": "evil.invalid-" * 200}, {"X-Forwarded-Proto": "evil.invalid"},
]  # fmt: skip
PAGES = ("/", "/admin/", "/admin/beneficiaries/person/", "/self-check/", "/api/v1/people", "/nowhere/")
FORGED = "203.0.113.77"
ADDRESSES = (
    "from lianyungang_cdpf.audit.models import AuditLine; "
    "print(list(AuditLine.objects.order_by('-pk').values_list('address', flat=True)[:5]))"
)


def wrong_in(answer: requests.Response, signed: bool) -> list[str]:
    """What is missing or too much in the headers of an answer; `signed`: it was asked by somebody who is known."""
    told = answer.headers
    wrong = [f"{name}: {told.get(name)}" for name, good in FENCES.items() if told.get(name) not in good]
    wrong += [f"{name}: {told[name]}" for name in TELLS if name in told]
    wrong += [f"Server: {told['Server']}"] if re.search("[0-9]", told.get("Server", "")) else []
    wrong += [] if told.get("Permissions-Policy", "").count("=()") >= 10 else ["Permissions-Policy"]
    wrong += _wrong_in_policy(told.get("Content-Security-Policy", ""))
    if signed and "no-store" not in told.get("Cache-Control", ""):
        wrong.append(f"Cache-Control: {told.get('Cache-Control')}")
    cookies = answer.raw.headers.getlist("Set-Cookie") if answer.raw else []
    return wrong + [f"cookie {one.split('=')[0]}" for one in cookies if not _is_fenced(one)]


def _wrong_in_policy(policy: str) -> list[str]:
    told = dict(one.strip().partition(" ")[::2] for one in policy.split(";"))
    # What somebody uploaded stands in a sandbox in which nothing runs.
    wanted = {"default-src": "'none'"} if "sandbox" in told else POLICY
    wrong = [f"CSP {name}: {told.get(name)}" for name, words in wanted.items() if told.get(name) != words]
    return wrong + ([f"CSP: {policy}"] if LOOSE.search(policy) else [])


def _is_fenced(cookie: str) -> bool:
    """Secure is the production profile's (tests/pages/test_answers.py): this portal answers over plain HTTP."""
    flags = cookie.lower()
    return "httponly" in flags and re.search("samesite=(lax|strict)", flags) is not None


def findings(portal: Portal, crawl: Crawl) -> list[str]:
    """Of every kind of answer, then of the dirty headers."""
    found = [
        f"{kind} ({answer.status_code}, {answer.asked_by or '公众'}) {what}"
        for kind, answer in sorted(crawl.answers.items())
        for what in wrong_in(answer, bool(answer.asked_by))
    ]
    found += [
        f"{kind} ({answer.asked_by}) 5xx: {answer.status_code}"
        for kind, answer in crawl.answers.items()
        if answer.status_code >= 500
    ]
    return found + _dirty(portal) + _forged(portal)


def _dirty(portal: Portal) -> list[str]:
    found = []
    for username in ("", "shi"):
        session = signed_in(portal, username)
        for path in PAGES:
            plain = session.get(f"{portal.url}{path}", allow_redirects=False)
            for headers in DIRTY:
                answer = session.get(f"{portal.url}{path}", headers=headers, allow_redirects=False)
                wanted = 400 if "Host" in headers else plain.status_code
                if answer.status_code != wanted or EVIL in f"{answer.headers}{answer.text}":
                    found.append(f"{path} {headers}: {answer.status_code}")
    return found


def _forged(portal: Portal) -> list[str]:
    """The log names the address of the connection, whatever the client says of itself."""
    forged = dict.fromkeys(("X-Forwarded-For", "X-Real-IP", "X-Client-IP", "True-Client-IP"), FORGED)
    session = requests.Session()
    session.headers.update(forged | {"Forwarded": f"for={FORGED}"})
    page = session.get(f"{portal.url}/admin/login/")
    token = re.search('name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
    sent = {"username": "shi", "password": "no-password-1", "csrfmiddlewaretoken": token}
    session.post(page.url, sent, headers={"Referer": page.url})
    told = portal.manage("shell", "-v", "0", "-c", ADDRESSES)
    if "127.0.0.1" not in told:
        return [f"日志里没有这次登录: {told}"]
    return [f"日志相信了伪造的地址: {told}"] if FORGED in told else []
