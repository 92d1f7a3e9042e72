"""create_staff says in one Chinese sentence what is wrong, and writes nothing then."""

import io
import re

import pytest
from django.core.management import CommandError, call_command

from lianyungang_cdpf.accounts.models import Staff
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.management.commands.create_staff import Command

GOOD = "horse-Battery-9"


@pytest.fixture
def run(city, monkeypatch):
    """run("name", area=..., role=..., typed=...): what the command prints."""

    def run(username="hz01", area="320706", role="district_clerk", typed=GOOD, **options):
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{typed}\n"))
        output = io.StringIO()
        call_command("create_staff", username, area=area, role=role, stdout=output, **options)
        return output.getvalue()

    return run


@pytest.mark.parametrize(
    ("area", "place"), [("320706", "海州区"), ("xuwei", "徐圩新区"), ("320771", "连云港经济技术开发区")]
)
@pytest.mark.parametrize("role", ["district_clerk", "县区经办"])
def test_account_is_made_with_its_place_and_role(run, client, area, place, role):
    assert place in run(area=area, role=role, password_stdin=True, name="李四")
    staff = Staff.objects.get()
    assert (staff.place_name, staff.role.name, staff.name, staff.is_superuser) == (place, "县区经办", "李四", False)
    assert client.login(username="hz01", password=GOOD)
    line = AuditLine.objects.get(deed="新增账号")
    assert (line.deed, line.username, line.object_id) == ("新增账号", "system", str(staff.pk))
    assert GOOD not in line.summary


def test_one_person_does_not_get_two_of_the_administrators_roles(run):
    place = {"area": "320700", "password_stdin": True, "employee_no": " 0717 "}
    run("system", role="system_admin", **place)
    assert Staff.objects.get().employee_no == "0717"
    with pytest.raises(CommandError, match="工号 0717 的另一个账号“system”是“系统管理员”，同一人不能兼任“审计管理员”"):
        run("log", role="audit_admin", **place)
    run("log", role="audit_admin", **{**place, "employee_no": "0718"})
    assert set(Staff.objects.values_list("username", "employee_no")) == {("system", "0717"), ("log", "0718")}


def test_without_a_terminal_a_password_is_made_up_and_shown_once(run, client):
    password = re.search(r"初始密码（只显示这一次）：(\S{16})", run()).group(1)
    assert client.login(username="hz01", password=password)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"area": "320799"}, "没有代码为“320799”的地区或功能板块"),
        ({"area": "徐圩新区"}, "没有代码为“徐圩新区”的地区或功能板块"),
        ({"role": "boss"}, "没有角色“boss”：可用的角色有 市级业务（city_operator）"),
        ({"role": "市级业务"}, "角色“市级业务”只适用于市一级，不能用于海州区（县区）"),
        ({"role": "district_clerk", "area": "320706006"}, "只适用于县区一级"),
        ({"role": "system_admin", "area": "xuwei"}, "不能用于徐圩新区（功能板块）"),
        ({"username": "a b"}, "用户名只能用文字、数字和 @ . + - _。"),
        ({"username": "taken"}, "已有同名用户。"),
        ({"typed": ""}, "标准输入里没有密码"),
        ({"typed": "12345678901"}, "全是数字"),
        ({"typed": "password12"}, "太常见"),
        ({"typed": "Zk7-x"}, "至少"),
        ({"username": "lianyungang", "typed": "lianyungang1"}, "太相近"),
    ],
)
def test_refusal_says_what_is_wrong_and_makes_nothing(run, make_staff, wrong, sentence):
    make_staff("taken")
    with pytest.raises(CommandError, match=re.escape(sentence)) as refusal:
        run(**{"password_stdin": True, **wrong})
    assert refusal.value.returncode == 1
    assert Staff.objects.count() == 1 and not AuditLine.objects.exists()


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("second", [GOOD, "something-Else-9"])
def test_at_a_terminal_the_password_is_asked_for_twice(city, monkeypatch, client, second):
    answers = iter([GOOD, second])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    monkeypatch.setattr("sys.stdin", Terminal())
    arguments = {"area": "320706", "role": "district_clerk", "stdout": io.StringIO()}
    if second == GOOD:
        call_command("create_staff", "hz01", **arguments)
    else:
        with pytest.raises(CommandError, match="两次输入的密码不一样"):
            call_command("create_staff", "hz01", **arguments)
    assert client.login(username="hz01", password=GOOD) == (second == GOOD)


@pytest.mark.parametrize("arguments", [[], ["hz01"], ["hz01", "--area", "320706"], ["hz01", "--nonsense"]])
def test_a_wrong_call_ends_with_one_and_shows_the_right_one(arguments, capsys):
    with pytest.raises(SystemExit) as ended:
        Command().run_from_argv(["manage.py", "create_staff", *arguments])
    assert ended.value.code == 1
    assert "用法：create_staff 用户名 --area" in capsys.readouterr().err
