"""Addresses of 个人信息处理, below /admin/processing/."""

from django.urls import path

from lianyungang_cdpf.pages.processing import views

app_name = "processing"
urlpatterns = [
    path("", views.index, name="index"),
    path("list.xlsx", views.file, name="file"),
    path("people/<int:pk>/copy/", views.copy, name="copy"),
    path("people/<int:pk>/erase/", views.erase, name="erase"),
]
