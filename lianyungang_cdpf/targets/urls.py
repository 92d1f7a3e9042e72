"""Addresses of the board, under /admin/board/."""

from django.urls import path

from lianyungang_cdpf.targets import views

app_name = "board"
urlpatterns = [
    path("", views.board, name="index"),
    path("wall/", views.wall, name="wall"),
    path("targets.xlsx", views.targets_xlsx, name="targets_xlsx"),
    path("money/<slug:code>.csv", views.money_file, name="money_file"),
    path("<slug:key>/<slug:code>/year.csv", views.year_file, name="year_file"),
    path("<slug:key>/<slug:code>/places.csv", views.places_file, name="places_file"),
    path("<slug:key>/", views.place, name="target"),
    path("<slug:key>/<slug:code>/", views.place, name="place"),
    path("<slug:key>/<slug:code>/people/", views.people, name="people"),
    path("<slug:key>/<slug:code>/people.xlsx", views.people_xlsx, name="people_file"),
    path("<slug:key>/<slug:code>/records/", views.records, name="records"),
    path("<slug:key>/<slug:code>/records.xlsx", views.records_xlsx, name="records_file"),
    path("<slug:key>/<slug:code>/months.xlsx", views.months_xlsx, name="months_xlsx"),
    path("<slug:key>/<slug:code>/places.xlsx", views.places_xlsx, name="places_xlsx"),
    path("<slug:key>/<slug:code>/why/", views.why, name="why"),
    path("<slug:key>/<slug:code>/why.xlsx", views.why_xlsx, name="why_xlsx"),
]
