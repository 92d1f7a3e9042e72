"""Signing in through a government identity service (政务统一身份认证, OpenID Connect): an option of the settings.

The authorization code with PKCE, state and nonce is mozilla-django-oidc's; that the token was made by our service for
us, that both answers are about the same person, and which account that is, is checked here. No account is ever made.
"""

import logging

import jwt
import requests
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.cache import cache
from django.core.exceptions import SuspiciousOperation, ValidationError
from django.urls import reverse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from lianyungang_cdpf.accounts.factor.signing_in import after_first_step
from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.accounts.recording import record

log = logging.getLogger(__name__)
SECONDS = 10
REMEMBERED = 3600
# Claims that the service must say it has checked, and by which claim it says so.
CHECKED = {"email": "email_verified", "phone_number": "phone_number_verified"}
UNREACHABLE = "统一身份认证暂时无法使用，请稍后再试，或用用户名和密码登录。"
FAILED = "统一身份认证没有完成，请重新登录。"
NO_ACCOUNT = "没有与您的统一身份对应的账号，请联系本单位的系统管理员登记。"
DISABLED = "您的账号已停用或还没有角色，请联系本单位的系统管理员。"
# The last four: JSON of another shape than is agreed.
TROUBLES = (
    SuspiciousOperation, jwt.PyJWTError, requests.RequestException, KeyError, ValueError, TypeError, AttributeError,
)  # fmt: skip


def is_offered() -> bool:
    """Whether the sign-in page shows the button, and the addresses behind it exist."""
    return bool(settings.OPENID["issuer"])


def service() -> dict:
    """What the service says of itself (OpenID Connect Discovery), asked once an hour.

    Raises requests.RequestException when it does not answer, SuspiciousOperation when another one does.
    """
    issuer = settings.OPENID["issuer"]
    told = cache.get(f"openid:{issuer}")
    if told is None:
        answer = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=SECONDS)
        answer.raise_for_status()
        told = answer.json()
        if told["issuer"].rstrip("/") != issuer:
            raise SuspiciousOperation("the service calls itself by another name")
        cache.set(f"openid:{issuer}", told, REMEMBERED)
    return told


def setting(name: str, *default):
    """What mozilla-django-oidc asks of its settings, out of ours and of what the service says of itself."""
    ours = {
        "OIDC_RP_CLIENT_ID": "client_id", "OIDC_RP_CLIENT_SECRET": "client_secret", "OIDC_RP_SCOPES": "scopes",
        "OIDC_RP_SIGN_ALGO": "algorithm",
    }  # fmt: skip
    theirs = {
        "OIDC_OP_AUTHORIZATION_ENDPOINT": "authorization_endpoint", "OIDC_OP_TOKEN_ENDPOINT": "token_endpoint",
        "OIDC_OP_USER_ENDPOINT": "userinfo_endpoint", "OIDC_OP_JWKS_ENDPOINT": "jwks_uri",
    }  # fmt: skip
    fixed = {
        "OIDC_USE_PKCE": True, "OIDC_USE_NONCE": True, "OIDC_CREATE_USER": False, "OIDC_TIMEOUT": SECONDS,
        "OIDC_AUTHENTICATION_CALLBACK_URL": "identity:callback",
    }  # fmt: skip
    if name in ours:
        return settings.OPENID[ours[name]]
    if name in theirs:
        return service()[theirs[name]]
    return fixed.get(name, *default)


class Identities(OIDCAuthenticationBackend):
    """Whom the service vouches for. It is no backend of Django's: it grants no permission and loads no session."""

    get_settings = staticmethod(setting)
    claims: dict

    def retrieve_matching_jwk(self, token):
        """The service's key by its name; with a single one it need not be named (OpenID Connect Core, 10.1)."""
        answer = requests.get(self.OIDC_OP_JWKS_ENDPOINT, timeout=SECONDS)
        answer.raise_for_status()
        name = jwt.get_unverified_header(token).get("kid")
        keys = [key for key in answer.json()["keys"] if key.get("use", "sig") == "sig"]
        fitting = [key for key in keys if name is None or key.get("kid") == name]
        if len(fitting) != 1:
            raise SuspiciousOperation("none of the service's keys fits the token, or several do")
        return jwt.PyJWK(fitting[0], self.OIDC_RP_SIGN_ALGO)

    def verify_token(self, token, **kwargs):
        """The library checks signature, lifetime and nonce; that it was made by our service for us, we do."""
        payload = super().verify_token(token, **kwargs)
        audience = payload["aud"] if isinstance(payload["aud"], list) else [payload["aud"]]
        if payload["iss"].rstrip("/") != settings.OPENID["issuer"] or settings.OPENID["client_id"] not in audience:
            raise SuspiciousOperation("the token was made by another service, or for another client")
        if len(audience) > 1 and payload.get("azp") != settings.OPENID["client_id"]:
            raise SuspiciousOperation("the token was made for several clients, and given to another")
        return payload

    def get_or_create_user(self, access_token, id_token, payload):
        """The account of whom both answers are about; None when there is none, or several."""
        told = self.get_userinfo(access_token, id_token, payload)
        if told["sub"] != payload["sub"]:
            raise SuspiciousOperation("token and answer are about different people")
        self.claims = {**told, **payload}
        return account_of(self.claims)


def account_of(claims: dict) -> Staff | None:
    """The account that the chosen claim names, disabled ones too; a claim that needs checking must be checked."""
    claim = settings.OPENID["claim"]
    value = claims.get(claim)
    if not isinstance(value, str) or not value or (claim in CHECKED and claims.get(CHECKED[claim]) is not True):
        return None
    return Staff.objects.filter(**{settings.OPENID["field"]: value}).first()


def factor_given(claims: dict) -> bool:
    """Whether the service says (amr, acr) that it asked for a second factor which counts here."""
    ways = claims.get("amr") or []
    ways = {ways} if isinstance(ways, str) else set(ways)
    return bool({*ways, claims.get("acr")} & set(settings.OPENID["factors"]))


def back_to_sign_in(request, sentence: str):
    """The sign-in page, saying what is in the way."""
    messages.error(request, sentence)
    return redirect_to_login(request.session.get("oidc_login_next") or reverse("admin:index"), reverse("admin:login"))


class Begin(OIDCAuthenticationRequestView):
    """Sends the browser to the service."""

    get_settings = staticmethod(setting)


def begin(request):
    """The view above is told the service's address when it is made, and the service may be out of reach."""
    try:
        return Begin.as_view()(request)
    except TROUBLES as trouble:
        log.error("identity service: %s", type(trouble).__name__)
        return back_to_sign_in(request, UNREACHABLE)


class Callback(OIDCAuthenticationCallbackView):
    """Where the service sends the browser back to."""

    get_settings = staticmethod(setting)

    def get(self, request):
        """Each state counts once; what is not as it must be leads back to the sign-in page."""
        begun = request.session.get("oidc_states", {}).pop(request.GET.get("state", ""), None)
        request.session.modified = True
        if begun is None or "code" not in request.GET:
            return back_to_sign_in(request, FAILED)
        try:
            identities = Identities()
            told = {"nonce": begun["nonce"], "code_verifier": begun["code_verifier"]}
            staff = identities.authenticate(request, **told)
        except TROUBLES as trouble:
            log.error("identity service: %s", type(trouble).__name__)
            return back_to_sign_in(request, FAILED)
        try:
            check_may_enter(staff)
        except ValidationError as refusal:
            return back_to_sign_in(request, refusal.message)
        wanted = request.session.pop("oidc_login_next", None) or reverse("admin:index")
        given = factor_given(identities.claims)
        return after_first_step(request, staff, wanted, given=given, by_password=False)


def check_may_enter(staff: Staff | None) -> None:
    """Raises ValidationError for nobody, and for accounts that may not sign in, with a line in the log."""
    if staff is None:
        raise ValidationError(NO_ACCOUNT)
    if not staff.may_sign_in:
        summary = f"账号 {staff.username} 已停用或没有角色，统一身份认证"
        record(by=None, deed="拒绝登录", on=staff, summary=summary, result="refused")
        raise ValidationError(DISABLED)
