"""Nothing that staff of one county send, from any admin page, touches another county's records (A3, A4)."""

import pytest
from django.forms import DateField
from django.test import RequestFactory

from lianyungang_cdpf.accounts.models import Area
from tests.isolation.pages import ADMINS, address, form_data, may_see, seen_marks
from tests.isolation.world import MAKERS, contents

every_scoped_record = pytest.mark.parametrize("label", sorted(ADMINS.keys() & MAKERS.keys()))


def _offered_actions(label, staff, client) -> set[str]:
    request = RequestFactory().get("/admin/")
    request.user, request.session = staff, client.session
    return {*ADMINS[label].get_actions(request), "delete_selected", "export_admin_action"}


@every_scoped_record
def test_actions_with_foreign_ids_mixed_in_change_nothing_foreign(label, outsiders, haizhou, donghai):
    before = contents(donghai)
    for staff, client in outsiders:
        for action in sorted(_offered_actions(label, staff, client)) if may_see(staff, label) else ():
            for across in "01":
                chosen = {"_selected_action": [donghai.records[label].pk, haizhou.records[label].pk], "index": 0}
                sent = {"action": action, "select_across": across, "post": "yes", **chosen}
                response = client.post(address(label), sent)
                assert response.status_code in (200, 302, 403)
                assert not seen_marks(response, donghai)
    assert contents(donghai) == before


def _opened(client, label, county):
    """The change page of the county's record, or None when it is only read or belongs to another page."""
    response = client.get(address(label, "change", county.records[label].pk))
    return response if response.status_code == 200 and "adminform" in (response.context or {}) else None


def _choices_of(response) -> list[str]:
    form = response.context["adminform"].form
    return [form[name].html_name for name, field in form.fields.items() if getattr(field, "queryset", None) is not None]


@every_scoped_record
def test_record_can_not_be_moved_into_another_county(label, outsiders, haizhou, donghai):
    """Every choice of the own record's form is sent back as the foreign county's."""
    before, mine = contents(donghai), contents(haizhou)
    town = Area.objects.get(code=donghai.town)
    for _, client in outsiders:
        opened = _opened(client, label, haizhou)
        for name in _choices_of(opened) if opened else ():
            response = client.post(opened.request["PATH_INFO"], {**form_data(opened), name: town.pk})
            assert response.status_code in (200, 403), name
            if response.status_code == 200:
                assert "不存在或不在您的辖区内" in response.content.decode(), name
    assert contents(donghai) == before
    assert contents(haizhou) == mine


@every_scoped_record
def test_record_can_not_be_made_in_another_county(label, outsiders, haizhou, donghai):
    model, town = ADMINS[label].model, Area.objects.get(code=donghai.town)
    for _, client in outsiders:
        blank = client.get(address(label, "add"))
        if blank.status_code != 200:
            assert blank.status_code == 403
            continue
        filled = form_data(_opened(client, label, haizhou))
        made = {**filled, **form_data(blank), **dict.fromkeys(_choices_of(blank), town.pk)}
        count = model.objects.count()
        assert "不存在或不在您的辖区内" in client.post(address(label, "add"), made).content.decode()
        assert model.objects.count() == count


@every_scoped_record
def test_foreign_inline_row_is_not_overwritten(label, outsiders, haizhou, donghai):
    before = contents(donghai)
    for _, client in outsiders:
        opened = _opened(client, label, haizhou)
        for wrapped in opened.context["inline_admin_formsets"] if opened else ():
            for stolen in _stolen_rows(wrapped.formset, donghai):
                response = client.post(opened.request["PATH_INFO"], {**form_data(opened), **stolen})
                assert response.status_code in (200, 302, 403)
                assert contents(donghai) == before


def _stolen_rows(formset, county) -> list[dict]:
    """The first row's key, parent and delete mark as the foreign county's, with a date that was not there."""
    theirs = county.records[formset.model._meta.label]
    row = f"{formset.prefix}-0-"
    key = {f"{row}{formset.model._meta.pk.name}": theirs.pk}
    dates = [name for name, field in formset.form.base_fields.items() if isinstance(field, DateField)]
    changed = {**key, **{f"{row}{name}": "2018-01-01" for name in dates}}
    parent, delete = {f"{row}{formset.fk.name}": theirs.pk}, {f"{row}DELETE": "on"}
    return [key, changed, {**changed, **parent}, {**key, **parent}, {**key, **delete}, {**changed, **parent, **delete}]
