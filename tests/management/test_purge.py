"""What the retention rules say is over goes, and nothing else does."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from beneficiaries.models import Merge, Transfer
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.audit.purging import DEED, AsItIs, InBatches, due_by_rule, purge_all, purges
from lianyungang_cdpf.audit.retention import rules
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, ImportTrace, KeptRows, RowDecision
from lianyungang_cdpf.management.seals import Looked, breaches
from subsidies.models import ComparisonEntry, ComparisonList, ListType, Payment
from tests.fixtures_city import make_id

LONG_AGO = timezone.now() - timedelta(days=4000)


@pytest.fixture
def make_import(haizhou_clerk):
    """make_import(state) gives an import of long ago with a row, a kept run, a trace and a decision."""

    def make(state):
        told = {"kind": "monthly_roll", "file_name": "花名册.xlsx", "sha256": "0" * 64, "size": 1}
        job = ImportJob.objects.create(staff=haizhou_clerk, area=haizhou_clerk.area, state=state, **told)
        ImportRow.objects.create(job=job, row=2, verdict="bad", codes="E01", payload='{"name": "周小云"}')
        KeptRows.objects.create(job=job, position=1, payload="[]")
        ImportTrace.objects.create(job=job, position=1, payload="{}")
        RowDecision.objects.create(job=job, row=2, original='{"read": {}}', uploaded_by=haizhou_clerk)
        ImportJob.objects.filter(pk=job.pk).update(created_at=LONG_AGO)
        return job

    return make


@pytest.fixture
def make_transfer(haizhou_clerk):
    def make(person=None):
        number = make_id(401)
        told = {"name": "外地人", "id_number": number, "id_digest": number[-8:], "requested_from": "receiving"}
        transfer = Transfer.objects.create(
            person=person, receiving_unit="320706", reason="搬家", requested_by=haizhou_clerk, **told
        )
        Transfer.objects.filter(pk=transfer.pk).update(requested_at=LONG_AGO)
        return transfer

    return make


@pytest.fixture
def listed(haizhou_clerk):
    """A list of long ago."""
    told = {"list_type": ListType.objects.first(), "month": date(2019, 3, 1), "area": haizhou_clerk.area}
    made = ComparisonList.objects.create(posted_by=haizhou_clerk, **told)
    ComparisonList.objects.update(posted_at=LONG_AGO)
    return made


def purged(**options) -> str:
    said = StringIO()
    call_command("purge", stdout=said, **options)
    return said.getvalue()


def lines():
    return AuditLine.objects.filter(deed=DEED)


def test_a_dry_run_counts_by_rule_and_changes_nothing(make_import, make_transfer):
    make_import("ready")
    make_transfer()
    said = purged(dry_run=True)
    assert "没有入账的导入留下的行（上传后 365 天）：将清理 1 条" in said
    assert "没有找到档案的迁移申请（提出后 365 天）：将清理 1 条" in said
    assert "共将清理 2 条；没有改动任何数据。" in said
    assert "补贴发放、花名册、审批、追缴（30 年，自会计年度终了后的第一天算起）：不清理。" in said
    assert all(rule.what in said for rule in rules().values())
    assert ImportRow.objects.count() == Transfer.objects.count() == 1 and not lines().exists()


@pytest.mark.parametrize("state", ["ready", "failed", "mapping"])
def test_an_import_that_nobody_posted_is_given_up_with_its_rows(make_import, state):
    job = make_import(state)
    assert "没有入账的导入留下的行（上传后 365 天）：已清理 1 条" in purged()
    job.refresh_from_db()
    assert job.state == "discarded" and "已到保存期限" in job.sentence
    assert not any(model.objects.exists() for model in (ImportRow, KeptRows, ImportTrace, RowDecision))
    assert lines().get().summary == "没有入账的导入留下的行（上传后 365 天）：到期 1 条"
    assert "共清理 0 条" in purged() and lines().count() == 1


@pytest.mark.parametrize("state", ["queued", "reading", "posting"])
def test_an_import_that_a_worker_is_at_keeps_its_rows(make_import, state):
    make_import(state)
    purged()
    assert ImportRow.objects.count() == KeptRows.objects.count() == 1


def test_a_posted_import_keeps_its_findings_and_not_what_the_rows_said(make_import):
    job = make_import("posted")
    assert "入账后 1095 天）：已清理 1 条" in purged()
    row, decision = ImportRow.objects.get(), RowDecision.objects.get()
    assert (row.codes, row.verdict, row.payload) == ("E01", "bad", "") and decision.original == ""
    assert not KeptRows.objects.exists() and not ImportTrace.objects.exists()
    assert (row.seal, decision.seal) == (None, None) and list(breaches(Looked())) == []
    assert ImportJob.objects.get(pk=job.pk).state == "posted"
    assert dict((rule.code, due) for rule, due in due_by_rule())["import_rows"] == 0


def test_what_is_not_old_enough_stays(make_import, make_transfer, make_person, haizhou_clerk, settings):
    make_import("ready")
    ImportJob.objects.update(created_at=timezone.now() - timedelta(days=300))
    purged()
    assert ImportRow.objects.count() == 1
    settings.RETENTION_DAYS = {"stale_imports": 200}
    rules.cache_clear()
    try:
        purged()
    finally:
        rules.cache_clear()
    assert not ImportRow.objects.exists()


def test_a_request_for_somebody_on_file_stays_and_one_for_a_stranger_goes(make_transfer, make_person):
    kept, gone = make_transfer(make_person("周小云")), None
    Transfer.objects.filter(pk=kept.pk).update(id_digest="other")
    gone = make_transfer()
    purged()
    assert list(Transfer.objects.all()) == [kept] and gone.pk != kept.pk


def test_of_an_old_merge_the_record_given_up_goes_and_the_line_stays(make_person, haizhou_clerk, sign_in):
    told = {"gone_id": 987654, "reason": "重复建档", "merged_by": haizhou_clerk}
    merge = Merge.objects.create(kept=make_person("周小云"), values='{"name": "周小芸"}', **told)
    Merge.objects.update(merged_at=LONG_AGO)
    purged()
    assert Merge.objects.get().values == "" and Merge.objects.get().reason == "重复建档"
    page = sign_in(haizhou_clerk).get(f"/admin/beneficiaries/merge/{merge.pk}/change/")
    assert "已到保存期限，内容已清除" in page.content.decode()


def test_lines_of_lists_stay_for_people_on_file_only(listed, make_person):
    person = make_person("周小云")
    known = {"id_digest": person.id_digest, "id_number": person.id_number}
    by_name = {"id_digest": "", "name_key": person.name_key, "birth_date": person.birth_date}
    for row, fields in enumerate((known, by_name, {"id_digest": "5" * 64}), start=2):
        entry = {"name": "某人", "name_key": "某人"} | fields
        ComparisonEntry.objects.create(listed_in=listed, row=row, **entry)
    purged()
    assert sorted(ComparisonEntry.objects.values_list("row", flat=True)) == [2, 3]


def test_payments_outlast_any_purge(make_person, make_roll):
    roll = make_roll(make_person("周小云"))
    for _ in purge_all(failed=pytest.fail, moment=timezone.now() + timedelta(days=50 * 365)):
        continue
    assert Payment.objects.filter(roll=roll).exists()
    codes = {rule.code for rule in rules().values() if not rule.is_purged}
    assert {"payments", "bank_files", "cases", "audit", "people"} <= codes and not codes & purges().keys()


def test_a_purge_that_is_cut_off_has_its_line_and_is_finished_by_the_next(make_transfer, monkeypatch):
    for digest in ("1", "2", "3"):
        make_transfer()
        Transfer.objects.filter(id_digest=make_id(401)[-8:]).update(id_digest=digest)
    whole, taken = purges()["transfers"], []

    def fails(rows):
        if taken:
            raise OSError
        taken.append(whole.take(rows))
        return 1

    monkeypatch.setitem(purges(), "transfers", InBatches("transfers", whole.due, fails, at_once=2))
    with pytest.raises(CommandError) as error:
        purged()
    assert error.value.returncode == 1
    assert str(error.value).endswith("：没有找到档案的迁移申请（OSError）。")
    assert Transfer.objects.count() == 1 and lines().count() == 1
    monkeypatch.setitem(purges(), "transfers", whole)
    purged()
    assert not Transfer.objects.exists() and lines().count() == 2


def test_a_rule_that_fails_stops_none_behind_it_and_is_named_at_the_end(make_import, monkeypatch):
    def broken(*_):
        raise OperationalError("320706199001010015")

    first = next(iter(purges()))
    assert first != "stale_imports"
    monkeypatch.setitem(purges(), first, AsItIs(first, broken, broken))
    make_import("ready")
    said = StringIO()
    with pytest.raises(CommandError) as error:
        call_command("purge", stdout=said)
    assert error.value.returncode == 1 and f"{rules()[first].what}（OperationalError）。" in str(error.value)
    assert not ImportRow.objects.exists() and "共清理 1 条。" in said.getvalue()
    assert "320706199001010015" not in str(error.value)


def test_a_rule_without_a_purge_is_refused(monkeypatch, settings):
    settings.RETENTION_PURGES = settings.RETENTION_PURGES[:-1]
    purges.cache_clear()
    try:
        with pytest.raises(ValueError, match="retention-rules"):
            purges()
    finally:
        purges.cache_clear()
