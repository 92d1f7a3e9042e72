"""Documents and photos: sealed on disk, of known forms alone, shown and taken out by scope, removed with a reason."""

import re
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import expect

from facilities.documents import add_document
from facilities.models import FacilityDocument
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.attaching import LIMITS, remove_file
from lianyungang_cdpf.intake.pictures.cleaning import cleaned

PHOTO = (Path(__file__).parents[1] / "pages" / "photo.png").read_bytes()
DRAWN_ANEW = cleaned(PHOTO, "image/png")
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    settings.UPLOAD_ROOT.mkdir()
    return settings.UPLOAD_ROOT


@pytest.fixture
def facility(make_facility):
    return make_facility()


@pytest.fixture
def add(facility, haizhou_clerk):
    """add(content, name, kind="photo"): a document of the facility."""

    def made(content=PHOTO, name="大厅.png", kind="photo"):
        document = FacilityDocument(kind=kind, title="服务大厅", dated=date(2019, 5, 20))
        file = ContentFile(content, name=name) if content is not None else None
        return add_document(by=haizhou_clerk, facility=facility, document=document, upload=file)

    return made


def test_a_photo_lies_sealed_on_disk_and_comes_back_whole(add, folder, haizhou_clerk, sign_in):
    document = add()
    (stored,) = folder.iterdir()
    assert PHOTO[:64] not in stored.read_bytes() and stored.name == document.stored_name
    answer = sign_in(haizhou_clerk).get(reverse("facility:photo", args=[document.pk]))
    assert b"".join(answer.streaming_content) == DRAWN_ANEW
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert answer["Content-Security-Policy"].startswith("sandbox") and "大厅" not in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b"<html><script>alert(1)</script>", "大厅.png", "photo"),
        (b"MZ\x90\x00", "大厅.jpg", "photo"),
        (PHOTO, "大厅.jpg", "photo"),
        (PHOTO, "大厅.html", "photo"),
        (PDF, "大厅.pdf", "photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "图.svg", "photo"),
        (b"", "空.pdf", "other"),
    ],
)
def test_a_file_of_another_form_is_refused_and_nothing_is_left(add, folder, content, name, kind):
    with pytest.raises(ValidationError, match="只能上传 JPG、PNG 照片"):
        add(content, name, kind)
    assert not FacilityDocument.objects.exists() and not list(folder.iterdir())


def test_a_file_beyond_the_limit_is_refused_and_nothing_is_left(add, folder):
    with pytest.raises(ValidationError, match="超过 10 MB"):
        add(PHOTO + b"\0" * LIMITS.max_upload_bytes)
    assert not list(folder.iterdir())


def test_a_photo_without_a_file_is_refused_a_document_is_not(add):
    with pytest.raises(ValidationError, match="照片要上传文件"):
        add(None)
    assert add(None, kind="approval").stored_name == ""


def test_a_download_is_written_down_and_scoped(add, haizhou_clerk, donghai_clerk, sign_in):
    document = add(PDF, "批复.pdf", "approval")
    address = reverse("facility:download", args=[document.pk])
    answer = sign_in(haizhou_clerk).post(address)
    assert b"".join(answer.streaming_content) == PDF and answer["Content-Disposition"].startswith("attachment")
    assert AuditLine.objects.get(deed="下载设施材料").staff == haizhou_clerk
    foreign = sign_in(donghai_clerk)
    assert foreign.post(address).status_code == 404
    assert foreign.get(reverse("facility:photo", args=[document.pk])).status_code == 404
    assert AuditLine.objects.filter(deed="下载设施材料").count() == 1
    assert sign_in(haizhou_clerk).get(address).status_code == 405


def test_an_altered_file_is_not_sent(add, folder, haizhou_clerk, sign_in):
    document = add()
    (stored,) = folder.iterdir()
    sealed = stored.read_bytes()
    stored.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert sign_in(haizhou_clerk).get(reverse("facility:photo", args=[document.pk])).status_code == 404


def test_a_removed_photo_leaves_its_line_and_no_file(add, folder, haizhou_clerk, sign_in):
    document = add()
    with pytest.raises(ValidationError, match="删除原因"):
        remove_file(by=haizhou_clerk, attached=document, why=" ")
    client = sign_in(haizhou_clerk)
    answer = client.post(reverse("facility:remove_document", args=[document.pk]), {"why": "拍到无关人员"}, follow=True)
    assert "文件不再保存" in answer.content.decode() and not list(folder.iterdir())
    document.refresh_from_db()
    assert (document.removed_why, document.removed_by, document.stored_name) == ("拍到无关人员", haizhou_clerk, "")
    assert client.get(reverse("facility:photo", args=[document.pk])).status_code == 404


def test_the_page_says_what_is_wrong_and_what_is_too_large(facility, haizhou_clerk, sign_in):
    client, address = sign_in(haizhou_clerk), reverse("facility:add_document", args=[facility.pk])
    told = {"kind": "photo", "title": "大厅", "dated": "2019-05-20"}
    wrong = client.post(address, {**told, "file": SimpleUploadedFile("大厅.png", b"<html>")})
    assert wrong.status_code == 422 and "只能上传" in wrong.content.decode()
    large = client.post(address, {**told, "file": SimpleUploadedFile("大厅.png", b"x" * (LIMITS.max_upload_bytes + 1))})
    assert large.status_code == 413 and "超过 10 MB" in large.content.decode()
    future = client.post(address, {**told, "dated": "2099-01-01", "file": SimpleUploadedFile("大厅.png", PHOTO)})
    assert "日期不能晚于今天" in future.content.decode()
    assert client.post(address, told).status_code == 422
    assert not FacilityDocument.objects.exists()


def test_a_request_from_elsewhere_adds_nothing(facility, haizhou_clerk):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(haizhou_clerk)
    told = {"kind": "other", "title": "协议", "dated": "2019-05-20"}
    assert client.post(reverse("facility:add_document", args=[facility.pk]), told).status_code == 403
    assert not FacilityDocument.objects.exists()


def test_a_photo_is_added_on_the_page_and_shown_there(facility, haizhou_clerk, see, sound):
    page = see(haizhou_clerk)
    page.goto(reverse("facility:page", args=[facility.pk]))
    page.get_by_role("link", name="登记材料、照片").click()
    sound.here()
    page.get_by_label("种类").select_option(label="照片")
    page.get_by_label("名称").fill("服务大厅")
    page.get_by_label("日期").fill("2019-05-20")
    file = {"name": "大厅.png", "mimeType": "image/png", "buffer": PHOTO}
    page.get_by_label("文件").set_input_files(file)
    page.get_by_role("button", name="登记").click()
    photo = page.get_by_role("img", name="服务大厅，2019-05-20")
    expect(photo).to_be_visible()
    photo.scroll_into_view_if_needed()
    expect(photo).to_have_js_property("naturalWidth", 64)
    sound.here()
    page.get_by_role("link", name=re.compile("删除.*服务大厅")).click()
    page.wait_for_url("**/remove/")
    sound.here()
