"""The pages that describe the API, in a browser."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.usefixtures("city")


def test_the_description_is_sound_and_says_every_address_in_chinese(see, sound, haizhou_clerk):
    from tests.pages.filling import codes

    page = see(haizhou_clerk)
    sound("/api/docs/", *codes(), "OpenAPI", "bin/manage", "api_token", "Authorization", "Bearer", "X-CSRFToken")
    expect(page.get_by_role("heading", name="残疾人档案：列表")).to_be_visible()


def test_the_description_can_be_tried_out_from_our_own_disk(see, haizhou_clerk, live_portal):
    """Swagger UI itself speaks English only: it is a program's tool, marked as such and linked from a page in Chinese,
    and the rule that no page shows English does not hold for its own buttons. What we describe is Chinese there too.
    """
    page = see(haizhou_clerk)
    hosts, complaints = set(), []
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto("/api/docs/try/")
    expect(page.get_by_text("残疾人档案：列表")).to_be_visible()
    assert hosts == {live_portal.url.split("/")[2]}
    assert complaints == []
