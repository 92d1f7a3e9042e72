"""What programs are told of people and payments is what the pages show, and looking at a whole account is noted."""

import json
from datetime import date

import pytest

from beneficiaries.exports import PeopleFile
from lianyungang_cdpf.audit.models import AuditLine
from subsidies.exports import PaymentsFile
from subsidies.models import Payment

PHONE, ACCOUNT = "19012345678", "6222021001116245702"
SHOWN_AS = {
    "name": "姓名", "id_number": "身份证号", "disability": "残疾类别等级", "hardship": "困难情况", "phone": "联系电话",
    "account_no": "银行账号", "state": "档案状态", "bank_name": "开户银行",
}  # fmt: skip


@pytest.fixture
def person(make_person):
    return make_person(
        "欧阳慧敏", phone=PHONE, account_no=ACCOUNT, category=4, grade=2, hardship="低保", bank_name="农商行"
    )


def test_one_person_is_told_as_the_pages_and_files_show_them(ask, haizhou_clerk, person):
    told = ask(haizhou_clerk)(f"people/{person.pk}")
    for name, column in SHOWN_AS.items():
        assert told[name] == PeopleFile.columns[column](person), name
    assert told["phone"] == "190****5678" and told["account_no"] == "****5702"
    assert [one["number"][-6:] for one in told["certificates"]] == [f"{person.id_number[-4:]}**"]


@pytest.mark.parametrize("path", ["people", "people/{pk}"])
def test_no_whole_number_leaves_for_a_clerk(path, sign_in, haizhou_clerk, person):
    text = sign_in(haizhou_clerk).get("/api/v1/" + path.format(pk=person.pk)).content.decode()
    certificate = person.certificates.get().number
    assert not [number for number in (person.id_number, PHONE, ACCOUNT, certificate) if number in text]
    assert not [digest for digest in (person.id_digest, person.phone_digest, person.account_digest) if digest in text]


def test_finance_sees_a_whole_account_one_by_one_and_each_look_is_written_down(ask, make_staff, person):
    finance = make_staff("finance", role="finance")
    assert ACCOUNT not in json.dumps(ask(finance)("people"))
    assert not AuditLine.objects.filter(deed="查看完整银行账号").exists()
    assert ask(finance)(f"people/{person.pk}")["account_no"] == ACCOUNT
    line = AuditLine.objects.get(deed="查看完整银行账号")
    assert (line.staff, line.object_id) == (finance, str(person.pk))


def test_a_payment_is_told_as_the_pages_and_files_show_it(ask, make_staff, haizhou_clerk, person, make_roll):
    make_roll(person, month=date(2019, 3, 1))
    payment = Payment.objects.get()
    told = ask(haizhou_clerk)("payments")["results"][0]
    shown = {
        "name": "姓名",
        "id_number": "身份证号",
        "account_no": "银行账号",
        "reference": "批次号",
        "state_name": "状态",
    }
    for name, column in shown.items():
        assert told[name] == PaymentsFile.columns[column](payment), name
    assert (told["amount"], told["period"]) == ("370.00", "2019-03")
    finance = make_staff("finance", role="finance")
    assert ask(finance)("payments")["results"][0]["account_no"] == "****5702"
    assert ask(finance)(f"payments/{payment.pk}")["account_no"] == ACCOUNT
    assert AuditLine.objects.get(deed="查看完整银行账号").object_type == "补贴发放"


def test_a_clerk_who_looks_at_a_masked_account_leaves_no_line_of_a_whole_one(ask, haizhou_clerk, person):
    ask(haizhou_clerk)(f"people/{person.pk}")
    assert [line.deed for line in AuditLine.objects.filter(deed__startswith="查看")] == ["查看残疾人档案"]


def test_filters_find_what_the_pages_filters_find(ask, haizhou_clerk, make_person):
    make_person("张三", category=1, grade=1, hardship="低保")
    make_person("李四", category=4, grade=3, died_on=date(2019, 2, 1))
    make_person("王五", basis="family_member")

    def names(**asked):
        return [one["name"] for one in ask(haizhou_clerk)("people", ordering="id", **asked)["results"]]

    assert names(category=1) == ["张三"]
    assert names(grade=3) == ["李四"]
    assert names(hardship="低保") == ["张三"]
    assert names(state="deceased") == ["李四"]
    assert names(state="on_register") == ["张三", "王五"]
    assert names(basis="family_member") == ["王五"]
    assert names(place="320706006") == ["张三", "李四", "王五"]


def test_a_number_is_searched_for_in_the_body_and_nowhere_else(sign_in, refused, haizhou_clerk, person):
    sent = json.dumps({"words": person.id_number})
    found = sign_in(haizhou_clerk).post("/api/v1/people/search", sent, content_type="application/json").json()
    assert [one["name"] for one in found["results"]] == ["欧阳慧敏"]
    status, problem = refused(haizhou_clerk, "people", id_number=person.id_number)
    assert (status, problem["code"], problem["where"]) == (400, "unknown_parameter", "id_number")
