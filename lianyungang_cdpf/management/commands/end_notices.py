"""Deletes the lists of public notices that are over; the worker does the same once a day."""

from django.core.management.base import BaseCommand

from subsidies.notices.ending import remove_ended


class Command(BaseCommand):
    """Says of how many notices the list was deleted."""

    help = "删除公示期满或花名册已退回的公示名单；公示的标题、日期、人数和异议保留。"

    def handle(self, *args, **options):
        self.stdout.write(f"已删除 {remove_ended()} 个公示的名单。")
