"""Take a file in from the command line, through the same engine as the pages."""

import json
import time
from datetime import date
from pathlib import Path

from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.intake.actions import start_import
from lianyungang_cdpf.intake.engine import Plan, plan_file
from lianyungang_cdpf.intake.kinds import Context, kind_named
from lianyungang_cdpf.intake.reading import Refused
from lianyungang_cdpf.intake.work import read_and_post

USAGE, REFUSED = 1, 2
CITY_OPERATOR = "city_operator"


class Command(BaseCommand):
    """Exit 0 when the file was read, 1 for a wrong call, 2 when the file was refused."""

    help = "读取一个文件；加 --apply 时把有效的行入账。"

    def add_arguments(self, parser):
        parser.add_argument("kind", help="register、payment_history 或补贴项目代码")
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="username", required=True, help="以哪个账号的身份")
        parser.add_argument("--month", help="发放月份，如 2019-03")
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
        if not options["file"].is_file():
            raise CommandError(f"找不到文件：{options['file']}。", returncode=USAGE)
        month = self._month(options["month"]) if kind.needs_month else None
        context = Context(staff=staff, month=month, paid_on=self._day(options["paid_on"]))
        try:
            answer = self._run(kind, context, options)
        except Refused as refused:
            self._say_refused(refused.sentence, options["json"])
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
        if options["paid_on"] and not (kind.takes_paid_on and staff.role.code == CITY_OPERATOR):
            raise CommandError("--paid-on 只供市级业务补录门户启用前已发放的花名册。", returncode=USAGE)

    @staticmethod
    def _month(text: str | None) -> date | None:
        try:
            return date.fromisoformat(f"{text}-01") if text else None
        except ValueError as error:
            raise CommandError(f"月份“{text}”不对：请写成 2019-03。", returncode=USAGE) from error

    @staticmethod
    def _day(text: str | None) -> date | None:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise CommandError(f"日期“{text}”不对：请写成 2019-03-28。", returncode=USAGE) from error

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
