"""Photos of a home before and after the works: sealed, scoped, shown, taken out with a line, removed with a reason."""

from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from playwright.sync_api import expect

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake import invariants
from lianyungang_cdpf.intake.attaching import LIMITS, remove_file
from lianyungang_cdpf.intake.pictures.cleaning import cleaned
from lianyungang_cdpf.intake.uploads import stored_path
from services.models import HomePhoto
from services.photos import add_photo

PHOTO = (Path(__file__).parents[1] / "pages" / "photo.png").read_bytes()
DRAWN_ANEW = cleaned(PHOTO, "image/png")


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    settings.UPLOAD_ROOT.mkdir()
    return settings.UPLOAD_ROOT


@pytest.fixture
def home(make_person, make_service):
    return make_service(
        make_person(), "home_accessibility", date(2019, 5, 6), ended_on=date(2019, 5, 20), content="坡道",
    )  # fmt: skip


@pytest.fixture
def add(home, haizhou_clerk):
    """add(content, name="坡道.png", moment="before", taken_on=...): a photo of the home."""

    def made(content=PHOTO, name="坡道.png", moment="before", taken_on=date(2019, 5, 1)):
        photo = HomePhoto(moment=moment, title="入户坡道", taken_on=taken_on)
        return add_photo(by=haizhou_clerk, home=home, photo=photo, upload=ContentFile(content, name=name))

    return made


def test_a_photo_lies_sealed_and_comes_back_whole_with_a_line_in_the_log(add, folder, home, haizhou_clerk, sign_in):
    photo = add()
    (stored,) = folder.iterdir()
    assert PHOTO[:64] not in stored.read_bytes() and stored.name == photo.stored_name
    client = sign_in(haizhou_clerk)
    looked_at = client.get(reverse("services:photo", args=[photo.pk]))
    assert b"".join(looked_at.streaming_content) == DRAWN_ANEW and looked_at["Content-Security-Policy"].startswith(
        "sandbox"
    )
    assert not AuditLine.objects.filter(deed="下载改造照片").exists()
    taken = client.post(reverse("services:photo_file", args=[photo.pk]))
    assert b"".join(taken.streaming_content) == DRAWN_ANEW
    assert taken["Content-Disposition"] == f'attachment; filename="homemodification-{home.pk}-{photo.pk}.png"'
    line = AuditLine.objects.get(deed="下载改造照片")
    assert (line.staff, line.object_id) == (haizhou_clerk, str(home.pk))
    assert client.get(reverse("services:photo_file", args=[photo.pk])).status_code == 405


def test_another_county_neither_sees_nor_adds_nor_removes_a_photo(add, home, donghai_clerk, sign_in):
    photo, foreign = add(), sign_in(donghai_clerk)
    assert foreign.get(reverse("services:photo", args=[photo.pk])).status_code == 404
    assert foreign.post(reverse("services:photo_file", args=[photo.pk])).status_code == 404
    assert foreign.post(reverse("services:remove_photo", args=[photo.pk]), {"why": "x"}).status_code == 404
    told = {"moment": "before", "title": "坡道", "taken_on": "2019-05-01", "file": SimpleUploadedFile("a.png", PHOTO)}
    assert foreign.post(reverse("services:add_photo", args=[home.pk]), told).status_code == 404
    assert HomePhoto.objects.kept().get() == photo


def test_who_may_only_look_adds_and_removes_nothing(add, home, make_staff, sign_in):
    photo, leader = add(), make_staff("leader", area="320706", role="auditor")
    client = sign_in(leader)
    assert client.get(reverse("services:photo", args=[photo.pk])).status_code == 200
    assert client.get(reverse("services:add_photo", args=[home.pk])).status_code == 403
    assert client.post(reverse("services:remove_photo", args=[photo.pk]), {"why": "x"}).status_code == 403


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"<html><script>alert(1)</script>", "坡道.png", "只能上传 JPG、PNG 照片"),
        (b"%PDF-1.4", "坡道.pdf", "只能上传 JPG、PNG 照片"),
        (PHOTO, "坡道.jpg", "只能上传 JPG、PNG 照片"),
        (PHOTO + b"\0" * LIMITS.max_upload_bytes, "坡道.png", "超过 10 MB"),
    ],
    ids=["page", "pdf", "other name", "large"],
)
def test_a_file_of_another_form_or_size_is_refused_and_nothing_is_left(add, folder, content, name, said):
    with pytest.raises(ValidationError, match=said):
        add(content, name)
    assert not HomePhoto.objects.exists() and not list(folder.iterdir())


@pytest.mark.parametrize(
    ("moment", "day", "said"),
    [("before", date(2019, 5, 21), "完工（2019-05-20）之后"), ("after", date(2019, 5, 5), "开工（2019-05-06）之前")],
)
def test_a_photo_of_a_day_that_cannot_be_is_refused(add, folder, moment, day, said):
    with pytest.raises(ValidationError, match=said):
        add(moment=moment, taken_on=day)
    assert not list(folder.iterdir())


def test_the_same_photo_is_not_both_before_and_after(add, folder):
    first = add()
    with pytest.raises(ValidationError, match="已经上传过"):
        add(moment="after", taken_on=date(2019, 5, 21))
    assert [path.name for path in folder.iterdir()] == [first.stored_name]


def test_works_that_were_taken_back_get_no_photos(add, home, cancelled, haizhou_clerk, sign_in):
    cancelled(home)
    with pytest.raises(ValidationError, match="已经撤销"):
        add()
    said = sign_in(haizhou_clerk).get(reverse("services:add_photo", args=[home.pk])).content.decode()
    assert "没有需要您办理的事项" in said


def test_a_removed_photo_leaves_its_line_and_no_file_and_may_be_uploaded_anew(add, folder, haizhou_clerk):
    photo = add()
    with pytest.raises(ValidationError, match="删除原因"):
        remove_file(by=haizhou_clerk, attached=photo, why=" ")
    remove_file(by=haizhou_clerk, attached=photo, why="拍到无关人员")
    photo.refresh_from_db()
    assert (photo.removed_why, photo.removed_by, photo.stored_name) == ("拍到无关人员", haizhou_clerk, "")
    assert not list(folder.iterdir()) and AuditLine.objects.filter(deed="删除改造照片").count() == 1
    with pytest.raises(ValidationError, match="已经删除"):
        remove_file(by=haizhou_clerk, attached=photo, why="再删一次")
    assert add().sha256 == photo.sha256


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("a_home_photo_has_its_picture", {"stored_name": ""}),
        ("a_home_photo_has_its_picture", {"media_type": "application/pdf"}),
        ("a_home_photo_has_its_picture", {"sha256": "x"}),
        ("a_home_photo_has_a_title", {"title": ""}),
        ("a_home_photo_is_removed_with_a_reason", {"removed_why": "没有删除"}),
    ],
)
def test_the_database_refuses_half_a_photo(add, name, values):
    photo = add()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        HomePhoto.objects.filter(pk=photo.pk).update(**values)


def test_the_check_of_uploads_knows_the_files_of_records_and_finds_one_that_was_lost(add):
    photo = add()
    assert list(invariants.breaches()) == []
    stored_path(photo.stored_name).unlink()
    assert list(invariants.breaches()) == [f"I6：改造前后照片 {photo.pk} 的文件不见了。"]


def test_photos_are_added_on_the_page_of_the_works_and_shown_there(home, haizhou_clerk, see, sound):
    page = see(haizhou_clerk)
    page.goto(reverse("admin:services_homemodification_change", args=[home.pk]))
    expect(page.get_by_text("还没有上传改造前的照片。")).to_be_visible()
    page.get_by_role("link", name="上传照片").click()
    sound.here()
    page.get_by_role("button", name="上传").click()
    expect(page.get_by_text("请选择要上传的文件。").first).to_be_visible()
    sound.here(widths=(390,))
    page.get_by_label("改造前后").select_option(label="改造前")
    page.get_by_label("拍摄内容").fill("入户坡道")
    page.get_by_label("拍摄日期").fill("2019-05-01")
    file = {"name": "坡道.png", "mimeType": "image/png", "buffer": PHOTO}
    page.get_by_label("文件").set_input_files(file)
    page.get_by_role("button", name="上传").click()
    photo = page.get_by_role("img", name="改造前：入户坡道，2019-05-01")
    photo.scroll_into_view_if_needed()
    expect(photo).to_have_js_property("naturalWidth", 64)
    expect(page.get_by_text("还没有上传改造后的照片。")).to_be_visible()
    sound.here("general", "home_accessibility")
    page.get_by_role("link", name="删除").click()
    sound.here()
    page.get_by_label("删除原因").fill("拍到无关人员")
    page.get_by_role("button", name="删除").click()
    expect(page.get_by_text("还没有上传改造前的照片。")).to_be_visible()
