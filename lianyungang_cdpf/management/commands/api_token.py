"""api_token USERNAME --name 用途 [--days N]: a token for the API, shown once; --list and --revoke ID."""

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.timezone import localtime

from lianyungang_cdpf.accounts.models import ApiToken, Staff
from lianyungang_cdpf.accounts.tokens import DEFAULT_DAYS, issue_token, revoke_token


class Command(BaseCommand):
    help = "签发、列出或停用接口令牌"

    def add_arguments(self, parser):
        parser.add_argument("username", help="用户名：令牌以这个账号的角色和辖区使用接口")
        parser.add_argument("--name", default="", metavar="用途", help="令牌的用途，如 统计报表系统")
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, metavar="天数", help="有效天数，默认 90")
        parser.add_argument("--list", action="store_true", help="列出这个账号的令牌")
        parser.add_argument("--revoke", type=int, metavar="编号", help="停用这个编号的令牌")

    def handle(self, *, username, name, days, revoke, **options):
        staff = Staff.objects.filter(username=username).first()
        if staff is None:
            raise CommandError(f"没有账号“{username}”。")
        if options["list"]:
            return self._list(staff)
        if revoke is not None:
            return self._revoke(staff, revoke)
        try:
            token, text = issue_token(by=None, staff=staff, name=name, days=days)
        except ValidationError as refusal:
            raise CommandError("".join(refusal.messages)) from refusal
        self.stdout.write(f"已签发令牌 {token.pk}，账号 {username}，{_day(token.expires_at)} 前有效。")
        self.stdout.write(f"令牌（只显示这一次）：{text}")

    def _list(self, staff):
        for token in staff.api_tokens.all():
            used = f"最近使用 {_day(token.last_used_at)}" if token.last_used_at else "没有用过"
            self.stdout.write(f"{token.pk} {token.name}：{_state(token)}，{used}")

    def _revoke(self, staff, number):
        token = ApiToken.objects.filter(staff=staff, pk=number).first()
        if token is None:
            raise CommandError(f"账号“{staff.username}”没有编号为 {number} 的令牌，请用 --list 查看。")
        revoke_token(by=None, token=token)
        self.stdout.write(f"已停用令牌 {number}。")


def _state(token) -> str:
    if token.revoked_at:
        return f"{_day(token.revoked_at)} 停用"
    if token.expires_at <= timezone.now():
        return f"{_day(token.expires_at)} 到期"
    return f"有效至 {_day(token.expires_at)}"


def _day(moment) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}"
