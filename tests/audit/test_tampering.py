"""Whatever is done to the log behind the portal's back is found; an untouched log verifies."""

import json
import os
import random
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import connection, transaction

from lianyungang_cdpf.audit import verifying
from lianyungang_cdpf.audit.models import AuditLine, AuditSeal
from lianyungang_cdpf.audit.sealing import seal_lines
from lianyungang_cdpf.audit.verifying import Verification
from tests.audit.switches import without_triggers

pytestmark = pytest.mark.django_db
LINE, SEAL = "audit_auditline", "audit_auditseal"
# `PORTAL_TEST_TAMPERINGS=1000 bin/test tests/audit/test_tampering.py` is the whole of the bar.
TAMPERINGS = int(os.environ.get("PORTAL_TEST_TAMPERINGS", 200))
COLUMNS = (
    "username", "place", "role", "deed", "object_type", "object_id", "summary", "result",
    "address", "request_id",
)  # fmt: skip


def breaches():
    return list(Verification().breaches())


def delete_a_line(cursor, chance, ids):
    cursor.execute(f"DELETE FROM {LINE} WHERE id = %s", [chance.choice(ids)])


def delete_a_line_with_its_seal(cursor, chance, ids):
    gone = chance.choice(ids)
    cursor.execute(f"DELETE FROM {LINE} WHERE id = %s", [gone])
    cursor.execute(f"DELETE FROM {SEAL} WHERE line_id = %s", [gone])


def delete_and_close_the_gap(cursor, chance, ids):
    """The seals after it move up, as if it had never been."""
    gone = AuditSeal.objects.get(line_id=chance.choice(ids[:-1])).number
    cursor.execute(f"DELETE FROM {LINE} WHERE id = (SELECT line_id FROM {SEAL} WHERE number = %s)", [gone])
    cursor.execute(f"DELETE FROM {SEAL} WHERE number = %s", [gone])
    for number in range(gone + 1, len(ids) + 1):
        cursor.execute(f"UPDATE {SEAL} SET number = number - 1 WHERE number = %s", [number])


def alter_a_text(cursor, chance, ids):
    column = chance.choice(COLUMNS)
    cursor.execute(f"UPDATE {LINE} SET {column} = 'x' WHERE id = %s", [chance.choice(ids)])


def alter_the_time(cursor, chance, ids):
    at, other = AuditLine.objects.filter(pk__in=chance.sample(ids, 2)).values_list("at", "pk")
    AuditLine.objects.filter(pk=other[1]).update(at=at[0])


def alter_who(cursor, chance, ids):
    cursor.execute(f"UPDATE {LINE} SET staff_id = NULL WHERE id = %s", [chance.choice(ids)])


def exchange_two_lines(cursor, chance, ids):
    one, other = chance.sample(ids, 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        cursor.execute(f"UPDATE {LINE} SET id = %s WHERE id = %s", [new, old])


def exchange_two_seals(cursor, chance, ids):
    one, other = chance.sample(ids, 2)
    for old, new in ((one, -1), (other, one), (-1, other)):
        cursor.execute(f"UPDATE {SEAL} SET line_id = %s WHERE line_id = %s", [new, old])


def insert_a_forged_line(cursor, chance, ids):
    AuditLine.objects.create(username="ganyu", deed="查看残疾人档案", mac=f"1.{chance.randbytes(8).hex()}.{'0' * 64}")


def insert_a_forged_line_that_the_worker_seals(cursor, chance, ids):
    insert_a_forged_line(cursor, chance, ids)
    seal_lines()


def insert_a_line_with_another_s_mac(cursor, chance, ids):
    """The mac may stand once only: the line that it was taken from has to lose it."""
    robbed = AuditLine.objects.get(pk=chance.choice(ids))
    cursor.execute(f"DELETE FROM {LINE} WHERE id = %s", [robbed.pk])
    robbed.pk = max(ids) + 7
    robbed.save(force_insert=True)


def insert_a_line_between(cursor, chance, ids):
    place = chance.randrange(1, len(ids))
    for number in range(len(ids), place, -1):
        cursor.execute(f"UPDATE {SEAL} SET number = number + 1 WHERE number = %s", [number])
    made = AuditLine.objects.create(username="x", deed="x", mac=f"1.{chance.randbytes(8).hex()}.{'0' * 64}")
    AuditSeal.objects.create(number=place + 1, line_id=made.pk, mac="1..00")


def cut_the_tail(cursor, chance, ids):
    rest = chance.randrange(1, len(ids))
    cursor.execute(f"DELETE FROM {LINE} WHERE id IN (SELECT line_id FROM {SEAL} WHERE number > %s)", [rest])
    cursor.execute(f"DELETE FROM {SEAL} WHERE number > %s", [rest])


def cut_the_seals(cursor, chance, ids):
    cursor.execute(f"DELETE FROM {SEAL} WHERE number > %s", [chance.randrange(1, len(ids))])


def cut_the_beginning(cursor, chance, ids):
    last = chance.randrange(1, len(ids))
    cursor.execute(f"DELETE FROM {LINE} WHERE id IN (SELECT line_id FROM {SEAL} WHERE number <= %s)", [last])
    cursor.execute(f"DELETE FROM {SEAL} WHERE number <= %s", [last])


def empty_everything(cursor, chance, ids):
    for table in chance.choice([(LINE, SEAL), (LINE,), (SEAL,)]):
        cursor.execute(f"DELETE FROM {table}")


def alter_a_seal(cursor, chance, ids):
    mac = f"1..{chance.randbytes(32).hex()}"
    cursor.execute(f"UPDATE {SEAL} SET mac = %s WHERE number = %s", [mac, chance.randrange(1, len(ids))])


def alter_a_kept_head(cursor, chance, ids):
    heads = settings.AUDIT_HEAD.read_text().splitlines()
    place = chance.randrange(len(heads))
    head = json.loads(heads[place]) | {"mac": "1..ff"}
    settings.AUDIT_HEAD.write_text("\n".join([*heads[:place], json.dumps(head), *heads[place + 1 :]]) + "\n")


def remove_the_kept_heads(cursor, chance, ids):
    settings.AUDIT_HEAD.unlink()


KINDS = [
    delete_a_line, delete_a_line_with_its_seal, delete_and_close_the_gap, alter_a_text, alter_the_time, alter_who,
    exchange_two_lines, exchange_two_seals, insert_a_forged_line, insert_a_forged_line_that_the_worker_seals,
    insert_a_line_with_another_s_mac, insert_a_line_between, cut_the_tail, cut_the_seals, cut_the_beginning,
    empty_everything, alter_a_seal, alter_a_kept_head, remove_the_kept_heads,
]  # fmt: skip


@pytest.fixture
def log(lines):
    """Twelve lines, sealed in three rounds, open to tampering; the text of the kept heads."""
    for _ in range(3):
        lines(4)
        assert seal_lines() == 4
    with without_triggers():
        yield settings.AUDIT_HEAD.read_text()


class Undone(Exception):
    """Takes a tampering back."""


def found_after(tamper, chance: random.Random) -> list[str]:
    """What verification says of one tampering, which is taken back afterwards."""
    ids = list(AuditLine.objects.order_by("pk").values_list("pk", flat=True))
    found = []
    with suppress(Undone), transaction.atomic(), connection.cursor() as cursor:
        tamper(cursor, chance, ids)
        found = breaches()
        raise Undone
    return found


def test_every_tampering_of_the_log_is_found_and_an_untouched_log_verifies(log):
    assert breaches() == []
    missed, seed = [], random.randrange(2**32)
    for number in range(TAMPERINGS):
        tamper = KINDS[number % len(KINDS)]
        found = found_after(tamper, random.Random(seed + number))
        settings.AUDIT_HEAD.write_text(log)
        if not found:
            missed.append(f"{tamper.__name__} (seed {seed + number})")
    assert missed == []
    assert breaches() == [] and AuditSeal.objects.count() == 12


@pytest.mark.parametrize(
    ("tamper", "sentence"),
    [
        (delete_a_line, "被删除"),
        (alter_a_text, "的内容被改动"),
        (cut_the_tail, "日志末尾被截去：链头文件记到序号 12"),
        (insert_a_forged_line, "不是本系统写的"),
        (exchange_two_lines, "与链不符"),
        (cut_the_beginning, "的封印被删除"),
        (remove_the_kept_heads, "找不到链头文件"),
    ],
)
def test_a_breach_is_said_in_a_sentence_that_names_it(log, tamper, sentence):
    found = found_after(tamper, random.Random(7))
    assert any(sentence in one for one in found), found


def test_a_broken_file_of_heads_hides_no_other_breach(log):
    settings.AUDIT_HEAD.write_text(f"nonsense\n{log}")
    found = found_after(alter_a_text, random.Random(7))
    assert ["的内容被改动" in one for one in found] == [True, False] and "第 1 行不是本系统写的" in found[1]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses what is not of a column's type")
@pytest.mark.parametrize(
    "change",
    [
        f"UPDATE {LINE} SET at = 'yesterday'",
        f"UPDATE {LINE} SET summary = CAST(x'ff' AS TEXT)",
        f"UPDATE {LINE} SET mac = CAST(mac AS BLOB)",
        f"UPDATE {LINE} SET mac = '{'9' * 5000}' || id",
    ],
    ids=["no moment", "no text", "bytes", "no number"],
)
def test_a_line_that_cannot_even_be_read_is_a_breach_beside_the_others(log, lines, change):
    lines(1)
    last = AuditLine.objects.latest("pk").pk

    def tamper(cursor, chance, ids):
        for pk in (ids[3], last):
            cursor.execute(f"{change} WHERE id = %s", [pk])
        alter_a_text(cursor, chance, ids[6:7])

    found = found_after(tamper, random.Random(7))
    assert len(found) == 3 and "（序号 4）" in found[0] and "（序号 7）的内容被改动" in found[1]
    assert f"日志 {last} 不是本系统写的" in found[2]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuses what is not of a column's type")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("line_id = 'abc'", "序号 4 的封印读不出"),
        ("line_id = CAST(x'ff' AS TEXT)", "序号 4 的封印读不出"),
        ("line_id = 9223372036854775808.0", "序号 4 的封印读不出"),
        ("mac = CAST(x'ff' AS TEXT)", "序号 4 的封印读不出"),
        ("mac = CAST(mac AS BLOB)", "序号 4 的封印读不出"),
        ("number = 'abc'", "有封印的序号不是整数"),
        ("number = 4.5", "有封印的序号不是整数"),
        ("number = CAST(x'ff' AS TEXT)", "有封印的序号不是整数"),
    ],
)
def test_a_seal_that_is_none_is_a_breach_beside_the_others(log, monkeypatch, change, sentence):
    def tamper(cursor, chance, ids):
        cursor.execute(f"UPDATE {SEAL} SET {change} WHERE number = 4")
        alter_a_text(cursor, chance, ids[6:7])

    for at_once in (verifying.AT_ONCE, 4):
        monkeypatch.setattr(verifying, "AT_ONCE", at_once)
        found = found_after(tamper, random.Random(7))
        assert sum(sentence in one for one in found) == 1, found
        assert any("（序号 7）的内容被改动" in one for one in found), found


def test_a_line_that_stays_without_a_seal_is_told(log, lines, settings):
    lines(2)
    assert breaches() == []
    settings.AUDIT_SEAL_WITHIN = -1
    assert ["有 2 条日志超过" in one for one in breaches()] == [True]
    assert list(Verification().breaches(unsealed_too_long=False)) == []


@pytest.mark.parametrize("head", ['{"number": Infinity, "mac": ""}', "[" * 200_000], ids=["infinite", "nested"])
def test_a_head_that_is_none_is_a_breach(log, head):
    settings.AUDIT_HEAD.write_text(f"{log}{head}\n")
    assert ["第 4 行不是本系统写的" in one for one in breaches()] == [True]


def test_a_log_whose_key_is_gone_does_not_verify(log, settings):
    settings.FIELD_KEYS = {9: bytes(32)}
    assert len(breaches()) == 12
