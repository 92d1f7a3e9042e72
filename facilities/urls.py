"""Pages of facilities, below /admin/facility/."""

from django.urls import path

from facilities.views import deeds, documents, overview, page

app_name = "facility"
urlpatterns = [
    path("", overview.index, name="index"),
    path("<int:pk>/", page.page, name="page"),
    path("<int:pk>/advance/", deeds.advance, name="advance"),
    path("<int:pk>/take-back/", deeds.take_back, name="take_back"),
    path("<int:pk>/documents/add/", documents.add, name="add_document"),
    path("documents/<int:pk>/photo/", documents.photo, name="photo"),
    path("documents/<int:pk>/file/", documents.download, name="download"),
    path("documents/<int:pk>/remove/", documents.remove, name="remove_document"),
    path("imports/<uuid:uid>/undo/", deeds.undo, name="undo"),
]
