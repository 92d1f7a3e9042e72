"""The worker's watch: a duty that fails is told, a daily one tried again after an hour, and it stops nothing else."""

import io
import json
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core import checks
from django.db import OperationalError
from django.utils import timezone

from lianyungang_cdpf.audit import retention
from lianyungang_cdpf.audit.purging import AsItIs, purges
from lianyungang_cdpf.audit.retention import rules
from lianyungang_cdpf.management.commands import worker

pytestmark = pytest.mark.django_db

SECRET = "320706199001010015"


@pytest.fixture(autouse=True)
def the_tests_own_connection_stays(monkeypatch):
    """It is in the middle of a transaction; a thread of the worker has one of its own."""
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


@pytest.fixture
def ended_session():
    return Session.objects.create(session_key="a" * 32, expire_date=timezone.now() - timedelta(days=1))


@pytest.fixture
def other_rules(monkeypatch):
    """other_rules(path): the rules are read anew, from there; as they were when the test is over."""

    def read_from(path=retention.SOURCE):
        monkeypatch.setattr(retention, "SOURCE", path)
        for known in (rules, purges):
            known.cache_clear()

    yield read_from
    monkeypatch.undo()
    for known in (rules, purges):
        known.cache_clear()


def fails(*_):
    raise RuntimeError(SECRET)


def a_worker() -> tuple[worker.Command, io.StringIO]:
    told = io.StringIO()
    return worker.Command(stderr=told), told


def test_a_rule_whose_purge_fails_stops_neither_the_others_nor_the_other_duties(ended_session, monkeypatch):
    monkeypatch.setitem(purges(), "uploads", AsItIs("uploads", fails, fails))
    done = []
    monkeypatch.setattr(worker, "disable_idle_accounts", fails)
    monkeypatch.setattr(worker, "keep_today", lambda: done.append("kept"))
    command, told = a_worker()
    command._purge_daily()
    assert not Session.objects.exists() and done == ["kept"]
    assert told.getvalue().splitlines() == [
        "清理“上传的原文件”时出错：RuntimeError", "停用闲置账号时出错：RuntimeError",
    ]  # fmt: skip
    command._purge_daily()
    assert done == ["kept"] and SECRET not in told.getvalue()


def test_a_duty_that_fails_is_tried_again_after_an_hour_and_one_that_is_done_the_next_day(monkeypatch, time_machine):
    tried, broken = [], [True]

    def disable():
        tried.append("accounts")
        if broken:
            raise OperationalError("database is locked")

    def remove(*_):
        tried.append("uploads")
        if broken:
            raise OperationalError("database is locked")
        return 1

    monkeypatch.setitem(purges(), "uploads", AsItIs("uploads", remove, remove))
    monkeypatch.setattr(worker, "disable_idle_accounts", disable)
    monkeypatch.setattr(worker, "keep_today", lambda: tried.append("kept"))
    command, told = a_worker()

    def after(moment):
        tried.clear()
        time_machine.move_to(moment, tick=False)
        command._purge_daily()
        return tried

    assert after("2026-11-28 00:00+08:00") == ["uploads", "accounts", "kept"]
    assert after("2026-11-28 00:00:15+08:00") == after("2026-11-28 00:59+08:00") == []
    assert after("2026-11-28 01:00+08:00") == ["uploads", "accounts"]
    broken.clear()
    assert after("2026-11-28 02:00+08:00") == ["uploads", "uploads", "accounts"]
    assert after("2026-11-28 23:59+08:00") == []
    assert after("2026-11-29 00:00+08:00") == ["uploads", "uploads", "accounts", "kept"]
    assert told.getvalue().count("停用闲置账号时出错：OperationalError") == 2


@pytest.mark.parametrize(("thread", "called"), [("_seal", "seal_lines"), ("_verify", "verify")])
def test_the_threads_of_the_log_outlive_any_error_and_tell_its_name_alone(monkeypatch, thread, called):
    turns, calls = iter([False, False, True]), []

    def broken(*_, **__):
        calls.append(called)
        fails()

    monkeypatch.setattr(worker, called, broken)
    command, told = a_worker()

    class Stop:
        def wait(self, seconds):
            return next(turns)

    getattr(command, thread)(Stop())
    assert len(calls) == 2 and told.getvalue().count("RuntimeError") == 2 and SECRET not in told.getvalue()


@pytest.mark.parametrize("held", [None, "[", '[{"code": "people"}]', "{}"])
def test_without_rules_the_check_fails_and_the_worker_says_why_and_goes_on(
    ended_session, other_rules, monkeypatch, tmp_path, held
):
    path = tmp_path / "retention-rules.json"
    if held is not None:
        path.write_text(held)
    other_rules(path)
    (error,) = [one for one in checks.run_checks() if one.id == "audit.E001"]
    assert "保存期限规则" in error.msg and "。" in error.msg
    done = []
    monkeypatch.setattr(worker, "keep_today", lambda: done.append("kept"))
    command, told = a_worker()
    command._purge_daily()
    assert told.getvalue().strip() == f"按保存期限清理没有进行：{error.msg}" and done == ["kept"]
    assert Session.objects.exists()


def test_a_rule_that_was_taken_out_is_named_by_the_check(other_rules, tmp_path):
    listed = [one for one in json.loads(retention.SOURCE.read_text(encoding="utf-8")) if one["code"] != "transfers"]
    path = tmp_path / "retention-rules.json"
    path.write_text(json.dumps(listed))
    other_rules(path)
    (error,) = [one for one in checks.run_checks() if one.id == "audit.E001"]
    assert "对不上：transfers。" in error.msg


@pytest.mark.parametrize("code", ["notices", "sessions", "uploads", "people", "no such rule"])
def test_days_are_changed_only_where_days_decide(other_rules, settings, code):
    settings.RETENTION_DAYS = {code: 10}
    other_rules()
    (error,) = [one for one in checks.run_checks() if one.id == "audit.E001"]
    assert f"PORTAL_RETENTION_DAYS：规则 {code} 没有可以改的天数" in error.msg


@pytest.mark.parametrize("days", [0, -1, "abc", "30", 1.5, True, None, 10**9])
def test_days_are_whole_and_at_least_one(other_rules, settings, days):
    settings.RETENTION_DAYS = {"import_rows": days}
    other_rules()
    (error,) = [one for one in checks.run_checks() if one.id == "audit.E001"]
    assert error.msg == "PORTAL_RETENTION_DAYS：规则 import_rows 的天数必须是 1 至 36,525 的整数。"


def test_days_that_are_not_told_by_rule_are_refused(other_rules, settings):
    settings.RETENTION_DAYS = [30]
    other_rules()
    (error,) = [one for one in checks.run_checks() if one.id == "audit.E001"]
    assert error.msg.startswith("PORTAL_RETENTION_DAYS 应当写成")


def test_the_rules_as_they_are_pass_the_check():
    assert not [one for one in checks.run_checks() if one.id == "audit.E001"]


def test_the_watch_goes_on_when_a_duty_fails(monkeypatch, settings):
    calls, rounds = [], iter([False, False, True])
    monkeypatch.setattr(worker, "take_up_lost", fails)
    monkeypatch.setattr(worker, "_call", lambda dotted: fails() if dotted == "x.broken" else calls.append(dotted))
    settings.WATCHED_BY_WORKER = ["x.broken", "x.whole"]
    command, told = a_worker()
    monkeypatch.setattr(command, "_purge_daily", lambda: calls.append("daily"))

    class Stop:
        def wait(self, seconds):
            return next(rounds)

    command._watch(Stop())
    assert calls == ["x.whole", "daily"] * 2 and told.getvalue().count("x.broken时出错：RuntimeError") == 2
    assert told.getvalue().count("接手中断的作业时出错：RuntimeError") == 2
