"""Deeds on one person are done only on what their page has shown (test-cases.md C4); the control does not look."""

from datetime import date

import pytest
from django.urls import reverse

from beneficiaries.departures import correct_departure
from beneficiaries.disability_parts import set_parts
from beneficiaries.models import DisabilityPart, Person, Transfer
from beneficiaries.moving import offer_person
from lianyungang_cdpf.accounts import lost_updates
from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.accounts.versions import NAME
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN
from tests.form_client import version_of


@pytest.fixture
def client(sign_in, haizhou_clerk):
    return sign_in(haizhou_clerk)


@pytest.fixture
def colleague(make_staff):
    return make_staff("colleague", name="王芳")


def at(name, *arguments):
    return reverse(f"people:{name}", args=arguments)


def text(response) -> str:
    return response.content.decode()


def lines(response) -> list[tuple]:
    return [(line.label, line.now, line.typed) for line in response.context["overtaken"].lines]


@pytest.fixture
def dead(make_person):
    return make_person("郑志", died_on=date(2019, 3, 4))


def corrected(client, colleague, person):
    """The answer to a correction whose page was opened before a colleague's."""
    path = at("correct", person.pk, "death")
    version = version_of(client.get(path))
    correct_departure(by=colleague, person=person, kind="death", reason="村里更正", day=date(2019, 3, 5))
    return client.post(path, {"day": "2019-03-06", "reason": "家属更正", NAME: version})


def test_a_second_correction_is_refused_with_both_days_and_done_on_purpose(client, colleague, dead):
    answer = corrected(client, colleague, dead)
    assert (answer.status_code, lines(answer)) == (409, [("死亡日期", "2019-03-05", "2019-03-06")])
    assert "海州区 王芳：更正死亡记录" in text(answer) and 'value="2019-03-06"' in text(answer)
    dead.refresh_from_db()
    assert dead.died_on == date(2019, 3, 5)
    again = {"day": "2019-03-06", "reason": "家属更正", NAME: version_of(answer)}
    assert client.post(at("correct", dead.pk, "death"), again).status_code == 302
    dead.refresh_from_db()
    assert dead.died_on == date(2019, 3, 6)


def test_with_the_comparison_away_the_second_correction_wins(client, colleague, dead, monkeypatch):
    monkeypatch.setattr(lost_updates, "overtaken", lambda *told: None)
    assert corrected(client, colleague, dead).status_code == 302
    dead.refresh_from_db()
    assert dead.died_on == date(2019, 3, 6)


def test_parts_entered_by_somebody_else_are_not_replaced_unseen(client, colleague, make_person):
    certificate = make_person("郑志", category=7, grade=1).certificates.get()
    path = at("parts", certificate.pk)
    version = version_of(client.get(path))
    set_parts(by=colleague, certificate=certificate, parts={1: 1, 4: 2})
    sent = {"category_1": 1, "category_6": 3}
    answer = client.post(path, {**sent, NAME: version})
    assert answer.status_code == 409
    assert {now for _, now, _ in lines(answer)} == {"视力一级", "肢体二级"}
    assert set(DisabilityPart.objects.values_list("category", "grade")) == {(1, 1), (4, 2)}
    assert client.post(path, {**sent, NAME: version_of(answer)}).status_code == 302
    assert set(DisabilityPart.objects.values_list("category", "grade")) == {(1, 1), (6, 3)}


@pytest.mark.parametrize("edited", [0, 1])
def test_records_are_not_merged_on_a_comparison_that_no_longer_holds(client, make_person, edited):
    people = [make_person("郑志", phone="19000006430"), make_person("郑志", hardship="低保")]
    path = at("merge", *(person.pk for person in people))
    version = version_of(client.get(path))
    Person.objects.filter(pk=people[edited].pk).update(hukou_type="rural")
    answer = client.post(path, {"reason": "重复建档", NAME: version})
    assert answer.status_code == 409 and [label for label, *_ in lines(answer)] == ["户口性质"]
    assert Person.objects.count() == 2
    people[1].hardships.update(status="特困")
    assert client.post(path, {"reason": "重复建档", NAME: version_of(answer)}).status_code == 409


def test_nobody_who_was_edited_meanwhile_is_offered_to_another_county(client, make_person):
    person = make_person("郑志", area="320706001", village="西李村")
    version = version_of(client.get(at("offer", person.pk)))
    Person.objects.filter(pk=person.pk).update(village="新东村")
    answer = client.post(at("offer", person.pk), {"receiving_unit": DONGHAI, "reason": "购房", NAME: version})
    assert (answer.status_code, lines(answer)) == (409, [("村（社区）", "新东村", None)])
    assert not Transfer.objects.exists()


def test_a_request_that_has_changed_is_not_answered_and_tells_no_value(client, donghai_clerk, make_person):
    person = make_person("赵六", area=DONGHAI_TOWN)
    transfer = offer_person(by=donghai_clerk, person=person, receiving_unit="320706", reason="随子女居住")
    town = Area.objects.get(code="320706001")
    version = version_of(client.get(at("transfer", transfer.pk)))
    Transfer.objects.filter(pk=transfer.pk).update(reason="另有原因")
    answer = client.post(at("transfer", transfer.pk), {"deed": "agree", "town": town.pk, "answer": "", NAME: version})
    assert (answer.status_code, lines(answer)) == (409, [])
    transfer.refresh_from_db()
    assert transfer.state == "pending"


@pytest.mark.parametrize(
    ("name", "rest", "sent"),
    [
        ("depart", ("death",), {"day": "2019-03-04", "reason": "村里上报"}),
        ("offer", (), {"receiving_unit": DONGHAI, "reason": "购房"}),
    ],
)
def test_a_deed_without_its_version_is_not_done(client, make_person, name, rest, sent):
    person = make_person("郑志")
    path = at(name, person.pk, *rest)
    answer = client.post(path, {**sent, NAME: ""})
    assert answer.status_code == 428 and "没有打开页面时的版本" in text(answer)
    person.refresh_from_db()
    assert person.died_on is None and not Transfer.objects.exists()
    assert client.post(path, {**sent, NAME: version_of(answer)}).status_code == 302
