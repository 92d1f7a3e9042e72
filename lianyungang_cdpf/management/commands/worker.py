"""The background worker: runs queued imports, takes up those whose worker died, seals the audit log.

It ends exports with whole numbers when their hours are over, and makes those whose worker died. Daily it removes what
the retention rules say is over (audit/purging.py), disables accounts that nobody uses, and keeps the day's figures of
the board.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import Error, close_old_connections
from django.utils.module_loading import import_string
from django.utils.timezone import localdate, localtime, now
from django_tasks_db.management.commands.db_worker import Command as DbWorker

from lianyungang_cdpf.accounts.signin.idle import disable_idle_accounts
from lianyungang_cdpf.audit.models import AuditCheck
from lianyungang_cdpf.audit.purging import purge_by, purges
from lianyungang_cdpf.audit.retention import BadRules, rules
from lianyungang_cdpf.audit.sealing import seal_lines
from lianyungang_cdpf.audit.verifying import verify
from lianyungang_cdpf.encryption.checking import require_known_keys
from lianyungang_cdpf.intake.work import make_ready, take_up_lost
from lianyungang_cdpf.targets.cockpit.week import keep_today
from lianyungang_cdpf.targets.scopes import UnknownPlace

# How often the worker asks whether the log was verified within a day, in seconds.
LOOKED_EVERY, ONE_DAY = 600, timedelta(days=1)


def _call(dotted: str) -> None:
    import_string(dotted)()


class Command(DbWorker):
    """`db_worker`, with a watch over lost imports and expired uploads beside it."""

    done_on = None

    help = "后台作业：读取和入账上传的文件，接手中断的作业。"

    def handle(self, *args, **options):
        require_known_keys()
        make_ready()
        stop = threading.Event()
        for beside in (self._watch, self._seal, self._verify):
            threading.Thread(target=beside, args=(stop,), daemon=True).start()
        try:
            super().handle(*args, **options)
        finally:
            stop.set()

    def _watch(self, stop: threading.Event) -> None:
        while not stop.wait(min(15, settings.INTAKE_HEARTBEAT_SECONDS / 2)):
            self._attempt("接手中断的作业", take_up_lost)
            for dotted in settings.WATCHED_BY_WORKER:
                self._attempt(dotted, partial(_call, dotted))
            self._purge_daily()
            close_old_connections()

    def _attempt(self, what: str, duty: Callable[[], object]) -> None:
        """Do a duty; what goes wrong is told and stops neither the thread nor the duties behind it."""
        try:
            duty()
        except BadRules as error:
            self.stderr.write(f"{what}没有进行：{error}")
        except Exception as error:
            # By its name only: a message may cite what it stumbled over.
            self.stderr.write(f"{what}时出错：{type(error).__name__}")
            if isinstance(error, Error):
                # The duties behind it begin with a connection that works.
                close_old_connections()

    def _seal(self, stop: threading.Event) -> None:
        """The audit log's lines get their seals within seconds; hourly those of long transactions too."""
        looked_at_all = None
        while not stop.wait(settings.AUDIT_SEAL_EVERY):
            hour = localtime().hour
            try:
                seal_lines(everything=hour != looked_at_all)
                looked_at_all = hour
            except (Error, OSError) as error:
                self.stderr.write(f"封印操作日志时出错：{type(error).__name__}")
            finally:
                close_old_connections()

    def _verify(self, stop: threading.Event) -> None:
        """Daily the whole log is verified; the log's page shows what came of it."""
        while not stop.wait(LOOKED_EVERY):
            try:
                if not AuditCheck.objects.filter(at__gte=now() - ONE_DAY).exists():
                    verify(self.stderr.write)
            except (Error, OSError) as error:
                self.stderr.write(f"核对操作日志时出错：{type(error).__name__}")
            finally:
                close_old_connections()

    def _purge_daily(self) -> None:
        """Once a day, and once when the worker starts: a duty that fails is told once, and done the next day."""
        if self.done_on == localdate():
            return
        self.done_on = localdate()
        self._attempt("按保存期限清理", self._purge)
        self._attempt("停用闲置账号", disable_idle_accounts)
        self._attempt("保存当日进度", self._keep_today)

    def _purge(self) -> None:
        known = purges()
        for code, rule in rules().items():
            if code in known:
                self._attempt(f"清理“{rule.what}”", partial(purge_by, rule))

    @staticmethod
    def _keep_today() -> None:
        with suppress(UnknownPlace):  # Without areas there is nothing to tell yet.
            keep_today()
