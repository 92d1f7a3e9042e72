"""Pages of comparing, below /admin/comparison/."""

from django.urls import path

from subsidies.comparison import pages

app_name = "comparison"
urlpatterns = [
    path("", pages.cases, name="cases"),
    path("cases.xlsx", pages.as_xlsx, name="file"),
    path("run/", pages.run, name="run"),
    path("<int:pk>/", pages.one, name="case"),
    path("<int:pk>/assign/", pages.assign, name="assign"),
    path("<int:pk>/settle/", pages.settle, name="settle"),
]
