"""In every admin page, staff of one county neither see, find, count nor open another county's records.

The tests walk the registry: an admin that is registered later is tried without a line here.
"""

import re

import pytest
from django.contrib.admin.utils import get_fields_from_path
from django.db.models import Q

from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin
from tests.isolation.pages import ADMINS, address, filter_queries, may_see, same_answer, seen_marks
from tests.isolation.tables import NOT_OURS, NOT_SCOPED_ADMINS
from tests.isolation.world import MAKERS, contents

UNKNOWN = "987654321"
every_admin = pytest.mark.parametrize("label", sorted(ADMINS))
every_scoped_record = pytest.mark.parametrize("label", sorted(ADMINS.keys() & MAKERS.keys()))


@every_admin
def test_admin_is_scoped_or_listed(label):
    assert isinstance(ADMINS[label], ScopedAdmin) or label in NOT_SCOPED_ADMINS
    assert label not in NOT_OURS


@every_admin
def test_no_filter_lists_values_of_unscoped_rows(label):
    """Django's filter of all values of a field beyond a relation asks the whole table."""
    for entry in ADMINS[label].list_filter:
        field = get_fields_from_path(ADMINS[label].model, entry)[-1] if isinstance(entry, str) else None
        plain = field is None or field.is_relation or field.choices or "__" not in entry
        assert plain, f"{label}: {entry} needs a filter of its own"


@every_admin
def test_list_shows_and_counts_nothing_foreign(label, outsiders, haizhou, donghai):
    for staff, client in outsiders:
        response = client.get(address(label))
        if not may_see(staff, label):
            assert response.status_code == 403
            continue
        assert response.status_code == 200
        assert not seen_marks(response, donghai)
        assert response.context_data["cl"].result_count == ADMINS[label].model.objects.visible_to(staff).count()


@every_admin
def test_search_finds_nothing_foreign(label, outsiders, haizhou, donghai):
    """The page repeats the words that were typed; so the rows are what is looked at."""
    for staff, client in outsiders:
        for words in donghai.searches if may_see(staff, label) and ADMINS[label].search_fields else ():
            _assert_no_foreign_row(client.get(address(label), {"q": words}, follow=True), label, donghai)


@every_admin
def test_filters_offer_and_count_nothing_foreign(label, outsiders, haizhou, donghai):
    for staff, client in outsiders:
        if not may_see(staff, label) or not ADMINS[label].list_filter:
            continue
        faceted = client.get(address(label), {"_facets": "True"})
        assert not seen_marks(faceted, donghai)
        own = ADMINS[label].model.objects.visible_to(staff).count()
        choices = filter_queries(faceted.context_data["cl"])
        assert all(int(count) <= own for shown, _ in choices for count in re.findall(r"\((\d+)\)$", shown))


@every_scoped_record
def test_filtering_finds_nothing_foreign(label, outsiders, haizhou, donghai):
    """Each choice once: what differs between the roles is whether they see the list at all."""
    client = next((client for staff, client in outsiders if may_see(staff, label)), None)
    first = client.get(address(label)) if client else None
    for _, query in filter_queries(first.context_data["cl"]) if first else ():
        _assert_no_foreign_row(client.get(address(label) + query), label, donghai)


@every_admin
def test_an_address_made_up_by_hand_is_no_oracle(label, outsiders, haizhou, donghai):
    """A6: only the fields of the filters, by plain comparisons."""
    names = {field.name for field in ADMINS[label].model._meta.fields}
    for _, client in outsiders[:1] if may_see(outsiders[0][0], label) else ():
        for name in names:
            for lookup in ("regex", "startswith", "contains"):
                assert client.get(address(label), {f"{name}__{lookup}": "1"}).status_code in (302, 400), (name, lookup)


def _assert_no_foreign_row(response, label, county):
    assert response.status_code in (200, 302), response.status_code
    if response.status_code == 200 and label in county.records:
        assert county.records[label] not in response.context_data["cl"].queryset


@every_scoped_record
@pytest.mark.parametrize("view", ["change", "delete", "history"])
def test_foreign_record_is_answered_like_one_that_does_not_exist(label, view, outsiders, haizhou, donghai):
    before = contents(donghai)
    for staff, client in outsiders:
        for ask in (client.get, client.post):
            foreign, unknown = (ask(address(label, view, pk)) for pk in (donghai.records[label].pk, UNKNOWN))
            assert foreign.status_code == (404 if may_see(staff, label) else 403)
            assert same_answer(foreign, unknown)
    assert contents(donghai) == before


@every_scoped_record
def test_own_record_opens(label, outsiders, haizhou, donghai):
    """The counterpart: 404 is not what everything gets."""
    opened = 0
    for staff, client in outsiders:
        if not may_see(staff, label):
            continue
        record = haizhou.records[label]
        visible = ADMINS[label].model.objects.visible_to(staff).filter(pk=record.pk).exists()
        for view in ("change", "history"):
            response = client.get(address(label, view, record.pk), follow=True)
            assert response.status_code == (200 if visible else 404)
            assert not seen_marks(response, donghai)
            opened += visible
    assert opened or not any(may_see(staff, label) for staff, _ in outsiders)


@pytest.mark.parametrize("path", ["/admin/", "/admin/work/"])
def test_front_pages_show_nothing_foreign(path, outsiders, haizhou, donghai):
    for _, client in outsiders:
        assert not seen_marks(client.get(path, follow=True), donghai)


@every_scoped_record
def test_with_the_scoping_switched_off_the_marks_are_seen(label, outsiders, haizhou, donghai, monkeypatch):
    """The control: these tests look in the right place."""
    monkeypatch.setattr("lianyungang_cdpf.accounts.scoping.in_scope", lambda staff, area_path="area": Q())
    for staff, client in outsiders:
        if may_see(staff, label):
            assert seen_marks(client.get(address(label)), donghai)
            assert client.get(address(label, "history", donghai.records[label].pk)).status_code == 200
