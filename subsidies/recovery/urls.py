"""Pages of recoveries, below /admin/recovery/."""

from django.urls import path

from subsidies.recovery import pages

app_name = "recovery"
urlpatterns = [
    path("", pages.listed, name="list"),
    path("open/<int:pk>/", pages.open_case, name="open"),
    *(path(f"<int:pk>/{deed}/", pages.take, {"deed": deed}, name=deed) for deed in pages.DEEDS),
    path("entries/<int:pk>/reverse/", pages.reverse_entry, name="reverse"),
    path("write-offs/<int:pk>/", pages.decide, name="decide"),
]
