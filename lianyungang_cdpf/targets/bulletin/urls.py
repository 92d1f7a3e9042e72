"""Addresses of the bulletins, under /admin/bulletin/."""

from django.urls import path

from lianyungang_cdpf.targets.bulletin import views

app_name = "bulletin"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:pk>/", views.page, name="page"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/redraft/", views.redraft, name="redraft"),
    path("<int:pk>/issue/", views.issue, name="issue"),
    path("<int:pk>/correct/", views.correct, name="correct"),
    path("<int:pk>/bulletin.docx", views.word, name="docx"),
    path("<int:pk>/bulletin.xlsx", views.excel, name="xlsx"),
    path("<int:pk>/bulletin.pdf", views.portable, name="pdf"),
]
