"""Disables accounts that nobody has used for long; the worker does the same once a day."""

from django.core.management.base import BaseCommand
from django.utils.timezone import localtime

from lianyungang_cdpf.accounts.signin.idle import disable_idle_accounts, going_and_staying, why_it_stays


class Command(BaseCommand):
    """Says whom it disabled, or with --dry-run whom it would; and whom it leaves alone."""

    help = "停用长期没有使用的账号（天数见 PORTAL_IDLE_ACCOUNT_DAYS，0 为不停用），并停用它们的接口令牌。"

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="只列出将要停用的，不停用")

    def handle(self, *args, dry_run, **options):
        going, staying = going_and_staying()
        accounts = going if dry_run else disable_idle_accounts()
        for staff in accounts:
            self.stdout.write(_line(staff))
        for staff in staying:
            self.stdout.write(f"{_line(staff)}，{why_it_stays(staff)}")
        done = "将停用 {} 个账号；没有改动任何数据。" if dry_run else "已停用 {} 个账号。"
        self.stdout.write(done.format(len(accounts)))


def _line(staff) -> str:
    used = localtime(staff.used_at)
    return f"账号 {staff.username}（{staff.role}，{staff.place_name}）：{used:%Y-%m-%d} 起没有使用"
