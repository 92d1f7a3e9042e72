"""The public's pages, at the root."""

from django.urls import path

from lianyungang_cdpf.pages.public import views

app_name = "public"
urlpatterns = [
    path("", views.home, name="home"),
    path("progress/", views.progress, name="progress"),
    path("progress/<slug:key>/", views.target, name="target"),
    path("progress/<slug:key>/<slug:code>/", views.towns, name="towns"),
    path("facilities/", views.facilities, name="facilities"),
    path("aid/", views.aid, name="aid"),
    path("self-check/", views.self_check, name="self_check"),
    path("news/", views.news, name="news"),
    path("news/<int:pk>/", views.article, name="article"),
    path("display/", views.display, name="display"),
]
