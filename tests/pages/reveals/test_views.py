"""One number shown whole: for a reason, to who may, on one answer, with a line in the log."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import Guardian
from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.audit.reveals import DEED
from tests.fixtures_city import DONGHAI_TOWN, make_id
from tests.isolation.pages import same_answer

REASON = "电话联系监护人补材料"
PHONE, ACCOUNT, GUARDIANS = "19000004321", "6222600000000004321", "19000008765"


@pytest.fixture
def person(make_person):
    person = make_person("周小云", phone=PHONE, account_no=ACCOUNT, category=4, grade=1)
    guardian = make_id(77)
    Guardian.objects.create(person=person, name="周大山", relation="parent", id_number=guardian, phone=GUARDIANS)
    return person


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


def address(code, record) -> str:
    return reverse("reveal", args=[code, record.pk])


def lines():
    return AuditLine.objects.filter(deed=DEED)


def test_a_number_stands_on_the_answer_to_the_reason_only(haizhou, haizhou_clerk, person):
    page = address("phone", person)
    asked = haizhou.get(page)
    assert PHONE not in asked.content.decode() and "190****4321" in asked.content.decode() and not lines().exists()
    shown = haizhou.post(page, {"reason": REASON})
    assert PHONE in shown.content.decode() and "已记入操作日志" in shown.content.decode()
    assert '<svg class="watermark"' in shown.content.decode(), "a photo of the number says whose screen it was"
    assert "no-store" in shown.headers["Cache-Control"] and PHONE not in str(shown.headers)
    line = lines().get()
    assert (line.staff, line.object_type, line.object_id) == (haizhou_clerk, "残疾人档案", str(person.pk))
    assert line.summary == f"联系电话，理由：{REASON}"
    assert PHONE not in haizhou.get(page, {"reason": REASON}).content.decode()


def test_every_kind_of_number_can_be_shown_and_the_log_names_its_record(haizhou, person):
    certificate, guardian = person.certificates.get(), person.guardians.get()
    numbers = {
        address("id-number", person): (person.id_number, "身份证号，"),
        address("account", person): (ACCOUNT, "银行账号，"),
        address("certificate", certificate): (certificate.number, f"残疾人证号（残疾人证 {certificate.pk}），"),
        address("guardian-id", guardian): (guardian.id_number, f"监护人身份证号（监护人 {guardian.pk}），"),
        address("guardian-phone", guardian): (GUARDIANS, f"监护人电话（监护人 {guardian.pk}），"),
    }
    for page, (number, named) in numbers.items():
        assert number in haizhou.post(page, {"reason": REASON}).content.decode()
        line = lines().first()
        assert line.summary.startswith(named) and line.object_id == str(person.pk)
        assert number not in line.summary


@pytest.mark.parametrize("reason", ["", "  核对 ", "打电话", "核对号码320701198001010019", "回访 190 0000 4321 号机主"])
def test_without_words_that_say_why_nothing_is_shown(haizhou, person, reason):
    answer = haizhou.post(address("phone", person), {"reason": reason})
    assert answer.status_code == 422 and PHONE not in answer.content.decode()
    assert not lines().exists()


def test_a_foreign_person_is_answered_like_an_unknown_one_and_like_a_number_that_is_not_on_file(haizhou, make_person):
    foreign, empty = make_person(area=DONGHAI_TOWN, phone=PHONE), make_person("没有电话")
    for ask in (haizhou.get, haizhou.post):
        unknown = ask(reverse("reveal", args=["phone", 987654321]), {"reason": REASON})
        assert unknown.status_code == 404
        assert same_answer(ask(address("phone", foreign), {"reason": REASON}), unknown)
        assert same_answer(ask(address("phone", empty), {"reason": REASON}), unknown)
        assert ask(address("nothing", empty), {"reason": REASON}).status_code == 404
    assert not lines().exists()


@pytest.mark.parametrize(
    ("role", "area"),
    [("finance", "320706"), ("auditor", "320700"), ("town_clerk", "320706006"), ("leader", "320700")],
)
def test_other_roles_get_no_number(role, area, make_staff, sign_in, person):
    client = sign_in(make_staff(role, area=area, role=role))
    assert client.post(address("phone", person), {"reason": REASON}).status_code == 403
    assert "查看完整" not in client.get(reverse("one_person", args=[person.pk])).content.decode().replace(
        "查看完整银行账号", ""
    )


def test_the_days_limit_holds_for_one_account_and_until_midnight(
    haizhou, haizhou_clerk, person, make_staff, sign_in, settings
):
    settings.REVEALS_A_DAY = 2
    page, other = address("phone", person), sign_in(make_staff("second"))
    answers = [haizhou.post(page, {"reason": REASON}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert "今天已查看 2 个" in answers[-1].content.decode() and PHONE not in answers[-1].content.decode()
    assert other.post(page, {"reason": REASON}).status_code == 200
    with time_machine.travel(timezone.localtime() + timedelta(days=1), tick=False):
        haizhou.force_login(haizhou_clerk)
        assert haizhou.post(page, {"reason": REASON}).status_code == 200


def test_the_pages_of_a_person_lead_to_every_number_and_hold_none(haizhou, person):
    certificate, guardian = person.certificates.get(), person.guardians.get()
    records = [("id-number", person), ("certificate", certificate), ("phone", person), ("account", person)]
    ways = {address(*one) for one in [*records, ("guardian-id", guardian), ("guardian-phone", guardian)]}
    for page in (reverse("one_person", args=[person.pk]), f"/admin/beneficiaries/person/{person.pk}/change/"):
        text = haizhou.get(page).content.decode()
        assert not [way for way in ways if f'href="{way}"' not in text]
        secrets = (person.id_number, PHONE, ACCOUNT, certificate.number, guardian.id_number, GUARDIANS)
        assert not [number for number in secrets if number in text]


@pytest.mark.django_db(transaction=True)
def test_the_pages_are_sound_and_the_number_is_read_out(haizhou_clerk, person, see, sound):
    page = see(haizhou_clerk)
    sound(address("phone", person))
    page.get_by_label("查看理由").fill("短")
    page.get_by_role("button").filter(has_text="查看号码").click()
    page.get_by_role("alert").wait_for()
    sound.here()
    page.get_by_label("查看理由").fill(REASON)
    page.get_by_role("button").filter(has_text="查看号码").click()
    shown = page.get_by_role("status")
    shown.wait_for()
    assert PHONE in shown.inner_text() and shown.evaluate("one => one === document.activeElement")
    assert PHONE not in page.url
    sound.here()
    page.get_by_role("link", name="看完了").click()
    page.get_by_role("heading", name="周小云").first.wait_for()
    assert PHONE not in page.content()
