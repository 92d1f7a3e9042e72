"""Pages of the approval of rolls, below /admin/rolls/."""

from django.urls import path

from subsidies.approval import printed, views

app_name = "roll"
urlpatterns = [
    path("", views.waiting, name="waiting"),
    path("<int:pk>/print/", printed.printed, name="print"),
    *(path(f"<int:pk>/{deed}/", views.take, {"deed": deed}, name=deed) for deed in views.DEEDS),
]
