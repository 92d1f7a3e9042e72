"""Addresses of 月报, under /admin/reports/."""

from django.urls import path

from lianyungang_cdpf.targets.reporting import views

app_name = "report"
MONTH = "<int:year>/<int:month>/<slug:code>/"
urlpatterns = [
    path("", views.front, name="index"),
    path("<int:year>/", views.year, name="year"),
    path("<int:year>/reports.xlsx", views.year_xlsx, name="year_xlsx"),
    path("<int:year>/close/", views.close, name="close"),
    path(MONTH, views.report, name="month"),
    path(f"{MONTH}return/", views.send_back, name="return"),
    path(f"{MONTH}lock/", views.lock, name="lock"),
    path(f"{MONTH}figures.xlsx", views.figures_xlsx, name="figures_xlsx"),
    path(f"{MONTH}differences/", views.differences, name="differences"),
    path(f"{MONTH}differences.xlsx", views.differences_xlsx, name="differences_xlsx"),
    path(f"{MONTH}differences/<slug:key>/", views.difference, name="difference"),
    path(f"{MONTH}differences/<slug:key>.xlsx", views.as_xlsx, name="file"),
]
