"""Where secrets come from in production: a variable, a file, or what a command prints."""

import base64
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from lianyungang_cdpf import keys
from lianyungang_cdpf.keys import load_secrets

KEY = base64.b64encode(bytes(range(32))).decode()
SECRET = "only-for-this-test-abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """environment(NAME=value): the other secrets are variables; gives what is loaded."""

    def loaded(**told):
        given = {"PORTAL_SECRET_KEY": SECRET, "PORTAL_FIELD_KEYS": f"1:{KEY}", "PORTAL_DIGEST_KEY": KEY} | told
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        return load_secrets("production", tmp_path)

    return loaded


def python(code: str) -> str:
    return f"{sys.executable} -c '{code}'"


def test_a_command_prints_the_keys(environment):
    command = python(f'print("3:{KEY},7:{KEY}")')
    told = environment(PORTAL_FIELD_KEYS="", PORTAL_FIELD_KEYS_COMMAND=command)
    assert list(told.field_keys) == [3, 7] and told.current_field_key == 7 and told.field_keys[3] == bytes(range(32))


def test_no_shell_reads_the_command(environment, tmp_path):
    print_it = python('import sys; print(sys.argv[1:]); raise SystemExit(sys.argv[1:] != [";", "touch", "$HOME"])')
    with pytest.raises(ImproperlyConfigured, match="密钥格式不对"):
        environment(PORTAL_DIGEST_KEY_COMMAND=f"{print_it} ; touch $HOME")


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (python("raise SystemExit(4)"), "以代码 4 退出"),
        ("/nowhere/read-key", "无法运行"),
        ("read-key 'open", "引号不成对"),
        (" ", "为空"),
        (python("import os; os.write(1, bytes([255]))"), "不是 UTF-8"),
    ],
)
def test_a_command_that_gives_no_key_is_named_with_the_reason(environment, command, why):
    with pytest.raises(ImproperlyConfigured, match=f"PORTAL_FIELD_KEYS_COMMAND.*{why}"):
        environment(PORTAL_FIELD_KEYS_COMMAND=command)


def test_a_command_that_hangs_is_ended(environment, monkeypatch):
    monkeypatch.setattr(keys, "COMMAND_SECONDS", 0.2)
    with pytest.raises(ImproperlyConfigured, match="秒内没有结束"):
        environment(PORTAL_SECRET_KEY_COMMAND=python("import time; time.sleep(60)"))


def test_a_command_that_prints_nothing_leaves_the_secret_missing(environment):
    with pytest.raises(ImproperlyConfigured, match="缺少密钥.*PORTAL_DIGEST_KEY"):
        environment(PORTAL_DIGEST_KEY_COMMAND=python("pass"))


def test_an_error_tells_nothing_of_what_was_printed(environment):
    with pytest.raises(ImproperlyConfigured) as error:
        environment(PORTAL_DIGEST_KEY_COMMAND=python('print("almost-a-key"); raise SystemExit(1)'))
    assert "almost-a-key" not in str(error.value)


def test_a_file_and_a_command_together_are_refused(environment):
    with pytest.raises(ImproperlyConfigured, match="只能设置一个"):
        environment(PORTAL_FIELD_KEYS_FILE="/etc/hostname", PORTAL_FIELD_KEYS_COMMAND="cat /etc/hostname")
