"""Moves a month of the audit log into a sealed file, from where verify_audit --archives still verifies it."""

from datetime import date, datetime

from django.core.management.base import BaseCommand, CommandError

from lianyungang_cdpf.audit.archiving import NotArchived, archive_month, path_of
from lianyungang_cdpf.intake.sealing import Sealer, unsealed


class Command(BaseCommand):
    """Months go one after the other, none that has to be kept."""

    help = "归档一个月的操作日志（YYYY-MM）：加密写入文件，读回核对后从数据库删除。只限已过保留期的月份。"

    def add_arguments(self, parser):
        parser.add_argument("month", type=self._month, metavar="YYYY-MM")

    @staticmethod
    def _month(text: str) -> date:
        try:
            return datetime.strptime(text, "%Y-%m").date()
        except ValueError as error:
            raise CommandError(f"月份“{text[:20]}”不对：请写成 2023-05 的样子。") from error

    def handle(self, *args, month: date, **options):
        try:
            archive = archive_month(month=month, by=None, sealer=Sealer, opened=unsealed)
        except NotArchived as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        self.stdout.write(f"已归档 {month:%Y-%m} 的 {archive.line_count:,} 条日志：{path_of(archive)}")
