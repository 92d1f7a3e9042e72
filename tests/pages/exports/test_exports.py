"""A list with whole numbers: one asks, another approves, the worker makes it, and it is gone after its hours."""

import io
import secrets
from datetime import timedelta

import openpyxl
import pytest
from django.conf import settings as portal
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult
from msoffcrypto.exceptions import InvalidKeyError
from msoffcrypto.format.ooxml import OOXMLFile

from beneficiaries.models import Person
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.intake.attaching import content_of
from lianyungang_cdpf.intake.invariants import breaches
from lianyungang_cdpf.intake.uploads import stored_path
from lianyungang_cdpf.management.rotation import Rotation
from lianyungang_cdpf.pages.exports.actions import (
    NO_LONGER_ENTITLED,
    NOT_MADE,
    NOTHING_LEFT,
    approve_export,
    end_expired,
    refuse_export,
    request_export,
)
from lianyungang_cdpf.pages.exports.making import make_file, new_password
from lianyungang_cdpf.pages.exports.tasks import make_lost
from lianyungang_cdpf.pages.models import UnmaskedExport
from subsidies.models import Payment, Programme, Roll
from tests.fixtures_city import DONGHAI_TOWN, HAIZHOU
from tests.isolation.pages import same_answer

SAID = {"purpose": "入户走访发放辅具", "recipient": "本科室经办人员"}
PHONE, ACCOUNT = "19000004321", "6222600000000004321"
OLE = b"\xd0\xcf\x11\xe0"


@pytest.fixture
def person(make_person):
    return make_person("周小云", phone=PHONE, account_no=ACCOUNT, category=4, grade=1)


@pytest.fixture
def reviewer(make_staff):
    return make_staff("haizhou_reviewer", role="district_reviewer", name="海州审核员")


@pytest.fixture
def asked(haizhou_clerk, person):
    """A request for the one person."""
    return request_export(by=haizhou_clerk, code="people", keys=[person.pk], narrowed="", **SAID)


@pytest.fixture
def made(asked, reviewer):
    """The request approved, its file made."""
    approve_export(by=reviewer, export=asked)
    make_file(asked.pk)
    asked.refresh_from_db()
    assert asked.state == "made"
    return asked


def page_of(export, deed="one") -> str:
    return reverse(f"exports:{deed}", args=[export.pk])


def opened(content: bytes, password: str):
    """The cells of both sheets."""
    plain = io.BytesIO()
    file = OOXMLFile(io.BytesIO(content))
    file.load_key(password=password, verify_password=True)
    file.decrypt(plain)
    return [list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(plain)]


def test_a_second_account_of_who_asked_is_no_second_person(asked, haizhou_clerk, make_staff):
    # The first account is out of force, or the second would not have got its role.
    type(haizhou_clerk).objects.filter(pk=haizhou_clerk.pk).update(employee_no="0717", is_active=False)
    second = make_staff("second", role="district_reviewer", employee_no="0717")
    assert not UnmaskedExport.objects.waiting_for(second).exists()
    for deed, told in ((approve_export, {}), (refuse_export, {"answer": "用途不明，请写清楚"})):
        with pytest.raises(ValidationError, match="不能审批自己的申请"):
            deed(by=second, export=asked, **told)
    other = make_staff("other", role="district_reviewer", employee_no="0718")
    assert approve_export(by=other, export=asked).state == "approved"


def test_from_the_list_to_the_file_by_two_people(
    haizhou_clerk, reviewer, person, make_person, sign_in, django_capture_on_commit_callbacks
):
    make_person("别的人", category=1, grade=1)
    clerk, other = sign_in(haizhou_clerk), sign_in(reviewer)
    export_page = clerk.get("/admin/beneficiaries/person/export/?q=周小云").content.decode()
    ask = reverse("exports:ask", args=["people"]) + "?q=周小云"
    assert f'href="{reverse("exports:ask", args=["people"])}?' in export_page
    assert "银行账号（只有财务可看）" in clerk.get(ask).content.decode()
    assert clerk.post(ask, SAID).status_code == 302
    export = UnmaskedExport.objects.get()
    # What was searched for is told to nobody.
    assert (export.row_count, export.narrowed, export.state) == (1, "搜索：有", "requested")

    assert "待我审批" in other.get(reverse("exports:index")).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        assert other.post(page_of(export, "approve")).status_code == 302
    assert DBTaskResult.objects.get().args_kwargs == {"args": [export.pk], "kwargs": {}}
    make_file(export.pk)
    export.refresh_from_db()
    assert (export.state, export.made_rows, bytes(export.chosen)) == ("made", 1, b"")

    password = clerk.post(page_of(export, "password")).context["shown"]
    sent = clerk.post(page_of(export, "file"))
    content = b"".join(sent.streaming_content)
    assert content.startswith(OLE) and "no-store" in sent.headers["Cache-Control"]
    about, table = opened(content, password)
    told = dict(about)
    assert told["导出人"] == "海州经办员（海州区）" and told["批准人"] == "海州审核员（海州区）"
    assert (told["用途"], told["接收人"]) == (SAID["purpose"], SAID["recipient"])
    assert timezone.localtime().strftime("%Y-%m-%d") in told["制作时间"]
    (row,) = [dict(zip(table[0], cells, strict=True)) for cells in table[1:]]
    assert (row["身份证号"], row["联系电话"], row["银行账号"]) == (person.id_number, PHONE, "****4321")

    deeds = list(AuditLine.objects.filter(object_type="完整号码导出").order_by("pk").values_list("deed", flat=True))
    assert deeds == [
        "申请导出完整号码", "批准导出完整号码", "制作完整号码文件", "查看导出文件的打开密码", "下载完整号码文件",
    ]  # fmt: skip
    said = " ".join(AuditLine.objects.values_list("summary", flat=True))
    assert not [secret for secret in (person.id_number, PHONE, ACCOUNT, "周小云", password) if secret in said]


def test_nothing_on_disk_can_be_read_without_the_key_nor_opened_without_the_password(made, person):
    stored = stored_path(made.stored_name).read_bytes()
    assert not [
        part
        for part in (OLE + b"\xa1\xb1\x1a\xe1", b"PK\x03\x04", person.id_number.encode(), made.password.encode())
        if part in stored
    ]
    with pytest.raises(InvalidKeyError):
        opened(b"".join(content_of(made)), new_password())
    assert person.id_number in str(opened(b"".join(content_of(made)), made.password))


def test_the_password_is_shown_once_and_then_known_to_nobody(made, haizhou_clerk, sign_in):
    clerk, password = sign_in(haizhou_clerk), made.password
    assert password in clerk.post(page_of(made, "password")).content.decode()
    again = clerk.post(page_of(made, "password"))
    assert again.status_code == 409 and password not in again.content.decode()
    made.refresh_from_db()
    assert made.password == "" and made.password_shown_at
    assert b"".join(clerk.post(page_of(made, "file")).streaming_content).startswith(OLE)
    made.refresh_from_db()
    assert made.downloads == 1


def test_only_finance_gets_whole_accounts(make_staff, reviewer, person):
    finance = make_staff("finance", role="finance")
    roll = Roll.objects.create(
        programme=Programme.objects.get(code="hardship_subsidy"), month="2019-03-01", reference="一", row_count=1,
        area=Area.objects.get(code=HAIZHOU), posted_by=finance,
    )  # fmt: skip
    payment = Payment.objects.create(
        roll=roll, programme=roll.programme, month=roll.month, person=person, area=person.area, amount=100,
        account_no=ACCOUNT,
    )  # fmt: skip
    export = request_export(by=finance, code="payments", keys=[payment.pk], narrowed="", **SAID)
    approve_export(by=reviewer, export=export)
    make_file(export.pk)
    export.refresh_from_db()
    _, table = opened(b"".join(content_of(export)), export.password)
    row = dict(zip(table[0], table[1], strict=True))
    assert (row["身份证号"], row["银行账号"]) == (person.id_number, ACCOUNT)


def test_nobody_approves_their_own_request(asked, haizhou_clerk):
    haizhou_clerk.user_permissions.add(*haizhou_clerk.role.permissions.model.objects.filter(codename="approve_export"))
    both = type(haizhou_clerk).objects.get(pk=haizhou_clerk.pk)
    with pytest.raises(ValidationError, match="不能审批自己的申请"):
        approve_export(by=both, export=asked)
    with pytest.raises(IntegrityError, match="unmasked_export_decided_by_another"), transaction.atomic():
        UnmaskedExport.objects.filter(pk=asked.pk).update(state="approved", decided_by=both, decided_at=timezone.now())


def test_who_may_approve_sits_in_the_same_place_or_in_the_city(asked, make_staff, sign_in):
    foreign = make_staff("donghai_reviewer", area="320722", role="district_reviewer")
    assert sign_in(foreign).post(page_of(asked, "approve")).status_code == 404
    with pytest.raises(ValidationError, match="同一单位或市级"):
        approve_export(by=foreign, export=asked)
    assert approve_export(by=make_staff("leader", area="320700", role="leader"), export=asked).state == "approved"


def test_another_clerk_of_the_place_neither_sees_nor_downloads_it(made, make_staff, sign_in, reviewer):
    second = sign_in(make_staff("second"))
    unknown = {page: second.post(reverse(f"exports:{page}", args=[987654321])) for page in ("file", "password")}
    for page, answer in unknown.items():
        assert same_answer(second.post(page_of(made, page)), answer) and answer.status_code == 404
    assert second.get(page_of(made)).status_code == 404
    # Who approved sees that it is there, and can't have it.
    assert sign_in(reviewer).get(page_of(made)).status_code == 200
    assert sign_in(reviewer).post(page_of(made, "file")).status_code == 403


def test_a_refusal_has_its_reason_and_is_final(asked, reviewer, haizhou_clerk, sign_in):
    other = sign_in(reviewer)
    assert other.post(page_of(asked, "refuse"), {"answer": "不"}).status_code == 422
    assert other.post(page_of(asked, "refuse"), {"answer": "用途不明，请写清楚"}).status_code == 302
    assert "用途不明，请写清楚" in sign_in(haizhou_clerk).get(page_of(asked)).content.decode()
    late = other.post(page_of(asked, "approve"))
    assert late.status_code == 409 and "已经有人处理" in late.content.decode()
    make_file(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.stored_name, bytes(asked.chosen)) == ("refused", "", b"")
    with pytest.raises(ValidationError):
        refuse_export(by=reviewer, export=asked, answer="再退一次")


@pytest.mark.parametrize("change", ["disabled", "moved", "another role"])
def test_who_was_disabled_or_moved_before_the_making_gets_nothing(asked, reviewer, haizhou_clerk, change):
    approve_export(by=reviewer, export=asked)
    if change == "disabled":
        haizhou_clerk.is_active = False
    elif change == "moved":
        haizhou_clerk.area = Area.objects.get(code="320722")
    else:
        haizhou_clerk.role = reviewer.role
    haizhou_clerk.save()
    make_file(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.answer, asked.stored_name) == ("expired", NO_LONGER_ENTITLED, "")


def test_who_moved_after_the_making_downloads_nothing(made, haizhou_clerk, sign_in):
    haizhou_clerk.area = Area.objects.get(code="320706006")
    haizhou_clerk.save()
    assert sign_in(haizhou_clerk).post(page_of(made, "file")).status_code == 404


def test_people_who_moved_away_before_the_making_are_left_out(haizhou_clerk, reviewer, person, make_person):
    stays = make_person("留下的")
    keys = [person.pk, stays.pk]
    both = request_export(by=haizhou_clerk, code="people", keys=keys, narrowed="", **SAID)
    alone = request_export(by=haizhou_clerk, code="people", keys=[person.pk], narrowed="", **SAID)
    Person.objects.filter(pk=person.pk).update(area=Area.objects.get(code=DONGHAI_TOWN))
    for export in (both, alone):
        approve_export(by=reviewer, export=export)
        make_file(export.pk)
        export.refresh_from_db()
    _, table = opened(b"".join(content_of(both)), both.password)
    assert [row[0] for row in table[1:]] == ["留下的"] and both.made_rows == 1
    assert (alone.state, alone.answer) == ("expired", NOTHING_LEFT)


def test_the_file_is_gone_after_its_hours_and_so_is_a_request_that_nobody_decided(made, haizhou_clerk, person, sign_in):
    waiting = request_export(by=haizhou_clerk, code="people", keys=[person.pk], narrowed="", **SAID)
    path = stored_path(made.stored_name)
    hours = portal.UNMASKED_EXPORT["hours"]
    assert end_expired(moment=timezone.now() + timedelta(hours=hours - 1)) == 0 and path.exists()
    UnmaskedExport.objects.filter(pk=made.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    # Not to be had any more, though the worker has not come by.
    assert sign_in(haizhou_clerk).post(page_of(made, "file")).status_code == 409
    assert end_expired(moment=timezone.now() + timedelta(hours=hours)) == 2 and not path.exists()
    assert end_expired(moment=timezone.now() + timedelta(hours=hours)) == 0
    for export in (made, waiting):
        export.refresh_from_db()
        assert (export.state, export.stored_name, export.password, bytes(export.chosen)) == ("expired", "", "", b"")
        assert str(hours) in export.answer


def test_the_file_is_known_to_the_invariants_and_comes_to_the_new_key(
    haizhou_clerk, reviewer, person, settings, tmp_path
):
    settings.UPLOAD_ROOT, settings.DATA_DIR = tmp_path / "uploads", tmp_path
    export = request_export(by=haizhou_clerk, code="people", keys=[person.pk], narrowed="", **SAID)
    approve_export(by=reviewer, export=export)
    make_file(export.pk)
    export.refresh_from_db()
    before = b"".join(content_of(export))
    assert list(breaches()) == []
    new = max(settings.FIELD_KEYS) + 1
    settings.FIELD_KEYS, settings.FIELD_KEY_ID = {**settings.FIELD_KEYS, new: secrets.token_bytes(32)}, new
    Rotation().run()
    settings.FIELD_KEYS = {new: settings.FIELD_KEYS[new]}
    assert b"".join(content_of(export)) == before
    stored_path(export.stored_name).unlink()
    assert list(breaches()) == [f"I6：完整号码导出 {export.pk} 的文件不见了。"]


def test_a_file_is_made_once_and_one_whose_worker_died_by_the_next(asked, reviewer):
    approve_export(by=reviewer, export=asked)
    assert make_lost() == 0
    UnmaskedExport.objects.filter(pk=asked.pk).update(decided_at=timezone.now() - timedelta(minutes=11))
    for duty in portal.WATCHED_BY_WORKER:
        import_string(duty)()
    asked.refresh_from_db()
    before = asked.stored_name
    make_file(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.stored_name) == ("made", before) and before
    assert make_lost() == 0


def test_a_making_that_fails_ends_the_export_and_cites_nothing_in_the_log(asked, reviewer, person, monkeypatch, caplog):
    def fails(*_):
        raise ValueError(person.id_number)

    monkeypatch.setattr("lianyungang_cdpf.pages.exports.making.protected", fails)
    approve_export(by=reviewer, export=asked)
    make_file(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.answer, bytes(asked.chosen)) == ("expired", NOT_MADE, b"")
    assert "ValueError" in caplog.text and person.id_number not in caplog.text


def test_an_empty_and_a_too_large_list_are_refused_with_a_sentence(haizhou_clerk, make_person, sign_in, settings):
    settings.UNMASKED_EXPORT = {"most_rows": 1, "hours": 72}
    clerk, ask = sign_in(haizhou_clerk), reverse("exports:ask", args=["certificates"])
    assert "没有可以导出的行" in clerk.post(ask, SAID).content.decode()
    for name in ("甲", "乙"):
        make_person(name, category=1, grade=1)
    assert "一次最多导出 1 行" in clerk.post(ask, SAID).content.decode()
    assert not UnmaskedExport.objects.exists()


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"purpose": ""}, "says_for_what_and_whom"),
        ({"state": "approved"}, "is_decided_by_somebody"),
        ({"state": "expired"}, "says_why_not"),
        ({"stored_name": "x.upload"}, "has_its_file_while_made"),
    ],
)
def test_the_database_refuses_what_must_not_be(asked, changed, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        UnmaskedExport.objects.filter(pk=asked.pk).update(**changed)


def test_a_name_that_looks_like_a_formula_or_like_markup_is_a_text(haizhou_clerk, reviewer, make_person):
    names = ["=1+1", '<r></r></is></c><c r="B9"><f>1+1</f></c><c t="inlineStr"><is><r></r>']
    keys = [make_person("人", account_holder=name[:60]).pk for name in names]
    export = request_export(by=haizhou_clerk, code="people", keys=keys, narrowed="", **SAID)
    approve_export(by=reviewer, export=export)
    make_file(export.pk)
    export.refresh_from_db()
    _, table = opened(b"".join(content_of(export)), export.password)
    column = table[0].index("户名")
    assert [row[column] for row in table[1:]] == [f"'{name[:60]}" for name in names]


@pytest.mark.django_db(transaction=True)
def test_the_pages_are_sound(haizhou_clerk, reviewer, made, person, see, sound):
    asked = request_export(by=haizhou_clerk, code="people", keys=[person.pk], narrowed="县区：海州区", **SAID)
    page = see(haizhou_clerk)
    sound(reverse("exports:ask", args=["people"]))
    sound(reverse("exports:index"))
    sound(page_of(made))
    page.get_by_role("button", name="显示打开密码").click()
    page.get_by_role("status").wait_for()
    sound.here()
    see(reviewer)
    for address in (reverse("exports:index"), page_of(asked), page_of(asked, "refuse")):
        sound(address)
