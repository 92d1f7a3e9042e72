"""Removes uploads whose time has come; the worker does the same once a day."""

from django.core.management.base import BaseCommand

from lianyungang_cdpf.intake.keeping import purge_expired, to_be_purged


class Command(BaseCommand):
    """Says what it removed, or with --dry-run what it would."""

    help = "删除已到期的上传文件（保留期限见 INTAKE_ARCHIVE_DAYS）；批次的文件名、指纹和行记录保留。"

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="只列出将要删除的，不删除")

    def handle(self, *args, **options):
        if not options["dry_run"]:
            self.stdout.write(f"已删除 {purge_expired()} 个到期的原文件。")
            return
        count = 0
        for job, is_given_up in to_be_purged():
            count += 1
            what = "放弃导入并删除原文件" if is_given_up else "删除原文件"
            self.stdout.write(f"批次 {job.pk}（{job.get_state_display()}，{job.created_at:%Y-%m-%d} 上传）：{what}")
        self.stdout.write(f"将删除 {count} 个到期的原文件；没有改动任何数据。")
