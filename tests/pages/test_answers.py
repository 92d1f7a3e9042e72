"""What fences every kind of answer, what errors say, and that no header of a request is believed: our own scanner."""

import re
from datetime import date

import pytest
from django.conf import settings as portal
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse

from lianyungang_cdpf.pages.middleware import ON_EVERY_ANSWER
from services.models import HomePhoto
from services.photos import add_photo
from tests.house.running.headers import DIRTY
from tests.services.test_home_photos import PHOTO

LIST = reverse("admin:beneficiaries_person_changelist")
FENCES = {
    "Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Resource-Policy", "Cross-Origin-Opener-Policy",
    "X-Content-Type-Options", "X-Frame-Options", "X-Permitted-Cross-Domain-Policies", "Referrer-Policy",
    "Strict-Transport-Security", "Access-Control-Allow-Origin", "Server", "X-Powered-By",
}  # fmt: skip
POLICY = {
    "default-src 'none'", "script-src 'self'", "script-src-attr 'none'", "style-src 'self'", "img-src 'self' data:",
    "font-src 'self'", "connect-src 'self'", "manifest-src 'self'", "frame-src 'none'", "worker-src 'none'",
    "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
}  # fmt: skip
USUAL = ON_EVERY_ANSWER | {
    "Cross-Origin-Opener-Policy": "same-origin", "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
}  # fmt: skip
SANDBOX = {"sandbox", "default-src 'none'"}


@pytest.fixture
def portal_as_served(settings, tmp_path):
    """A client over HTTPS with the headers of production, before which whitenoise finds one collected file."""
    settings.STATIC_ROOT, settings.UPLOAD_ROOT = tmp_path / "static", tmp_path / "uploads"
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / "one.css").write_text("p { margin: 0 }")
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.PAGE_RATES = {**settings.PAGE_RATES, "searches": [1, 1]}

    def client(staff=None):
        made = Client(raise_request_exception=False, enforce_csrf_checks=True)
        if staff:
            made.force_login(staff)
        return lambda method, path, **more: getattr(made, method)(path, secure=True, **more)

    return client


@pytest.fixture
def photo(make_person, make_service, haizhou_clerk, portal_as_served):
    home = make_service(make_person(), "home_accessibility", date(2019, 5, 6), ended_on=date(2019, 5, 20))
    told = HomePhoto(moment="before", title="坡道", taken_on=date(2019, 5, 1))
    return add_photo(by=haizhou_clerk, home=home, photo=told, upload=ContentFile(PHOTO, name="a.png"))


@pytest.fixture
def answers(portal_as_served, photo, haizhou_clerk, monkeypatch):
    """By kind an answer and its status."""
    ask, stranger = portal_as_served(haizhou_clerk), portal_as_served()
    monkeypatch.setattr("lianyungang_cdpf.pages.public.views.aid_there_is.subsidies", lambda day: 1 / 0)
    ask("get", LIST, data={"q": "甲"})
    return {
        "page": (200, ask("get", LIST)), "public page": (200, stranger("get", "/self-check/")),
        "redirect": (302, stranger("get", LIST)), "marked address": (302, ask("get", LIST, data={"q": "19000006430"})),
        "file": (200, ask("get", reverse("services:photo", args=[photo.pk]))),
        "static": (200, ask("get", "/static/one.css")),
        "API": (200, ask("get", "/api/v1/people")), "API 401": (401, stranger("get", "/api/v1/people")),
        "API 404": (404, ask("get", "/api/v1/people/987654321")),
        "API 400": (400, ask("get", "/api/v1/people?id_number=1")),
        "API 405": (405, ask("options", "/api/v1/people")), "API nowhere": (404, ask("get", "/api/nowhere")),
        "400": (400, ask("get", LIST, headers={"host": "evil.invalid"})),
        "403": (403, ask("get", "/admin/audit/auditline/")),
        "403 forged": (403, ask("post", reverse("admin:find"), data={"list": LIST})),
        "404": (404, ask("get", "/nowhere/")), "405": (405, ask("get", reverse("admin:find"))),
        "405 of a method": (405, ask("put", LIST)),
        "429": (429, ask("get", LIST, data={"q": "甲"})), "500": (500, stranger("get", "/aid/")),
        "health": (200, stranger("get", "/healthz")),
    }  # fmt: skip


def test_every_kind_of_answer_has_exactly_the_fences_of_the_table(answers):
    for kind, (status, answer) in answers.items():
        assert answer.status_code == status, kind
        policy = set(answer["Content-Security-Policy"].split("; "))
        assert policy == (SANDBOX if kind == "file" else POLICY), kind
        found = {name: answer[name] for name in FENCES - {"Content-Security-Policy"} if name in answer}
        assert found == USUAL, kind
        about_staff = kind in ("page", "marked address", "file", "403", "API", "API 404")
        assert ("no-store" in answer.get("Cache-Control", "")) or not about_staff, kind


def test_errors_say_a_sentence_in_chinese_and_nothing_of_the_inside(answers):
    inside = re.compile(
        r"Traceback|ZeroDivision|division|evil\.invalid|/lianyungang_cdpf/|\.py\b|Django|DisallowedHost|SELECT"
    )
    for kind, (status, answer) in answers.items():
        if status < 400:
            continue
        said = answer.content.decode()
        assert not inside.search(said), kind
        assert re.search("[\u4e00-\u9fff]{6}", said), kind
        assert ("<html" in said) != kind.startswith("API"), kind


@pytest.mark.django_db
@pytest.mark.parametrize("headers", DIRTY, ids=lambda one: "-".join(one))
def test_a_dirty_header_changes_no_answer_and_leads_nowhere(headers):
    plain, client = Client().get(LIST), Client(raise_request_exception=False)
    answer = client.get(LIST, headers=headers)
    told = f"{answer.headers} {answer.content.decode()}"
    assert "evil.invalid" not in told and "accounts/staff" not in told
    if "Host" in headers:
        assert answer.status_code == 400
    else:
        assert (answer.status_code, answer["Location"]) == (plain.status_code, plain["Location"])


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.invalid/",
        "//evil.invalid/",
        "/\\evil.invalid",
        "javascript:alert(1)",
        "https:evil.invalid",
        "\x01//evil.invalid",
    ],
)
def test_signing_in_and_changing_the_display_lead_nowhere_else(elsewhere, client, make_staff):
    staff = make_staff("somebody", area="320706", role="district_clerk")
    staff.set_password("Demo-2019-lyg")
    staff.save()
    told = {"username": "somebody", "password": "Demo-2019-lyg", "next": elsewhere}
    answer = client.post(f"{reverse('admin:login')}", told)
    assert answer.status_code == 302 and answer.url.startswith("/admin/")
    shown = client.get(reverse("public:display"), {"large": "1", "back": elsewhere})
    assert shown.url == reverse("public:home")


def test_whom_to_tell_of_a_hole_is_said_while_it_holds(db, client, settings, time_machine):
    time_machine.move_to("2026-11-28T10:00:00+00:00", tick=False)
    address = "/.well-known/security.txt"
    settings.SECURITY_TXT = {"contact": "mailto:a@example.org", "expires": "2027-01-01T00:00:00+08:00"}
    answer = client.get(address)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode().splitlines()[:2] == [
        "Contact: mailto:a@example.org",
        "Expires: 2027-01-01T00:00:00+08:00",
    ]
    for contact, expires in (
        ("", "2027-01-01T00:00:00+08:00"), ("mailto:a@example.org", ""), ("mailto:a@example.org", "2027-01-01"),
        ("mailto:a@example.org", "2026-01-01T00:00:00+08:00"),
    ):  # fmt: skip
        settings.SECURITY_TXT = {"contact": contact, "expires": expires}
        assert client.get(address).status_code == 404


def test_requests_over_plain_http_go_to_https_and_cookies_stay_there():
    """What the production profile sets; `check --deploy` (tests/house/test_production.py) holds the rest."""
    text = (portal.BASE_DIR / "lianyungang_cdpf" / "settings.py").read_text(encoding="utf-8")
    production = text.split("if PRODUCTION:\n    SECURE_SSL_REDIRECT")[1].split("\n\n")[0]
    assert "SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True" in production
    assert portal.SESSION_COOKIE_HTTPONLY and portal.CSRF_COOKIE_HTTPONLY and not portal.USE_X_FORWARDED_HOST
