"""Who may take a workbook away, under which name, and what is written down about it."""

from urllib.parse import quote

import pytest
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.uploads import stored_path

ROWS = [["姓名", "身份证号", "补贴金额", "银行账号"], ["周文静", "320701199001011230", "370", "6299999630040357070"]]
BOTH = [("marked", "标注"), ("bad_rows", "待改正")]
pytestmark = pytest.mark.django_db


@pytest.fixture
def job(send, run_import, haizhou_clerk, standards):
    return run_import(send(haizhou_clerk, "hardship_subsidy", ROWS, name="三月“甲”.csv"))


def address(job, name):
    return reverse(f"intake:{name}", args=[job.uid])


@pytest.mark.parametrize(("name", "word"), BOTH)
def test_the_workbook_comes_as_a_file_named_after_the_upload_and_is_not_kept(job, haizhou_clerk, sign_in, name, word):
    answer = sign_in(haizhou_clerk).get(address(job, name))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert quote(f"三月“甲”_{word}.xlsx") in disposition
    assert "no-store" in answer.headers["Cache-Control"]
    line = AuditLine.objects.get(deed=f"下载{word}工作簿")
    assert line.summary.startswith("1 行，")
    assert "320701" not in line.summary and "甲" not in line.summary


@pytest.mark.parametrize(("name", "word"), BOTH)
def test_who_only_looks_on_gets_no_content(job, make_staff, sign_in, name, word):
    client = sign_in(make_staff("town", "320706", "town_clerk"))
    assert client.get(address(job, name)).status_code in (403, 404)
    assert not AuditLine.objects.filter(deed=f"下载{word}工作簿").exists()


@pytest.mark.parametrize(("name", "word"), BOTH)
def test_another_countys_import_is_not_found(job, donghai_clerk, sign_in, name, word):
    assert sign_in(donghai_clerk).get(address(job, name)).status_code == 404


@pytest.mark.parametrize(("name", "word"), BOTH)
def test_a_removed_original_is_said_plainly(job, haizhou_clerk, sign_in, name, word):
    stored_path(job.stored_name).unlink()
    answer = sign_in(haizhou_clerk).get(address(job, name))
    assert answer.status_code == 409
    assert "原文件已按保管期限从系统中删除" in answer.content.decode()
    assert not AuditLine.objects.filter(deed=f"下载{word}工作簿").exists()


def test_an_import_given_up_has_no_workbook(job, haizhou_clerk, sign_in):
    from lianyungang_cdpf.intake.actions import discard_import

    discard_import(job=job, by=haizhou_clerk)
    answer = sign_in(haizhou_clerk).get(address(job, "marked"))
    assert answer.status_code == 409
    assert "没有核验结果" in answer.content.decode()


def test_the_pages_offer_what_there_is(job, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    for page in (reverse("intake:job", args=[job.uid]), address(job, "rows")):
        text = client.get(page).content.decode()
        assert address(job, "marked") in text and address(job, "bad_rows") in text
    type(job).objects.filter(pk=job.pk).update(stored_name="")
    text = client.get(reverse("intake:job", args=[job.uid])).content.decode()
    assert address(job, "marked") not in text
    assert "原文件已按保管期限删除" in text


def test_no_file_is_left_behind(job, haizhou_clerk, sign_in, settings):
    from pathlib import Path

    aside = Path(settings.DATA_DIR) / "tmp"
    before = set(aside.iterdir()) if aside.is_dir() else set()
    answer = sign_in(haizhou_clerk).get(address(job, "marked"))
    assert b"".join(answer.streaming_content)
    answer.close()
    assert set(aside.iterdir()) <= before


def test_a_maker_that_hangs_is_ended_and_said_so(job, haizhou_clerk, sign_in, monkeypatch):
    from lianyungang_cdpf.intake.workbooks import making

    monkeypatch.setattr(making, "START", "import sys, signal; sys.stdin.read(); signal.pause()")
    monkeypatch.setattr(making, "LARGE_SECONDS", 0.5)
    answer = sign_in(haizhou_clerk).get(address(job, "marked"))
    assert answer.status_code == 409
    assert "没有能生成这个工作簿" in answer.content.decode()
