"""A wrong or missing key says so at the start of whatever would write, and nothing is written with it."""

import importlib
import re
import secrets

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction

from beneficiaries.models import Person
from lianyungang_cdpf.encryption import checking
from lianyungang_cdpf.encryption.checking import WrongKeys, check_keys, register_keys, require_known_keys, retire_keys
from lianyungang_cdpf.encryption.models import KeyCheck
from lianyungang_cdpf.fields import check_value
from lianyungang_cdpf.management.commands import prepare, worker

ONE, OTHER = secrets.token_bytes(32), secrets.token_bytes(32)


@pytest.fixture
def keys(settings, db):
    """keys({id: key}, writes=id) are configured; key 1 is registered."""

    def configured(field_keys, writes=None):
        settings.FIELD_KEYS, settings.FIELD_KEY_ID = field_keys, writes or list(field_keys)[-1]

    configured({1: ONE})
    register_keys()
    return configured


@pytest.fixture
def server(keys, monkeypatch):
    """The module that gunicorn loads; the transaction of the test is on the connection that it would close."""
    monkeypatch.setattr(connection, "close", lambda: None)
    return importlib.import_module("lianyungang_cdpf.wsgi")


def said() -> str:
    return "".join(error.msg for error in check_keys(None) if error.id == "encryption.E001")


def test_the_right_keys_say_nothing(keys):
    require_known_keys()
    assert said() == ""


def test_what_is_kept_of_a_key_is_not_the_key(keys):
    kept = "".join(KeyCheck.objects.values_list("value", flat=True))
    assert len(kept) == 128 and ONE.hex() not in kept and check_value(ONE) in kept != check_value(OTHER)


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({1: OTHER}, "编号 1 的字段密钥不对"),
        ({2: OTHER}, "缺少编号 1 的字段密钥"),
        ({2: ONE, 1: OTHER}, "编号 1 的字段密钥不对"),
    ],
)
def test_a_wrong_and_a_missing_field_key_are_named(keys, given, sentence):
    keys(given)
    assert sentence in said() and "没有写入任何数据" in said()
    with pytest.raises(WrongKeys, match=sentence):
        require_known_keys()


def test_a_wrong_digest_key_is_named(keys, settings):
    settings.DIGEST_KEY = OTHER
    assert "摘要密钥不对" in said() and "PORTAL_DIGEST_KEY" in said()


def test_a_new_key_writes_only_once_it_is_registered(keys):
    keys({1: ONE, 2: OTHER})
    assert said() == ""
    with pytest.raises(WrongKeys, match="编号 2 的字段密钥还没有在数据库登记"):
        require_known_keys()
    register_keys()
    require_known_keys()


def test_of_two_that_register_a_new_key_at_once_only_one_key_stands(keys, monkeypatch):
    keys({1: ONE, 2: OTHER})
    first, known = [], checking._known

    def overtaken():
        told = known()
        if not first:
            first.append(KeyCheck.objects.create(purpose="field", key_id=2, value=check_value(ONE)))
        return told

    monkeypatch.setattr(checking, "_known", overtaken)
    with pytest.raises(WrongKeys, match="编号 2 的字段密钥不对"):
        register_keys()


def test_a_retired_key_may_be_missing_but_never_come_back_as_another(keys):
    keys({1: ONE, 2: OTHER})
    register_keys()
    retire_keys(needed=[])
    keys({2: OTHER})
    require_known_keys()
    assert said() == ""
    keys({2: OTHER, 1: OTHER})
    assert "编号 1 的字段密钥不对" in said()
    keys({2: OTHER, 1: ONE})
    with pytest.raises(WrongKeys, match="还没有在数据库登记"):
        require_known_keys()
    register_keys()
    require_known_keys()


def test_a_key_that_is_needed_is_not_retired_and_one_that_is_gone_stays_so(keys):
    keys({1: ONE, 2: OTHER})
    register_keys()
    retire_keys(needed=[1])
    assert not KeyCheck.objects.exclude(retired_at=None).exists()
    retire_keys(needed=[])
    keys({2: OTHER})
    retire_keys(needed=[1])
    require_known_keys()
    keys({1: ONE, 2: OTHER})
    retire_keys(needed=[1])
    keys({2: OTHER})
    assert "操作日志" in said()


def test_every_command_that_checks_the_system_ends_before_it_does_anything(keys, capsys):
    keys({1: OTHER})
    for command in ("load_standards", "intake", "demo", "create_staff", "worker", "prepare"):
        with pytest.raises(CommandError, match="编号 1 的字段密钥不对"):
            importlib.import_module(f"lianyungang_cdpf.management.commands.{command}").Command().check()


@pytest.mark.parametrize(("module", "first"), [(prepare, "call_command"), (worker, "make_ready")])
def test_preparing_and_working_refuse_before_their_first_step(keys, monkeypatch, module, first):
    keys({1: OTHER})
    monkeypatch.setattr(module, first, lambda *arguments, **options: pytest.fail("it began"))
    with pytest.raises(WrongKeys, match="编号 1 的字段密钥不对"):
        call_command(module.__name__.rpartition(".")[2], verbosity=0)


def test_the_server_does_not_start_with_a_wrong_key(keys, server):
    importlib.reload(server)
    assert server._keys_are_right
    keys({1: OTHER})
    with pytest.raises(WrongKeys, match="编号 1 的字段密钥不对"):
        importlib.reload(server)


def test_without_a_database_the_server_starts_and_looks_before_its_first_request(keys, server, monkeypatch):
    def unreachable():
        raise OperationalError("no route")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checking, "require_known_keys", unreachable)
        importlib.reload(server)
    monkeypatch.setattr(server, "_portal", lambda environ, start_response: [b"answered"])
    keys({1: OTHER})
    with pytest.raises(WrongKeys):
        server.application({}, None)
    keys({1: ONE})
    assert server.application({}, None) == [b"answered"]


def test_once_they_are_right_no_request_asks_again(server, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(server, "_keys_are_right", True)
    monkeypatch.setattr(server, "_portal", lambda environ, start_response: [b""])
    with django_assert_num_queries(0):
        server.application({}, None)


def test_a_database_older_than_its_register_tries_the_keys_on_what_is_there(keys, make_person, settings):
    make_person(phone="13800001234")
    KeyCheck.objects.all().delete()
    for wrong in ({1: OTHER}, {2: OTHER}):
        keys(wrong)
        with pytest.raises(WrongKeys, match="编号 1 的字段密钥"):
            register_keys()
    keys({1: ONE})
    right, settings.DIGEST_KEY = settings.DIGEST_KEY, OTHER
    with pytest.raises(WrongKeys, match="摘要密钥不对"):
        prepare.Command()._register_keys()
    assert not KeyCheck.objects.exists()
    settings.DIGEST_KEY = right
    prepare.Command()._register_keys()
    assert KeyCheck.objects.count() == 2


@pytest.mark.parametrize("damaged", ["phone", "%s"], ids=["of another column", "of one byte"])
def test_one_damaged_value_does_not_make_the_key_a_wrong_one(keys, make_person, damaged):
    make_person(phone="13800001234")
    make_person(phone="13800001235")
    KeyCheck.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE beneficiaries_person SET account_no = {damaged}", [b"\x01"] * damaged.count("%s"))
    register_keys()
    assert KeyCheck.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"purpose": "field", "key_id": 256},
        {"purpose": "field", "key_id": 0},
        {"value": "x"},
        {"purpose": "field", "key_id": 1},
    ],
    ids=str,
)
def test_the_register_itself_refuses_what_is_no_key(keys, wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        KeyCheck.objects.create(**({"purpose": "field", "key_id": 9, "value": check_value(ONE)} | wrong))


def test_nobody_sees_the_register(keys, city_clerk):
    assert not KeyCheck.objects.visible_to(city_clerk).exists() and Person.objects.visible_to(city_clerk) is not None
    assert re.fullmatch("字段密钥 1|摘要密钥", str(KeyCheck.objects.first()))
