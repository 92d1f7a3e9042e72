"""The database itself refuses to change or delete what the log says, whoever asks."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from lianyungang_cdpf.audit.models import AuditArchive, AuditLine, AuditSeal
from lianyungang_cdpf.audit.sealing import seal_lines
from lianyungang_cdpf.audit.triggers import KEPT, TRUNCATED

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(lines):
    """A line, its seal, and an archive that does not concern them."""
    [line] = lines(1)
    seal_lines()
    archive = AuditArchive.objects.create(
        month=timezone.localdate().replace(day=1), first_number=100, last_number=100, line_count=1, last_mac="1..0",
        file_name="x", file_sha256="x", mac="1..0",
    )  # fmt: skip
    return line, AuditSeal.objects.get(line_id=line.pk), archive


def refused(deed) -> bool:
    with pytest.raises(DatabaseError) as refusal, transaction.atomic():
        deed()
    return KEPT in str(refusal.value)


@pytest.mark.parametrize("place", range(3), ids=["line", "seal", "archive"])
def test_nothing_of_the_log_is_changed_or_deleted(kept, place):
    row = kept[place]
    rows, table = type(row).objects.filter(pk=row.pk), type(row)._meta.db_table
    with connection.cursor() as cursor:
        assert refused(lambda: rows.update(mac="x"))
        assert refused(lambda: rows.delete())
        assert refused(lambda: cursor.execute(f"UPDATE {table} SET mac = 'x'"))
        assert refused(lambda: cursor.execute(f"DELETE FROM {table}"))
        if connection.vendor == "postgresql":
            # What is checked at the transaction's end stands before a TRUNCATE as well.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            assert refused(lambda: cursor.execute(f"TRUNCATE {table} CASCADE"))
    assert rows.get().mac == row.mac and set(TRUNCATED) >= {table}


def test_a_record_of_an_archive_that_is_not_true_of_the_chain_opens_no_door(lines):
    lines(2)
    seal_lines()
    AuditArchive.objects.create(
        month=timezone.localdate().replace(day=1), first_number=1, last_number=2, line_count=2, last_mac="1..0",
        file_name="x", file_sha256="x", mac="1..0",
    )  # fmt: skip
    assert refused(AuditLine.objects.all().delete) and refused(AuditSeal.objects.all().delete)
