"""rotate_keys: everything encrypted comes to the new key, whatever happens meanwhile, and means what it meant."""

import json
import random
import secrets
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from beneficiaries.models import Person
from lianyungang_cdpf.audit.actions import record
from lianyungang_cdpf.audit.archiving import archive_month, path_of
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.audit.sealing import seal_lines
from lianyungang_cdpf.audit.verifying import Verification
from lianyungang_cdpf.encryption.checking import WrongKeys, register_keys, require_known_keys
from lianyungang_cdpf.encryption.columns import secret_tables
from lianyungang_cdpf.encryption.models import KeyCheck
from lianyungang_cdpf.fields import encrypt
from lianyungang_cdpf.intake.models import ImportJob, ImportTrace
from lianyungang_cdpf.intake.reading import Limits
from lianyungang_cdpf.intake.resealing import ENDING, reseal, stored_files
from lianyungang_cdpf.intake.sealing import Sealer, unsealed
from lianyungang_cdpf.intake.uploads import Upload, contents, stored_path
from lianyungang_cdpf.management import rotation
from lianyungang_cdpf.management.rotation import Rotation, remaining
from lianyungang_cdpf.management.seals import Looked, breaches
from subsidies.approval.sealing import roll_digest
from subsidies.models import Payment
from tests.fixtures_city import make_id
from tests.intake.made_imports import made_import
from tests.isolation.world import HAIZHOU, MAKERS, build
from tests.management.killing import run_and_be_killed

OLD, NEW = secrets.token_bytes(32), secrets.token_bytes(32)
KILLS = 20


@pytest.fixture
def keys(settings, tmp_path):
    """Key 1 writes; keys(2) lets key 2 write, keys(2, only=True) takes key 1 away."""
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    both = {1: OLD, 2: NEW}

    def write_with(key_id, only=False):
        settings.FIELD_KEYS = {key_id: both[key_id]} if only else both
        settings.FIELD_KEY_ID = key_id

    write_with(1, only=True)
    return write_with


def held() -> dict:
    """Every secret of the database in the clear, by table and key, and every file of a record."""
    found = {
        table.model._meta.label: list(
            table.model._base_manager.order_by("pk").values_list("pk", *(field.attname for field in table.fields))
        )
        for table in secret_tables()
    }
    traces = [(pk, json.loads(payload)) for pk, payload in found[ImportTrace._meta.label]]
    return found | {ImportTrace._meta.label: traces} | {name: b"".join(contents(name)) for _, name, _ in stored_files()}


def broken_seals() -> list[str]:
    """What verify_seals says of seals."""
    return [sentence for sentence in breaches(Looked()) if "封签" in sentence]


def rotate(*arguments) -> None:
    call_command("rotate_keys", *arguments)


def an_upload(content: bytes, staff) -> ImportJob:
    upload = Upload(ContentFile(content), "a.csv", Limits())
    upload.forget()
    return made_import(staff, stored_name=upload.stored_name)


def test_every_secret_of_every_model_and_every_file_moves_and_reads_as_before(keys, make_staff, make_person):
    county = build(HAIZHOU, make_staff, make_person)
    before = held()
    assert broken_seals() == []
    filled = {label for label, rows in before.items() if isinstance(rows, list) and rows}
    assert filled >= {table.model._meta.label for table in secret_tables()} & MAKERS.keys()
    assert [name for name in before if name.endswith(".upload")]
    keys(2)
    with pytest.raises(CommandError, match="还有"):
        rotate("--check")
    rotate()
    rotate("--check")
    keys(2, only=True)
    assert held() == before
    assert remaining().key_ids == [2]
    assert broken_seals() == []
    told = AuditLine.objects.filter(deed="更换加密密钥").get()
    assert "换到编号 2" in told.summary and county.records["beneficiaries.Person"].id_number not in told.summary


@pytest.fixture
def log(settings, tmp_path):
    """An operation log of its own."""
    settings.AUDIT_HEAD, settings.AUDIT_ARCHIVE = tmp_path / "heads.jsonl", tmp_path / "archive"


def test_a_key_that_nothing_is_on_and_the_log_does_not_name_may_go(keys, log, make_person, capsys):
    keys(1)
    make_person(phone="13800001234")
    register_keys()
    keys(2)
    assert not AuditLine.objects.filter(mac__startswith="1.").exists()
    rotate()
    assert "编号 1 的旧密钥可以撤下" in capsys.readouterr().out
    assert KeyCheck.objects.get(purpose="field", key_id=1).retired_at
    keys(2, only=True)
    require_known_keys()
    rotate("--check")
    assert "旧密钥" not in capsys.readouterr().out and list(Verification().breaches()) == []


@pytest.mark.parametrize(
    ("writes", "seals", "told"), [(1, 2, "操作日志 1 条、封印 0 个"), (2, 1, "操作日志 0 条、封印 1 个")]
)
def test_a_key_of_a_line_or_of_a_seal_of_the_log_stays(keys, log, haizhou_clerk, capsys, writes, seals, told):
    keys(1)
    register_keys()
    keys(writes)
    record(by=haizhou_clerk, deed="查看")
    keys(seals)
    seal_lines()
    keys(2)
    for arguments in ((), ("--check",)):
        rotate(*arguments)
        said = capsys.readouterr().out
        assert f"编号 1 的旧密钥须继续保留：{told}、归档 0 个月要靠它核对" in said and "可以撤下" not in said
    assert KeyCheck.objects.get(purpose="field", key_id=1).retired_at is None
    assert list(Verification().breaches()) == []
    keys(2, only=True)
    with pytest.raises(WrongKeys, match="缺少编号 1 的字段密钥：数据库里还有用它加密的内容，或要靠它核对的操作日志"):
        require_known_keys()
    with pytest.raises(CommandError, match="缺少编号 1 的字段密钥，操作日志无法核对"):
        rotate("--check")


def test_a_key_of_an_archived_month_stays_and_what_cannot_be_read_lets_none_go(
    keys, log, haizhou_clerk, capsys, time_machine
):
    keys(1)
    register_keys()
    time_machine.move_to("2020-01-20 12:00+08:00")
    record(by=haizhou_clerk, deed="查看")
    seal_lines()
    time_machine.move_to("2026-11-28 12:00+08:00")
    keys(2)
    archive = archive_month(month=date(2020, 1, 1), by=None, sealer=Sealer, opened=unsealed)
    rotate()
    assert "编号 1 的旧密钥须继续保留：操作日志 0 条、封印 0 个、归档 1 个月" in capsys.readouterr().out
    path_of(archive).rename(path_of(archive).with_suffix(".elsewhere"))
    rotate()
    said = capsys.readouterr().out
    assert "2020-01 的归档文件读不出" in said and "可以撤下" not in said
    assert KeyCheck.objects.get(purpose="field", key_id=1).retired_at is None


def test_a_retired_key_that_a_slow_process_wrote_the_log_with_may_not_go_after_all(keys, log, haizhou_clerk):
    keys(1)
    register_keys()
    keys(2)
    rotate()
    assert KeyCheck.objects.get(purpose="field", key_id=1).retired_at
    keys(1)
    record(by=haizhou_clerk, deed="查看")
    keys(2)
    rotate()
    assert KeyCheck.objects.get(purpose="field", key_id=1).retired_at is None


def test_the_seal_of_a_trace_follows_its_text_and_one_that_did_not_fit_does_not_come_to_fit(keys, take_in):
    row = {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区", "联系电话": "13800001234"}
    take_in("register", row)
    job = take_in("register", {**row, "联系电话": "13900005678"}, name="改.csv")
    before = job.traces.get(position=0)
    keys(2)
    rotate()
    after, other = job.traces.order_by("position")
    assert broken_seals() == [] and after.payload != before.payload and after.seal not in (None, before.seal)
    one = after.pk
    ImportTrace.objects.filter(pk=one).update(payload=other.payload)
    keys(1)
    rotate()
    assert broken_seals() == [f"导入留痕 {one}：封签与所属记录和加密内容不符，其中有被调换或改动的。"]


def test_nothing_is_written_where_everything_is_on_the_key(keys, make_person):
    make_person(phone="13800001234")
    rotate()
    before = raw(Person, "phone")
    rotate()
    assert raw(Person, "phone") == before and not AuditLine.objects.filter(deed="更换加密密钥").exists()


def raw(model, column) -> list[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {model._meta.db_table} ORDER BY id")
        return [bytes(cell) for (cell,) in cursor.fetchall()]


def test_an_edit_between_reading_and_writing_is_kept(keys, make_person, monkeypatch):
    person = make_person(phone="13800001234", account_no="6299999630040357070")
    keys(2)

    def edited_meanwhile(table, moves):
        if table.model is Person:
            Person.objects.filter(pk=person.pk).update(phone=encrypt("13900005678", "beneficiaries_person.phone"))
        return replace(table, moves)

    replace = rotation._replace
    monkeypatch.setattr(rotation, "_replace", edited_meanwhile)
    Rotation().run()
    keys(2, only=True)
    person.refresh_from_db()
    assert (person.phone, person.account_no) == ("13900005678", "6299999630040357070")


def test_what_an_older_process_writes_behind_the_pass_is_found_by_the_next(keys, make_person, monkeypatch):
    person = make_person(phone="13800001234")
    keys(2)
    looked, stale_rows = [], rotation._stale_rows

    def overtaken(table, after, most):
        if table.model is Person and after == person.pk and not looked:
            keys(1)
            Person.objects.filter(pk=person.pk).update(phone=encrypt("13900005678", "beneficiaries_person.phone"))
            keys(2)
            looked.append(True)
            return []
        return stale_rows(table, after, most)

    monkeypatch.setattr(rotation, "_stale_rows", overtaken)
    assert not Rotation().run().on_old_keys and looked
    assert Person.objects.get().phone == "13900005678" and raw(Person, "phone")[0][1] == 2


def test_an_approved_roll_moves_and_its_digest_still_fits(keys, make_roll, make_person, walk):
    roll = walk(make_roll(make_person("甲"), make_person("乙")), to="approved")
    before = raw(Payment, "account_no")
    keys(2)
    Rotation().run()
    keys(2, only=True)
    assert [cell[1] for cell in raw(Payment, "account_no")] == [2, 2] and raw(Payment, "account_no") != before
    assert roll_digest(roll) == roll.digest != ""


@pytest.mark.parametrize("change", ["of the same key", "longer", "with its digest", "emptied"])
def test_the_lock_of_an_approved_roll_lets_nothing_else_through(keys, make_roll, make_person, walk, change):
    walk(make_roll(make_person()), to="approved")
    payment, place = Payment.objects.get(), "subsidies_payment.account_no"
    account = payment.account_no
    if change != "of the same key":
        keys(2)
    values = {
        "of the same key": {"account_no": encrypt(account, place)},
        "longer": {"account_no": encrypt(account + "0", place)},
        "with its digest": {"account_no": encrypt(account, place), "account_digest": "0" * 64},
        "emptied": {"account_no": b""},
    }
    with pytest.raises(IntegrityError, match="已锁定"), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(**values[change])


def test_an_import_from_before_can_be_taken_back_without_the_old_key(keys, take_in, take_back, snapshot):
    number = make_id(300)
    row = {"姓名": "张三", "身份证号": number, "县区": "海州区", "联系电话": "13800001234"}
    take_in("register", row)
    before = snapshot()
    job = take_in("register", {**row, "联系电话": "13900005678"}, name="改.csv")
    keys(2)
    rotate()
    keys(2, only=True)
    assert Person.objects.get().phone == "13900005678"
    take_back(job)
    assert snapshot() == before and Person.objects.get().phone == "13800001234"


def test_what_an_import_replaces_during_the_change_is_kept_under_the_new_key(keys, take_in, take_back):
    row = {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区", "联系电话": "13800001234"}
    take_in("register", row)
    keys(2)
    job = take_in("register", {**row, "联系电话": "13900005678"}, name="改.csv")
    keys(2, only=True)
    take_back(job)
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM beneficiaries_person")
        assert bytes(cursor.fetchone()[0])[1] == 2


def test_what_no_key_opens_is_named_and_stays_and_the_rest_moves(keys, make_person, capsys):
    broken, whole = make_person("甲", phone="13800001234"), make_person("乙", phone="13800001235")
    with connection.cursor() as cursor:
        cell = bytearray(raw(Person, "phone")[0])
        cell[-1] ^= 1
        cursor.execute("UPDATE beneficiaries_person SET phone = %s WHERE id = %s", [bytes(cell), broken.pk])
    keys(2)
    with pytest.raises(CommandError, match="还有 1 项在旧密钥上"):
        rotate()
    assert f"残疾人档案 {broken.pk}：beneficiaries_person.phone" in capsys.readouterr().err
    assert [cell[1] for cell in raw(Person, "phone")] == [1, 2] and raw(Person, "phone")[0] == bytes(cell)
    assert not KeyCheck.objects.get(purpose="field", key_id=1).retired_at
    assert Person.objects.get(pk=whole.pk).phone == "13800001235"


def test_a_cell_too_short_to_name_a_key_is_named_by_its_row(keys, make_person, capsys):
    person = make_person(phone="13800001234", account_no="6299999630040357070")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE beneficiaries_person SET phone = %s", [b"\x01"])
    keys(2)
    rotate()
    said = capsys.readouterr()
    assert f"残疾人档案 {person.pk}：beneficiaries_person.phone：存储格式" in said.err
    assert raw(Person, "phone") == [b"\x01"] and raw(Person, "account_no")[0][1] == 2


def test_a_broken_file_stays_as_it_is_and_nothing_is_left_beside_it(keys, haizhou_clerk):
    job = an_upload(b"abc" * 50_000, haizhou_clerk)
    path = stored_path(job.stored_name)
    path.write_bytes(path.read_bytes()[:-1])
    keys(2)
    run = Rotation()
    run.run()
    assert [name for name in run.unreadable if job.stored_name in name]
    assert [one.name for one in path.parent.iterdir()] == [job.stored_name]


def test_a_file_given_up_while_it_is_sealed_anew_does_not_come_back(keys, haizhou_clerk):
    job = an_upload(b"abc", haizhou_clerk)
    keys(2)
    ImportJob.objects.filter(pk=job.pk).update(stored_name="")
    reseal(ImportJob, job.stored_name)
    assert not stored_path(job.stored_name).exists()


def test_what_a_killed_run_left_beside_the_files_goes(keys, haizhou_clerk):
    job = an_upload(b"abc", haizhou_clerk)
    left = stored_path(f"{job.stored_name}.1{ENDING}")
    left.write_bytes(b"half")
    Rotation().run()
    assert not left.exists() and stored_path(job.stored_name).exists()


@pytest.mark.django_db(transaction=True)
def test_killed_twenty_times_nothing_is_lost_and_the_last_run_finishes(keys, make_person, haizhou_clerk):
    """SIGKILL before random statements of a run; everything reads as before. A run that got through turns round."""
    for number in range(30):
        make_person(f"人{number}", phone=f"138{number:08}", account_no="6299999630040357070", category=4, grade=1)
    for number in range(3):
        an_upload(bytes([number]) * 200_000, haizhou_clerk)
    before, seed = held(), secrets.randbits(32)
    chance, to, cut = random.Random(seed), 2, 0
    keys(to)
    with CaptureQueriesContext(connection) as whole:
        Rotation(most_rows=3).run()
    for _ in range(KILLS):
        if not remaining().on_old_keys:
            to = 3 - to
            keys(to)
        run_and_be_killed(Rotation(most_rows=3).run, before=chance.randrange(1, len(whole) + 1))
        left = remaining()
        cut += 0 < left.on_old_keys < 30 * 4 + 3
        assert held() == before, f"seed {seed}"
    rotate()
    keys(to, only=True)
    assert held() == before and not remaining().on_old_keys
    assert cut, f"no run was cut in the middle, seed {seed}"
