"""Keys by which programs ask the API in an account's name: shown once, kept as a digest, for a limited time."""

import secrets
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from lianyungang_cdpf.accounts.models import ApiToken, Staff
from lianyungang_cdpf.accounts.recording import record
from lianyungang_cdpf.accounts.signin.wrong_tokens import note_wrong, refuse_after_many
from lianyungang_cdpf.fields import digest, digests_of

# By which a token is known where it should not be: in a log, a script, a repository.
PREFIX = "lyg_"
DEFAULT_DAYS, MOST_DAYS = 90, 366
INVALID = "令牌无效、已停用或已过期。请向系统管理员申请新的令牌。"
USED_EVERY = timedelta(hours=1)


PURPOSE = "api-token"


def digest_of(token: str) -> str:
    """What is kept of a token."""
    return digest(token, PURPOSE)


@transaction.atomic
def issue_token(*, by: Staff | None, staff: Staff, name: str, days: int = DEFAULT_DAYS) -> tuple[ApiToken, str]:
    """A new token and its text, which nobody can see again. `name` says what it is for. Raises ValidationError."""
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError(f"有效天数应在 1 到 {MOST_DAYS} 之间。")
    if not name.strip():
        raise ValidationError("请写明令牌的用途（--name）。")
    if not staff.may_sign_in:
        raise ValidationError("账号已停用或没有角色，不能签发令牌。")
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(staff=staff, name=name.strip(), digest=digest_of(text))
    token.expires_at = timezone.now() + timedelta(days=days)
    token.full_clean()
    token.save()
    record(by=by, deed="签发接口令牌", on=token, summary=f"账号 {staff.username}，{days} 天")
    return token, text


@transaction.atomic
def revoke_token(*, by: Staff | None, token: ApiToken) -> ApiToken:
    """The token stops working at once; a second time changes nothing."""
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    if changed:
        record(by=by, deed="停用接口令牌", on=token, summary=f"账号 {token.staff.username}")
    token.refresh_from_db()
    return token


@transaction.atomic
def revoke_tokens(*, by: Staff | None, staff: Staff) -> None:
    """Revoke all of an account's: whoever enables it again must not bring old tokens back with it."""
    for token in ApiToken.objects.filter(staff=staff, revoked_at=None):
        revoke_token(by=by, token=token)


class ByToken(BaseAuthentication):
    """Authorization: Bearer lyg_…"""

    keyword = b"bearer"

    def authenticate(self, request):
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword:
            return None
        refuse_after_many(request)
        token = self._token(parts[1:])
        if token is None:
            note_wrong(request)
            raise AuthenticationFailed(INVALID)
        return token.staff, token

    def _token(self, parts: list[bytes]) -> ApiToken | None:
        text = parts[0].decode("latin-1") if len(parts) == 1 else ""
        if not text.startswith(PREFIX):
            return None
        token = ApiToken.objects.in_force(timezone.now()).filter(digest__in=digests_of(text, PURPOSE)).first()
        if token is None or not token.staff.may_sign_in:
            return None
        _note_use(token, digest_of(text))
        return token

    def authenticate_header(self, request):
        return 'Bearer realm="api"'


def _note_use(token: ApiToken, kept: str) -> None:
    """When it was last used, to the hour: not every question is a write. A digest of a key that goes becomes one of
    the key that stays: nothing else knows the token's text.
    """
    now = timezone.now()
    if token.digest != kept or token.last_used_at is None or token.last_used_at < now - USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now, digest=kept)


def not_used_since(moment) -> QuerySet[ApiToken]:
    """Tokens in force from before a moment that nobody has used since."""
    idle = Q(last_used_at=None) | Q(last_used_at__lt=moment)
    return ApiToken.objects.in_force(timezone.now()).filter(idle, created_at__lt=moment)


class ByTokenScheme(OpenApiAuthenticationExtension):
    """How the description of the API names the token."""

    target_class = ByToken
    name = "token"

    def get_security_definition(self, auto_schema):
        return {"type": "http", "scheme": "bearer", "description": "系统管理员签发的接口令牌，以 lyg_ 开头。"}
