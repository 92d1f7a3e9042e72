"""Signing in through an identity service: against a real OpenID Connect provider, over HTTP on this machine."""

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import SuspiciousOperation
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from lianyungang_cdpf.accounts.factor import identity
from lianyungang_cdpf.accounts.factor.identity_urls import identity_routes
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.audit.models import AuditLine

# Read now: the addresses of urls.py are made when first asked for, which must not be within a test with a service.
from tests.accounts.factor import urls_with_identity
from tests.fixtures_city import PASSWORD

BEGIN, CALLBACK = "/admin/sign-in/identity/?next=/admin/work/", "/admin/sign-in/identity/callback/"
PEOPLE = {"s1": "LYG-0017", "s2": "LYG-0018", "s3": "LYG-9999"}
SECRET = "a-secret-of-the-tests-alone"


@pytest.fixture(scope="module")
def server():
    """The provider, which knows three people by their numbers."""
    people = [
        oidc_provider_mock.User(sub=sub, claims={"preferred_username": number, "amr": ["pwd", "otp"]})
        for sub, number in PEOPLE.items()
    ]
    patch = pytest.MonkeyPatch()
    patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=people) as running:
        yield f"http://localhost:{running.server_port}"
    patch.undo()


@pytest.fixture
def service(server, settings):
    """The portal with this provider configured."""
    settings.OPENID = {**settings.OPENID, "issuer": server, "client_id": "portal", "client_secret": SECRET}
    settings.ROOT_URLCONF = urls_with_identity.__name__
    return server


@pytest.fixture
def known(clerk):
    """The clerk, registered by the number of the first person."""
    Staff.objects.filter(pk=clerk.pk).update(identity=PEOPLE["s1"])
    return clerk


def agree(client, sub="s1", **answer) -> str:
    """Go to the provider as the portal says, and sign in there; the address that it sends the browser back to."""
    there = client.get(BEGIN).url
    back = requests.post(there, data={"sub": sub, **answer}, allow_redirects=False, timeout=10)
    assert back.status_code == 302
    return back.headers["Location"].removeprefix("http://testserver")


def is_signed_in(client) -> bool:
    return SESSION_KEY in client.session


def test_the_button_leads_over_the_provider_to_where_one_wanted_to_go(service, known, client):
    assert "用政务统一身份认证登录" in client.get("/admin/login/").content.decode()
    before = Staff.objects.count()
    back = agree(client)
    key = client.session.session_key
    assert client.get(back).url == "/admin/work/"
    assert client.session[SESSION_KEY] == str(known.pk) and client.session.session_key != key
    assert client.get("/admin/work/").status_code == 200
    assert Staff.objects.count() == before


def test_what_is_asked_of_the_provider_is_bound_to_this_browser(service, known, client):
    there = urlsplit(client.get(BEGIN).url)
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}
    kept = client.session["oidc_states"][asked["state"]]
    challenge = base64.urlsafe_b64encode(hashlib.sha256(kept["code_verifier"].encode()).digest()).decode().rstrip("=")
    assert (asked["code_challenge"], asked["code_challenge_method"]) == (challenge, "S256")
    assert asked["nonce"] == kept["nonce"] and asked["response_type"] == "code"


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(service, known, client):
    back = agree(client)
    stranger = Client()
    stranger.get(BEGIN)
    assert stranger.get(back).url.startswith("/admin/login/") and not is_signed_in(stranger)
    client.get(back)
    client.logout()
    again = client.get(back, follow=True)
    assert "统一身份认证没有完成" in again.content.decode() and not is_signed_in(client)


def test_an_answer_to_another_question_is_refused(service, known, client):
    back = agree(client)
    session = client.session
    for kept in session["oidc_states"].values():
        kept["nonce"] = "another"
    session.save()
    assert "没有完成" in client.get(back, follow=True).content.decode()
    assert not is_signed_in(client)


def test_who_declines_at_the_provider_is_back_at_the_sign_in_page(service, known, client):
    assert "没有完成" in client.get(agree(client, action="deny"), follow=True).content.decode()


def test_a_token_for_another_client_is_refused(service, city, settings, client):
    settings.OPENID = {**settings.OPENID, "client_id": "neighbour"}
    back = parse_qs(urlsplit(agree(client)).query)
    form = {
        "grant_type": "authorization_code", "code": back["code"][0], "client_id": "neighbour", "client_secret": "x",
        "redirect_uri": f"http://testserver{CALLBACK}",
    }  # fmt: skip
    token = requests.post(f"{service}/oauth2/token", data=form, timeout=10).json()["id_token"]
    nonce = next(iter(client.session["oidc_states"].values()))["nonce"]
    assert identity.Identities().verify_token(token, nonce=nonce)["sub"] == "s1"
    settings.OPENID = {**settings.OPENID, "client_id": "portal"}
    with pytest.raises(SuspiciousOperation, match="another client"):
        identity.Identities().verify_token(token, nonce=nonce)


def test_nobody_unknown_gets_an_account(service, known, client):
    answer = client.get(agree(client, "s3"), follow=True).content.decode()
    assert "没有与您的统一身份对应的账号" in answer
    assert not is_signed_in(client) and Staff.objects.count() == 1


def test_a_disabled_account_is_refused_with_a_sentence(service, known, client):
    Staff.objects.update(is_active=False)
    assert "您的账号已停用" in client.get(agree(client), follow=True).content.decode()
    assert not is_signed_in(client)
    assert AuditLine.objects.get(deed="拒绝登录").object_id == str(known.pk)


def test_an_account_without_a_role_is_refused_as_by_password(service, known, client):
    Staff.objects.update(role=None)
    assert "还没有角色" in client.get(agree(client), follow=True).content.decode()
    assert not is_signed_in(client) and not client.login(username=known.username, password=PASSWORD)


def test_who_has_shown_no_password_here_is_not_asked_to_change_it(service, known, settings, client):
    settings.PASSWORD_MAX_AGE_DAYS = 90
    Staff.objects.filter(pk=known.pk).update(password_given_at=timezone.now())
    client.get(agree(client))
    assert client.get("/admin/work/").status_code == 200
    # With the password that somebody gave one still has to.
    client.post("/admin/login/", {"username": known.username, "password": PASSWORD})
    assert client.get("/admin/work/").url == "/admin/password_change/"


def test_nor_after_the_code_that_the_portal_asks_for(service, equipped, settings, client, code_of):
    settings.PASSWORD_MAX_AGE_DAYS = 90
    Staff.objects.filter(pk=equipped.pk).update(identity=PEOPLE["s2"], password_given_at=timezone.now())
    client.get(agree(client, "s2"))
    assert client.post("/admin/sign-in/code/", {"code": code_of(equipped)}).url == "/admin/work/"
    assert client.get("/admin/work/").status_code == 200


def test_the_providers_second_factor_counts_only_where_the_setting_says_so(
    service, equipped, settings, client, code_of
):
    Staff.objects.filter(pk=equipped.pk).update(identity=PEOPLE["s2"])
    settings.SECOND_FACTOR = "required"
    assert client.get(agree(client, "s2")).url == "/admin/sign-in/code/"
    assert not is_signed_in(client)
    assert client.post("/admin/sign-in/code/", {"code": code_of(equipped)}).url == "/admin/work/"
    settings.OPENID = {**settings.OPENID, "factors": ["otp"]}
    other = Client()
    assert other.get(agree(other, "s2")).url == "/admin/work/"
    assert other.get("/admin/work/").status_code == 200


def test_a_provider_out_of_reach_leaves_the_password(service, city, settings, client):
    settings.OPENID = {**settings.OPENID, "issuer": "http://localhost:9"}
    answer = client.get(BEGIN, follow=True)
    assert "暂时无法使用" in answer.content.decode()


@pytest.mark.parametrize("told", [[], "no object", None, 7])
def test_an_answer_of_another_shape_is_no_error_of_ours(service, known, client, monkeypatch, told):
    back = agree(client)
    monkeypatch.setattr(identity.Identities, "get_userinfo", lambda *_: told)
    assert "没有完成" in client.get(back, follow=True).content.decode()
    assert not is_signed_in(client)


@pytest.mark.parametrize(
    ("claim", "claims", "found"),
    [
        ("preferred_username", {"preferred_username": "LYG-0017"}, True),
        ("preferred_username", {"preferred_username": ""}, False),
        ("preferred_username", {"preferred_username": ["LYG-0017"]}, False),
        ("preferred_username", {}, False),
        ("email", {"email": "LYG-0017", "email_verified": True}, True),
        ("email", {"email": "LYG-0017", "email_verified": "true"}, False),
        ("email", {"email": "LYG-0017"}, False),
    ],
)
def test_only_a_claim_that_the_provider_vouches_for_names_an_account(known, settings, claim, claims, found):
    settings.OPENID = {**settings.OPENID, "claim": claim}
    assert bool(identity.account_of(claims)) is found


def test_without_a_setting_there_is_neither_button_nor_address(client, city, settings):
    assert "统一身份" not in client.get("/admin/login/").content.decode()
    with pytest.raises(NoReverseMatch):
        reverse("identity:begin")
    assert identity_routes() == []
    settings.OPENID = {**settings.OPENID, "issuer": "https://sso.example.gov.cn"}
    assert [str(route.pattern) for route in identity_routes()] == ["admin/sign-in/identity/"]


def test_two_accounts_have_two_identities(known, make_staff, sign_in):
    root = make_staff("root", area="320700", role="system_admin")
    other = make_staff("other")
    client, address = sign_in(root), f"/admin/accounts/staff/{other.pk}/change/"
    sent = {"username": "other", "is_active": "on", "role": other.role_id, "area": other.area_id}
    answer = client.post(address, {**sent, "identity": "LYG-0017"})
    assert "已登记在另一个账号上" in answer.content.decode()
    for given, kept in (("LYG-0020", "LYG-0020"), ("", None)):
        assert client.post(address, {**sent, "identity": given}).status_code == 302
        other.refresh_from_db()
        assert other.identity == kept
