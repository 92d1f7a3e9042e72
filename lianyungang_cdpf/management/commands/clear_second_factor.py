"""clear_second_factor USERNAME: for the administrator whose phone is lost and who has no second one to ask."""

from django.core.management.base import BaseCommand, CommandError

from lianyungang_cdpf.accounts.factor.actions import clear_second_factor
from lianyungang_cdpf.accounts.models import Staff


class Command(BaseCommand):
    """Refusals end with exit code 1 and a Chinese sentence."""

    help = "清除一个账号的第二步验证（手机丢失时），本人下次登录时重新设置"

    def add_arguments(self, parser):
        parser.add_argument("username", help="用户名")

    def handle(self, *, username, **options):
        staff = Staff.objects.filter(username=username).first()
        if staff is None:
            raise CommandError(f"没有账号“{username}”：请核对用户名。")
        if clear_second_factor(by=None, staff=staff):
            self.stdout.write(f"已清除账号 {username} 的第二步验证。")
        else:
            self.stdout.write(f"账号 {username} 没有设置第二步验证，不必清除。")
