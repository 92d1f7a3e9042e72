"""T8: writers wait for no other line, and however many write the chain holds; in full size: bin/bench audit."""

import pytest

from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.models import AuditLine, AuditSeal
from lianyungang_cdpf.audit.sealing import seal_lines
from lianyungang_cdpf.audit.verifying import Verification
from lianyungang_cdpf.management.benchmarks import audit
from lianyungang_cdpf.management.benchmarks.bars import bars_of
from tests.threads import raced

WRITERS, ROUNDS = 9, 4


@pytest.mark.django_db(transaction=True)
def test_lines_of_many_writers_are_sealed_once_each_while_others_go_on_writing(haizhou_clerk):
    assert haizhou_clerk.area.path and haizhou_clerk.role.name
    before = AuditLine.objects.count()

    def write(place):
        record(by=haizhou_clerk, deed="查看", summary=f"第 {place} 次")

    raced(range(ROUNDS), [*[write] * WRITERS, lambda place: seal_lines()])
    seal_lines()
    assert AuditLine.objects.count() == before + WRITERS * ROUNDS == AuditSeal.objects.count()
    assert list(Verification().breaches()) == []


@pytest.mark.django_db(transaction=True)
def test_the_benchmark_loses_no_line_and_breaks_no_chain(make_staff):
    make_staff(audit.CLERK)
    paced = audit.paced(writers=200, seconds=1)
    assert paced["deeds"] == 20 and paced["with"]["p95_ms"] > 0 < paced["without"]["p95_ms"]
    at_once = audit.at_once(writers=12)
    assert (at_once["failed"], at_once["first_failure"]) == (0, [])
    assert audit.verified() == {"lines": 22, "seals": AuditLine.objects.count(), "breaches": 0}


def test_the_benchmarks_bars_judge_cost_chain_and_completeness():
    figures = {
        "database": {"vendor": "sqlite"}, "verified": {"lines": 139, "seals": 140, "breaches": 0},
        "paced": {"with": {"p95_ms": 9.5}, "without": {"p95_ms": 4.0}, "deeds": 200},
        "at_once": {"writers": 40, "failed": 0},
    }  # fmt: skip
    assert [(bar.figure, bar.is_held) for bar in bars_of("audit", [figures])] == [(5.5, False), (0, True), (1, False)]
