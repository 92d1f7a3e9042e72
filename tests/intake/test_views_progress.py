"""What is said of an import at work: honest rows, honest times, and where it stands among the phases."""

from datetime import UTC, datetime, timedelta

import pytest

from lianyungang_cdpf.intake.actions import AWAITS_POSTING
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.views.progress import progress_of
from lianyungang_cdpf.intake.work import SAVING, WRITING

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def ago(seconds):
    return NOW - timedelta(seconds=seconds)


def at_work(state="reading", phase="核对人员与标准", **fields):
    """An import at 9:00 whose phase began ten seconds ago and whose worker spoke just now."""
    fields = {"phase_started_at": ago(10), "heartbeat_at": NOW, "created_at": ago(60), "size": 2_200_000} | fields
    return ImportJob(state=state, phase=phase, **fields)


def told(**fields):
    return progress_of(at_work(**fields), NOW)


def test_the_time_left_follows_from_the_rate_of_this_phase():
    answer = told(rows_done=10_000, rows_total=40_000)
    assert (answer["elapsed"], answer["left"]) == (10, 30)
    assert answer["sentence"] == "核对人员与标准：10,000 行，共 40,000 行。"
    assert answer["time"] == "本阶段已用 10 秒，大约还要 30 秒。"


def test_the_time_since_the_last_word_counts_as_worked():
    assert told(rows_done=10_000, rows_total=40_000, phase_started_at=ago(20), heartbeat_at=ago(10))["left"] == 20


@pytest.mark.parametrize(
    "fields",
    [
        {"rows_done": 0, "rows_total": 40_000},
        {"rows_done": 10_000, "rows_total": 0},
        {"rows_done": 40_000, "rows_total": 40_000},
        {"rows_done": 50_000, "rows_total": 40_000},
        {"rows_done": 10_000, "rows_total": 40_000, "phase_started_at": ago(1)},
        {"rows_done": 10_000, "rows_total": 40_000, "phase_started_at": None},
        {"rows_done": 39_000, "rows_total": 40_000, "phase_started_at": ago(40), "heartbeat_at": ago(20)},
        {"rows_done": 10_000, "rows_total": 40_000, "heartbeat_at": ago(500), "phase_started_at": ago(600)},
        {"rows_done": 10_000, "rows_total": 40_000, "phase_started_at": NOW + timedelta(seconds=5)},
    ],
)
def test_without_ground_for_an_estimate_there_is_none_and_no_time_is_negative(fields):
    answer = told(**fields)
    assert answer["left"] is None and answer["elapsed"] >= 0
    assert "还要" not in answer["time"]


@pytest.mark.parametrize(
    ("total", "said"), [(10_600, "5 秒"), (22_000, "15 秒"), (68_000, "1 分钟"), (160_000, "3 分钟")]
)
def test_an_estimate_is_told_no_more_exactly_than_it_is_known(total, said):
    assert told(rows_done=10_000, rows_total=total)["time"].endswith(f"大约还要 {said}。")


def test_an_estimated_number_of_rows_is_called_one_and_never_a_total():
    answer = told(phase="读取并核对", rows_done=10_000, rows_expected=36_004)
    assert answer["sentence"] == "读取并核对：已读 10,000 行，按文件大小估计约 36,000 行。"
    assert (answer["rows_total"], answer["left"]) == (0, 27)


def test_an_estimate_that_was_too_low_is_dropped():
    answer = told(phase="读取并核对", rows_done=40_000, rows_expected=36_004)
    assert answer["sentence"] == "读取并核对：已读 40,000 行。"
    assert (answer["rows_expected"], answer["left"]) == (0, None)


def test_a_known_total_replaces_the_estimate():
    answer = told(rows_done=5_000, rows_total=20_000, rows_expected=36_004)
    assert answer["rows_expected"] == 0 and "估计" not in answer["sentence"]


def marks(**fields):
    return {step["name"]: step["mark"] for step in told(**fields)["steps"]}


@pytest.mark.parametrize(
    ("state", "phase", "here"),
    [
        ("queued", "", "排队"),
        ("reading", "读取并核对", "读取并核对"),
        ("reading", "核对人员与标准", "读取并核对"),
        ("reading", SAVING, "保存结果"),
        ("posting", AWAITS_POSTING, "排队"),
        ("posting", "重新核对", "重新核对"),
        ("posting", WRITING, "写入"),
    ],
)
def test_exactly_one_phase_is_the_present_one(state, phase, here):
    found = marks(state=state, phase=phase)
    names = list(found)
    assert [name for name in names if found[name] == "now"] == [here]
    assert all(found[name] == "done" for name in names[: names.index(here)])
    assert all(found[name] == "wait" for name in names[names.index(here) + 1 :])


def test_who_waits_is_not_called_stalled_however_long():
    answer = told(state="queued", phase="", heartbeat_at=ago(5_000), created_at=ago(5_000))
    assert answer["sentence"] == "排队中，轮到后自动开始。" and answer["elapsed"] == 5_000
    assert "处理中断" in told(heartbeat_at=ago(500))["sentence"]


def test_what_has_ended_has_no_time():
    answer = progress_of(at_work(state="posted", phase=""), NOW)
    assert (answer["working"], answer["elapsed"], answer["left"], answer["time"]) == (False, None, None, "")
