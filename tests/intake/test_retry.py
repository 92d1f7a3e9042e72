"""A failed import is started again from what is kept of it, once, by whoever may, and never twice over."""

import pytest
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake import work
from lianyungang_cdpf.intake.actions import ImportConflict, post_import, retry_import
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.uploads import stored_path
from subsidies.models import Payment
from tests.intake.made_imports import made_import

HEADER = ["姓名", "身份证号", "金额"]


@pytest.fixture
def people(standards, make_person):
    return [make_person(name, category=4, grade=1, hardship="低保") for name in ("甲", "乙")]


@pytest.fixture
def broken(monkeypatch):
    """broken(name) lets a step of the worker fail; broken() mends it."""

    def fail(*arguments, **named):
        raise RuntimeError

    def breaks(name=None):
        monkeypatch.undo()
        if name:
            monkeypatch.setattr(work, name, fail)

    return breaks


@pytest.fixture
def sent(people, send, haizhou_clerk):
    return send(haizhou_clerk, "hardship_subsidy", [HEADER, *([one.name, one.id_number, "370"] for one in people)])


@pytest.fixture
def failed_reading(sent, run_import, broken, settings):
    root = settings.UPLOAD_ROOT
    broken("plan_file")
    job = run_import(sent)
    broken()
    settings.UPLOAD_ROOT = root
    assert job.state == "failed" and stored_path(job.stored_name).exists()
    return job


@pytest.fixture
def failed_posting(sent, run_import, broken, haizhou_clerk, settings):
    root = settings.UPLOAD_ROOT
    post_import(job=run_import(sent), by=haizhou_clerk, queue=False)
    broken("apply_plan")
    job = run_import(sent)
    broken()
    settings.UPLOAD_ROOT = root
    assert job.state == "failed" and not Payment.objects.exists()
    return job


def test_reading_that_failed_begins_again_from_the_kept_file(failed_reading, run_import, haizhou_clerk):
    job = retry_import(job=failed_reading, by=haizhou_clerk, queue=False)
    assert (job.state, job.sentence, job.finished_at, job.rows_done, job.rows_total) == ("queued", "", None, 0, 0)
    assert (run_import(job).state, job.summary["valid_rows"]) == ("ready", 2)
    line = AuditLine.objects.get(deed="重新处理")
    assert (line.staff, line.object_id) == (haizhou_clerk, str(job.pk))


def test_posting_that_failed_is_posted_without_a_new_upload(failed_posting, run_import, haizhou_clerk):
    job = retry_import(job=failed_posting, by=haizhou_clerk, queue=False)
    assert job.state == "posting"
    assert run_import(job).state == "posted"
    assert Payment.objects.filter(live=True).count() == 2


def test_posting_needs_no_file(failed_posting, run_import, haizhou_clerk):
    ImportJob.objects.filter(pk=failed_posting.pk).update(stored_name="")
    assert run_import(retry_import(job=failed_posting, by=haizhou_clerk, queue=False)).state == "posted"


def test_attempts_count_afresh_and_their_number_still_grows(failed_reading, haizhou_clerk):
    ImportJob.objects.filter(pk=failed_reading.pk).update(attempts=4, heartbeat_at=None)
    job = retry_import(job=failed_reading, by=haizhou_clerk, queue=False)
    assert job.attempts == 4
    ImportJob.objects.filter(pk=job.pk).update(heartbeat_at=None)
    assert work.take_up_lost() == 1
    job.refresh_from_db()
    assert job.state == "queued"


def test_asking_twice_is_asking_once(failed_reading, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    for _ in range(2):
        answer = client.post(reverse("intake:retry", args=[failed_reading.uid]))
        assert (answer.status_code, answer.url) == (302, reverse("intake:job", args=[failed_reading.uid]))
    assert AuditLine.objects.filter(deed="重新处理").count() == 1


@pytest.mark.parametrize("state", ["ready", "posted", "refused", "discarded", "undone"])
def test_what_has_not_failed_is_not_started_again(haizhou_clerk, sign_in, state):
    job = made_import(haizhou_clerk, state)
    answer = sign_in(haizhou_clerk).post(reverse("intake:retry", args=[job.uid]))
    assert answer.status_code == 409 and "不用重新处理" in answer.content.decode()
    assert ImportJob.objects.get().state == state


def test_without_its_file_a_failed_reading_says_to_upload_again(failed_reading, haizhou_clerk, sign_in):
    ImportJob.objects.filter(pk=failed_reading.pk).update(stored_name="")
    with pytest.raises(ImportConflict):
        retry_import(job=failed_reading, by=haizhou_clerk)
    page = sign_in(haizhou_clerk).get(reverse("intake:job", args=[failed_reading.uid])).content.decode()
    assert "原文件已经删除，请重新上传" in page and "/retry/" not in page


def test_the_page_offers_the_button_that_fits(failed_reading, haizhou_clerk, sign_in):
    page = sign_in(haizhou_clerk).get(reverse("intake:job", args=[failed_reading.uid])).content.decode()
    assert ">重新处理</button>" in page and "原文件还在" in page


def test_the_page_of_a_failed_posting_offers_to_post_again(failed_posting, haizhou_clerk, sign_in):
    page = sign_in(haizhou_clerk).get(reverse("intake:job", args=[failed_posting.uid])).content.decode()
    assert ">重新入账</button>" in page and "已全部退回" in page


def test_who_may_not_post_does_not_post_again(failed_posting, make_staff, sign_in):
    auditor = sign_in(make_staff("auditor", area="320700", role="auditor"))
    assert auditor.post(reverse("intake:retry", args=[failed_posting.uid])).status_code == 403
    assert ">重新入账</button>" not in auditor.get(reverse("intake:job", args=[failed_posting.uid])).content.decode()
    failed_posting.refresh_from_db()
    assert failed_posting.state == "failed"


def test_given_up_by_a_person_says_by_whom(sent, haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    client.post(reverse("intake:discard", args=[sent.uid]))
    assert "由海州经办员放弃。" in client.get(reverse("intake:job", args=[sent.uid])).content.decode()
