"""Pages of a roll's money at the bank, below /admin/rolls/<pk>/bank/."""

from django.urls import path

from subsidies.bank import downloads, return_views, views

app_name = "bank"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("make/", views.make, name="make"),
    path("reissue/", views.reissue, name="reissue"),
    path("lists/<slug:code>/", downloads.roll_list, name="list"),
    path("<int:number>/", views.one_file, name="file"),
    path("<int:number>/download/", downloads.file_as_sent, name="download"),
    path("<int:number>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:number>/return/", return_views.receive, name="receive"),
    path("<int:number>/return/<int:key>/", return_views.preview, name="preview"),
]
