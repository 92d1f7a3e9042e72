"""Pages of deeds on services, below /admin/records/."""

from django.urls import path

from services import unenrolled, views

app_name = "services"
urlpatterns = [
    path("unenrolled/", unenrolled.unenrolled, name="unenrolled"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("imports/<uuid:uid>/undo/", views.undo, name="undo"),
]
