"""Pages of deeds on services, below /admin/records/."""

from django.urls import path

from services import photo_pages, unenrolled, views

app_name = "services"
urlpatterns = [
    path("unenrolled/", unenrolled.unenrolled, name="unenrolled"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
    path("imports/<uuid:uid>/undo/", views.undo, name="undo"),
    path("homes/<int:pk>/photos/add/", photo_pages.add, name="add_photo"),
    path("photos/<int:pk>/", photo_pages.look, name="photo"),
    path("photos/<int:pk>/file/", photo_pages.download, name="photo_file"),
    path("photos/<int:pk>/remove/", photo_pages.remove, name="remove_photo"),
    path("stays/<int:pk>/cancel/", views.cancel_stay, name="cancel_stay"),
    path("stays/imports/<uuid:uid>/undo/", views.undo_stays, name="undo_stays"),
]
