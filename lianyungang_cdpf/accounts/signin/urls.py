"""Below admin/session/."""

from django.contrib import admin
from django.urls import path

from lianyungang_cdpf.accounts.signin import views

app_name = "session"
urlpatterns = [
    path("", admin.site.admin_view(views.state), name="state"),
    path("wall/", admin.site.admin_view(views.wall), name="wall"),
]
