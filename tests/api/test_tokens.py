"""A token is shown once, kept as a digest, opens what its account may see, and stops when it should."""

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from lianyungang_cdpf.accounts.models import ApiToken
from lianyungang_cdpf.accounts.tokens import issue_token, revoke_token
from lianyungang_cdpf.audit.models import AuditLine


def status_with(text, path="zones", word="Bearer"):
    return Client().get(f"/api/v1/{path}", headers={"authorization": f"{word} {text}"}).status_code


@pytest.fixture
def issued(haizhou_clerk):
    return issue_token(by=None, staff=haizhou_clerk, name="报表系统")


def test_a_token_opens_what_its_account_may_see(issued, make_person):
    make_person("张三")
    make_person("李四", area="320722101")
    _, text = issued
    told = Client().get("/api/v1/people", headers={"authorization": f"Bearer {text}"}).json()
    assert [one["name"] for one in told["results"]] == ["张三"]


def test_only_a_digest_is_kept(issued):
    token, text = issued
    assert text.startswith("lyg_") and len(text) > 40
    stored = ApiToken.objects.filter(pk=token.pk).values().get()
    assert re.fullmatch("[0-9a-f]{64}", stored["digest"])
    assert not [value for value in stored.values() if text in str(value) or text[4:] in str(value)]


def test_a_wrong_token_is_refused_in_chinese(issued):
    _, text = issued
    for wrong in ("", text[:-1], text.upper(), f"{text} x", "lyg_", "é", "x" * 5_000):
        answer = Client().get("/api/v1/zones", headers={"authorization": f"Bearer {wrong}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in"), wrong
        assert "令牌" in answer.json()["message"]
    assert status_with(text, word="Token") == 401
    assert status_with(text, word="bearer") == 200


def test_a_revoked_an_expired_and_a_disabled_accounts_token_are_refused(issued, haizhou_clerk):
    token, text = issued
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert status_with(text) == 401
    ApiToken.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert status_with(text) == 200
    haizhou_clerk.is_active = False
    haizhou_clerk.save()
    assert status_with(text) == 401
    haizhou_clerk.is_active = True
    haizhou_clerk.save()
    revoke_token(by=None, token=token)
    assert status_with(text) == 401


def test_issuing_and_revoking_are_written_down_once_without_the_token(issued, haizhou_clerk):
    token, text = issued
    revoke_token(by=haizhou_clerk, token=token)
    revoke_token(by=haizhou_clerk, token=token)
    lines = AuditLine.objects.order_by("id").values_list("deed", "summary", "object_id")
    assert [line[0] for line in lines] == ["签发接口令牌", "停用接口令牌"]
    assert all(line[2] == str(token.pk) and text not in line[1] for line in lines)


def test_use_is_noted_to_the_hour(issued):
    token, text = issued
    status_with(text)
    first = ApiToken.objects.get().last_used_at
    status_with(text)
    assert first is not None and ApiToken.objects.get().last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(hours=2))
    status_with(text)
    assert ApiToken.objects.get().last_used_at > first - timedelta(hours=1)


def test_a_session_is_no_way_around_a_wrong_token(sign_in, haizhou_clerk):
    answer = sign_in(haizhou_clerk).get("/api/v1/zones", headers={"authorization": "Bearer lyg_wrong"})
    assert answer.status_code == 401


def test_a_token_for_nothing_for_ever_or_for_a_disabled_account_is_not_issued(haizhou_clerk):
    for wrong in ({"name": " "}, {"name": "报表", "days": 0}, {"name": "报表", "days": 367}):
        with pytest.raises(ValidationError):
            issue_token(by=None, staff=haizhou_clerk, **wrong)
    haizhou_clerk.is_active = False
    with pytest.raises(ValidationError):
        issue_token(by=None, staff=haizhou_clerk, name="报表")
    assert not ApiToken.objects.exists()


def test_the_command_issues_lists_and_revokes(haizhou_clerk):
    def said(*arguments):
        out = StringIO()
        call_command("api_token", "haizhou_clerk", *arguments, stdout=out)
        return out.getvalue()

    text = re.search(r"lyg_\S+", said("--name", "报表系统", "--days", "7"))[0]
    assert status_with(text) == 200
    listed = said("--list")
    assert "报表系统：有效至" in listed and "最近使用" in listed and text not in listed
    number = str(ApiToken.objects.get().pk)
    assert f"已停用令牌 {number}" in said("--revoke", number)
    assert status_with(text) == 401
    assert "停用" in said("--list")
    for wrong in (["nobody", "--list"], ["haizhou_clerk", "--revoke", "987654"], ["haizhou_clerk"]):
        with pytest.raises(CommandError) as refusal:
            call_command("api_token", *wrong)
        assert re.search(r"[\u4e00-\u9fff]", str(refusal.value))
