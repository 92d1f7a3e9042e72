"""The background worker: runs queued imports, takes up those whose worker died.

Daily it removes uploads and lists of public notices whose time is over.
"""

import threading

from django.conf import settings
from django.db import Error, close_old_connections
from django.utils.timezone import localdate
from django_tasks_db.management.commands.db_worker import Command as DbWorker

from lianyungang_cdpf.intake.keeping import purge_expired
from lianyungang_cdpf.intake.work import make_ready, take_up_lost
from subsidies.notices.ending import remove_ended


class Command(DbWorker):
    """`db_worker`, with a watch over lost imports and expired uploads beside it."""

    purged_on = None

    help = "后台作业：读取和入账上传的文件，接手中断的作业。"

    def handle(self, *args, **options):
        make_ready()
        stop = threading.Event()
        watch = threading.Thread(target=self._watch, args=(stop,), daemon=True)
        watch.start()
        try:
            super().handle(*args, **options)
        finally:
            stop.set()

    def _watch(self, stop: threading.Event) -> None:
        while not stop.wait(min(15, settings.INTAKE_HEARTBEAT_SECONDS / 2)):
            try:
                take_up_lost()
                self._purge_daily()
            except Error as error:
                self.stderr.write(f"检查中断的作业时数据库出错：{type(error).__name__}")
            except OSError as error:
                self.stderr.write(f"删除到期的上传文件时出错：{type(error).__name__}")
            finally:
                close_old_connections()

    def _purge_daily(self) -> None:
        """Once a day, and once when the worker starts."""
        if self.purged_on != localdate():
            purge_expired()
            remove_ended()
            self.purged_on = localdate()
