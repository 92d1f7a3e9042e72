"""Two edits of one record (test-cases.md C4): the second is not saved over what it has not seen (409, without a version
428). The controls take the comparison away, and the second wins: it is what holds.
"""

import re
import threading
from datetime import date
from decimal import Decimal
from itertools import count

import pytest
from django.contrib import admin
from django.db import connection, connections
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beneficiaries.models import HardshipStatus, Person
from lianyungang_cdpf.accounts import lost_updates
from lianyungang_cdpf.accounts.versions import NAME, TAKE, Version
from subsidies.models import Programme, Standard
from tests.fixtures_city import make_id
from tests.form_client import version_of
from tests.isolation.pages import form_data
from tests.pages.filling import fill

ACCOUNT, OTHER_ACCOUNT = "6299999630040357070", "6299993156827197436"


def page(record):
    opts = record._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[record.pk])


def text(response) -> str:
    return response.content.decode()


def lines(response) -> list[tuple]:
    return [(line.label, line.now, line.typed) for line in response.context["overtaken"].lines]


@pytest.fixture
def person(make_person):
    return make_person("郑志", village="西李村", phone="19000006430", account_no=ACCOUNT, hardship="低保")


@pytest.fixture
def clerks(sign_in, make_staff):
    """Two clerks of one county."""
    return [sign_in(make_staff(f"clerk_{number}", name=name)) for number, name in enumerate(("王芳", "李强"))]


@pytest.fixture
def opened(clerks, person):
    """Both have the person's page open: what each browser would send back."""
    return [form_data(client.get(page(person))) for client in clerks]


@pytest.fixture
def without_the_lock(monkeypatch):
    """The control: nothing is ever found to differ."""
    monkeypatch.setattr(lost_updates, "overtaken", lambda *told: None)


# -- one field, two clerks -------------------------------------------------------------------------------------------


def test_the_second_of_two_edits_is_refused_with_both_values_and_who_was_first(clerks, opened, person):
    assert clerks[0].post(page(person), {**opened[0], "village": "新东村"}).status_code == 302
    answer = clerks[1].post(page(person), {**opened[1], "village": "南城村"})
    assert answer.status_code == 409
    assert lines(answer) == [("村（社区）", "新东村", "南城村")]
    shown = text(answer)
    assert "别人已经改过这条记录" in shown and re.search(r"海州区 王芳：修改残疾人档案", shown)
    assert 'value="南城村"' in shown  # the form is as it was typed
    person.refresh_from_db()
    assert person.village == "新东村"


def test_saved_again_on_purpose_the_second_edit_stands(clerks, opened, person):
    clerks[0].post(page(person), {**opened[0], "village": "新东村"})
    refused = clerks[1].post(page(person), {**opened[1], "village": "南城村"})
    again = {**form_data(refused), NAME: version_of(refused)}
    assert version_of(refused) != opened[1][NAME]
    assert clerks[1].post(page(person), again).status_code == 302
    person.refresh_from_db()
    assert person.village == "南城村"


def test_with_the_comparison_away_the_second_edit_wins(clerks, opened, person, without_the_lock):
    for client, sent, village in zip(clerks, opened, ("新东村", "南城村"), strict=True):
        assert client.post(page(person), {**sent, "village": village}).status_code == 302
    person.refresh_from_db()
    assert person.village == "南城村"


def test_what_others_have_saved_is_taken_over_box_by_box(clerks, opened, person):
    clerks[0].post(page(person), {**opened[0], "village": "新东村", "address": "一号"})
    refused = clerks[1].post(page(person), {**opened[1], "village": "南城村", "address": "二号"})
    assert refused.context["overtaken"].boxes == ["village", "address"]
    again = {**form_data(refused), NAME: version_of(refused), TAKE: ["village"]}
    assert clerks[1].post(page(person), again).status_code == 302
    person.refresh_from_db()
    assert (person.village, person.address) == ("新东村", "二号")


def test_a_third_edit_in_between_refuses_once_more(clerks, opened, person):
    clerks[0].post(page(person), {**opened[0], "village": "新东村"})
    refused = clerks[1].post(page(person), {**opened[1], "village": "南城村"})
    clerks[0].post(page(person), {**form_data(clerks[0].get(page(person))), "village": "北城村"})
    again = clerks[1].post(page(person), {**form_data(refused), NAME: version_of(refused)})
    assert (again.status_code, lines(again)) == (409, [("村（社区）", "北城村", "南城村")])


def test_a_form_with_a_mistake_keeps_the_version_that_it_was_opened_with(clerks, opened, person):
    wrong = clerks[1].post(page(person), {**opened[1], "phone": "12"})
    assert wrong.status_code == 200 and version_of(wrong) == opened[1][NAME]
    clerks[0].post(page(person), {**opened[0], "village": "新东村"})
    assert clerks[1].post(page(person), {**form_data(wrong), "phone": ""}).status_code == 409


def test_pressing_the_button_twice_is_told_apart_from_a_conflict(clerks, opened, person):
    sent = {**opened[0], "village": "新东村"}
    assert clerks[0].post(page(person), sent).status_code == 302
    again = clerks[0].post(page(person), sent)
    assert again.status_code == 409 and "不用再保存" in text(again) and "您本人" in text(again)


@pytest.mark.parametrize("version", ["", "x", "1;a.b:1=00", "9" * 18 + ";beneficiaries.person:999999=00,11"])
def test_a_form_without_its_version_is_not_saved(clerks, opened, person, version):
    answer = clerks[1].post(page(person), {**opened[1], NAME: version, "village": "南城村"})
    assert answer.status_code == 428 and "没有打开页面时的版本" in text(answer)
    assert lines(answer) == [("村（社区）", "西李村", "南城村")]
    person.refresh_from_db()
    assert person.village == "西李村"
    again = clerks[1].post(page(person), {**form_data(answer), NAME: version_of(answer)})
    person.refresh_from_db()
    assert (again.status_code, person.village) == (302, "南城村")


def test_another_records_version_is_none_of_this_one(clerks, opened, person, make_person):
    other = form_data(clerks[0].get(page(make_person("李四"))))
    assert clerks[0].post(page(person), {**opened[0], NAME: other[NAME]}).status_code == 428


# -- what the form does not show --------------------------------------------------------------------------------------


def test_a_secret_changed_meanwhile_is_told_masked_and_a_blank_leaves_it(clerks, opened, person):
    assert person.phone not in opened[0][NAME]
    clerks[0].post(page(person), {**opened[0], "phone": "19000007777", "account_no": OTHER_ACCOUNT})
    answer = clerks[1].post(page(person), {**opened[1], "account_no": ACCOUNT})
    assert answer.status_code == 409
    told = [("联系电话", "190****7777", "（未填写，保持现值）"), ("银行账号", "****7436", "****7070")]
    assert lines(answer) == told
    for secret in ("19000007777", OTHER_ACCOUNT):
        assert secret not in text(answer)
    again = {**form_data(answer), NAME: version_of(answer), "account_no": ""}
    assert clerks[1].post(page(person), again).status_code == 302
    person.refresh_from_db()
    assert (person.phone, person.account_no) == ("19000007777", OTHER_ACCOUNT)


def test_equal_secrets_of_two_people_have_different_digests(person, make_person):
    twin = make_person("郑志", village="西李村", phone="19000006430", account_no=ACCOUNT)
    one, other = (Version.of([who], timezone.now()).digests for who in (person, twin))
    assert not set(*one.values()) & set(*other.values())


def test_a_death_recorded_meanwhile_is_told_to_who_edits_the_address(clerks, opened, person):
    Person.objects.filter(pk=person.pk).update(died_on=date(2019, 3, 4))
    answer = clerks[1].post(page(person), {**opened[1], "address": "二号"})
    assert (answer.status_code, lines(answer)) == (409, [("死亡日期", "2019-03-04", None)])
    assert "没有这条记录单独的修改" in text(answer)


def test_signing_in_is_no_edit_and_a_password_is_never_told(sign_in, make_staff, haizhou_clerk):
    keepers = [sign_in(make_staff(f"keeper{n}", area="320700", role="system_admin")) for n in "12"]
    first, second = (form_data(keeper.get(page(haizhou_clerk))) for keeper in keepers)
    sign_in(haizhou_clerk)  # notes the time
    haizhou_clerk.refresh_from_db()
    assert haizhou_clerk.last_login is not None
    secret = {"password1": "Lyg-2019-changed", "password2": "Lyg-2019-changed"}
    assert keepers[0].post(page(haizhou_clerk), {**first, **secret}).status_code == 302
    haizhou_clerk.refresh_from_db()
    answer = keepers[1].post(page(haizhou_clerk), {**second, "name": "新名"})
    assert (answer.status_code, [line[1] for line in lines(answer)]) == (409, ["****"])
    assert haizhou_clerk.password not in text(answer)


# -- the rows below a record ------------------------------------------------------------------------------------------


def test_two_edits_of_a_row_below_the_record_are_one_conflict(clerks, opened, person):
    row = "hardships-0-valid_from"
    assert clerks[0].post(page(person), {**opened[0], row: "2019-01-01"}).status_code == 302
    answer = clerks[1].post(page(person), {**opened[1], row: "2019-02-01"})
    assert answer.status_code == 409
    (line,) = answer.context["overtaken"].lines
    assert (line.now, line.typed, line.box) == ("2019-01-01", "2019-02-01", row) and "低保" in line.where
    again = {**form_data(answer), NAME: version_of(answer), TAKE: row, "village": "新东村"}
    assert clerks[1].post(page(person), again).status_code == 302
    person.refresh_from_db()
    assert (HardshipStatus.objects.get().valid_from, person.village) == (date(2019, 1, 1), "新东村")


def test_with_the_comparison_away_the_second_edit_of_a_row_wins(clerks, opened, person, without_the_lock):
    for client, sent, day in zip(clerks, opened, ("2019-01-01", "2019-02-01"), strict=True):
        assert client.post(page(person), {**sent, "hardships-0-valid_from": day}).status_code == 302
    assert HardshipStatus.objects.get().valid_from == date(2019, 2, 1)


def test_a_row_added_or_gone_meanwhile_is_told(clerks, opened, person):
    HardshipStatus.objects.all().delete()
    HardshipStatus.objects.create(person=person, status="特困", valid_from=date(2019, 5, 1))
    answer = clerks[1].post(page(person), opened[1])
    assert answer.status_code == 409
    assert [label for label, *_ in lines(answer)] == ["新增了一行", "这一行已经没有了"]


# -- every form -------------------------------------------------------------------------------------------------------

ROLES = {"city_operator": "320700", "system_admin": "320700", "district_clerk": "320706", "finance": "320706"}


def test_every_editable_record_has_a_version_and_is_saved_only_with_it(make_staff, make_person, sign_in):
    made = {role: make_staff(role, area=area, role=role) for role, area in ROLES.items()}
    fill(made["district_clerk"], make_person)
    clients, tried = {role: sign_in(staff) for role, staff in made.items()}, 0
    for model, model_admin in admin.site._registry.items():
        for role, staff in made.items():
            request = RequestFactory().get("/admin/")
            request.user, request.resolver_match = staff, None
            record = model_admin.get_queryset(request).first() if model_admin.has_change_permission(request) else None
            if record is None or not model_admin.has_change_permission(request, record):
                continue
            path = page(record)
            shown = clients[role].get(path)
            assert version_of(shown) and f'name="{NAME}"' in text(shown), model._meta.label
            unversioned = {**form_data(shown), NAME: ""}
            assert clients[role].post(path, unversioned).status_code == 428, model._meta.label
            tried += 1
            break
    assert tried > 20


def test_a_trial_carries_the_version_on_and_saving_after_it_compares(sign_in, city_clerk):
    standard = Standard.objects.create(
        programme=Programme.objects.get(code="hardship_subsidy"), effective_from=date(2035, 1, 1), grade=1,
        amount=Decimal("370.00"),
    )  # fmt: skip
    client = sign_in(city_clerk)
    sent = form_data(client.get(page(standard)))
    Standard.objects.filter(pk=standard.pk).update(amount=Decimal("380.00"))
    tried = client.post(page(standard), {**sent, "amount": "390.00", "_trial": "1"})
    assert (tried.status_code, version_of(tried)) == (200, sent[NAME])
    answer = client.post(page(standard), {**sent, "amount": "390.00"})
    assert (answer.status_code, lines(answer)) == (409, [("标准（元）", "380.00", "390.00")])


def test_comparing_many_rows_asks_as_often_as_comparing_few(clerks, person, monkeypatch):
    """Checking a form asks for each of its rows; looking at what was seen, and opening the form, must not."""
    numbers = count()

    def asked(call, status) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert call().status_code == status
        return len(queries)

    def counts():
        opening = asked(lambda: clerks[1].get(page(person)), 200)
        sent = {**form_data(clerks[1].get(page(person))), "phone": "12"}
        Person.objects.filter(pk=person.pk).update(village=f"{next(numbers)}组")
        refused = asked(lambda: clerks[1].post(page(person), sent), 409)
        with monkeypatch.context() as patched:
            patched.setattr(lost_updates.LostUpdates, "_compare", lambda *told: None)
            return opening, refused - asked(lambda: clerks[1].post(page(person), sent), 200)

    counts()
    few = counts()
    for month in range(1, 10):
        HardshipStatus.objects.create(person=person, status="特困", valid_from=date(2030, month, 1))
    assert counts() == few


# -- at the same moment -----------------------------------------------------------------------------------------------


def _at_once(clients, path, sent) -> list[int]:
    """Each form sent by a thread with a connection of its own; the statuses."""
    answers = {}

    def send(number):
        try:
            answers[number] = clients[number].post(path, sent[number]).status_code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(len(clients))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return sorted(answers.values())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("locked", [True, False])
def test_of_two_edits_at_the_same_moment_one_is_saved(make_staff, sign_in, make_person, monkeypatch, locked):
    """The control does not compare: then both are saved, and one is lost."""
    person = make_person("郑志", id_number=make_id(1), village="西李村")
    clients = [sign_in(make_staff(f"clerk_{number}")) for number in "12"]
    opened = [form_data(client.get(page(person))) for client in clients]
    gate, waits = threading.Barrier(2, timeout=30), lost_updates.LostUpdates.is_to_be_saved

    def together(self, request):
        gate.wait()
        return waits(self, request)

    monkeypatch.setattr(lost_updates.LostUpdates, "is_to_be_saved", together)
    if not locked:
        monkeypatch.setattr(lost_updates, "overtaken", lambda *told: None)
    sent = [{**one, "village": village} for one, village in zip(opened, ("新东村", "南城村"), strict=True)]
    assert _at_once(clients, page(person), sent) == ([302, 409] if locked else [302, 302])


# -- looks ------------------------------------------------------------------------------------------------------------


def test_the_refused_form_is_sound_and_saves_without_a_script(person, haizhou_clerk, see, sound):
    page_ = see(haizhou_clerk)
    page_.goto(page(person))
    Person.objects.filter(pk=person.pk).update(village="新东村", address="朝阳路一号")
    page_.locator("#id_village").fill("南城村")
    page_.locator("input[name=_save]").click()
    page_.get_by_text("别人已经改过这条记录").wait_for()
    sound.here()
    page_.get_by_label("采用现值：地址").check()
    page_.locator("input[name=_save]").click()
    page_.wait_for_url("**/person/")
    person.refresh_from_db()
    assert (person.village, person.address) == ("南城村", "朝阳路一号")
