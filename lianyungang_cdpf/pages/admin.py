"""News and policies in the admin: the city writes, and publishes from a day to a day."""

from django.contrib import admin

from lianyungang_cdpf.accounts.scoped_admin import ScopedAdmin
from lianyungang_cdpf.pages.models import News


@admin.register(News)
class NewsAdmin(ScopedAdmin):
    """新闻和政策; what was published is taken back as a draft, or ends on a day."""

    list_display = ("title", "kind", "state", "published_from", "published_until")
    list_filter = ("kind", "state")
    search_fields = ("title", "source")
    search_help_text = "标题、来源或文号"
    fields = ("kind", "title", "source", "text", "state", ("published_from", "published_until"))
