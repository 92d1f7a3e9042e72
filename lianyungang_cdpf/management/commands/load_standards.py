"""load_standards FILE.json: the office's amounts and conditions, all of the file or nothing."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from subsidies.loading import load_standards
from subsidies.standards_file import StandardsRefused, read_document


class Command(BaseCommand):
    help = "载入补贴标准文件：替换文件中各项目的名称、标准和享受条件。"

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE.json", help="补贴标准文件（JSON，UTF-8）")

    def handle(self, *args, file, **options):
        try:
            loaded = load_standards(read_document(file))
        except StandardsRefused as refused:
            raise CommandError(f"没有载入，什么也没有改动：\n{refused}") from refused
        self.stdout.write(
            f"已载入 {loaded.programmes} 个项目的补贴标准：新增 {loaded.added} 条，移除 {loaded.removed} 条，"
            f"未变 {loaded.kept} 条。"
        )
