"""The browser's fixtures see what they are there to see."""

import pytest

MUTE_PICTURE = (
    '<html lang="zh"><title>图</title><main><h1>图</h1><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main>'
)


def test_axe_names_a_picture_without_a_text(page, axe):
    page.set_content(MUTE_PICTURE)
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_axe_is_content_with_a_plain_page(page, axe):
    page.set_content('<html lang="zh"><title>页</title><main><h1>页</h1><p>正文</p></main>')
    axe(page)


def test_a_request_to_another_host_is_seen_and_gets_nowhere(page, no_other_host):
    with page.expect_event("requestfailed") as failed:
        page.set_content('<img src="http://elsewhere.invalid/pixel.gif">')
    assert "ERR_NAME_NOT_RESOLVED" in failed.value.failure
    assert no_other_host.strangers == ["http://elsewhere.invalid/pixel.gif"]
    no_other_host.strangers.clear()


def test_the_portal_answers_the_browser(page, at_width):
    at_width(390)
    assert page.goto("/healthz").status == 200
    assert page.evaluate("window.innerWidth") == 390


def test_two_contexts_do_not_share_a_sign_in(new_context):
    first, second = new_context(), new_context()
    page = first.new_page()
    page.goto("/healthz")
    first.add_cookies([{"name": "sessionid", "value": "x", "url": page.url}])
    assert second.cookies() == []
