"""T2: on PostgreSQL the portal's role reads and adds to the audit log, and does whatever else the portal does."""

import io
import secrets
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, connection, transaction
from django.urls import reverse

from beneficiaries.models import Person
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.archiving import archive_month
from lianyungang_cdpf.audit.models import AuditArchive, AuditCheck, AuditLine, AuditSeal
from lianyungang_cdpf.audit.sealing import seal_lines
from lianyungang_cdpf.audit.triggers import KEPT
from lianyungang_cdpf.audit.verifying import Verification
from lianyungang_cdpf.encryption.models import KeyCheck, StagedDigest
from lianyungang_cdpf.intake.sealing import Sealer, unsealed
from lianyungang_cdpf.management import grants
from lianyungang_cdpf.management.rotation import remaining
from tests.fixtures_city import PASSWORD
from tests.fixtures_imports import csv_of

pytestmark = pytest.mark.django_db
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles")


@pytest.fixture
def role():
    """Makes a role with the command's grants, within the test's transaction."""

    def make(name, **options):
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {name}")
        call_command("grant_database", name, stdout=io.StringIO(), **options)
        return name

    return make


@contextmanager
def as_role(name):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"SET ROLE {name}")
        yield cursor
        cursor.execute("RESET ROLE")


def denied(cursor, statement: str) -> str:
    with pytest.raises(Exception) as refusal, transaction.atomic():
        cursor.execute(statement)
    return str(refusal.value)


@on_postgresql
def test_the_portals_role_only_reads_and_adds_to_the_log_and_makes_no_tables(role, haizhou_clerk):
    record(by=haizhou_clerk, deed="登录")
    with as_role(role("portal_app_test")) as cursor:
        line = record(by=haizhou_clerk, deed="查看")
        assert AuditLine.objects.filter(pk=line.pk).exists() and seal_lines() == 2
        for model in (AuditLine, AuditSeal, AuditArchive, AuditCheck):
            table, key = model._meta.db_table, model._meta.pk.column
            for statement in (f"UPDATE {table} SET {key} = {key}", f"DELETE FROM {table}", f"TRUNCATE {table}"):
                assert "permission denied" in denied(cursor, statement), statement
        assert "permission denied" in denied(cursor, "CREATE TABLE public.anything (id int)")
        assert "must be owner" in denied(cursor, "ALTER TABLE audit_auditline DISABLE TRIGGER ALL")
        assert "permission denied" in denied(cursor, "TRUNCATE beneficiaries_person CASCADE")
        assert grants.too_much() == []
        call_command("grant_database", check=True, stdout=io.StringIO())
    with pytest.raises(CommandError, match="audit_auditline：DELETE"):
        call_command("grant_database", check=True)


@on_postgresql
def test_the_owner_is_refused_by_the_triggers(haizhou_clerk):
    record(by=haizhou_clerk, deed="登录")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for statement in ("UPDATE audit_auditline SET deed = ''", "DELETE FROM audit_auditline"):
            assert KEPT in denied(cursor, statement)
        assert KEPT in denied(cursor, "TRUNCATE audit_auditline")


@on_postgresql
def test_the_portal_works_under_its_role(role, client, standards, make_person, send, run_import, post, haizhou_clerk):
    with as_role(role("portal_app_test")):
        signed_in = client.post(reverse("admin:login"), {"username": haizhou_clerk.username, "password": PASSWORD})
        assert signed_in.status_code == 302 and AuditLine.objects.filter(deed="登录").count() == 1
        made = make_person("张三", category=4, grade=1, hardship="低保")
        assert client.get(reverse("one_person", args=[made.pk])).status_code == 200
        rows = [["姓名", "身份证号", "金额"], [made.name, made.id_number, "370"]]
        job = post(run_import(send(haizhou_clerk, "hardship_subsidy", csv_of(rows))))
        assert job.state == "posted" and made.payments.count() == 1
        assert AuditLine.objects.filter(deed="花名册入账").count() == 1
        call_command("prepare", empty=True, verbosity=0)


@on_postgresql
def test_a_month_is_archived_by_the_role_for_it_and_by_no_other(role, haizhou_clerk, settings, tmp_path, time_machine):
    settings.AUDIT_HEAD, settings.AUDIT_ARCHIVE = tmp_path / "heads.jsonl", tmp_path / "archive"
    for moment in ("2020-01-20 12:00+08:00", "2026-11-28 12:00+08:00"):
        time_machine.move_to(moment)
        record(by=haizhou_clerk, deed="查看")
        seal_lines()
    asked = {"month": AuditLine.objects.earliest("at").at.date().replace(day=1), "by": None}
    portal, archive = role("portal_app_test"), role("portal_archive_test", archive=True)
    with as_role(portal), pytest.raises(ProgrammingError, match="permission denied"):
        archive_month(**asked, sealer=Sealer, opened=unsealed)
    with as_role(archive) as cursor:
        assert archive_month(**asked, sealer=Sealer, opened=unsealed).line_count == 1
        assert KEPT in denied(cursor, "DELETE FROM audit_auditline")
    seal_lines()
    assert AuditSeal.objects.count() == 2 and list(Verification().breaches()) == []


@on_postgresql
def test_the_digest_key_is_changed_by_the_owner_and_refused_to_the_portals_role(role, make_person, settings, capsys):
    person = make_person(phone="13800001234")
    digests = Person.objects.filter(pk=person.pk).values_list("id_digest", "phone_digest", "seal")
    before, settings.DIGEST_KEY_NEXT = digests.get(), secrets.token_bytes(32)
    with as_role(role("portal_app_test")), pytest.raises(CommandError, match="由数据表的所有者运行.*没有改动"):
        call_command("rotate_keys")
    assert digests.get() == before and not KeyCheck.objects.exists() and not StagedDigest.objects.exists()
    call_command("rotate_keys")
    assert not set(digests.get()) & set(before)


@on_postgresql
def test_the_portals_role_changes_the_field_key(role, make_person, settings, capsys):
    person = make_person(phone="13800001234")
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = settings.FIELD_KEYS | {9: secrets.token_bytes(32)}, 9
    with as_role(role("portal_app_test")):
        call_command("rotate_keys")
        assert Person.objects.get(pk=person.pk).phone == "13800001234" and remaining().key_ids == [9]


@pytest.mark.parametrize("name", ["", "Portal", 'x"; DROP TABLE audit_auditline', "a b"])
def test_a_role_is_named_plainly_and_only_postgresql_has_any(name):
    with pytest.raises(CommandError, match="请写上角色名" if connection.vendor == "postgresql" else "只有 PostgreSQL"):
        call_command("grant_database", name)


def test_every_table_is_granted_and_only_the_logs_are_kept_from_change(monkeypatch):
    monkeypatch.setattr(connection, "pg_version", 150_000, raising=False)
    said = list(grants.of_role("portal_app"))
    [changed] = [one for one in said if "UPDATE" in one]
    for model in apps.get_models(include_auto_created=True):
        assert (f" {model._meta.db_table}," in f"{changed.replace(' TO ', ', TO ')},") != (
            model._meta.db_table in grants.ADDED_TO
        ), model
    assert not [one for one in said if "TRUNCATE" in one] and "DELETE ON audit" not in " ".join(said)
    assert "GRANT DELETE ON audit_auditline, audit_auditseal TO x" in list(grants.of_role("x", archives=True))
