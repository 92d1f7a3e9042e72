"""Pages of deeds on services, below /admin/records/."""

from django.urls import path

from services import views

app_name = "services"
urlpatterns = [
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("imports/<uuid:uid>/undo/", views.undo, name="undo"),
    path("stays/<int:pk>/cancel/", views.cancel_stay, name="cancel_stay"),
    path("stays/imports/<uuid:uid>/undo/", views.undo_stays, name="undo_stays"),
]
