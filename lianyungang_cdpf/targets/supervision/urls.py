"""Pages of supervision, below /admin/supervision/."""

from django.urls import path

from lianyungang_cdpf.targets.supervision import files, views

app_name = "supervision"
urlpatterns = [
    path("", views.index, name="index"),
    path("orders.xlsx", views.as_xlsx, name="file"),
    path("issue/<slug:key>/<slug:code>/", views.issue, name="issue"),
    path("<int:pk>/", views.one, name="order"),
    path("<int:pk>/print/", views.printed, name="print"),
    *(path(f"<int:pk>/{deed}/", views.take, {"deed": deed}, name=deed) for deed in views.DEEDS),
    path("<int:pk>/attachments/add/", files.add, name="attach"),
    path("attachments/<int:pk>/file/", files.download, name="download"),
    path("attachments/<int:pk>/remove/", files.remove, name="remove"),
]
