"""The frame of the public's pages: how they are shown, what stands in their foot, and that they are only looked at."""

import pytest
from django.test import override_settings
from django.urls import reverse

DISPLAY = reverse("public:display")
PATHS = ["/", *(reverse(f"public:{name}") for name in ("progress", "facilities", "aid", "self_check", "news"))]


def text(client, path="/") -> str:
    return client.get(path).content.decode()


def test_large_print_and_high_contrast_are_remembered_and_taken_back(city, client):
    assert "large.css" not in text(client) and "contrast.css" not in text(client)
    response = client.get(DISPLAY, {"text": "large", "back": "/news/?kind=policy"})
    assert response.url == "/news/?kind=policy"
    client.get(DISPLAY, {"contrast": "high"})
    assert {name: morsel.value for name, morsel in client.cookies.items()} == {"text": "large", "contrast": "high"}
    for path in (*PATHS, reverse("notices:index")):
        assert "large.css" in text(client, path) and "contrast.css" in text(client, path)
    client.get(DISPLAY, {"text": "normal"})
    assert "large.css" not in text(client) and "contrast.css" in text(client)


@pytest.mark.parametrize(
    "back", ["https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "news", ""]
)
def test_the_way_back_leads_nowhere_else(city, client, back):
    assert client.get(DISPLAY, {"text": "large", "back": back}).url == "/"


def test_words_that_nobody_offered_are_not_kept(city, client):
    client.get(DISPLAY, {"text": "<script>", "contrast": "x", "other": "y"})
    assert not [morsel.value for morsel in client.cookies.values() if morsel.value]


def test_the_foot_says_who_stands_behind_the_site_as_far_as_it_is_set(city, client):
    assert "主办单位" not in text(client) and "备" not in text(client)
    told = {"organiser": "某残联", "contact": "电话 123", "icp_number": "苏ICP备1号", "police_number": "苏公网安备2号"}
    with override_settings(PUBLIC_SITE={"apply_at": "窗口", **told}):
        for path in PATHS:
            page = text(client, path)
            assert not [words for words in told.values() if words not in page]


def test_search_engines_may_read_the_pages_but_not_the_offices(city, client):
    for path in PATHS:
        assert '<meta name="robots" content="index, follow">' in text(client, path)
    for path in (reverse("notices:index"), "/admin/login/"):
        assert "noindex" in text(client, path)
    assert client.get(DISPLAY).headers["X-Robots-Tag"] == "noindex, nofollow"


@pytest.mark.parametrize("path", [path for path in PATHS if path != reverse("public:self_check")])
def test_pages_are_only_looked_at(city, client, path):
    assert client.post(path).status_code == 405


def test_the_front_page_leads_to_the_notices_and_the_staffs_door(city, client):
    page = text(client)
    assert f'href="{reverse("notices:index")}"' in page
    assert f'<a href="{reverse("admin:login")}">工作人员登录</a>' in page
    assert f'href="{reverse("public:home")}"' in text(client, "/admin/login/")


def test_no_page_has_a_script_or_sets_a_cookie(city, client):
    for path in PATHS:
        assert "<script" not in text(client, path)
    assert not client.cookies
