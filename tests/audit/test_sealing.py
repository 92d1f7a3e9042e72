"""Every committed line gets one seal, in the order in which it was found; no writer waits for it."""

import json
import stat

import pytest

from lianyungang_cdpf.audit.models import AuditLine, AuditSeal
from lianyungang_cdpf.audit.sealing import head, seal_lines
from lianyungang_cdpf.audit.verifying import Verification
from tests.audit.switches import without_triggers

pytestmark = pytest.mark.django_db


def test_a_line_is_written_by_one_statement(haizhou_clerk, django_assert_num_queries, lines):
    assert haizhou_clerk.area.path and haizhou_clerk.role.name
    with django_assert_num_queries(1):
        lines(1)


def test_each_line_is_sealed_once_and_the_head_is_kept_outside_the_database(lines, settings):
    lines(3)
    assert seal_lines() == 3 and seal_lines() == 0
    lines(2)
    assert seal_lines(everything=False) == 2
    assert list(AuditSeal.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]
    heads = [json.loads(one) for one in settings.AUDIT_HEAD.read_text().splitlines()]
    assert [one["number"] for one in heads] == [3, 5] and (5, heads[-1]["mac"]) == head()
    assert stat.S_IMODE(settings.AUDIT_HEAD.stat().st_mode) == 0o600


def test_a_line_that_is_committed_after_later_ones_is_sealed_after_them(lines):
    late, *_ = lines(3)
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM audit_auditline WHERE id = %s", [late.pk])
    seal_lines()
    late.save(force_insert=True)
    assert seal_lines() == 1
    assert AuditSeal.objects.get(line_id=late.pk).number == 3
    assert AuditLine.objects.count() == 3 and list(Verification().breaches()) == []
