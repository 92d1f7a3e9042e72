"""Pages of facilities, below /admin/facility/."""

from django.urls import path

from facilities.views import deeds, overview, page

app_name = "facility"
urlpatterns = [
    path("", overview.index, name="index"),
    path("<int:pk>/", page.page, name="page"),
    path("<int:pk>/advance/", deeds.advance, name="advance"),
    path("<int:pk>/take-back/", deeds.take_back, name="take_back"),
    path("imports/<uuid:uid>/undo/", deeds.undo, name="undo"),
]
