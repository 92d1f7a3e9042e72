"""No list of the admin asks the database again for every row, as each role sees it."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.pages.filling import fill

LISTS = sorted(admin.site._registry, key=lambda model: model._meta.label)
ROLES = {
    "city_operator": "320700", "system_admin": "320700", "auditor": "320700", "district_clerk": "320706",
    "audit_admin": "320700",
}  # fmt: skip
PEOPLE = ("张三", "李四", "王五", "赵六")


@pytest.mark.parametrize("role", ROLES)
def test_no_list_asks_again_for_every_row(role, make_staff, make_person, sign_in, no_n_plus_one):
    staff = make_staff(role, area=ROLES[role], role=role)
    fill(staff, make_person)
    for name in PEOPLE:
        make_person(name, category=1, grade=1, hardship="低保")
    client, seen = sign_in(staff), 0
    for model in LISTS:
        with no_n_plus_one():
            answer = client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"))
        seen += answer.status_code == 200
        assert answer.status_code in {200, 403}, model._meta.label
    assert seen, "this role sees no list at all"


def test_the_watch_sees_a_query_for_every_row(make_person, no_n_plus_one):
    from zeal.errors import NPlusOneError

    from beneficiaries.models import Person

    for name in PEOPLE:
        make_person(name)
    with no_n_plus_one(), pytest.raises(NPlusOneError):
        [str(person.area) for person in Person.objects.order_by("pk")]
