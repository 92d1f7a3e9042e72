"""Addresses of the board, under /admin/board/."""

from django.urls import path

from lianyungang_cdpf.targets import views

app_name = "board"
urlpatterns = [
    path("", views.board, name="index"),
    path("<slug:key>/", views.place, name="target"),
    path("<slug:key>/<slug:code>/", views.place, name="place"),
    path("<slug:key>/<slug:code>/people/", views.people, name="people"),
]
