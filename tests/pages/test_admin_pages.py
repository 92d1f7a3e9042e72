"""Every page of the admin, for every registered model: later models join by being registered."""

import re

import pytest
from django.contrib import admin
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse
from playwright.sync_api import expect

from tests.pages.filling import codes, fill, remember_a_change

REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
# In the order in which they may do most.
ROLES = {
    "city_operator": "320700", "system_admin": "320700", "district_clerk": "320706", "finance": "320706",
    "auditor": "320700", "audit_admin": "320700",
}  # fmt: skip
OUT_OF_SIGHT = """() => {
  const box = document.querySelector(".results");
  return box.scrollWidth - box.clientWidth;
}"""
TALLEST_NAME = "Math.max(0, ...[...document.querySelectorAll('#result_list tbody th')].map(cell => cell.offsetHeight))"


@pytest.fixture(params=REGISTERED, ids=lambda model: model._meta.label_lower)
def model_admin(request):
    return admin.site._registry[request.param]


@pytest.fixture
def clerk(model_admin, make_staff):
    """The first role that may change such records, else the first that may see them; None when nobody may."""
    # Short names: a title that is cut within one would hold half a word of English.
    named = {role: role.removesuffix("_admin") for role in ROLES}
    made = [make_staff(named[role], area=area, role=role, name="周明") for role, area in ROLES.items()]
    for allows in (model_admin.has_change_permission, model_admin.has_view_permission):
        for staff in made:
            if allows(request_of(staff)):
                return staff
    return None


def request_of(staff, path="/admin/"):
    request = RequestFactory().get(path)
    request.user, request.resolver_match = staff, None
    return request


def address(model, page, *arguments):
    """The address of one of the model's pages, None where it has no such page."""
    try:
        return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)
    except NoReverseMatch:
        return None


def test_every_page_of_a_ledger_is_sound(model_admin, clerk, make_person, see, sound):
    if clerk is None:
        pytest.skip("nobody's role shows these records")
    fill(clerk, make_person)
    record = model_admin.get_queryset(request_of(clerk)).first()
    assert record is not None, f"tests/pages/filling.py makes no {model_admin.model._meta.label}: add one there"
    remember_a_change(clerk, record)
    page, known = see(clerk), codes()
    for path in pages_of(model_admin, clerk, record):
        sound(path, *known)
    page.goto(address(model_admin.model, "changelist"))
    if page.locator(".filters").count():
        look_through_the_filters(page, sound, known)
    if model_admin.has_add_permission(request_of(clerk)):
        page.goto(address(model_admin.model, "add"))
        page.locator("input[name=_save]").click()
        expect(page).to_have_title(re.compile("^错误："))  # waits: the click does not
        sound.here(*known)


def pages_of(model_admin, clerk, record):
    """The addresses of the list, found empty too, and of the record's pages, as far as the clerk may open them."""
    model, request = model_admin.model, request_of(clerk)
    listed = address(model, "changelist")
    yield listed
    if model_admin.get_search_fields(request):
        yield f"{listed}?q=不存在的人"
    if model_admin.has_add_permission(request):
        yield address(model, "add")
    yield address(model, "change", record.pk)
    yield address(model, "history", record.pk)
    if model_admin.has_delete_permission(request, record):
        yield address(model, "delete", record.pk)
    if getattr(model_admin, "has_export_permission", lambda request: False)(request):
        yield address(model, "export")


def look_through_the_filters(page, sound, known):
    """Open the filters, choose one, and see it as a chip that takes it off again."""
    page.locator(".filters summary").click()
    sound.here(*known)
    page.locator(".filters select").first.select_option(index=1)
    page.locator(".filters form button").click()
    chips = page.get_by_role("list", name="已用筛选").get_by_role("link")
    chips.first.wait_for()
    assert chips.count() == 1
    sound.here(*known)
    chips.first.click()
    page.wait_for_url(lambda url: "=" not in url)


@pytest.mark.parametrize("role", ["city_operator", "system_admin", "auditor", "audit_admin"])
def test_no_list_is_cut_off_on_a_desk_nor_breaks_a_name(role, make_staff, make_person, see):
    staff = make_staff(role, area="320700", role=role)
    fill(staff, make_person)
    page, complaints = see(staff), []
    for model in REGISTERED:
        if not admin.site._registry[model].has_view_permission(request_of(staff)):
            continue
        page.goto(address(model, "changelist"))
        hidden, tallest = page.evaluate(OUT_OF_SIGHT), page.evaluate(TALLEST_NAME)
        if hidden > 0:
            complaints.append(f"{model._meta.label}: {hidden} px are out of sight")
        if tallest > 60:
            complaints.append(f"{model._meta.label}: a name takes {tallest} px of height")
    assert complaints == []
