"""A program sends a roll in, watches it, reads what was found, posts it, and the board moves: as in the wizard."""

import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lianyungang_cdpf.accounts.tokens import issue_token
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake import work
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.reading import limits
from subsidies.models import Payment, Roll

PAYABLE = {"category": 4, "grade": 1, "hardship": "低保"}
AMOUNT = "370.00"
WRONG = "320701198001019990"


@pytest.fixture(autouse=True)
def standards(city, settings, tmp_path):
    from subsidies.models import Programme, Standard

    settings.UPLOAD_ROOT = tmp_path / "uploads"
    programme = Programme.objects.get(code="hardship_subsidy")
    programme.eligibility = {"certificate": [{"grades": None, "categories": None}], "household_status": ["低保"]}
    programme.save()
    programme.standards.all().delete()
    Standard.objects.create(programme=programme, effective_from=date(2018, 1, 1), amount=AMOUNT)


def roll_of(*people, extra=""):
    lines = ["姓名,身份证号,发放金额", *(f"{person.name},{person.id_number},{AMOUNT}" for person in people)]
    return ("\n".join(lines) + "\n" + extra).encode()


def upload(client, content, name="名册.csv", **data):
    sent = {"kind": "hardship_subsidy", "month": "2019-09", "file": SimpleUploadedFile(name, content), **data}
    return client.post("/api/v1/imports", {key: value for key, value in sent.items() if value is not None})


def do(client, uid, deed, **body):
    return client.post(f"/api/v1/imports/{uid}/{deed}", json.dumps(body), content_type="application/json")


def state_of(client, uid):
    return client.get(f"/api/v1/imports/{uid}").json()


@pytest.fixture
def program(haizhou_clerk):
    """A program with the clerk's token."""
    _, text = issue_token(by=None, staff=haizhou_clerk, name="测试")
    return Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {text}"})


def paid_on_the_board(client):
    told = client.get("/api/v1/progress", {"year": 2019, "as_of": "2019-09-30"}).json()
    return next(target["value"] for target in told["targets"] if target["key"] == "hardship_subsidy")


def test_from_the_file_to_the_board(program, make_person, haizhou_clerk, walk):
    first, second = make_person("张三", **PAYABLE), make_person("李四", **PAYABLE)
    foreign = make_person("王五", area="320722101", **PAYABLE)
    assert paid_on_the_board(program) == 0

    sent = upload(program, roll_of(first, second, foreign, extra=f"赵六,{WRONG},370.00\n"))
    assert sent.status_code == 202, sent.content.decode()
    uid = sent.json()["uid"]
    assert (sent.json()["state"], sent.json()["working"]) == ("queued", True)

    work.run(ImportJob.objects.get(uid=uid).pk)
    told = state_of(program, uid)
    counts = {name: told[name] for name in ("state", "data_rows", "valid_rows", "bad_rows", "valid_amount", "may_post")}
    assert counts == {
        "state": "ready", "data_rows": 4, "valid_rows": 2, "bad_rows": 2, "valid_amount": "740.00", "may_post": True,
    }  # fmt: skip

    answer = program.get(f"/api/v1/imports/{uid}/errors")
    found = {one["row"]: one for one in answer.json()["results"]}
    assert {row: one["codes"][0] for row, one in found.items()} == {4: "WRONG_DISTRICT", 5: "ID_CHECKSUM"}
    assert found[5]["id_number"] == "320701********9990" and "校验" in found[5]["message"]
    assert WRONG not in answer.content.decode() and foreign.id_number not in answer.content.decode()
    only = program.get(f"/api/v1/imports/{uid}/errors", {"code": "ID_CHECKSUM", "page_size": 1}).json()
    assert (only["count"], only["results"][0]["row"]) == (1, 5)
    assert program.get(f"/api/v1/imports/{uid}/errors", {"what": "warnings"}).json()["count"] == 0
    assert not Payment.objects.exists()

    assert do(program, uid, "post", mode="all").status_code == 409
    assert do(program, uid, "post", mode="valid").status_code == 202
    assert do(program, uid, "post", mode="valid").status_code == 202
    work.run(ImportJob.objects.get(uid=uid).pk)
    told = state_of(program, uid)
    assert (told["state"], told["applied_rows"]) == ("posted", 2)
    assert {payment.person for payment in Payment.objects.all()} == {first, second}
    assert Roll.objects.get().total == Decimal("740.00")
    assert paid_on_the_board(program) == 0, "posted is not paid"
    walk(Roll.objects.get(), paid_on=date(2019, 9, 28))
    assert paid_on_the_board(program) == 2

    deeds = list(
        AuditLine.objects.filter(staff=haizhou_clerk, result="done").order_by("id").values_list("deed", flat=True)
    )
    assert deeds[:2] == ["上传文件", "申请入账"] and "入账" in deeds[2]


def test_the_same_file_again_is_named_as_posted_already(program, make_person):
    content = roll_of(make_person("张三", **PAYABLE))
    uid = upload(program, content).json()["uid"]
    assert upload(program, content).json()["uid"] == uid, "sent twice, it is one import"
    work.run(ImportJob.objects.get(uid=uid).pk)
    do(program, uid, "post", mode="valid")
    work.run(ImportJob.objects.get(uid=uid).pk)
    again = upload(program, content)
    assert (again.status_code, again.json()["code"]) == (409, "already_posted")


def test_an_upload_into_another_countys_area_is_refused(program, make_person):
    for name in ("area", "place", "zone", "staff"):
        answer = upload(program, roll_of(make_person("张三", **PAYABLE)), **{name: "320722"})
        assert (answer.status_code, answer.json()["where"]) == (422, name)
    assert not ImportJob.objects.exists()


def test_what_the_form_refuses_is_told_by_field(program, city_clerk, sign_in):
    content = b"x"
    wrong = {
        "kind": {"kind": "nothing"}, "month": {"month": "2019-13"}, "file": {"file": None},
        "paid_on": {"paid_on": "2019-03-01"},
    }  # fmt: skip
    for where, data in wrong.items():
        answer = upload(program, content, **data)
        assert (answer.status_code, answer.json()["where"]) == (422, where), answer.json()
    answer = upload(program, b"PK\x03\x04broken", name="名册.xlsx")
    assert (answer.status_code, answer.json()["code"], answer.json()["where"]) == (422, "refused", "file")
    assert ImportJob.objects.get().state == "refused"


def test_a_file_beyond_the_limit_is_let_go_of_while_it_arrives(program, monkeypatch):
    from lianyungang_cdpf.intake import api

    monkeypatch.setattr(api, "REGISTER_LIMITS", limits.Limits(max_upload_bytes=1024))
    answer = upload(program, b"x" * 100_000)
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
    assert not ImportJob.objects.exists()


def test_who_may_not_import_may_not_upload_and_who_may_not_post_may_not_post(program, make_person, make_staff, sign_in):
    content = roll_of(make_person("张三", **PAYABLE))
    uid = upload(program, content).json()["uid"]
    work.run(ImportJob.objects.get(uid=uid).pk)
    reviewer = sign_in(make_staff("reviewer", role="district_reviewer"))
    assert state_of(reviewer, uid)["may_post"] is False
    assert upload(reviewer, content).status_code == 403
    for deed, body in {"post": {"mode": "valid"}, "discard": {}, "confirm": {"confirmed": []}, "retry": {}}.items():
        assert do(reviewer, uid, deed, **body).status_code == 403, deed
    approver = sign_in(make_staff("approver", role="civil_affairs_approver"))
    assert approver.get(f"/api/v1/imports/{uid}").status_code == 403
    town = sign_in(make_staff("town", area="320706006", role="town_clerk"))
    assert town.get(f"/api/v1/imports/{uid}").status_code == 404
    assert state_of(program, uid)["state"] == "ready"


def test_questions_have_to_be_confirmed_one_by_one(program, make_person):
    content = "2019年8月困难残疾人生活补贴发放花名册\n".encode() + roll_of(make_person("张三", **PAYABLE))
    uid = upload(program, content).json()["uid"]
    work.run(ImportJob.objects.get(uid=uid).pk)
    told = state_of(program, uid)
    assert told["needs_confirmation"] and len(told["questions"]) == 1
    assert do(program, uid, "post", mode="valid").status_code == 409
    missing = do(program, uid, "confirm", confirmed=[])
    assert (missing.status_code, missing.json()["where"]) == (422, "confirmed")
    assert do(program, uid, "confirm", confirmed=[0]).json()["needs_confirmation"] is False
    assert do(program, uid, "confirm", confirmed=[0]).status_code == 200
    assert AuditLine.objects.filter(deed="确认导入疑问").count() == 1
    assert do(program, uid, "post", mode="valid").status_code == 202


def test_an_import_can_be_given_up_and_not_posted_after(program, make_person):
    uid = upload(program, roll_of(make_person("张三", **PAYABLE))).json()["uid"]
    assert do(program, uid, "discard").json()["state"] == "discarded"
    assert do(program, uid, "discard").status_code == 200
    refused = do(program, uid, "post", mode="valid")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert "已放弃" in refused.json()["message"]
    assert do(program, uid, "retry").status_code == 409


def test_kinds_are_those_that_the_account_may_import(program, make_staff, sign_in):
    codes = {kind["code"] for kind in program.get("/api/v1/import-kinds").json()}
    assert {"register", "hardship_subsidy"} <= codes
    reviewer = sign_in(make_staff("reviewer", role="district_reviewer"))
    assert reviewer.get("/api/v1/import-kinds").json() == []
