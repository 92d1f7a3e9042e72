"""A person's data as one file: all of it, for who may, and nothing of it forgotten or kept."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from msoffcrypto.format.ooxml import OOXMLFile
from PIL import Image

from beneficiaries.identity import id_digest
from beneficiaries.models import FormerNumber, Guardian, Household, HouseholdMember, Person
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.attaching import content_of
from lianyungang_cdpf.intake.uploads import stored_path
from lianyungang_cdpf.pages.processing.catalogue import CLASSES
from lianyungang_cdpf.pages.processing.walking import BESIDE, NOT_BY_PERSON, models_of_people, paths_to_person
from services.models import HomePhoto
from services.photos import add_photo
from subsidies.models import ComparisonEntry, ComparisonList, ListType
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU_TOWN, make_id
from tests.isolation.pages import same_answer

PHONE, ACCOUNT, GUARDIANS, PASSWORD = "19000004321", "6222600000000004321", "19000008765", "lian-yun-2019"
SAID = {
    "asked_by": "本人", "shown": "身份证原件", "reason": "本人申请查阅复制个人信息", "password": PASSWORD,
    "again": PASSWORD,
}  # fmt: skip


@pytest.fixture
def person(make_person):
    person = make_person("周小云", phone=PHONE, account_no=ACCOUNT, category=4, grade=1, address="=HYPERLINK(1)")
    Guardian.objects.create(person=person, name="周大山", relation="parent", id_number=make_id(77), phone=GUARDIANS)
    household = Household.objects.create(area=person.area, address="幸福路 1 号")
    HouseholdMember.objects.create(household=household, person=person, relation="head")
    return person


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def page_of(person) -> str:
    return f"/admin/processing/people/{person.pk}/copy/"


def opened(content: bytes):
    plain, file = io.BytesIO(), OOXMLFile(io.BytesIO(content))
    file.load_key(password=PASSWORD, verify_password=True)
    file.decrypt(plain)
    return openpyxl.load_workbook(plain)


def rows_of(book, sheet: str) -> list[dict]:
    heads, *rows = book[sheet].iter_rows(values_only=True)
    return [dict(zip(heads, row, strict=True)) for row in rows]


def test_the_file_holds_what_is_held_with_numbers_whole(haizhou, person, make_roll):
    make_roll(person)
    answer = haizhou.post(page_of(person), SAID)
    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
    assert ACCOUNT.encode() not in answer.content
    book = opened(answer.content)
    own = rows_of(book, "残疾人档案")[0]
    assert (own["姓名"], own["身份证号"], own["联系电话"]) == ("周小云", person.id_number, PHONE)
    assert own["银行账号"] == ACCOUNT and own["地址"] == "'=HYPERLINK(1)"
    assert rows_of(book, "残疾人证")[0]["残疾类别"] == "肢体" and rows_of(book, "补贴发放")[0]["金额（元）"]
    assert rows_of(book, "家庭户")[0]["地址"] == "幸福路 1 号"
    listed = {line["台账"]: line for line in rows_of(book, "目录")}
    assert "30 年" in listed["补贴发放"]["保存期限"] and "把补贴发到本人账户" in listed["残疾人档案"]["处理目的"]
    about = dict(book["说明"].iter_rows(values_only=True))
    assert about["申请人"] == "本人" and "第四十六条" in about["您的权利"] and "辖区内" in about["范围"]


def test_lines_of_lists_under_a_former_number_are_the_persons_and_a_namesakes_are_not(
    haizhou, haizhou_clerk, person, make_person
):
    former = make_id(55)
    FormerNumber.objects.create(person=person, id_number=former, id_digest=id_digest(former))
    listed = ComparisonList.objects.create(
        list_type=ListType.objects.first(), month=date(2019, 3, 1), area=haizhou_clerk.area, posted_by=haizhou_clerk
    )
    for row, number in enumerate((person.id_number, former, make_person("周小云").id_number, ""), start=2):
        told = {"name": "周小云", "name_key": "周小云", "birth_date": person.birth_date, "id_number": number}
        ComparisonEntry.objects.create(listed_in=listed, row=row, id_digest=number and id_digest(number), **told)
    lines = rows_of(opened(haizhou.post(page_of(person), SAID).content), "比对名单人员")
    assert [line["身份证号"] for line in lines] == [person.id_number, former]


@pytest.fixture
def photos(person, make_service, haizhou_clerk, settings, tmp_path):
    """Two photos of the person's home, the second wider than the page."""
    settings.UPLOAD_ROOT = tmp_path / "uploads"
    settings.UPLOAD_ROOT.mkdir()
    home = make_service(person, "home_accessibility", date(2019, 5, 6), ended_on=date(2019, 5, 20))
    content = (Path(__file__).parents[1] / "photo.png").read_bytes()
    Image.new("RGB", (2000, 1000), "navy").save(wide := io.BytesIO(), "PNG")
    made = []
    for title, sent in (("=坡道", content), ("扶\x0b手", wide.getvalue())):
        told = HomePhoto(moment="before", title=title, taken_on=date(2019, 5, 1))
        made.append(add_photo(by=haizhou_clerk, home=home, photo=told, upload=ContentFile(sent, name="a.png")))
    return made


def pictures_of(book) -> list[bytes]:
    return [one._data() for one in book["照片"]._images]


def test_the_photos_are_in_the_file_and_one_that_is_damaged_is_told(haizhou, person, photos):
    book = opened(haizhou.post(page_of(person), SAID).content)
    assert [b"".join(content_of(one)) for one in photos] == pictures_of(book)
    assert dict(book["说明"].iter_rows(values_only=True))["照片"] == "在“照片”一页。"
    said = [cell.value for cell in book["照片"]["A"] if cell.value]
    assert [one.split("，")[1:] for one in said] == [
        ["改造前：=坡道", "2019-05-01"],
        ["改造前：扶_x000B_手", "2019-05-01"],
    ]
    assert "2019-05-06" in said[0]
    assert "、照片 2 张；" in AuditLine.objects.get(deed="提供个人信息副本").summary
    assert book["照片"]._images[1].anchor.to.row - book["照片"]._images[1].anchor._from.row == 12
    stored_path(photos[0].stored_name).write_bytes(b"damaged")
    book = opened(haizhou.post(page_of(person), SAID).content)
    assert pictures_of(book) == [b"".join(content_of(photos[1]))]
    assert "读不出来" in [cell.value for cell in book["照片"]["A"] if cell.value][1]


def test_of_more_photos_than_fit_the_rest_can_be_asked_for(haizhou, person, photos, monkeypatch):
    monkeypatch.setattr("lianyungang_cdpf.pages.processing.own_data.MOST_BYTES", photos[0].size)
    book = opened(haizhou.post(page_of(person), SAID).content)
    assert pictures_of(book) == [b"".join(content_of(photos[0]))]
    assert "请向经办单位申请复制" in [cell.value for cell in book["照片"]["A"] if cell.value][2]


def test_a_file_without_photos_has_no_page_for_them(haizhou, person):
    book = opened(haizhou.post(page_of(person), SAID).content)
    assert "照片" not in book.sheetnames and "照片" not in dict(book["说明"].iter_rows(values_only=True))


def test_another_ones_numbers_stay_masked(haizhou, person):
    guardian = rows_of(opened(haizhou.post(page_of(person), SAID).content), "监护人")[0]
    assert guardian["监护人姓名"] == "周大山" and guardian["监护人电话"] == "190****8765"
    assert make_id(77) not in guardian.values()


def test_the_log_says_who_gave_it_why_and_how_much_and_no_number(haizhou, haizhou_clerk, person):
    haizhou.post(page_of(person), SAID)
    line = AuditLine.objects.get(deed="提供个人信息副本")
    assert (line.staff, line.object_id) == (haizhou_clerk, str(person.pk))
    assert line.summary == "5 张表 5 条；申请人：本人，查验：身份证原件，事由：本人申请查阅复制个人信息"
    assert AuditLine.objects.filter(deed="查看完整号码", object_id=str(person.pk)).count() == 1


def test_the_days_limit_of_whole_numbers_holds(haizhou, person, settings):
    settings.REVEALS_A_DAY = 1
    assert haizhou.post(page_of(person), SAID).status_code == 200
    refused = haizhou.post(page_of(person), SAID)
    assert refused.status_code == 422 and "达到每天的上限" in refused.content.decode()
    assert AuditLine.objects.filter(deed="提供个人信息副本").count() == 1


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"password": "short1", "again": "short1"}, "至少 8 位"),
        ({"password": "nonumbers", "again": "nonumbers"}, "字母和数字都要有"),
        ({"again": "another-1"}, "两次输入的打开密码不同"),
        ({"reason": ""}, "请填写申请事由"),
        ({"reason": f"本人电话 {PHONE}"}, "不要写身份证号"),
        ({"shown": ""}, "请选择查验的证件"),
    ],
)
def test_what_is_missing_is_said_and_nothing_leaves(haizhou, person, changed, sentence):
    answer = haizhou.post(page_of(person), SAID | changed)
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert PASSWORD not in answer.content.decode()
    assert not AuditLine.objects.filter(deed="提供个人信息副本").exists()


def test_another_county_and_another_role_get_nothing(haizhou, person, make_person, make_staff, sign_in):
    foreign = make_person("东海人", area=DONGHAI_TOWN)
    assert same_answer(haizhou.post(page_of(foreign), SAID), haizhou.post("/admin/processing/people/99/copy/", SAID))
    assert haizhou.post(page_of(foreign), SAID).status_code == 404
    assert sign_in(make_staff("town", area=HAIZHOU_TOWN, role="town_clerk")).get(page_of(person)).status_code == 403


def test_no_model_that_leads_to_a_person_is_forgotten():
    """Asked of the foreign keys of every model, not of the relations that the walk follows."""
    found, before = {Person}, 0
    while len(found) > before:
        before = len(found)
        for model in apps.get_models():
            if any(field.related_model in found for field in model._meta.concrete_fields):
                found.add(model)
    assert found - {Person} == set(paths_to_person()) and found <= CLASSES.keys()


def test_what_is_classified_and_in_no_file_has_its_reason():
    labels = {model._meta.label for model in set(CLASSES) - set(models_of_people())}
    assert labels == NOT_BY_PERSON.keys() and all(NOT_BY_PERSON.values())
    assert not BESIDE.keys() & set(paths_to_person())
