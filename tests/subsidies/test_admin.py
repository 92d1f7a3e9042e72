"""Programmes, standards, rolls and payments in the admin: by place and role."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from lianyungang_cdpf.accounts.models import Area
from lianyungang_cdpf.audit.models import AuditLine
from subsidies.models import Payment, Programme, ProgrammeCheck, Roll, Standard
from tests.fixtures_city import DONGHAI, DONGHAI_TOWN, HAIZHOU_TOWN

ROLLS, PAYMENTS = reverse("admin:subsidies_roll_changelist"), reverse("admin:subsidies_payment_changelist")
STANDARDS, ADD_STANDARD = reverse("admin:subsidies_standard_changelist"), reverse("admin:subsidies_standard_add")
ACCOUNT = "6299999630040357070"


def page(record):
    return reverse(f"admin:subsidies_{record._meta.model_name}_change", args=[record.pk])


def body(response):
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def listed(client, address, **parameters):
    return list(client.get(address, parameters, follow=True).context["cl"].result_list)


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


@pytest.fixture
def city_hall(city_clerk, sign_in):
    return sign_in(city_clerk)


@pytest.fixture
def roll(make_roll, make_person):
    return make_roll(make_person("郑志"), make_person("王芳"), reference="HZ-1")


@pytest.fixture
def foreign(make_roll, make_person):
    return make_roll(make_person("赵六", area=DONGHAI_TOWN), area=DONGHAI, reference="DH-1")


def test_rolls_are_listed_with_place_count_and_total(haizhou, roll, foreign):
    text = body(haizhou.get(ROLLS))
    for shown in ("HZ-1", "困难残疾人生活补贴", "2019-03", "海州区", "已入账", "740.00"):
        assert shown in text
    assert "DH-1" not in text
    assert listed(haizhou, ROLLS) == [roll]


def test_haizhou_clerk_cannot_open_a_donghai_roll_or_payment(haizhou, foreign):
    assert haizhou.get(page(foreign)).status_code == 404
    assert haizhou.get(page(foreign.payments.get())).status_code == 404
    assert listed(haizhou, PAYMENTS, roll__id__exact=foreign.pk) == []


def test_a_roll_links_to_its_payments(haizhou, roll):
    assert f"{PAYMENTS}?roll__id__exact={roll.pk}" in body(haizhou.get(page(roll)))
    assert {payment.roll_id for payment in listed(haizhou, PAYMENTS, roll__id__exact=roll.pk)} == {roll.pk}


@pytest.mark.parametrize("model", ["roll", "payment"])
def test_rolls_and_payments_are_never_touched_by_hand(city_hall, roll, model):
    record = roll if model == "roll" else roll.payments.first()
    assert city_hall.get(reverse(f"admin:subsidies_{model}_add")).status_code == 403
    assert city_hall.post(page(record), {"amount": "1", "state": "paid"}).status_code == 403
    assert city_hall.post(reverse(f"admin:subsidies_{model}_delete", args=[record.pk])).status_code == 403
    assert Payment.objects.count() == 2 and Roll.objects.get().state == "posted"


def test_payments_are_seen_where_the_person_lived_when_they_were_posted(haizhou, donghai_clerk, sign_in, roll):
    payment = roll.payments.first()
    payment.person.area = Area.objects.get(code=DONGHAI_TOWN)
    payment.person.save()
    assert payment in listed(haizhou, PAYMENTS)
    assert listed(sign_in(donghai_clerk), PAYMENTS) == []


def test_payments_are_found_by_person_in_ones_own_place(haizhou, roll, foreign):
    person, other = roll.payments.get(person__name="郑志").person, foreign.payments.get().person
    for words in ("郑志", "zz", person.id_number, person.id_number[-4:]):
        assert [payment.person for payment in listed(haizhou, PAYMENTS, q=words)] == [person]
    for words in ("赵六", "zl", other.id_number):
        assert listed(haizhou, PAYMENTS, q=words) == []


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"month": "2019-03"}, 2),
        ({"month": "2019-04"}, 0),
        ({"month": "x"}, 0),
        ({"state": "posted"}, 2),
        ({"state": "paid"}, 0),
        ({"state": "undone"}, 0),
        ({"place": HAIZHOU_TOWN}, 2),
        ({"programme__id__exact": 10**6}, 0),
    ],
)
def test_payments_are_filtered(haizhou, roll, parameters, count):
    assert len(listed(haizhou, PAYMENTS, **parameters)) == count


def test_undone_payments_are_listed_as_undone(haizhou, roll):
    roll.payments.update(live=False)
    Roll.objects.update(state="undone")
    assert len(listed(haizhou, PAYMENTS, state="undone")) == 2
    assert listed(haizhou, PAYMENTS, state="posted") == []


def test_the_sum_of_a_narrowed_list_is_shown(haizhou, roll, foreign):
    assert "共 2 笔，合计 740.00 元" in body(haizhou.get(PAYMENTS, {"month": "2019-03"}))
    assert "合计" not in body(haizhou.get(PAYMENTS)).split('class="head"')[1].split("</div>")[0]


def test_accounts_are_masked_but_for_finance(make_staff, sign_in, roll):
    payment = roll.payments.first()
    for role, whole in (("district_clerk", False), ("district_reviewer", False), ("finance", True)):
        client = sign_in(make_staff(role, role=role))
        text = body(client.get(page(payment)))
        assert (ACCOUNT in text) == whole and payment.person.id_number not in text
        assert ACCOUNT not in body(client.get(PAYMENTS))
    assert AuditLine.objects.filter(deed="查看完整银行账号").count() == 1


@pytest.mark.parametrize("role", ["town_clerk", "leader", "system_admin"])
def test_who_has_no_business_with_rolls_sees_none(make_staff, sign_in, roll, role):
    area = HAIZHOU_TOWN if role == "town_clerk" else "320700"
    client = sign_in(make_staff("nobody", role=role, area=area))
    assert client.get(ROLLS).status_code == client.get(PAYMENTS).status_code == 403
    assert client.get(page(roll)).status_code == 403


def test_a_zones_roll_is_seen_by_its_zone_alone(make_staff, sign_in, make_roll, make_person, haizhou):
    zone_clerk = make_staff("xuwei", area="xuwei")
    town = Area.objects.filter(zone=zone_clerk.zone, level="town").first()
    roll = make_roll(make_person("港人", area=town.code), area="320700", zone=zone_clerk.zone, reference="XW-1")
    assert listed(sign_in(zone_clerk), ROLLS) == [roll]
    assert listed(haizhou, ROLLS) == []


def test_long_lists_cost_no_more_queries(haizhou, make_roll, make_person, django_assert_max_num_queries):
    make_roll(*(make_person(f"人{number}") for number in range(30)), reference="HZ-9")
    for address in (ROLLS, PAYMENTS):
        haizhou.get(address)
        with django_assert_max_num_queries(14):
            haizhou.get(address)


# -- programmes and standards ------------------------------------------------------------------------------------


def standard_entry(**fields):
    programme = Programme.objects.get(code="nursing_subsidy")
    data = {"programme": programme.pk, "effective_from": "2019-01-01", "effective_to": "", "grade": "1", "area": ""}
    return data | {"hukou_type": "", "household_class": "", "amount": "120.00", "source_document": ""} | fields


def test_the_city_keeps_standards_and_districts_only_look(city_hall, haizhou, roll):
    assert city_hall.post(ADD_STANDARD, standard_entry()).status_code == 302
    standard = Standard.objects.get()
    assert standard.amount == Decimal("120.00")
    assert "120.00" in body(haizhou.get(STANDARDS))
    assert haizhou.get(ADD_STANDARD).status_code == 403
    assert haizhou.post(page(standard), standard_entry(amount="1.00")).status_code == 403


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"effective_from": "2019-01-15"}, "起始月份请填该月1日，例如 2019-01-01"),
        ({"effective_to": "2019-12-31"}, "截止月份请填该月1日"),
        ({"effective_to": "2018-12-01"}, "截止月份不能早于起始月份"),
        ({"amount": "0"}, "标准必须大于零"),
        ({"amount": "-5"}, "标准必须大于零"),
    ],
)
def test_a_wrong_standard_gets_a_sentence(city_hall, fields, sentence):
    assert sentence in body(city_hall.post(ADD_STANDARD, standard_entry(**fields)))
    assert not Standard.objects.exists()


def test_two_standards_for_the_same_people_and_month_are_refused(city_hall):
    city_hall.post(ADD_STANDARD, standard_entry())
    text = body(city_hall.post(ADD_STANDARD, standard_entry(effective_from="2020-01-01")))
    assert "对象相同、月份重叠" in text
    assert city_hall.post(ADD_STANDARD, standard_entry(grade="2")).status_code == 302
    first = Standard.objects.get(grade=1)
    assert city_hall.post(page(first), standard_entry(effective_to="2019-12-01")).status_code == 302
    assert city_hall.post(ADD_STANDARD, standard_entry(effective_from="2020-01-01")).status_code == 302


def test_a_standard_that_money_was_paid_by_is_only_ended(city_hall, roll):
    standard = Standard.objects.create(
        programme=Programme.objects.get(code="nursing_subsidy"), effective_from=date(2019, 1, 1), grade=1, amount=120
    )
    roll.payments.update(standard=standard)
    assert "只能填截止月份" in body(city_hall.post(page(standard), standard_entry(amount="130.00")))
    assert city_hall.post(page(standard), standard_entry(effective_to="2019-12-01")).status_code == 302
    assert city_hall.post(reverse("admin:subsidies_standard_delete", args=[standard.pk])).status_code == 403
    standard.refresh_from_db()
    assert (standard.amount, standard.effective_to) == (Decimal("120.00"), date(2019, 12, 1))


def programme_entry(programme, **fields):
    checks = list(programme.checks.all())
    data = {
        "name": programme.name,
        "words": "护补，重残",
        "position": "2",
        "roll_type": programme.roll_type,
        "age_on": programme.age_on,
        "checks-TOTAL_FORMS": len(checks),
    }
    data |= {"eligibility": '{"certificate": [{"grades": [1], "categories": null}], "household_status": null}'}
    data |= {"checks-INITIAL_FORMS": len(checks), "standards-TOTAL_FORMS": 0, "standards-INITIAL_FORMS": 0}
    for number, check in enumerate(checks):
        prefix = f"checks-{number}"
        data |= {f"{prefix}-id": check.pk, f"{prefix}-programme": programme.pk, f"{prefix}-severity": check.severity}
        if check.code in fields:
            data[f"{prefix}-severity"] = fields.pop(check.code)
    return data | fields


def test_severities_are_data_but_not_for_what_lets_wrong_money_out(city_hall):
    nursing = Programme.objects.get(code="nursing_subsidy")
    data = programme_entry(nursing, BANK_LUHN="warning", ALREADY_PAID="ignore", UNKNOWN_PERSON="warning")
    assert city_hall.post(page(nursing), data).status_code == 302
    severity = dict(ProgrammeCheck.objects.filter(programme=nursing).values_list("code", "severity"))
    assert (severity["BANK_LUHN"], severity["ALREADY_PAID"], severity["UNKNOWN_PERSON"]) == (
        "warning",
        "error",
        "error",
    )
    nursing.refresh_from_db()
    assert nursing.words == ["护补", "重残"] and nursing.eligibility["certificate"][0]["grades"] == [1]


def test_checks_and_conditions_are_shown_in_chinese(city_hall):
    text = body(city_hall.get(page(Programme.objects.get(code="nursing_subsidy"))))
    assert "银行账号校验位不符" in text and "BANK_LUHN" not in text
    assert "残疾人证：各类别一级、二级；智力、精神三级" in text


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [("{}", "至少有一个条件"), ('{"certificate": 1}', "应为列表"), ("[", None)],
)
def test_malformed_conditions_are_refused(city_hall, conditions, sentence):
    nursing = Programme.objects.get(code="nursing_subsidy")
    response = city_hall.post(page(nursing), programme_entry(nursing, eligibility=conditions))
    assert (sentence or "JSON") in body(response)
    nursing.refresh_from_db()
    assert len(nursing.eligibility["certificate"]) == 2


def test_the_code_of_a_programme_stays(city_hall):
    nursing = Programme.objects.get(code="nursing_subsidy")
    city_hall.post(page(nursing), programme_entry(nursing, code="other"))
    nursing.refresh_from_db()
    assert nursing.code == "nursing_subsidy"


def test_a_new_programme_gets_its_checks(city_hall):
    data = {
        "code": "travel",
        "name": "交通补贴",
        "words": "",
        "position": "3",
        "roll_type": "monthly",
        "age_on": "12-31",
    }
    data["eligibility"] = '{"certificate": [{"grades": null, "categories": [1]}], "household_status": null}'
    for prefix in ("checks", "standards"):
        data |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert city_hall.post(reverse("admin:subsidies_programme_add"), data).status_code == 302
    assert Programme.objects.get(code="travel").checks.filter(code="ALREADY_PAID").exists()


def test_districts_may_look_at_programmes_and_change_none(haizhou):
    nursing = Programme.objects.get(code="nursing_subsidy")
    assert "重度残疾人护理补贴" in body(haizhou.get(page(nursing)))
    assert haizhou.post(page(nursing), programme_entry(nursing)).status_code == 403
