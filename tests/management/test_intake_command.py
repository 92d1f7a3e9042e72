"""The command contract of `intake`: exit codes, JSON alone on standard output, and nothing applied unasked."""

import io
import json
import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from lianyungang_cdpf.intake import work
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.management.commands.intake import Command
from subsidies.models import Payment, Roll
from tests.fixtures_city import DONGHAI_TOWN, make_id
from tests.fixtures_imports import csv_of

KEYS = {
    "kind", "month", "sheets", "data_rows", "valid_rows", "bad_rows", "total_valid_amount", "errors", "warnings",
    "file_warnings", "needs_confirmation", "applied_rows",
}  # fmt: skip
HEADER = ["姓名", "身份证号", "金额"]
ROLL = ("hardship_subsidy", "--month", "2019-03")


@pytest.fixture
def people(standards, make_person, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    return [make_person(name, category=4, grade=1, hardship="低保") for name in ("甲", "乙", "丙")]


@pytest.fixture
def file_of(tmp_path):
    def make(rows, name="名册.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(rows if isinstance(rows, bytes) else csv_of(rows))
        return path

    return make


@pytest.fixture
def roll(file_of, people):
    """Two rows in order and one of somebody whom nobody knows."""
    return file_of([HEADER, *([one.name, one.id_number, "370"] for one in people[:2]), ["丁", make_id(400), "370"]])


@pytest.fixture
def shell(monkeypatch, capfd):
    """shell(*arguments): exit code, standard output and standard error, as the command line gives them."""
    monkeypatch.setattr("django.core.management.base.connections.close_all", lambda: None)

    def run(*arguments):
        capfd.readouterr()
        try:
            Command().run_from_argv(["manage.py", "intake", *map(str, arguments)])
            code = 0
        except SystemExit as stop:
            code = stop.code
        out, err = capfd.readouterr()
        return code, out, err

    return run


def said(*arguments) -> dict:
    out = io.StringIO()
    call_command("intake", *map(str, arguments), "--json", stdout=out)
    return json.loads(out.getvalue())


def refused(*arguments) -> tuple[int, str]:
    with pytest.raises(CommandError) as error:
        call_command("intake", *map(str, arguments))
    return error.value.returncode, str(error.value)


def is_chinese(text: str) -> bool:
    return bool(re.search("[一-龥]{3}", text)) and "Traceback" not in text


# -- what it answers -------------------------------------------------------------------------------------------------


def test_json_stands_alone_on_standard_output_with_every_key(shell, roll, haizhou_clerk):
    code, out, err = shell(*ROLL, roll, "--as", "haizhou_clerk", "--json")
    answer = json.loads(out)
    assert code == 0 and answer.keys() >= KEYS and err == ""
    assert (answer["kind"], answer["month"], answer["data_rows"]) == ("hardship_subsidy", "2019-03", 3)
    assert (answer["valid_rows"], answer["bad_rows"], answer["total_valid_amount"]) == (2, 1, "740.00")
    assert [(one["sheet"], one["row"], one["codes"], one["primary"]) for one in answer["errors"]] == [
        (None, 4, ["UNKNOWN_PERSON"], "UNKNOWN_PERSON")
    ]
    assert is_chinese(answer["errors"][0]["messages"][0])
    assert (answer["warnings"], answer["file_warnings"], answer["needs_confirmation"]) == ([], [], False)


def test_without_apply_nothing_at_all_is_written(roll, haizhou_clerk, tmp_path):
    from lianyungang_cdpf.audit.models import AuditLine

    lines = AuditLine.objects.count()
    assert said(*ROLL, roll, "--as", "haizhou_clerk")["applied_rows"] == 0
    assert not (ImportJob.objects.exists() or Roll.objects.exists() or Payment.objects.exists())
    assert AuditLine.objects.count() == lines and not (tmp_path / "uploads").exists()


def test_with_apply_the_valid_rows_are_posted(roll, haizhou_clerk):
    answer = said(*ROLL, roll, "--as", "haizhou_clerk", "--apply")
    assert (answer["applied_rows"], answer["valid_rows"], answer["bad_rows"]) == (2, 2, 1)
    posted = Roll.objects.get()
    assert (posted.state, posted.total, posted.posted_by) == ("posted", Decimal("740.00"), haizhou_clerk)


def test_all_or_nothing_applies_nothing_when_one_row_is_bad(roll, file_of, people, haizhou_clerk):
    arguments = ("--as", "haizhou_clerk", "--apply", "--all-or-nothing")
    assert said(*ROLL, roll, *arguments)["applied_rows"] == 0
    assert not Payment.objects.exists()
    good = file_of([HEADER, *([one.name, one.id_number, "370"] for one in people)], "全对.csv")
    assert said(*ROLL, good, *arguments)["applied_rows"] == 3


def test_a_call_after_one_that_held_back_posts_the_same_file(roll, haizhou_clerk):
    said(*ROLL, roll, "--as", "haizhou_clerk", "--apply", "--all-or-nothing")
    assert said(*ROLL, roll, "--as", "haizhou_clerk", "--apply")["applied_rows"] == 2


def test_a_file_that_needs_confirmation_is_not_applied_however_often(file_of, people, haizhou_clerk):
    rows = [["2019年4月困难残疾人生活补贴发放花名册"], HEADER, [people[0].name, people[0].id_number, "370"]]
    path = file_of(rows)
    for _ in range(2):
        answer = said(*ROLL, path, "--as", "haizhou_clerk", "--apply")
        assert (answer["needs_confirmation"], answer["applied_rows"], answer["valid_rows"]) == (True, 0, 1)
    assert not Payment.objects.exists()
    assert ImportJob.objects.get(state="ready").needs_confirmation


def test_the_month_comes_from_the_file_where_none_is_said(file_of, people, haizhou_clerk):
    path = file_of([HEADER, [people[0].name, people[0].id_number, "370"]], "海州区2019年3月生活补贴.csv")
    assert said("hardship_subsidy", path, "--as", "haizhou_clerk")["month"] == "2019-03"


@pytest.mark.parametrize("month", ["2019", "2019-01", "2019-11"])
def test_a_yearly_list_takes_its_year_or_a_month_of_it(file_of, people, haizhou_clerk, month):
    rows = [["姓名", "身份证号", "代缴金额"], ["甲", people[0].id_number, "100"]]
    answer = said("pension_premium", file_of(rows), "--as", "haizhou_clerk", "--month", month)
    assert (answer["kind"], answer["month"], answer["data_rows"]) == ("pension_premium", "2019-01", 1)


def test_a_year_that_is_none_is_a_wrong_call(file_of, people, haizhou_clerk):
    code, sentence = refused("education_grant", file_of([HEADER]), "--as", "haizhou_clerk", "--month", "2019")
    assert code == 1 and "学年“2019”不对" in sentence and "2019-2020" in sentence


def test_the_original_name_can_be_told(file_of, people, haizhou_clerk):
    path = file_of([HEADER, [people[0].name, people[0].id_number, "370"]], "tmp1234.csv")
    name = "海州区2019年3月生活补贴.csv"
    assert said("hardship_subsidy", path, "--as", "haizhou_clerk", "--filename", name, "--apply")["month"] == "2019-03"
    assert ImportJob.objects.get().file_name == name


def test_the_register_and_the_history_go_the_same_way(file_of, city_clerk, settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    register = file_of(
        [["姓名", "身份证号", "县区"], ["甲", make_id(301), "海州区"], ["乙", "1", "海州区"]], "档案.csv"
    )
    answer = said("register", register, "--as", "city_clerk", "--apply")
    assert answer.keys() >= KEYS and answer["month"] is None
    assert (answer["applied_rows"], answer["bad_rows"], answer["total_valid_amount"]) == (1, 1, "0.00")
    header = ["补贴项目", "发放月份", "身份证号", "发放金额", "批次", "发放日期"]
    lines = [header, ["hardship_subsidy", "2018-12", make_id(301), "370", "H-1", "2018-12-28"]]
    answer = said("payment_history", file_of(lines, "历史.csv"), "--as", "city_clerk", "--apply")
    assert (answer["applied_rows"], answer["total_valid_amount"]) == (1, "370.00")


def test_for_people_it_says_in_chinese_what_it_found(shell, roll, haizhou_clerk):
    code, out, err = shell(*ROLL, roll, "--as", "haizhou_clerk")
    assert code == 0 and err == "" and "共 3 行：2 行有效" in out and "第 4 行" in out


# -- refusals: exit 2 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("apply", [[], ["--apply"]])
def test_a_refused_file_is_exit_2_with_its_sentence(shell, file_of, people, haizhou_clerk, apply):
    for content in (b"", b"\x89PNG\r\n\x1a\n", "没有表头\n".encode()):
        code, out, err = shell(*ROLL, file_of(content, "坏.csv"), "--as", "haizhou_clerk", "--json", *apply)
        assert code == 2 and err == "" and json.loads(out).keys() == {"rejected"}
        assert is_chinese(json.loads(out)["rejected"])


def test_a_refusal_without_json_is_exit_2_too(file_of, people, haizhou_clerk):
    code, sentence = refused(*ROLL, file_of(b"", "空.csv"), "--as", "haizhou_clerk")
    assert code == 2 and is_chinese(sentence)


def test_no_month_anywhere_is_a_refusal(file_of, people, haizhou_clerk):
    path = file_of([HEADER, [people[0].name, people[0].id_number, "370"]])
    code, sentence = refused("hardship_subsidy", path, "--as", "haizhou_clerk")
    assert code == 2 and "月份" in sentence


def test_a_file_posted_before_is_refused_with_its_roll(roll, haizhou_clerk):
    said(*ROLL, roll, "--as", "haizhou_clerk", "--apply")
    code, sentence = refused(*ROLL, roll, "--as", "haizhou_clerk", "--apply")
    assert code == 2 and Roll.objects.get().reference in sentence


def test_a_file_that_another_worker_is_at_is_refused(roll, haizhou_clerk, monkeypatch):
    plan_file, answers = work.plan_file, []

    def meanwhile(*arguments):
        monkeypatch.setattr(work, "plan_file", plan_file)
        answers.append(refused(*ROLL, roll, "--as", "haizhou_clerk", "--apply"))
        return plan_file(*arguments)

    monkeypatch.setattr(work, "plan_file", meanwhile)
    assert said(*ROLL, roll, "--as", "haizhou_clerk", "--apply")["applied_rows"] == 2
    assert answers[0][0] == 2 and "正在导入" in answers[0][1]
    assert Payment.objects.count() == 2


# -- wrong calls: exit 1 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "month",
    ["2019-13", "2019-00", "2019-3", "201903", "2019年3月", "", "9999-12", "0001-01", "２０１９-03", "2019-03-01"],
)
def test_a_month_that_is_none_is_a_wrong_call(shell, roll, haizhou_clerk, month):
    code, out, err = shell("hardship_subsidy", roll, "--as", "haizhou_clerk", "--month", month, "--json")
    assert (code, out) == (1, "") and is_chinese(err) and "月份" in err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["hardship_subsidy"],
        ["hardship_subsidy", "{roll}"],
        ["hardship_subsidy", "{roll}", "--as"],
        ["hardship_subsidy", "{roll}", "--as", "haizhou_clerk", "--nonsense"],
        ["no_such_kind", "{roll}", "--as", "haizhou_clerk"],
        ["hardship_subsidy", "{roll}", "--as", "nobody"],
        ["hardship_subsidy", "{folder}", "--as", "haizhou_clerk"],
        ["hardship_subsidy", "{folder}/nothing.csv", "--as", "haizhou_clerk"],
        ["hardship_subsidy", "/dev/null", "--as", "haizhou_clerk"],
        ["hardship_subsidy", "x" * 5000, "--as", "haizhou_clerk"],
        ["hardship_subsidy", "a\0b", "--as", "haizhou_clerk"],
        ["hardship_subsidy", "", "--as", "haizhou_clerk"],
    ],
)
def test_a_wrong_call_is_exit_1_with_a_chinese_sentence(shell, roll, haizhou_clerk, arguments):
    given = [argument.replace("{roll}", str(roll)).replace("{folder}", str(roll.parent)) for argument in arguments]
    code, out, err = shell(*given)
    assert (code, out) == (1, "") and is_chinese(err)


def test_a_pipe_is_not_waited_for(shell, tmp_path, haizhou_clerk):
    os.mkfifo(tmp_path / "pipe.csv")
    code, _, err = shell(*ROLL, tmp_path / "pipe.csv", "--as", "haizhou_clerk")
    assert code == 1 and is_chinese(err)


@pytest.mark.parametrize("role", ["leader", "auditor", "finance", "town_clerk", "district_reviewer", "system_admin"])
def test_who_may_not_import_rolls_is_told_so(roll, make_staff, role):
    make_staff("other", role=role)
    code, sentence = refused(*ROLL, roll, "--as", "other", "--apply")
    assert code == 1 and "无权" in sentence
    assert not ImportJob.objects.exists()


def test_a_blocked_account_imports_nothing(roll, make_staff):
    make_staff("gone", is_active=False)
    assert refused(*ROLL, roll, "--as", "gone")[0] == 1


def test_paid_on_is_for_the_city_alone_and_for_rolls(roll, haizhou_clerk, city_clerk):
    assert refused(*ROLL, roll, "--as", "haizhou_clerk", "--paid-on", "2019-03-28", "--apply")[0] == 1
    assert refused("register", roll, "--as", "city_clerk", "--paid-on", "2019-03-28")[0] == 1
    said(*ROLL, roll, "--as", "city_clerk", "--paid-on", "2019-03-28", "--apply")
    posted = Roll.objects.get()
    assert (posted.state, posted.paid_on, posted.paid_by) == ("paid", date(2019, 3, 28), city_clerk)


@pytest.mark.parametrize("day", ["2019-02-30", "2019-3-28", "", "20190328", "2099-01-01", "昨天"])
def test_a_day_that_is_none_or_not_yet_is_a_wrong_call(roll, city_clerk, day):
    code, sentence = refused(*ROLL, roll, "--as", "city_clerk", "--paid-on", day)
    assert code == 1 and "日期" in sentence


# -- place, crossings and accidents ----------------------------------------------------------------------------------


def test_the_account_decides_whose_rows_are_its_own(file_of, people, make_person, donghai_clerk):
    own = make_person("戊", area=DONGHAI_TOWN, category=4, grade=1, hardship="低保")
    path = file_of([HEADER, *([one.name, one.id_number, "370"] for one in (people[0], own))])
    answer = said(*ROLL, path, "--as", "donghai_clerk", "--apply")
    assert [one["primary"] for one in answer["errors"]] == ["WRONG_DISTRICT"]
    assert answer["applied_rows"] == 1 and Payment.objects.get().person == own


def test_somebody_paid_meanwhile_is_left_out_and_the_others_are_posted(
    roll, people, make_roll, haizhou_clerk, monkeypatch
):
    apply = work.apply_plan

    def late(claim, plan):
        if not Roll.objects.exists():
            make_roll(people[0], reference="R-9")
        apply(claim, plan)

    monkeypatch.setattr(work, "apply_plan", late)
    answer = said(*ROLL, roll, "--as", "haizhou_clerk", "--apply")
    assert (answer["applied_rows"], answer["bad_rows"]) == (1, 2)
    assert [one["primary"] for one in answer["errors"]] == ["ALREADY_PAID", "UNKNOWN_PERSON"]
    assert Payment.objects.filter(person=people[0]).count() == 1


@pytest.mark.parametrize("error", [IntegrityError, KeyError, MemoryError])
def test_an_accident_is_a_sentence_without_a_traceback(shell, roll, people, haizhou_clerk, monkeypatch, error):
    def accident(claim, plan):
        raise error(people[0].id_number)

    monkeypatch.setattr(work, "apply_plan", accident)
    code, out, err = shell(*ROLL, roll, "--as", "haizhou_clerk", "--apply", "--json")
    assert (code, out) == (1, "") and is_chinese(err) and people[0].id_number not in err
    assert ImportJob.objects.get().state == "failed" and not Payment.objects.exists()


def test_messages_hold_no_whole_number(file_of, people, haizhou_clerk):
    wrong = people[0].id_number[:-1] + ("1" if people[0].id_number[-1] != "1" else "2")
    lines = [[*HEADER, "银行账号"], ["甲", wrong, "370", "6222000000000000001"]]
    answer = said(*ROLL, file_of(lines), "--as", "haizhou_clerk")
    assert not re.findall("[0-9]{9,}", "".join(answer["errors"][0]["messages"]))
