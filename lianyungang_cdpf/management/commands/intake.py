"""Take a file in from the command line, through the same engine as the pages."""

import json
import re
import time
from datetime import date
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.intake.actions import start_import
from lianyungang_cdpf.intake.engine import Plan, plan_file
from lianyungang_cdpf.intake.kinds import Context, kind_named
from lianyungang_cdpf.intake.periods import MONTH as MONTH_PERIOD
from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.intake.work import read_and_post

USAGE, REFUSED = 1, 2
CALL = (
    "intake 种类 文件 --as 用户名 [--month YYYY-MM] [--filename 原名] [--apply] [--all-or-nothing] "
    "[--paid-on YYYY-MM-DD] [--json]"
)
MONTH = re.compile("20[0-9]{2}-(?:0[1-9]|1[0-2])")
DAY = re.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}")


class Command(BaseCommand):
    """Exit 0 when the file was read, 1 for a wrong call, 2 when the file was refused."""

    help = "读取一个文件；加 --apply 时把有效的行入账。"

    def create_parser(self, prog_name, subcommand, **kwargs):
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        if parser.called_from_command_line:
            parser.error = self._wrong_call
        return parser

    def _wrong_call(self, message):
        """argparse would end with 2, which says that a file was refused, and speak English."""
        self.stderr.write(f"命令写法不对。用法：{CALL}")
        raise SystemExit(USAGE)

    def add_arguments(self, parser):
        parser.add_argument("kind", help="register、payment_history 或补贴项目代码")
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="username", required=True, help="以哪个账号的身份")
        parser.add_argument("--month", help="发放月份，如 2019-03；按年度、学年的名册可写 2019、2019-2020")
        parser.add_argument("--filename", help="文件的原名（默认用路径中的名字）")
        parser.add_argument("--apply", action="store_true", help="把有效的行入账")
        parser.add_argument("--all-or-nothing", action="store_true", help="有一行错误就全部不入账")
        parser.add_argument("--paid-on", help="门户启用前已发放的日期，仅市级业务可用")
        parser.add_argument("--json", action="store_true", help="标准输出只有 JSON")

    def handle(self, *args, **options):
        started = time.monotonic()
        staff = self._staff(options["username"])
        kind = kind_named(options["kind"])
        if kind is None:
            raise CommandError(f"没有这个种类：{options['kind']}。", returncode=USAGE)
        self._check_permissions(staff, kind, options)
        self._check_file(options["file"])
        month = self._month(options["month"], kind)
        context = Context(staff=staff, month=month if kind.needs_month else None, paid_on=self._day(options["paid_on"]))
        try:
            answer = self._run(kind, context, options)
        except Refused as refused:
            self._say_refused(refused.sentence, options["json"])
        except Exception as error:
            # No traceback: it would hold what the file holds.
            sentence = f"处理时出了意外（{type(error).__name__}），没有写入任何数据。请联系系统管理员。"
            raise CommandError(sentence, returncode=USAGE) from None
        self._say(answer, options["json"], time.monotonic() - started)

    # -- checking the call -----------------------------------------------------------------------------------------

    def _staff(self, username: str) -> Staff:
        staff = Staff.objects.select_related("area", "zone", "role").filter(username=username, is_active=True).first()
        if staff is None:
            raise CommandError(f"没有这个账号：{username}。", returncode=USAGE)
        return staff

    def _check_permissions(self, staff: Staff, kind, options: dict) -> None:
        allowed = staff.has_perm(kind.permission)
        if options["apply"]:
            allowed = allowed and staff.has_perm(kind.post_permission)
        if not allowed:
            raise CommandError(f"账号 {staff.username} 无权导入“{kind.label}”。", returncode=USAGE)
        if options["paid_on"] is not None and not (kind.paid_permission and staff.has_perm(kind.paid_permission)):
            raise CommandError("--paid-on 只供市级业务补录门户启用前已发放的花名册。", returncode=USAGE)

    @staticmethod
    def _check_file(path: Path) -> None:
        try:
            if path.is_dir():
                raise CommandError(f"这是文件夹，不是文件：{path}。", returncode=USAGE)
            # A pipe or a device would be waited for.
            if not path.is_file():
                raise FileNotFoundError
            with open(path, "rb") as stream:
                stream.read(1)
        except (OSError, ValueError) as error:
            raise CommandError(f"找不到或打不开文件：{str(path)[:200]}。", returncode=USAGE) from error

    @staticmethod
    def _month(text: str | None, kind) -> date | None:
        """The period that the option names; a month stands for the year or school year that it lies in."""
        if text is None:
            return None
        if kind.needs_month and kind.period is not MONTH_PERIOD and not MONTH.fullmatch(text):
            period = kind.period.read(text)
            if period is None:
                raise CommandError(f"{kind.period.asked}“{text}”不对：请写成 {kind.period.like}。", returncode=USAGE)
            return period
        if not MONTH.fullmatch(text):
            raise CommandError(f"月份“{text}”不对：请写成 2019-03。", returncode=USAGE)
        return kind.period.holding(date.fromisoformat(f"{text}-01"))

    @staticmethod
    def _day(text: str | None) -> date | None:
        if text is None:
            return None
        try:
            day = date.fromisoformat(text) if DAY.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            raise CommandError(f"日期“{text}”不对：请写成 2019-03-28。", returncode=USAGE)
        if day > localdate():
            raise CommandError(f"发放日期“{text}”晚于今天：--paid-on 只供补录已经发放的花名册。", returncode=USAGE)
        return day

    # -- doing it --------------------------------------------------------------------------------------------------

    def _run(self, kind, context: Context, options: dict) -> dict:
        name = options["filename"] or options["file"].name
        if not options["apply"]:
            return describe(plan_file(kind, options["file"], name, context))
        with open(options["file"], "rb") as stream:
            job = start_import(
                by=context.staff, kind=kind, upload=File(stream), name=name, month=context.month,
                paid_on=context.paid_on, queue=False,
            )  # fmt: skip
        plan = read_and_post(job, kind, all_or_nothing=options["all_or_nothing"])
        return describe(plan) | {"applied_rows": job.applied_rows}

    # -- saying it -------------------------------------------------------------------------------------------------

    def _say_refused(self, sentence: str, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps({"rejected": sentence}, ensure_ascii=False))
            raise SystemExit(REFUSED)
        raise CommandError(f"已退回：{sentence}", returncode=REFUSED)

    def _say(self, answer: dict, as_json: bool, seconds: float) -> None:
        if as_json:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        self.stdout.write(
            f"共 {answer['data_rows']} 行：{answer['valid_rows']} 行有效，合计 {answer['total_valid_amount']} 元；"
            f"{answer['bad_rows']} 行有错误；已入账 {answer['applied_rows']} 行（{seconds:.1f} 秒）。"
        )
        for error in answer["errors"][:50]:
            place = f"{error['sheet'] or '文本'} 第 {error['row']} 行"
            self.stdout.write(f"  {place}：{'；'.join(error['messages'])}")
        if answer["needs_confirmation"]:
            self.stdout.write("文件内容与所选的月份、项目或地区有出入，没有入账：请在网页上确认。")


def describe(plan: Plan) -> dict:
    """A plan as the command contract's JSON."""
    bad = [one for one in plan.kept if one.is_bad]
    return {
        "kind": plan.kind.code,
        "month": f"{plan.month:%Y-%m}" if plan.month else None,
        "sheets": plan.sheets,
        "data_rows": plan.data_rows,
        "valid_rows": plan.valid_rows,
        "bad_rows": plan.bad_rows,
        "total_valid_amount": f"{plan.total:.2f}",
        "errors": [
            {
                "sheet": one.sheet,
                "row": one.row,
                "codes": one.codes,
                "primary": one.codes[0],
                "messages": [sentence for _, _, sentence in one.messages],
            }
            for one in bad
        ],
        "warnings": [{"sheet": one.sheet, "row": one.row, "code": code} for one in plan.kept for code in one.warnings],
        "file_warnings": plan.file_warnings,
        "needs_confirmation": bool(plan.questions),
        "questions": [{"where": where, "sentence": sentence} for where, sentence in plan.questions],
        "applied_rows": 0,
    }
