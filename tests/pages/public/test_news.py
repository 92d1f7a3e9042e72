"""What is written, published and read, and when it is there."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate

from lianyungang_cdpf.audit.models import AuditLine
from lianyungang_cdpf.pages.models import News

LIST = reverse("public:news")


def write(title="残疾人之家开放日", **fields):
    told = {"kind": "news", "text": "欢迎参观。", "state": "published", "published_from": localdate(), **fields}
    return News.objects.create(title=title, **told)


def text(response) -> str:
    return response.content.decode()


def is_read(client, article):
    """Whether the list, the front page and its own address have it; all three agree."""
    pages = [article.title in text(client.get(path)) for path in (LIST, "/")]
    pages.append(client.get(reverse("public:article", args=[article.pk])).status_code == 200)
    assert len(set(pages)) == 1, pages
    return pages[0]


@pytest.mark.parametrize(
    ("fields", "is_out"),
    [
        ({}, True),
        ({"state": "draft"}, False),
        ({"state": "draft", "published_from": None}, False),
        ({"published_from": localdate() + timedelta(days=1)}, False),
        ({"published_until": localdate()}, True),
        (
            {
                "published_from": localdate() - timedelta(days=9),
                "published_until": localdate() - timedelta(days=1),
            },
            False,
        ),
    ],
)
def test_the_public_reads_what_is_published_within_its_days(city, client, fields, is_out):
    assert is_read(client, write(**fields)) is is_out


def test_the_list_is_narrowed_to_a_kind(city, client):
    write("一条新闻")
    write("一项政策", kind="policy", source="连残发〔2019〕1号")
    shown = text(client.get(LIST, {"kind": "policy"}))
    assert "一项政策" in shown and "一条新闻" not in shown
    assert "一条新闻" in text(client.get(LIST, {"kind": "nothing"}))


def test_no_text_becomes_code_of_the_page(city, client):
    code = '<script src="/x.js"></script><img src=x onerror=alert(1)>'
    article = write(f"标题{code}"[:100], text=f"# {code}\n- {code}\n\n{code}", source=code[:100])
    for path in (LIST, "/", reverse("public:article", args=[article.pk])):
        shown = text(client.get(path))
        assert "<script" not in shown and "<img" not in shown
    assert shown.count("&lt;script") == 6  # title, heading of the page, source, three of the text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"state": "published", "published_from": None}, "已发布的要填写发布日期。"),
        ({"published_until": localdate() - timedelta(days=1)}, "公开截止日期不能早于发布日期。"),
    ],
)
def test_the_database_refuses_days_that_contradict_each_other(city, fields, sentence):
    told = {"kind": "news", "title": "一条", "text": "正文", "state": "published", "published_from": localdate()}
    news = News(**{**told, **fields})
    with pytest.raises(ValidationError) as refused:
        news.full_clean()
    assert sentence in refused.value.messages
    with pytest.raises(IntegrityError), transaction.atomic():
        news.save()


def test_the_city_writes_news_with_an_audit_line_and_a_district_can_not(city_clerk, haizhou_clerk, sign_in):
    add = reverse("admin:pages_news_add")
    told = {"kind": "news", "title": "开放日", "text": "欢迎", "state": "published", "published_from": str(localdate())}
    assert sign_in(haizhou_clerk).get(add).status_code == 403
    sign_in(city_clerk).post(add, told)
    assert News.objects.out_on(localdate()).get().title == "开放日"
    assert AuditLine.objects.filter(deed="新增新闻和政策").exists()
