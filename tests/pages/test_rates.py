"""The expensive pages answer one account, and one address, so often a minute and no oftener."""

import pytest
from django.urls import reverse

from lianyungang_cdpf.audit.models import AuditLine

CHECK = reverse("public:self_check")
LIST, EXPORT = reverse("admin:beneficiaries_person_changelist"), reverse("admin:beneficiaries_person_export")


@pytest.fixture(autouse=True)
def now(settings, time_machine):
    settings.PAGE_RATES = {
        "searches": [3, 5], "suggestions": [2, 9], "exports": [2, 9], "uploads": [1, 9], "self_check": [9, 2],
    }  # fmt: skip
    time_machine.move_to("2019-11-28T10:02:15+00:00", tick=False)
    return time_machine


def test_searches_of_an_account_end_in_a_page_that_says_how_long_to_wait(city, now, haizhou_clerk, city_clerk, sign_in):
    haizhou = sign_in(haizhou_clerk)
    assert [haizhou.get(LIST, {"q": "甲"}).status_code for _ in range(3)] == [200] * 3
    refused = haizhou.get(LIST, {"q": "甲"})
    assert refused.status_code == 429 and refused["Retry-After"] == "45"
    assert "请等待 45 秒后重试" in refused.content.decode() and "甲" not in refused.content.decode()
    assert haizhou.get(LIST).status_code == 200, "what is cheap goes on"
    assert sign_in(city_clerk).get(LIST, {"q": "甲"}).status_code == 200, "and so do others"
    now.move_to("2019-11-28T10:03:00+00:00", tick=False)
    assert haizhou.get(LIST, {"q": "甲"}).status_code == 200


def test_suggestions_have_a_rate_of_their_own_and_a_line_each(city, haizhou_clerk, sign_in, make_person):
    make_person("郑志")
    haizhou = sign_in(haizhou_clerk)
    asked = {"app_label": "services", "model_name": "service", "field_name": "person", "term": "郑"}
    address = reverse("admin:autocomplete")
    pages = [haizhou.get(address, {**asked, **more}).status_code for more in ({"page": ""}, {"term": ""}, {})]
    assert pages == [200, 200, 429]
    lines = AuditLine.objects.filter(staff=haizhou_clerk, deed="搜索残疾人档案")
    assert [line.summary for line in lines] == ["在选择框中提示 1 条"] * 2, "however it is asked for"
    facilities = reverse("facility:index")
    asked = [haizhou.get(facilities, {"q": "郑", "term": "x"}).status_code for _ in range(4)]
    assert asked[3] == 429, "another word in the address makes no suggestion of a search"


def test_exports_and_uploads_have_rates_of_their_own(city, haizhou_clerk, sign_in):
    haizhou = sign_in(haizhou_clerk)
    assert [haizhou.post(EXPORT, {"format": "1"}).status_code for _ in range(3)] == [200, 200, 429]
    assert haizhou.get(reverse("comparison:file")).status_code in (403, 429)
    codes = [haizhou.post(reverse("intake:front"), {}).status_code for _ in range(2)]
    assert codes[0] != 429 and codes[1] == 429


def test_an_address_has_its_own_rate_and_a_proxy_on_this_machine_none(city, client):
    for address, last in (("203.0.113.9", 429), ("203.0.113.10", 429), ("127.0.0.1", 400), ("::1", 400)):
        codes = [client.post(CHECK, {}, REMOTE_ADDR=address).status_code for _ in range(3)]
        assert codes[:2] == [400, 400] and codes[2] == last, address


def test_another_client_address_cannot_be_made_up(city, client):
    codes = [
        client.post(CHECK, {}, REMOTE_ADDR="203.0.113.9", HTTP_X_FORWARDED_FOR=f"198.51.100.{at}").status_code
        for at in range(3)
    ]
    assert codes[2] == 429
