"""What can be done with a list, held to lists.json: actions by role, filters, orderings, search, suggestions (A4-A6).

`bin/test --sqlite-only --matrix -n 0 tests/isolation/test_tables_of_lists.py` writes the file anew, for a person to
read what has changed.
"""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands
from django.test import RequestFactory
from django.urls import get_resolver

from lianyungang_cdpf.accounts.models import Role
from lianyungang_cdpf.fields import EncryptedTextField
from tests.house.project import ROOT
from tests.isolation.commands import COMMANDS
from tests.isolation.pages import ADMINS
from tests.isolation.test_lists_out import _relations
from tests.isolation.urls import RESOURCES

pytestmark = pytest.mark.one_database
KEPT = Path(__file__).with_name("lists.json")
PLACES = {"city": "320700", "county": "320706", "town": "320706006"}


@pytest.fixture
def by_role(make_staff, sign_in):
    """(code, staff, client) of every role there is, at the lowest place where it works."""
    asked = []
    # Once a 安全管理员 is in office nobody gets a role without a second person.
    for role in sorted(Role.objects.all(), key=lambda role: (role.code == "security_admin", role.code)):
        place = next(PLACES[level] for level in ("county", "city", "town") if level in role.levels)
        staff = make_staff(f"of_{role.code}", area=place, role=role.code)
        asked.append((role.code, staff, sign_in(staff)))
    return asked


def _request(staff, client):
    request = RequestFactory().get("/admin/")
    request.user, request.session = staff, client.session
    return request


def _of_admin(label, by_role) -> dict:
    model_admin = ADMINS[label]
    actions: dict[str, list[str]] = {}
    rights: dict[str, list[str]] = {}
    for code, staff, client in by_role:
        request = _request(staff, client)
        if model_admin.has_view_permission(request):
            for action in model_admin.get_actions(request):
                actions.setdefault(action, []).append(code)
        for right in ("view", "add", "change", "delete"):
            if getattr(model_admin, f"has_{right}_permission")(request):
                rights.setdefault(right, []).append(code)
    request = _request(*next(one[1:] for one in by_role if one[0] == "city_operator"))
    return {
        "rights": rights, "actions": actions, "filters": list(map(_named, model_admin.get_list_filter(request))),
        "search": list(model_admin.get_search_fields(request)),
        "columns": list(map(_named, model_admin.get_list_display(request))),
        "sortable": sorted(map(_named, model_admin.get_sortable_by(request))),
        "ordering": list(map(str, model_admin.get_ordering(request))),
    }  # fmt: skip


def _named(one) -> str:
    """A column or filter as a word: a field's name, a function's, a class's, or a field with its class."""
    if isinstance(one, tuple):
        return f"{one[0]} {one[1].__name__}"
    return one if isinstance(one, str) else one.__name__


def _of_api(route) -> dict:
    from django.urls import resolve

    view = resolve(f"/api/v1/{route}").func.cls
    filters = getattr(view, "filterset_class", None)
    return {
        "filters": sorted(filters.get_filters()) if filters else [],
        "ordering": list(getattr(view, "ordering_fields", [])),
    }


def _suggestions(by_role) -> dict[str, list[str]]:
    """Which roles get an answer at all, by what is suggested; one relation to it stands for all."""
    answered: dict[str, list[str]] = {}
    relations = {apps.get_model(label)._meta.get_field(name).related_model: (label, name)
                 for label, name in _relations()}  # fmt: skip
    for suggested, (label, field) in relations.items():
        app_label, model_name = label.lower().split(".")
        asked = {"app_label": app_label, "model_name": model_name, "field_name": field, "term": "无此词"}
        for code, _, client in by_role:
            if client.get("/admin/autocomplete/", asked).status_code == 200:
                answered.setdefault(suggested._meta.label, []).append(code)
    return answered


def test_every_list_offers_what_the_table_says(by_role, request):
    found = {
        "admin": {label: _of_admin(label, by_role) for label in sorted(ADMINS)},
        "api": {route: _of_api(route) for route in sorted(RESOURCES)},
        "suggestions": _suggestions(by_role),
    }
    if request.config.getoption("matrix"):
        KEPT.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    agreed = json.loads(KEPT.read_text(encoding="utf-8"))
    differing = {
        (kind, name): (agreed[kind].get(name), found[kind].get(name))
        for kind in found
        for name in found[kind].keys() | agreed[kind].keys()
        if agreed[kind].get(name) != found[kind].get(name)
    }
    assert not differing, "agreed, found"


def test_no_list_is_narrowed_or_ordered_by_a_secret():
    """A6: no filter and no heading that orders is a number that is kept encrypted, or its digest."""
    for label, told in json.loads(KEPT.read_text(encoding="utf-8"))["admin"].items():
        model = ADMINS[label].model
        secret = {field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)}
        shown = (one if callable(one) else getattr(ADMINS[label], one, one) for one in ADMINS[label].list_display)
        orders = {getattr(one, "admin_order_field", None) or one for one in shown}
        for name in {*told["filters"], *map(str, orders)}:
            last = name.partition(" ")[0].rpartition("__")[2].lstrip("-")
            assert not last.endswith("digest") and last not in secret, (label, name)
    for route, told in json.loads(KEPT.read_text(encoding="utf-8"))["api"].items():
        hidden = [one for one in told["ordering"] if "digest" in one or one in ("id_number", "phone", "account_no")]
        assert not hidden, route


def test_every_command_stands_in_its_table():
    ours = {name for name, app in get_commands().items() if not app.startswith("django") and app in _own_apps()}
    assert ours == COMMANDS.keys()


def _own_apps() -> set[str]:
    return {one.name for one in apps.get_app_configs() if (ROOT / one.name.partition(".")[0]).is_dir()}


def test_no_request_reaches_a_command():
    """Commands are for whoever may sign in to the machine; only commands call others."""
    assert get_resolver().url_patterns
    for package in sorted({app.partition(".")[0] for app in _own_apps()}):
        for path in (ROOT / package).rglob("*.py"):
            if "management" not in path.parts:
                assert "call_command" not in path.read_text(encoding="utf-8"), path
