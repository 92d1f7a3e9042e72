"""The background worker: runs queued imports, takes up those whose worker died, seals the audit log.

It ends exports with whole numbers when their hours are over, and makes those whose worker died. Daily it removes what
the retention rules say is over (audit/purging.py), disables accounts that nobody uses, and keeps the day's figures of
the board.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import Error, close_old_connections
from django.utils.module_loading import import_string
from django.utils.timezone import localdate, localtime, now
from django_tasks_db.management.commands.db_worker import Command as DbWorker

from lianyungang_cdpf.accounts.signin.idle import disable_idle_accounts
from lianyungang_cdpf.audit.models import AuditCheck
from lianyungang_cdpf.audit.purging import purge_by, purges
from lianyungang_cdpf.audit.retention import BadRules, Rule, rules
from lianyungang_cdpf.audit.sealing import seal_lines
from lianyungang_cdpf.audit.verifying import verify
from lianyungang_cdpf.encryption.checking import require_known_keys
from lianyungang_cdpf.intake.work import make_ready, take_up_lost
from lianyungang_cdpf.targets.cockpit.week import keep_today
from lianyungang_cdpf.targets.scopes import UnknownPlace

# How often the worker asks whether the log was verified within a day, in seconds.
LOOKED_EVERY, ONE_DAY = 600, timedelta(days=1)
# A daily duty that failed is tried again after this: a database that is locked at midnight is not so all day.
TRIED_AGAIN_AFTER = timedelta(hours=1)


def _call(dotted: str) -> None:
    import_string(dotted)()


class Command(DbWorker):
    """`db_worker`, with a watch over lost imports and expired uploads beside it."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        # By duty: the day on which it was last done, and when it was last tried.
        self._done_on: dict[str, date] = {}
        self._tried_at: dict[str, datetime] = {}
        self._rules: list[Rule] = []

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

    def _attempt(self, what: str, duty: Callable[[], object]) -> bool:
        """Do a duty, and whether it was done; what goes wrong is told and stops neither the thread nor other duties."""
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
        else:
            return True
        return False

    def _seal(self, stop: threading.Event) -> None:
        """The audit log's lines get their seals within seconds; hourly those of long transactions too."""
        looked_at_all = None
        while not stop.wait(settings.AUDIT_SEAL_EVERY):
            hour = localtime().hour
            try:
                seal_lines(everything=hour != looked_at_all)
                looked_at_all = hour
            except Exception as error:
                # Whatever it is: a thread that ends is not missed by anybody.
                self.stderr.write(f"封印操作日志时出错：{type(error).__name__}")
            finally:
                close_old_connections()

    def _verify(self, stop: threading.Event) -> None:
        """Daily the whole log is verified; the log's page shows what came of it."""
        while not stop.wait(LOOKED_EVERY):
            try:
                if not AuditCheck.objects.filter(at__gte=now() - ONE_DAY).exists():
                    verify(self.stderr.write)
            except Exception as error:
                # Whatever it is: a thread that ends is not missed by anybody.
                self.stderr.write(f"核对操作日志时出错：{type(error).__name__}")
            finally:
                close_old_connections()

    def _purge_daily(self) -> None:
        """Each duty once a day, and once when the worker starts; one that fails is tried again after an hour."""
        self._daily("按保存期限清理", self._look_up_rules)
        for rule in self._rules:
            self._daily(f"清理“{rule.what}”", partial(purge_by, rule))
        self._daily("停用闲置账号", disable_idle_accounts)
        self._daily("保存当日进度", self._keep_today)

    def _daily(self, what: str, duty: Callable[[], object]) -> None:
        if self._is_waiting(what):
            return
        self._tried_at[what] = tried = now()
        if self._attempt(what, duty):
            self._done_on[what] = localdate(tried)

    def _is_waiting(self, what: str) -> bool:
        """Whether a daily duty is done for today, or was tried within the hour and failed."""
        if self._done_on.get(what) == localdate():
            return True
        tried = self._tried_at.get(what)
        # A success of yesterday, however late, puts nothing off; only a failure does.
        failed = tried is not None and self._done_on.get(what) != localdate(tried)
        return failed and tried <= now() < tried + TRIED_AGAIN_AFTER

    def _look_up_rules(self) -> None:
        known = purges()
        self._rules = [rule for code, rule in rules().items() if code in known]

    @staticmethod
    def _keep_today() -> None:
        with suppress(UnknownPlace):  # Without areas there is nothing to tell yet.
            keep_today()
