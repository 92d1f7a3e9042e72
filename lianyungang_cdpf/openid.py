"""The settings of signing in through a government identity service (OpenID Connect); accounts/factor/identity.py."""

from django.core.exceptions import ImproperlyConfigured
from environ import Env


def openid_settings(env: Env, *, production: bool) -> dict:
    """Without an issuer there is no such service. Raises ImproperlyConfigured for what can't be right.

    `claim` is what of the service's answer names the account, `field` where it stands here ("identity" or "username");
    which words of amr, or which acr, of the service count as the second factor, `factors` says.
    """
    told = {
        "issuer": env("PORTAL_OIDC_ISSUER", default="").rstrip("/"),
        "client_id": env("PORTAL_OIDC_CLIENT_ID", default=""),
        "client_secret": env("PORTAL_OIDC_CLIENT_SECRET", default=""),
        "claim": env("PORTAL_OIDC_CLAIM", default="preferred_username"),
        "field": env("PORTAL_OIDC_FIELD", default="identity"),
        "scopes": env("PORTAL_OIDC_SCOPES", default="openid profile"),
        "algorithm": env("PORTAL_OIDC_ALGORITHM", default="RS256"),
        "factors": env.list("PORTAL_OIDC_FACTORS", default=[]),
    }
    if told["issuer"]:
        _check(told, production)
    return told


def _check(told: dict, production: bool) -> None:
    if not (told["client_id"] and told["client_secret"]):
        raise ImproperlyConfigured(
            "设置了 PORTAL_OIDC_ISSUER，还要设置 PORTAL_OIDC_CLIENT_ID 和 PORTAL_OIDC_CLIENT_SECRET。"
        )
    if production and not told["issuer"].startswith("https://"):
        raise ImproperlyConfigured("PORTAL_OIDC_ISSUER 在生产环境中必须以 https:// 开头。")
    if told["field"] not in {"identity", "username"}:
        raise ImproperlyConfigured("PORTAL_OIDC_FIELD 应为 identity（统一身份标识）或 username（用户名）。")
