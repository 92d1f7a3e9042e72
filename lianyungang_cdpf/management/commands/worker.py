"""The background worker: runs queued imports and takes up those whose worker died."""

import threading

from django.conf import settings
from django.db import Error, close_old_connections
from django_tasks_db.management.commands.db_worker import Command as DbWorker

from lianyungang_cdpf.intake.tables.text import simplified
from lianyungang_cdpf.intake.work import take_up_lost


class Command(DbWorker):
    """`db_worker`, with a watch over lost imports beside it."""

    help = "后台作业：读取和入账上传的文件，接手中断的作业。"

    def handle(self, *args, **options):
        simplified()  # a table that the first file would wait for
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
            except Error as error:
                self.stderr.write(f"检查中断的作业时数据库出错：{type(error).__name__}")
            finally:
                close_old_connections()
