"""`manage.py check`, and so the start of every command: production says how many proxies stand in front."""

from django.conf import settings
from django.core import checks

NOT_TOLD = (
    "正式环境没有设置 PORTAL_TRUSTED_PROXIES：前面有几层反向代理就写几（本机的也算一层），门户直接面向用户时写 0。"
    "不设置的话，代理后面的人都是同一个地址，输错密码和访问次数都不能按地址限制。"
)


@checks.register(checks.Tags.security)
def proxies_are_told(app_configs, **kwargs):
    """An error in production where nobody said it: behind a proxy on this machine nothing would count by address."""
    if settings.PRODUCTION and not settings.TRUSTED_PROXIES_TOLD:
        return [checks.Error(NOT_TOLD, id="accounts.E002")]
    return []
