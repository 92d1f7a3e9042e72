"""Pages that show persons say who looks at them and when; others don't."""

import re

import pytest
from django.urls import get_resolver, reverse

from lianyungang_cdpf.pages.watermark import APPS, PAGES, WITHOUT

MARK = re.compile(r'<svg class="watermark".*?</svg>', re.DOTALL)


def told(response) -> str:
    """The line that stands on the page, empty without one."""
    found = MARK.search(response.content.decode())
    assert found is None or 'aria-hidden="true"' in found[0]
    return re.search(r"<text[^>]*>([^<]*)<", found[0])[1] if found else ""


@pytest.fixture
def haizhou(haizhou_clerk, sign_in, time_machine):
    time_machine.move_to("2019-11-28T10:02:00+00:00", tick=False)
    return sign_in(haizhou_clerk)


def test_pages_of_persons_carry_the_viewers_name_and_the_minute(haizhou, haizhou_clerk, make_person):
    person = make_person("郑志")
    line = f"{haizhou_clerk} {haizhou_clerk.username} 2019-11-28 18:02"
    for address in (
        reverse("admin:beneficiaries_person_changelist"), reverse("admin:beneficiaries_person_export"),
        reverse("admin:beneficiaries_person_change", args=[person.pk]), reverse("one_person", args=[person.pk]),
        reverse("admin:subsidies_payment_changelist"), reverse("admin:subsidies_roll_changelist"),
        reverse("admin:services_service_changelist"), reverse("comparison:cases"),
        reverse("admin:subsidies_recoverycase_changelist"),
    ):  # fmt: skip
        assert told(haizhou.get(address)) == line, address


def test_figures_reference_data_and_public_pages_carry_none(haizhou, client):
    for address in (
        reverse("admin:work"), reverse("board:index"), reverse("facility:index"), reverse("intake:front"),
        reverse("admin:subsidies_programme_changelist"), reverse("admin:services_devicetype_changelist"),
    ):  # fmt: skip
        assert told(haizhou.get(address)) == "", address
    assert told(client.get(reverse("public:home"))) == ""


def test_the_pages_that_are_named_are_there():
    resolver = get_resolver()
    assert set(resolver.app_dict) >= APPS
    for name in WITHOUT | PAGES:
        space, _, page = name.rpartition(":")
        inner = resolver.namespace_dict[space][1] if space else resolver
        assert page in inner.reverse_dict, name
