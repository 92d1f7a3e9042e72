"""Pages of role changes, below /admin/duties/."""

from django.urls import path

from lianyungang_cdpf.accounts.duties import views

app_name = "duties"
urlpatterns = [
    path("", views.index, name="index"),
    path("propose/", views.propose, name="propose"),
    path("<int:pk>/", views.one, name="change"),
    *(path(f"<int:pk>/{deed}/", views.take, {"deed": deed}, name=deed) for deed in views.DEEDS),
]
