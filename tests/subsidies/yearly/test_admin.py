"""Lists of premiums, policies and grants: masked, of one's own place, filtered, in a bounded number of statements."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from beneficiaries.models import Person
from subsidies.actions import undo_roll
from subsidies.models import Programme
from tests.fixtures_city import make_id
from tests.subsidies.yearly.conftest import entry, premium, student

MODELS = {
    "pensionpremium": "pension_premium",
    "insurancepolicy": "commercial_insurance",
    "educationgrant": "education_grant",
}
CHILD = make_id(3, date(2003, 3, 3))


def listed(client, model, **parameters):
    response = client.get(reverse(f"admin:subsidies_{model}_changelist"), parameters)
    assert response.status_code == 200
    return response


@pytest.fixture
def rolls(posted, make_person):
    """One list of each kind."""
    person = make_person("郑志", category=4, grade=1)
    return {
        "pensionpremium": posted("pension_premium", premium(person, confirmed="2019-09-12")),
        "insurancepolicy": posted("commercial_insurance", entry(person)),
        "educationgrant": posted("education_grant", student("郑小明", CHILD, person)),
    }


@pytest.fixture
def haizhou(haizhou_clerk, sign_in):
    return sign_in(haizhou_clerk)


@pytest.mark.parametrize("model", MODELS)
def test_a_list_is_seen_in_its_own_place_only(haizhou, donghai_clerk, sign_in, rolls, model):
    assert listed(haizhou, model).context_data["cl"].result_count == 1
    assert listed(sign_in(donghai_clerk), model).context_data["cl"].result_count == 0


def test_numbers_are_masked_in_lists_and_on_pages(haizhou, rolls):
    grant = rolls["educationgrant"].payments.get().grant
    for response in (
        listed(haizhou, "educationgrant"),
        haizhou.get(reverse("admin:subsidies_educationgrant_change", args=[grant.pk])),
    ):
        text = response.content.decode()
        assert "郑小明" in text and "320701********" in text and "2019-2020学年" in text
        assert CHILD not in text
    assert "郑志" in text


@pytest.mark.parametrize(
    ("model", "parameters", "count"),
    [
        ("pensionpremium", {"year": "2019"}, 1), ("pensionpremium", {"year": "2018"}, 0),
        ("pensionpremium", {"year": "x"}, 0), ("pensionpremium", {"state": "posted"}, 1),
        ("pensionpremium", {"q": "郑志"}, 1), ("pensionpremium", {"q": "李四"}, 0),
        ("insurancepolicy", {"year": "2020"}, 1), ("insurancepolicy", {"year": "2018"}, 0),
        ("insurancepolicy", {"year": "0000"}, 0), ("insurancepolicy", {"q": "P1"}, 1),
        ("educationgrant", {"year": "2019"}, 1), ("educationgrant", {"stage__exact": "高中"}, 1),
        ("educationgrant", {"kind__exact": "disabled_student"}, 0), ("educationgrant", {"state": "paid"}, 0),
    ],
)  # fmt: skip
def test_lists_are_filtered(haizhou, rolls, model, parameters, count):
    assert len(listed(haizhou, model, **parameters).context_data["cl"].queryset) == count


def test_an_undone_list_shows_as_undone_and_its_policy_insures_nobody(haizhou, haizhou_clerk, rolls):
    for roll in rolls.values():
        undo_roll(roll=roll, by=haizhou_clerk)
    for model in ("pensionpremium", "educationgrant"):
        assert listed(haizhou, model, state="undone").context_data["cl"].result_count == 1
        assert len(listed(haizhou, model, state="posted").context_data["cl"].queryset) == 0
    assert listed(haizhou, "insurancepolicy").context_data["cl"].queryset.get().insured == 0


@pytest.mark.parametrize("model", MODELS)
def test_a_longer_list_asks_the_database_no_more(haizhou, posted, rolls, make_person, model):
    def statements():
        with CaptureQueriesContext(connection) as queries:
            listed(haizhou, model)
        return len(queries)

    statements()
    before = statements()
    people = [make_person(f"某{n}", category=4, grade=1) for n in range(6)]
    if model == "pensionpremium":
        posted("pension_premium", *map(premium, people), name="more.csv")
    elif model == "insurancepolicy":
        posted("commercial_insurance", *(entry(one, f"Q{n}") for n, one in enumerate(people)), name="more.csv")
    else:
        children = [make_id(n + 20, date(2004, 4, 4)) for n in range(6)]
        rows = [student("孩子", child, one) for child, one in zip(children, people, strict=True)]
        posted("education_grant", *rows, name="more.csv")
    assert statements() <= before


@pytest.mark.parametrize("model", MODELS)
def test_an_export_is_masked(haizhou, rolls, model):
    response = haizhou.post(reverse(f"admin:subsidies_{model}_export"), {"format": "1"})
    (row,) = csv.DictReader(io.StringIO(response.content.decode("utf-8-sig")))
    whole = set(row.values())
    assert not any(one.id_number in value for one in Person.objects.all() for value in whole)
    if model == "insurancepolicy":
        assert (row["保单号"], row["被保险人数"]) == ("P1", "1")
    else:
        assert row["身份证号"].startswith("320701********")


def test_nobody_writes_them_by_hand(haizhou, rolls):
    for model in MODELS:
        assert haizhou.get(reverse(f"admin:subsidies_{model}_add")).status_code == 403


def test_a_programme_says_its_ages_and_keeps_its_form_once_paid(city_clerk, sign_in, rolls):
    pension = Programme.objects.get(code="pension_premium")
    page = reverse("admin:subsidies_programme_change", args=[pension.pk])
    client = sign_in(city_clerk)
    assert "16—59 周岁" in client.get(page).content.decode()
    response = client.post(page, {"name": pension.name, "roll_type": "monthly", "age_on": "12-31"})
    assert "不能再改名册形式" in response.content.decode()
