"""A clerk's whole way through the pages, with the engine that reads and posts."""

import re
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lianyungang_cdpf.intake import work
from lianyungang_cdpf.intake.models import ImportJob
from subsidies.models import Payment, Roll

PAYABLE = {"category": 4, "grade": 1, "hardship": "低保"}
AMOUNT = "370.00"


@pytest.fixture
def standards(city):
    """370 yuan a month for everybody, so that the tests are about pages."""
    from datetime import date

    from subsidies.models import Programme, Standard

    programme = Programme.objects.get(code="hardship_subsidy")
    programme.eligibility = {"certificate": [{"grades": None, "categories": None}], "household_status": ["低保"]}
    programme.save()
    programme.standards.all().delete()
    Standard.objects.create(programme=programme, effective_from=date(2018, 1, 1), amount=AMOUNT)


def roll_of(*people, extra=""):
    lines = ["姓名,身份证号,发放金额", *(f"{person.name},{person.id_number},{AMOUNT}" for person in people)]
    return ("\n".join(lines) + "\n" + extra).encode()


def upload(client, content, name="名册.csv", **data):
    file = SimpleUploadedFile(name, content)
    answer = client.post("/admin/intake/", {"kind": "hardship_subsidy", "month": "2019-09", "file": file, **data})
    return answer, ImportJob.objects.order_by("-id").first()


def text_at(client, where):
    return " ".join(re.sub(r"<[^>]+>", " ", client.get(where).content.decode()).split())


@pytest.fixture
def clerk(standards, haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def test_from_the_file_to_the_roll(clerk, make_person):
    first, second = make_person("张三", **PAYABLE), make_person("李四", **PAYABLE)
    answer, job = upload(clerk, roll_of(first, second, extra="王五,320701198001019990,370.00\n"))
    assert "等待核验" in text_at(clerk, answer.url)
    work.run(job.pk)
    preview = text_at(clerk, answer.url)
    assert "核对：2 行可入账，1 行有错误" in preview and "320701********9990" in preview
    assert "320701198001019990" not in preview
    assert not Payment.objects.exists()
    clerk.post(f"{answer.url}post/", {"mode": "valid"})
    work.run(job.pk)
    result = text_at(clerk, answer.url)
    assert "已入账 2 行，740.00 元" in result and Roll.objects.get().reference in result
    assert "核对后提交审批：审批通过、发放以后才计入完成数" in result
    assert Payment.objects.count() == 2


def test_of_a_roll_that_was_paid_before_nothing_is_said_of_approval(standards, city_clerk, sign_in, make_person):
    client = sign_in(city_clerk)
    answer, job = upload(client, roll_of(make_person("张三", **PAYABLE)), paid_on="2019-09-25")
    work.run(job.pk)
    client.post(f"{answer.url}post/", {"mode": "valid"})
    work.run(job.pk)
    result = text_at(client, answer.url)
    assert "已入账 1 行" in result and "提交审批" not in result


def test_an_import_is_called_by_its_file_and_the_time_here(haizhou_clerk):
    job = ImportJob(file_name="名册.csv", created_at=datetime(2019, 9, 30, 16, 5, tzinfo=UTC), staff=haizhou_clerk)
    assert str(job) == "名册.csv 2019-10-01 00:05"


def test_somebody_who_dies_between_preview_and_posting_is_shown_and_nothing_is_posted(clerk, make_person):
    from datetime import date

    person, other = make_person("张三", **PAYABLE), make_person("李四", **PAYABLE)
    answer, job = upload(clerk, roll_of(person, other))
    work.run(job.pk)
    person.died_on = date(2019, 5, 1)
    person.save()
    clerk.post(f"{answer.url}post/", {"mode": "valid"})
    work.run(job.pk)
    page = text_at(clerk, answer.url)
    assert "核对以后有 1 行发生变化，没有入账" in page and "可入账 发放月份之前已死亡" in page
    assert not Payment.objects.exists()


def test_the_same_file_again_is_answered_with_its_roll(clerk, make_person):
    content = roll_of(make_person("张三", **PAYABLE))
    answer, job = upload(clerk, content)
    work.run(job.pk)
    clerk.post(f"{answer.url}post/", {"mode": "valid"})
    work.run(job.pk)
    for name in ("名册.csv", "改了名.csv"):
        again, _ = upload(clerk, content, name)
        assert again.status_code == 422
        assert "已经导入过" in again.content.decode() and Roll.objects.get().reference in again.content.decode()
    changed, job = upload(clerk, content + b"\n")
    work.run(job.pk)
    assert "该月份已经发放过 1 行" in text_at(clerk, changed.url)
    assert Payment.objects.count() == 1


def test_the_error_list_tells_nothing_of_somebody_elses_person(clerk, make_person):
    stranger = make_person("赵六", area="320722101", died_on="2018-01-01", **PAYABLE)
    answer, job = upload(clerk, roll_of(stranger))
    work.run(job.pk)
    page = text_at(clerk, answer.url)
    assert "不在本辖区 1 行" in page
    assert "死亡" not in page


def test_a_title_of_another_month_has_to_be_confirmed(clerk, make_person):
    content = "海州区2019年8月困难残疾人生活补贴发放花名册,,\n".encode() + roll_of(make_person("张三", **PAYABLE))
    answer, job = upload(clerk, content)
    if answer.status_code == 302:
        work.run(job.pk)
        job.refresh_from_db()
    assert job.state == "refused" or job.needs_confirmation
    clerk.post(f"/admin/intake/{job.uid}/post/", {"mode": "valid"})
    work.run(job.pk)
    assert not Payment.objects.exists()
