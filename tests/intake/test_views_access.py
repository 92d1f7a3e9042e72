"""Who opens the import pages, and whose imports they see."""

import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from lianyungang_cdpf.intake.models import ImportJob
from tests.intake.made_imports import made_import, made_preview

PAGES = ["job", "status", "rows", "rows_xlsx", "rows_csv", "compare", "file"]
DEEDS = ["confirm", "post", "discard", "retry"]


def without_token(answer):
    """The page without the value of its CSRF token, which is another each time."""
    return re.sub(rb'(csrfmiddlewaretoken" value=")[^"]+', rb"\1", answer.content)


def address(name, uid):
    return reverse(f"intake:{name}", args=[uid])


def test_a_stranger_is_sent_to_the_sign_in_page(city):
    answer = Client().get("/admin/intake/")
    assert answer.status_code == 302
    assert answer.url == f"{reverse('admin:login')}?next=/admin/intake/"


@pytest.mark.parametrize("role", ["civil_affairs_approver", "finance"])
def test_a_role_that_does_not_import_gets_a_403_in_chinese(make_staff, sign_in, role):
    answer = sign_in(make_staff("no", role=role)).get("/admin/intake/")
    assert answer.status_code == 403
    assert "权限" in answer.content.decode()


@pytest.mark.parametrize("role", ["leader", "system_admin"])
def test_leaders_and_administrators_do_not_import(make_staff, sign_in, role):
    assert sign_in(make_staff("no", area="320700", role=role)).get("/admin/intake/").status_code == 403


def test_an_auditor_sees_imports_and_does_nothing_with_them(haizhou_clerk, make_staff, sign_in):
    job = made_preview(haizhou_clerk)
    auditor = sign_in(make_staff("auditor", area="320700", role="auditor"))
    page = auditor.get("/admin/intake/").content.decode()
    assert job.file_name in page and "上传并核验" not in page
    for name in DEEDS:
        assert auditor.post(address(name, job.uid), {"mode": "valid"}).status_code == 403
    assert ImportJob.objects.get().state == ImportJob.State.READY


def test_a_town_clerk_imports_registers_and_no_rolls(make_staff, sign_in):
    page = sign_in(make_staff("town", area="320706006", role="town_clerk")).get("/admin/intake/").content.decode()
    assert 'value="register"' in page
    assert 'value="hardship_subsidy"' not in page


@pytest.mark.parametrize("name", PAGES)
def test_donghai_clerk_gets_the_same_404_for_a_haizhou_import_as_for_none(haizhou_clerk, donghai_clerk, sign_in, name):
    job = made_preview(haizhou_clerk)
    foreign = sign_in(donghai_clerk).get(address(name, job.uid))
    unknown = sign_in(donghai_clerk).get(address(name, uuid.uuid4()))
    assert foreign.status_code == unknown.status_code == 404
    assert without_token(foreign) == without_token(unknown)


@pytest.mark.parametrize("name", DEEDS)
def test_donghai_clerk_cannot_do_anything_with_a_haizhou_import(haizhou_clerk, donghai_clerk, sign_in, name):
    job = made_preview(haizhou_clerk)
    answer = sign_in(donghai_clerk).post(address(name, job.uid), {"mode": "valid"})
    assert answer.status_code == 404
    assert ImportJob.objects.get().state == ImportJob.State.READY


@pytest.mark.parametrize("name", PAGES)
def test_a_reviewer_of_the_same_county_opens_an_import_and_finance_does_not(haizhou_clerk, make_staff, sign_in, name):
    job = made_preview(haizhou_clerk)
    # The original holds whole numbers: it is for who imports, and for the auditor.
    expected = 403 if name == "file" else 200
    assert sign_in(make_staff("reviewer", role="district_reviewer")).get(address(name, job.uid)).status_code == expected
    assert sign_in(make_staff("finance", role="finance")).get(address(name, job.uid)).status_code == 403


@pytest.mark.parametrize("name", DEEDS)
def test_a_reviewer_neither_answers_posts_nor_discards(haizhou_clerk, make_staff, sign_in, name):
    job = made_preview(haizhou_clerk)
    reviewer = sign_in(make_staff("reviewer", role="district_reviewer"))
    assert reviewer.post(address(name, job.uid), {"mode": "valid"}).status_code == 403
    assert ImportJob.objects.get().state == ImportJob.State.READY


def test_the_list_shows_ones_own_place_alone(haizhou_clerk, donghai_clerk, city_clerk, sign_in):
    made_import(haizhou_clerk, file_name="海州名册.xlsx")
    made_import(donghai_clerk, file_name="东海名册.xlsx")
    of_haizhou = sign_in(haizhou_clerk).get("/admin/intake/").content.decode()
    of_city = sign_in(city_clerk).get("/admin/intake/").content.decode()
    assert "海州名册.xlsx" in of_haizhou
    assert "东海名册.xlsx" not in of_haizhou
    assert "海州名册.xlsx" in of_city
    assert "东海名册.xlsx" in of_city


def test_a_zone_clerk_sees_the_zones_imports_and_not_the_countys(make_staff, haizhou_clerk, sign_in):
    zone_clerk = make_staff("zone", area="lyg_etdz")
    made_import(zone_clerk, file_name="开发区名册.xlsx")
    made_import(haizhou_clerk, file_name="海州名册.xlsx")
    page = sign_in(zone_clerk).get("/admin/intake/").content.decode()
    assert "开发区名册.xlsx" in page
    assert "海州名册.xlsx" not in page


@pytest.mark.parametrize("name", DEEDS)
def test_a_deed_is_a_post(haizhou_clerk, sign_in, name):
    job = made_preview(haizhou_clerk)
    assert sign_in(haizhou_clerk).get(address(name, job.uid)).status_code == 405
    assert ImportJob.objects.get().state == ImportJob.State.READY


@pytest.mark.parametrize("name", [*DEEDS, "front"])
def test_a_post_without_its_csrf_token_is_refused(haizhou_clerk, name):
    job = made_preview(haizhou_clerk)
    client = Client(enforce_csrf_checks=True)
    client.force_login(haizhou_clerk)
    where = reverse("intake:front") if name == "front" else address(name, job.uid)
    assert client.post(where, {"mode": "valid"}).status_code == 403
    assert ImportJob.objects.get().state == ImportJob.State.READY


def test_a_town_clerk_cannot_post_a_roll_that_a_town_somehow_has(make_staff, sign_in):
    clerk = make_staff("town", area="320706006", role="town_clerk")
    job = made_preview(clerk)
    answer = sign_in(clerk).post(address("post", job.uid), {"mode": "valid"})
    assert answer.status_code == 403
    assert ImportJob.objects.get().state == ImportJob.State.READY


def test_an_answer_with_personal_data_is_not_kept_by_the_browser(haizhou_clerk, sign_in):
    job = made_preview(haizhou_clerk)
    assert "no-store" in sign_in(haizhou_clerk).get(address("job", job.uid)).headers["Cache-Control"]


def test_the_ledger_of_imports_shows_ones_own_and_leads_to_their_pages(haizhou_clerk, donghai_clerk, sign_in):
    own, foreign = made_preview(haizhou_clerk), made_preview(donghai_clerk)
    client = sign_in(haizhou_clerk)
    page = client.get(reverse("admin:intake_importjob_changelist")).content.decode()
    assert address("job", own.uid) in page
    assert address("job", foreign.uid) not in page
    change = client.get(reverse("admin:intake_importjob_change", args=[own.pk]))
    assert change.url == address("job", own.uid)
    assert client.get(reverse("admin:intake_importjob_change", args=[foreign.pk])).status_code == 404
