"""News and policies of the invented city; each says in its title that it is one of a demonstration."""

from datetime import date

from django.apps import apps

ARTICLES = (
    (
        "policy", "【演示】怎样申请重度残疾人护理补贴", "演示数据，不是正式文件", date(2019, 2, 18),
        """这是演示文章，说明政策解读可以怎样写。正式的条件和标准请看“补贴和服务”一页。

# 谁可以申请
- 残疾人证在有效期内
- 残疾类别和等级符合规定

# 怎样申请
本人、家属或村（社区）都可以代为申请。请带身份证和残疾人证，到户籍所在地的乡镇（街道）办理。

# 多久有结果
受理后逐级审核，结果在村（社区）公示。""",
    ),
    (
        "news", "【演示】辅具服务站开展轮椅免费检修", "演示数据", date(2019, 9, 12),
        """这是演示新闻，活动是编造的。

九月，各辅具服务站为使用轮椅的居民检查刹车、轮胎和坐垫。

# 可以带来检修的
- 手动轮椅
- 助行器和拐杖""",
    ),
    (
        "news", "【演示】残疾人之家秋季开放日", "演示数据", date(2019, 9, 20),
        "这是演示新闻，活动是编造的。\n\n开放日当天，附近居民可以参观康复训练、手工劳动和日间照料。出行不便的，可以提前打电话联系接送。",
    ),
)  # fmt: skip


def write_news() -> None:
    """The articles, all of them out, and one that is still a draft."""
    news = apps.get_model("pages", "News").objects
    for kind, title, source, day, text in ARTICLES:
        news.create(kind=kind, title=title, source=source, text=text, state="published", published_from=day)
    news.create(kind="news", title="【演示】还在修改的草稿", text="这篇没有发布，公众看不到。")
