"""Addresses of the exports with whole numbers, below /admin/exports/."""

from django.urls import path

from lianyungang_cdpf.pages.exports import views

app_name = "exports"
urlpatterns = [
    path("", views.index, name="index"),
    path("ask/<slug:code>/", views.ask, name="ask"),
    path("<int:pk>/", views.one, name="one"),
    path("<int:pk>/approve/", views.approve, name="approve"),
    path("<int:pk>/refuse/", views.refuse, name="refuse"),
    path("<int:pk>/password/", views.password, name="password"),
    path("<int:pk>/file/", views.file, name="file"),
]
