"""Addresses of 任务分解, under /admin/split/."""

from django.urls import path

from lianyungang_cdpf.targets import split_views

app_name = "split"
urlpatterns = [
    path("", split_views.front, name="index"),
    path("imports/<uuid:uid>/undo/", split_views.undo, name="undo"),
    path("<int:year>/<slug:code>/", split_views.sheet, name="sheet"),
    path("<int:year>/<slug:code>/split.xlsx", split_views.sheet_xlsx, name="sheet_xlsx"),
    path("<int:year>/<slug:code>/<slug:key>/", split_views.goal, name="goal"),
]
