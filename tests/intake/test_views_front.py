"""Choosing a file: what is taken in, what is refused and how, and the list below."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lianyungang_cdpf.intake import forms
from lianyungang_cdpf.intake.models import ImportJob
from lianyungang_cdpf.intake.views import front
from subsidies.models import Payment, Roll
from tests.intake.made_imports import made_import

FRONT = "/admin/intake/"
CSV = "姓名,身份证号,金额\n张三,320701198001010015,370\n".encode()


def upload(client, content=CSV, name="名册.csv", **data):
    file = SimpleUploadedFile("x", content)
    file.name = name
    return client.post(FRONT, {"kind": "hardship_subsidy", "month": "2019-09", "file": file, **data})


def test_an_upload_leads_to_the_page_of_its_import(haizhou_clerk, sign_in):
    answer = upload(sign_in(haizhou_clerk))
    job = ImportJob.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("intake:job", args=[job.uid])
    assert (job.kind, f"{job.month:%Y-%m}", job.file_name) == ("hardship_subsidy", "2019-09", "名册.csv")
    assert job.area.code == "320706"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.xlsx", "文件是空的"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "a.xlsx", "PNG 图片"),
        (CSV, "a.xlsx", "两者不符"),
        (CSV, "a.exe", "不支持此文件类型"),
        (b"PK\x03\x04garbage", "a.xlsx", "损坏"),
    ],
)
def test_a_refused_file_is_a_422_with_the_sentence_at_the_file(haizhou_clerk, sign_in, content, name, said):
    answer = upload(sign_in(haizhou_clerk), content, name)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.search(rf'<p class="wrong" id="file-error">[^<]*{said}', page)
    assert 'aria-invalid="true"' in page
    assert not ImportJob.objects.exclude(state="refused").exists()
    assert not Roll.objects.exists() and not Payment.objects.exists()


def test_a_refusal_is_kept_with_name_and_hash(haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    upload(client, b"\x89PNG\r\n\x1a\n", "图片.xlsx")
    job = ImportJob.objects.get()
    page = client.get(reverse("intake:job", args=[job.uid])).content.decode()
    assert "已退回" in page and "图片.xlsx" in page and job.sha256 in page and "PNG 图片" in page


@pytest.mark.parametrize(
    ("data", "field", "said"),
    [
        ({"kind": ""}, "kind-error", "请选择导入种类"),
        ({"kind": "no_such_kind"}, "kind-error", "不能导入这个种类"),
        ({"month": "2019-13"}, "month-error", "无法识别"),
        ({"file": ""}, "file-error", "请选择要导入的文件"),
    ],
)
def test_what_is_missing_is_said_at_its_field(haizhou_clerk, sign_in, data, field, said):
    answer = upload(sign_in(haizhou_clerk), **data)
    assert answer.status_code == 422
    assert re.search(rf'id="{field}">[^<]*{said}', answer.content.decode())
    assert not ImportJob.objects.exists()


def test_a_kind_of_another_role_is_refused(make_staff, sign_in):
    answer = upload(sign_in(make_staff("town", area="320706006", role="town_clerk")))
    assert answer.status_code == 422
    assert not ImportJob.objects.exists()


def test_the_place_cannot_be_chosen(haizhou_clerk, donghai_clerk, sign_in):
    upload(sign_in(haizhou_clerk), area=donghai_clerk.area_id, staff=donghai_clerk.pk)
    job = ImportJob.objects.get()
    assert (job.area, job.staff) == (haizhou_clerk.area, haizhou_clerk)


def test_a_body_beyond_every_limit_is_a_413_that_says_so(haizhou_clerk, sign_in, monkeypatch):
    small = front.REGISTER_LIMITS.__class__(max_upload_bytes=1024 * 1024)
    monkeypatch.setattr(front, "REGISTER_LIMITS", small)
    answer = upload(sign_in(haizhou_clerk), b"a," * 700_000, "大.csv")
    assert answer.status_code == 413
    assert "文件超过 1 MB" in answer.content.decode()
    assert not ImportJob.objects.exists()


def test_the_quota_lets_the_rest_of_the_form_arrive():
    quota = forms.UploadQuota(None, 10)
    assert quota.receive_data_chunk(b"12345", 0) == b"12345"
    with pytest.raises(forms.SkipFile):
        quota.receive_data_chunk(b"123456", 5)
    assert quota.exceeded


def test_the_same_form_sent_again_is_the_same_import(haizhou_clerk, sign_in):
    client = sign_in(haizhou_clerk)
    token = re.search(r'name="token" value="([^"]+)"', client.get(FRONT).content.decode())[1]
    first, second = upload(client, token=token), upload(client, token=token)
    assert first.url == second.url
    assert ImportJob.objects.count() == 1


def test_a_token_of_somebody_else_opens_nothing(haizhou_clerk, donghai_clerk, sign_in):
    upload(sign_in(haizhou_clerk), token="1" * 36)
    answer = upload(sign_in(donghai_clerk), token="1" * 36)
    assert ImportJob.objects.get(area=donghai_clerk.area).uid != ImportJob.objects.get(area=haizhou_clerk.area).uid
    assert answer.url == reverse("intake:job", args=[ImportJob.objects.get(area=donghai_clerk.area).uid])


NAMES = [
    "../../../../tmp/pwned.csv",
    "..\\..\\pwned.csv",
    "名" * 300 + ".csv",
    "a" * 600 + ".csv",
    "a\r\nX-Injected: 1.csv",
    'a"><script>alert(1)</script>.csv',
    "名册\u202excod.csv",
    "a\x00b.csv",
    "'; DROP TABLE subsidies_roll;--.csv",
    "{{ 7|add:7 }}{% debug %}.csv",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_file_name_is_shown_harmlessly(haizhou_clerk, sign_in, name):
    client = sign_in(haizhou_clerk)
    answer = upload(client, name=name)
    assert answer.status_code in {302, 422}
    assert "X-Injected" not in answer.headers
    for page in [
        client.get(FRONT),
        *(client.get(reverse("intake:job", args=[job.uid])) for job in ImportJob.objects.all()),
    ]:
        text = page.content.decode()
        assert page.status_code == 200
        assert (
            "<script>alert" not in text and "\u202e" not in text and "14" not in re.findall(r"<bdi>(.*?)</bdi>", text)
        )


@pytest.mark.parametrize("name", NAMES)
def test_a_name_in_the_database_that_no_form_lets_in_is_shown_harmlessly_too(haizhou_clerk, sign_in, name):
    client = sign_in(haizhou_clerk)
    job = made_import(haizhou_clerk, file_name=name.replace("\x00", "")[:255])
    for where in [FRONT, reverse("intake:job", args=[job.uid]), reverse("admin:intake_importjob_changelist")]:
        text = client.get(where).content.decode()
        assert "<script>alert" not in text and "\u202e" not in text and "\r\nX-Injected" not in text


def test_the_list_is_paged_and_a_page_beyond_the_end_is_the_last(haizhou_clerk, sign_in):
    for number in range(45):
        made_import(haizhou_clerk, file_name=f"第{number}号.xlsx")
    client = sign_in(haizhou_clerk)
    shown = {
        page: re.findall(r"第\d+号", client.get(FRONT, {"page": page}).content.decode()) for page in (1, 3, 99, "x")
    }
    assert shown[1] == [f"第{number}号" for number in range(44, 24, -1)] == shown["x"]
    assert shown[3] == [f"第{number}号" for number in range(4, -1, -1)] == shown[99]


def test_the_list_is_filtered_by_state_and_kind(haizhou_clerk, sign_in):
    made_import(haizhou_clerk, "posted", file_name="甲.xlsx")
    made_import(haizhou_clerk, "ready", kind="register", file_name="乙.xlsx")
    client = sign_in(haizhou_clerk)
    assert "乙.xlsx" not in client.get(FRONT, {"state": "posted"}).content.decode()
    assert "甲.xlsx" not in client.get(FRONT, {"kind": "register"}).content.decode()
    assert "没有符合条件的导入" in client.get(FRONT, {"state": "failed"}).content.decode()
    assert "甲.xlsx" in client.get(FRONT, {"state": "' OR 1=1"}).content.decode()
    assert client.get(FRONT, {"kind": "\x00"}).status_code == 200


def test_more_imports_do_not_ask_more_of_the_database(haizhou_clerk, sign_in, django_assert_max_num_queries):
    client = sign_in(haizhou_clerk)
    for _ in range(30):
        made_import(haizhou_clerk)
    with django_assert_max_num_queries(30):
        client.get(FRONT)


def test_a_workbook_that_names_another_folder_stays_in_the_upload_folder(haizhou_clerk, sign_in, tmp_path):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("../../evil.txt", "x")
    answer = upload(sign_in(haizhou_clerk), content.getvalue(), "../evil.xlsx")
    assert answer.status_code == 422
    assert not list(tmp_path.parent.glob("**/evil.txt"))
