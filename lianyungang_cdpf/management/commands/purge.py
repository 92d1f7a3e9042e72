"""Removes what the retention rules say is over; the worker does the same once a day."""

from django.core.management.base import BaseCommand, CommandError

from lianyungang_cdpf.audit.purging import due_by_rule, purge_all


class Command(BaseCommand):
    """Says by rule what went, or with --dry-run what would; what is never purged with the reason.

    Each rule is tried; exit 1 where one failed.
    """

    help = "按保存期限清理到期的数据（规则见 fixtures/retention-rules.json）；会计档案和日志任何时候都不清理。"

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="只列出每条规则将清理多少，不清理")

    def handle(self, *args, dry_run, **options):
        if not dry_run:
            self._purge()
            return
        total = 0
        for rule, due in due_by_rule():
            total += due
            told = f"将清理 {due:,} 条" if rule.is_purged else f"不清理。{rule.kept_because}"
            self.stdout.write(f"{rule.what}（{rule.period}）：{told}")
        self.stdout.write(f"共将清理 {total:,} 条；没有改动任何数据。")

    def _purge(self) -> None:
        total, failed = 0, {}
        for rule, removed in purge_all(failed=failed.__setitem__):
            total += removed
            self.stdout.write(f"{rule.what}（{rule.period}）：已清理 {removed:,} 条")
        self.stdout.write(f"共清理 {total:,} 条。")
        if failed:
            # By the errors' names only: a message may cite what it stumbled over.
            named = "、".join(f"{rule.what}（{type(error).__name__}）" for rule, error in failed.items())
            raise CommandError(f"以下规则清理时出错，请查明后重新运行：{named}。", returncode=1)
