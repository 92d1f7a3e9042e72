"""Two thousand mutated files, one child: each is read or refused, and what goes wrong would be told."""

import pytest

from lianyungang_cdpf.intake.reading import trial as trials
from lianyungang_cdpf.intake.reading.trial import Trial, tried
from lianyungang_cdpf.management.benchmarks.mutations import mutated

from .test_fuzz import SEEDS

COUNT = 2_000


def test_two_thousand_mutated_files_are_read_or_refused_within_their_limits():
    with Trial() as trial:
        for name, content in mutated(SEEDS, 20_191_128, COUNT):
            trial.read(content, name)
    # A parser in Rust may end its child, which the portal tells as a damaged file; nothing else may happen.
    assert set(trial.ended) <= {"read", "refused", "died"} and trial.ended.total() == COUNT, trial.faults
    assert trial.ended["read"] > 50 and trial.ended["refused"] > 500
    assert 0 < trial.peak_mb < 600 and trial.slowest < trials.SECONDS


def test_the_same_seed_makes_the_same_files():
    first, second = (list(mutated(SEEDS, 7, 40)) for _ in range(2))
    assert first == second != list(mutated(SEEDS, 8, 40))
    assert any(content != SEEDS[name] for name, content in first)


def test_a_child_that_dies_is_told_and_another_goes_on():
    with Trial() as trial:
        assert trial.read(SEEDS["名册.csv"], "名册.csv") == "read"
        trial._child.kill()
        trial._child.wait()
        assert trial.read(SEEDS["名册.csv"], "名册.csv") == "died"
        assert trial.read(SEEDS["名册.csv"], "名册.csv") == "read"
    assert trial.faults == [("died", "code -9")]


def test_a_file_that_takes_too_long_is_told(monkeypatch):
    monkeypatch.setattr(trials, "SECONDS", 0.0)
    with Trial() as trial:
        assert trial.read(SEEDS["名册.csv"], "名册.csv") == "hung"


@pytest.mark.parametrize(("part", "ended"), [("check_upload", "gate"), ("answer", "parser")])
def test_a_fault_that_nobody_foresaw_is_told_apart(monkeypatch, tmp_path, part, ended):
    path = tmp_path / "名册.csv"
    path.write_bytes(SEEDS["名册.csv"])
    assert tried(str(path), path.name) == {"ended": "read"}

    def broken(*order):
        if part == "check_upload":
            raise RecursionError
        order[-1].write(b'{"refused": "x", "cause": "RecursionError"}\n')

    monkeypatch.setattr(trials, part, broken)
    assert tried(str(path), path.name) == {"ended": ended, "cause": "RecursionError"}
