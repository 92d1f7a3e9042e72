"""create_staff USERNAME --area CODE|ZONE_KEY --role ROLE: makes an account, the first one included."""

import getpass
import secrets
import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from lianyungang_cdpf.accounts.actions import create_staff
from lianyungang_cdpf.accounts.places import place_named, role_named
from lianyungang_cdpf.accounts.signin.passwords import CLASSES, classes_of

# No letters and digits that are mistaken for each other when the password is copied from the screen.
LETTERS = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

USAGE = "create_staff 用户名 --area 代码 --role 角色 [--name 姓名] [--employee-no 工号] [--password-stdin]"


class Command(BaseCommand):
    """Usage errors and refusals end with exit code 1 and a Chinese sentence."""

    help = "新增一个工作人员账号"

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if parser.called_from_command_line:
            parser.error = self._wrong_call
        return parser

    def _wrong_call(self, message):
        """argparse would end with 2 and speak English."""
        self.stderr.write(f"命令写法不对。用法：{USAGE}")
        raise SystemExit(1)

    def add_arguments(self, parser):
        parser.add_argument("username", help="用户名")
        parser.add_argument("--area", required=True, help="地区代码（如 320706）或功能板块代码（如 xuwei）")
        parser.add_argument("--role", required=True, help="角色代码或中文名，如 district_clerk 或 县区经办")
        parser.add_argument("--name", default="", help="姓名")
        parser.add_argument("--employee-no", default="", metavar="工号", help="工号：同一人的几个账号填同一工号")
        parser.add_argument("--password-stdin", action="store_true", help="从标准输入的第一行读取密码")

    def handle(self, *, username, area, role, name, employee_no, password_stdin, **options):
        try:
            told = {**place_named(area), "role": role_named(role), "name": name, "employee_no": employee_no}
            password, made = self._password(password_stdin)
            staff = create_staff(by=None, username=username, password=password, **told)
        except ValidationError as refusal:
            raise CommandError("".join(refusal.messages)) from refusal
        self.stdout.write(f"已新增账号 {staff.username}：{staff.role}，{staff.place_name}。")
        if made:
            self.stdout.write(f"初始密码（只显示这一次）：{password}")

    def _password(self, from_stdin: bool) -> tuple[str, bool]:
        """The password, and whether it was made up here."""
        if from_stdin:
            password = sys.stdin.readline().rstrip("\r\n")
            if not password:
                raise ValidationError("标准输入里没有密码：请在第一行给出。")
            return password, False
        if sys.stdin.isatty():
            return self._prompt(), False
        return made_up(), True

    def _prompt(self) -> str:
        password = getpass.getpass("密码：")
        if getpass.getpass("再输入一次：") != password:
            raise ValidationError("两次输入的密码不一样，请重新运行命令。")
        return password


def made_up() -> str:
    """A password of sixteen letters and digits that holds to the rules."""
    while True:
        password = "".join(secrets.choice(LETTERS) for _ in range(16))
        if classes_of(password) >= CLASSES:
            return password
