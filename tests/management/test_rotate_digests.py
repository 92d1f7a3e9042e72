"""rotate_keys with a second digest key: everybody is found throughout, and at the end the old key is not needed."""

import random
import secrets

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from beneficiaries.actions import save_person
from beneficiaries.identity import account_digest, id_digest, phone_digest
from beneficiaries.models import Certificate, FormerNumber, Guardian, Person
from lianyungang_cdpf.accounts.models import ApiToken
from lianyungang_cdpf.accounts.tokens import issue_token
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.encryption.checking import WrongKeys, register_keys, require_known_keys
from lianyungang_cdpf.encryption.digest_keys import forget, in_force
from lianyungang_cdpf.encryption.models import KeyCheck, StagedDigest
from lianyungang_cdpf.fields import check_value, digests_under, secrets_of
from lianyungang_cdpf.intake.models import ImportJob, ImportRow, ImportTrace, KeptRows
from lianyungang_cdpf.management import digests
from lianyungang_cdpf.management.digests import DigestRotation, left_to_do
from lianyungang_cdpf.management.redigesting import digested_tables
from lianyungang_cdpf.management.seals import Looked, breaches
from subsidies.approval.invariants import breaches as broken_rolls
from subsidies.models import Payment
from tests.fixtures_city import make_id
from tests.management.killing import run_and_be_killed

OLD, NEW, OTHER = (secrets.token_bytes(32) for _ in range(3))
ACCOUNT = "6299999630040357070"
STOPS = 20


class Stopped(BaseException):
    """What a kill is to the process: nothing catches it."""


@pytest.fixture
def keys(settings, db):
    """keys(OLD, NEW) are configured; OLD alone, registered and in force, to begin with."""

    def configured(first, then=None):
        settings.DIGEST_KEY, settings.DIGEST_KEY_NEXT = first, then
        forget()

    configured(OLD)
    register_keys()
    return configured


@pytest.fixture
def register(keys, make_person):
    """Three people with everything that has a digest."""
    people = [
        make_person(name, phone=f"1380000123{at}", account_no=f"629999963004035707{at}", category=4, grade=1)
        for at, name in enumerate("甲乙丙")
    ]
    FormerNumber.objects.create(person=people[0], id_number=make_id(90), id_digest=id_digest(make_id(90)))
    return people


def rotate(*arguments) -> None:
    call_command("rotate_keys", *arguments)


def stored(model=Person, column="id_digest") -> list[str]:
    return list(model._base_manager.order_by("pk").values_list(column, flat=True))


def everybody_is_found(people) -> None:
    """By number, phone and account, and nobody can be put on file twice."""
    for one in people:
        assert Person.objects.get(id_digest=id_digest(one.id_number)).pk == one.pk
        assert Person.objects.get(phone_digest=phone_digest(one.phone)).pk == one.pk
        assert Person.objects.get(account_digest=account_digest(one.account_no)).pk == one.pk
        twin = Person.objects.get(pk=one.pk)
        twin.pk = None
        with pytest.raises(IntegrityError, match="id_digest|id_number"), transaction.atomic():
            twin.save(force_insert=True)


def test_every_digest_goes_over_and_the_old_key_is_not_needed_any_more(keys, register):
    before = {(table.label, name): stored(table.model, name) for table in digested_tables() for name in table.columns}
    keys(OLD, NEW)
    with pytest.raises(CommandError, match="请再运行"):
        rotate("--check")
    rotate()
    rotate("--check")
    everybody_is_found(register)
    keys(NEW)
    require_known_keys()
    everybody_is_found(register)
    assert list(breaches(Looked())) == []
    after = {(table.label, name): stored(table.model, name) for table in digested_tables() for name in table.columns}
    assert not {one for values in before.values() for one in values if one} & {
        one for values in after.values() for one in values
    }
    assert StagedDigest.objects.exists()
    rotate()
    assert not StagedDigest.objects.exists() and list(breaches(Looked())) == []
    assert "已切换" in AuditLine.objects.get(deed="更换摘要密钥").summary
    assert [one.retired_at is None for one in KeyCheck.objects.filter(purpose="digest")] == [False, True]


def test_the_old_key_cannot_go_before_the_switch_nor_come_back_after_it(keys, register):
    keys(NEW)
    with pytest.raises(WrongKeys, match="摘要密钥不对"):
        require_known_keys()
    keys(OLD, NEW)
    rotate()
    keys(OLD)
    with pytest.raises(WrongKeys, match="摘要密钥不对"):
        require_known_keys()
    keys(NEW, OLD)
    rotate()
    assert in_force() == NEW and stored() == [id_digest(one.id_number) for one in register]


def test_with_one_key_nothing_asks_the_database(keys, django_assert_num_queries):
    with django_assert_num_queries(0):
        id_digest(make_id(1))


def test_what_is_written_while_digests_are_staged_is_found_before_and_after(keys, register, make_person, haizhou_clerk):
    keys(OLD, NEW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DigestRotation, "_switch", lambda *_: None)
        DigestRotation().run()
    assert left_to_do() == 0 and in_force() == OLD
    changed = register[1]
    changed.phone = "13700009999"
    save_person(by=haizhou_clerk, person=changed)
    people = [*register, make_person("丁", phone="13600001111", account_no=ACCOUNT + "1")]
    assert left_to_do() == 2
    everybody_is_found(people)
    DigestRotation().run()
    keys(NEW)
    everybody_is_found(people)
    assert list(breaches(Looked())) == []


def test_what_a_slow_process_writes_with_the_old_key_after_the_switch_is_mended(keys, register, make_person):
    keys(OLD, NEW)
    DigestRotation().run()
    with digests_under(OLD):
        late = make_person("丁", phone="13600001111", account_no=ACCOUNT + "1", category=4, grade=1)
    assert left_to_do() == 2 and not Person.objects.filter(id_digest=id_digest(late.id_number))
    again = DigestRotation()
    again.run()
    # Number, last four, phone, account and seal; and the certificate's number and seal.
    assert again.mended == 7 and left_to_do() == 0
    keys(NEW)
    everybody_is_found([*register, late])
    assert list(breaches(Looked())) == []


def test_a_secret_that_was_exchanged_gets_no_new_digest_and_is_named(keys, register, capsys):
    one, other = register[:2]
    Person.objects.filter(pk=one.pk).update(phone=other.phone)
    keys(OLD, NEW)
    with pytest.raises(CommandError, match="有 1 处摘要与内容不符或打不开，没有切换"):
        rotate()
    assert f"残疾人档案 {one.pk}：“联系电话摘要”与内容不符" in capsys.readouterr().err
    assert in_force() == OLD and not AuditLine.objects.filter(summary__contains="已切换")
    Person.objects.filter(pk=one.pk).update(phone=one.phone)
    rotate()
    assert in_force() == NEW and list(breaches(Looked())) == []


@pytest.mark.parametrize("batches", [1, 3, 1_000], ids=["at once", "half way", "all staged"])
def test_stopped_and_begun_again_for_another_key_everybody_is_found_under_that_one(
    keys, register, monkeypatch, batches
):
    keys(OLD, NEW)
    with monkeypatch.context() as patch:
        patch.setattr(DigestRotation, "_switch", lambda *_: None)
        assert stopped(patch, after=batches) == (batches < 1_000) and StagedDigest.objects.exists() == (batches > 1)
    keys(OLD, OTHER)
    register_keys()
    assert left_to_do() == 7
    rotate()
    everybody_is_found(register)
    keys(OTHER)
    require_known_keys()
    everybody_is_found(register)
    assert list(breaches(Looked())) == [] and left_to_do() == 0
    retired = dict(KeyCheck.objects.filter(purpose="digest").values_list("value", "retired_at"))
    assert [bool(retired[check_value(key)]) for key in (OLD, NEW, OTHER)] == [True, True, False]


def test_an_import_is_taken_back_after_two_changes_with_nothing_cleared_between(keys, take_in, take_back):
    row = {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区", "联系电话": "13800001234"}
    take_in("register", row)
    job = take_in("register", {**row, "联系电话": "13900005678"}, name="改.csv")
    for pair in ((OLD, NEW), (NEW, OTHER)):
        keys(*pair)
        rotate()
    keys(OTHER)
    take_back(job)
    assert Person.objects.get(phone_digest=phone_digest("13800001234")).phone == "13800001234"


def damage(model, column) -> int:
    """Another key's id and another tag in the first row's cell, as the lock of frozen payments lets it through."""
    table, pk = model._meta.db_table, model._base_manager.order_by("pk").values_list("pk", flat=True)[0]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE id = %s", [pk])
        cell = bytearray(cursor.fetchone()[0])
        cell[1], cell[-1] = 99, cell[-1] ^ 1
        cursor.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [bytes(cell), pk])
    return pk


@pytest.mark.parametrize("column", ["id_number", "phone", "account_no"])
def test_a_secret_that_does_not_open_is_named_with_its_row_and_nothing_is_switched(keys, register, capsys, column):
    pk, label = damage(Person, column), Person._meta.get_field(column).verbose_name
    keys(OLD, NEW)
    with pytest.raises(CommandError, match="有 1 处摘要与内容不符或打不开，没有切换摘要密钥"):
        rotate()
    assert f"残疾人档案 {pk}：“{label}”打不开" in capsys.readouterr().err and in_force() == OLD


def test_an_account_of_a_frozen_roll_that_does_not_open_is_named_with_its_roll(
    keys, make_roll, make_person, walk, capsys
):
    roll = walk(make_roll(make_person("甲"), make_person("乙")), to="approved")
    pk = damage(Payment, "account_no")
    keys(OLD, NEW)
    with pytest.raises(CommandError, match="有 2 处摘要与内容不符或打不开"):
        rotate()
    said = capsys.readouterr().err
    assert f"{Payment._meta.verbose_name} {pk}：“" in said and "打不开" in said
    assert f"{roll._meta.verbose_name} {roll.pk}：“" in said and in_force() == OLD
    assert [one for one in broken_rolls() if roll.reference in one]


def test_notes_of_an_import_that_do_not_open_are_named_and_hinder_nothing(keys, take_in, capsys):
    take_in("register", {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区", "联系电话": "13800001234"})
    pk = damage(ImportTrace, "payload")
    keys(OLD, NEW)
    with pytest.raises(CommandError, match="还有 1 项在旧密钥上"):
        rotate()
    assert f"导入留痕 {pk}：intake_importtrace.payload" in capsys.readouterr().err
    keys(NEW)
    assert Person.objects.get(phone_digest=phone_digest("13800001234")) and list(breaches(Looked())) != []


@pytest.mark.parametrize("model", [ImportRow, KeptRows])
def test_rows_of_an_import_that_do_not_open_are_named_and_hinder_nothing(keys, take_in, model):
    job = take_in("register", {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区"})
    text = {ImportRow: {"row": 900, "verdict": "bad"}, KeptRows: {"position": 900}}[model]
    secret = next(field.attname for field in secrets_of(model))
    model.objects.all().delete()
    kept = model.objects.create(job=job, **text, **{secret: "{}"})
    pk = damage(model, kept._meta.get_field(secret).column)
    seal = model.objects.values_list("seal", flat=True).get()
    keys(OLD, NEW)
    run = DigestRotation()
    run.run()
    assert run.switched and run.unfit == set() and left_to_do() == 0
    assert [one for one in run.lost if one.startswith(f"{model._meta.verbose_name} {pk}：")]
    assert model.objects.values_list("seal", flat=True).get() == seal


def test_a_trace_that_is_tampered_with_after_the_switch_is_named_by_every_run(keys, take_in):
    keys(OLD, NEW)
    DigestRotation().run()
    take_in("register", {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区", "联系电话": "13800001234"})
    ImportTrace.objects.filter(position=0).update(seal="0" * 64)
    for _ in range(2):
        run = DigestRotation()
        run.run()
        assert len(run.unfit) == 1 and left_to_do() == 1


def test_a_frozen_roll_goes_over_with_its_digest_and_is_frozen_still(keys, make_roll, make_person, walk):
    roll = walk(make_roll(make_person("甲"), make_person("乙")), to="approved")
    before = roll.digest
    keys(OLD, NEW)
    rotate()
    keys(NEW)
    roll.refresh_from_db()
    assert roll.digest not in ("", before) and list(broken_rolls()) == [] and list(breaches(Looked())) == []
    for column in ("account_digest", "seal"):
        with pytest.raises(IntegrityError, match="已锁定"), transaction.atomic():
            Payment.objects.update(**{column: "0" * 64})


def test_a_tampered_roll_does_not_get_a_digest_that_fits(keys, make_roll, make_person, walk):
    roll = walk(make_roll(make_person("甲")), to="approved")
    type(roll).objects.filter(pk=roll.pk).update(digest="0" * 64)
    keys(OLD, NEW)
    with pytest.raises(CommandError, match="没有切换"):
        rotate()
    assert stored(Payment, "account_digest") == [account_digest(Payment.objects.get().account_no)]


def test_a_token_goes_over_when_it_is_used_and_the_others_are_named(keys, haizhou_clerk, capsys):
    texts = [issue_token(by=None, staff=haizhou_clerk, name=name)[1] for name in ("报表系统", "旧程序")]
    keys(OLD, NEW)
    rotate()
    assert status_with(texts[0]) == 200
    capsys.readouterr()
    rotate("--check")
    told = capsys.readouterr().out
    assert "旧程序" in told and "报表系统" not in told
    keys(NEW)
    assert [status_with(text) for text in texts] == [200, 401] and ApiToken.objects.count() == 2


def status_with(text) -> int:
    return Client().get("/api/v1/zones", headers={"authorization": f"Bearer {text}"}).status_code


def test_an_import_from_before_can_be_taken_back_under_the_new_key(keys, take_in, take_back):
    row = {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区", "联系电话": "13800001234"}
    take_in("register", row)
    job = take_in("register", {**row, "联系电话": "13900005678", "银行账号": ACCOUNT}, name="改.csv")
    ImportJob.objects.filter(pk=job.pk).update(rows_digest="0" * 64)
    keys(OLD, NEW)
    rotate()
    keys(NEW)
    rotate()
    assert ImportJob.objects.get(pk=job.pk).rows_digest == "" and list(breaches(Looked())) == []
    take_back(job)
    person = Person.objects.get(phone_digest=phone_digest("13800001234"))
    assert person.phone == "13800001234" and person.account_digest == "" and list(breaches(Looked())) == []


def test_with_both_keys_changed_at_once_an_import_is_taken_back_without_either_old_one(
    keys, take_in, take_back, settings
):
    row = {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区", "联系电话": "13800001234"}
    take_in("register", row)
    job = take_in("register", {**row, "联系电话": "13900005678", "银行账号": ACCOUNT}, name="改.csv")
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = settings.FIELD_KEYS | {9: secrets.token_bytes(32)}, 9
    keys(OLD, NEW)
    rotate()
    settings.FIELD_KEYS = {9: settings.FIELD_KEYS[9]}
    keys(NEW)
    assert list(breaches(Looked())) == []
    take_back(job)
    assert Person.objects.get().phone == "13800001234" and list(breaches(Looked())) == []


def test_a_row_changed_after_its_import_still_stands_in_the_way_under_the_new_key(
    keys, take_in, take_back, haizhou_clerk
):
    row = {"姓名": "张三", "身份证号": make_id(300), "县区": "海州区", "联系电话": "13800001234"}
    job = take_in("register", row)
    person = Person.objects.get()
    person.phone = "13900005678"
    save_person(by=haizhou_clerk, person=person)
    keys(OLD, NEW)
    rotate()
    with pytest.raises(Exception, match="后续变动"):
        take_back(job)
    assert Person.objects.get().phone == "13900005678"


def test_stopped_at_twenty_random_statements_everybody_is_found_and_the_last_run_finishes(
    keys, register, make_person, monkeypatch
):
    """Each stop is followed by a look and by a write of somebody else; a run that got through turns round."""
    people, seed, other, got_through, cut = list(register), secrets.randbits(32), NEW, False, 0
    chance = random.Random(seed)
    keys(OLD, other)
    for number in range(STOPS):
        if got_through:
            keys(other)
            rotate()
            one, other = other, secrets.token_bytes(32)
            keys(one, other)
            register_keys()
        got_through = not stopped(monkeypatch, after=chance.randrange(1, 40))
        cut += not got_through
        everybody_is_found(people)
        people.append(make_person(f"人{number}", phone=f"138{number:08}", account_no=f"62999996300403570{number:02}"))
    rotate()
    keys(other)
    everybody_is_found(people)
    assert list(breaches(Looked())) == [] and cut, f"seed {seed}"


def stopped(monkeypatch, *, after: int) -> bool:
    """A run that ends before so many batches, exchanges of tables or looks; whether it did not get through."""
    left = [after]

    def counted(does):
        def counting(*arguments, **options):
            left[0] -= 1
            if not left[0]:
                raise Stopped
            return does(*arguments, **options)

        return counting

    with monkeypatch.context() as patch:
        for name in ("keep_staged", "_exchange", "_count", "traced_anew"):
            patch.setattr(digests, name, counted(getattr(digests, name)))
        try:
            DigestRotation(most_rows=2).run()
        except Stopped:
            forget()
            return True
    return False


@pytest.mark.django_db(transaction=True)
def test_a_process_killed_in_the_middle_leaves_what_the_next_one_finishes(keys, make_person):
    people = [make_person(f"人{at}", phone=f"138{at:08}", account_no=f"62999996300403570{at:02}") for at in range(12)]
    keys(OLD, NEW)
    register_keys()
    for statements in (5, 40, 120):
        assert run_and_be_killed(DigestRotation(most_rows=1).run, before=statements)
        forget()
        everybody_is_found(people)
    rotate()
    keys(NEW)
    everybody_is_found(people)
    assert list(breaches(Looked())) == [] and Certificate.objects.count() == Guardian.objects.count() == 0
